"""What always holds of the goods on sale."""

from collections import Counter
from collections.abc import Iterator

from support.invariants.facts import Facts, Invariant

GIVEN_UP = "cancelled"  # its goods are back on sale; any other order, a pending one too, holds its goods


def less_than_nothing(facts: Facts) -> Iterator[str]:
    """Products of which more was sold than there was."""
    for product in facts.rows("products"):
        if product["quantity"] < 0:
            yield f"of {product['name']} ({product['id']}) there are {product['quantity']}"


def miscounted(facts: Facts) -> Iterator[str]:
    """Products of which there is not what was put on sale, less what orders hold."""
    holding = {order["id"] for order in facts.rows("orders") if order["status"] != GIVEN_UP}
    sold: Counter[str] = Counter()
    for item in facts.rows("order_items"):
        if item["order_id"] in holding:
            sold[item["product_id"]] += item["quantity"]
    for product in facts.rows("products"):
        start = facts.stock.get(product["id"])
        if start is not None and product["quantity"] != start - sold[product["id"]]:
            yield (
                f"of {product['name']} ({product['id']}) there were {start}, orders hold "
                f"{sold[product['id']]}, and {product['quantity']} are left"
            )


INVARIANTS = (
    Invariant("Nothing is sold that is not there", ("products",), less_than_nothing),
    Invariant(
        "What is left is what there was, less what is sold, and with what came back",
        ("products", "orders", "order_items"),
        miscounted,
    ),
)
