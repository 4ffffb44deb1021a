"""What is in stock. Products are locked in the order of their ids, so that orders never wait in a circle."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Connection, Row

from reference_shop.storage.tables.orders import products

# Others may go on referring to the products.
HELD = (
    select(products)
    .where(products.c.id.in_(bindparam("product_ids", expanding=True)))
    .order_by(products.c.id)
    .with_for_update(key_share=True)
)
MOVE = (
    update(products)
    .where(products.c.id == bindparam("product_id"))
    .values(quantity=products.c.quantity + bindparam("pieces"))
)


def lock(connection: Connection, product_ids: Collection[str]) -> dict[str, Row[Any]]:
    """Keep these products to this transaction; return those that there are, by id."""
    known = [product_id for product_id in product_ids if "\0" not in product_id]  # no id holds that
    return {product.id: product for product in connection.execute(HELD, {"product_ids": known})}


def take(connection: Connection, pieces: Mapping[str, int]) -> None:
    """Take pieces of locked products off the stock."""
    _move(connection, {product_id: -count for product_id, count in pieces.items()})


def put_back(connection: Connection, pieces: Mapping[str, int]) -> None:
    """Put pieces back on sale."""
    lock(connection, pieces)
    _move(connection, pieces)


def _move(connection: Connection, pieces: Mapping[str, int]) -> None:
    moves = [{"product_id": product_id, "pieces": count} for product_id, count in pieces.items()]
    if moves:
        connection.execute(MOVE, moves)
