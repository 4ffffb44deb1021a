"""Goods: what the shop has on sale, and what is left of it."""

from behave import given, then
from behave.runner import Context

from support.drivers.products import Goods


@given("the shop has {goods:Goods}")
def shop_has(context: Context, goods: Goods) -> None:
    """So many pieces of these products are on sale; of others there is none at all."""
    context.world.drivers.products.put_on_sale(goods)


@given("the shop has got {goods:Goods} more")
def shop_has_got_more(context: Context, goods: Goods) -> None:
    """So many more pieces of products that are on sale were delivered to the shop."""
    context.world.drivers.products.deliver(goods)


@then("the shop has {goods:Goods} left")
def shop_has_left(context: Context, goods: Goods) -> None:
    """So many pieces of these products are still on sale."""
    left = context.world.drivers.products.left(goods)
    wanted = {product.word: count for product, count in goods.lines}
    assert left == wanted, f"The shop should have {goods} left, but there are left: {left}."
