"""Goods: what the shop has on sale, and how many of it are left."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.data import fixtures
from support.data.values import Money, pattern
from support.database.database import Database

GIVEN_UP = "cancelled"  # such an order holds no goods; any other one does, a pending one too
NUMBERS = {"no": 0, "a": 1, "an": 1}


@dataclass(frozen=True)
class Product:
    """Something of fixtures/products.json, at a price in cents; it is on sale where a scenario says so."""

    word: str
    id: str
    name: str
    price: int


@dataclass(frozen=True)
class Goods:
    """So many pieces of each product, in the order in which they were named."""

    lines: tuple[tuple[Product, int], ...]

    @property
    def pieces(self) -> dict[str, int]:
        """How many pieces of each product, by its id."""
        counted: Counter[str] = Counter()
        for product, count in self.lines:
            counted[product.id] += count
        return dict(counted)

    @property
    def price(self) -> Money:
        """What all of it costs."""
        return Money(sum(product.price * count for product, count in self.lines))

    @property
    def other_way_round(self) -> "Goods":
        """The same goods, the last named first."""
        return Goods(self.lines[::-1])

    def __str__(self) -> str:
        return " and ".join(f"{count} × {product.word}" for product, count in self.lines)


def product(word: str) -> Product:
    """Return the product of fixtures/products.json that is called so."""
    entry = fixtures.load("products")[word]
    return Product(word, *(fixtures.field("products", word, entry, name) for name in ("id", "name", "price")))


_WORDS = "|".join(map(re.escape, fixtures.load("products")))
_LINE = rf"(?:no|an?|-?\d+) (?:{_WORDS})s?"


@pattern(rf"{_LINE}(?: and {_LINE})*")
def goods(text: str) -> Goods:
    """Read "a lamp", "2 lamps and a desk", "no chairs"."""
    found = re.findall(rf"(no|an?|-?\d+) ({_WORDS})s?", text)
    return Goods(tuple((product(word), _number(count)) for count, word in found))


def _number(text: str) -> int:
    return NUMBERS[text] if text in NUMBERS else int(text)


class Products:
    """Puts goods on sale, and counts what is left of them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._supplied: Counter[str] = Counter()

    def put_on_sale(self, goods: Goods) -> None:
        """Put so many pieces of products on sale that were not on sale before."""
        rows = [
            {"id": one.id, "name": one.name, "price": one.price, "currency": "usd", "quantity": count}
            for one, count in goods.lines
        ]
        self._database.insert("products", rows)
        self._supplied.update(goods.pieces)

    def supply(self, goods: Goods) -> None:
        """Put on sale what the shop lacks of these goods."""
        left = self.left(goods)
        for product, count in goods.lines:
            here = left[product.word]
            if here is None:
                self.put_on_sale(Goods(((product, count),)))
            elif here < count:
                self.deliver(Goods(((product, count - here),)))

    def deliver(self, goods: Goods) -> None:
        """Add pieces to what is left of products that are on sale."""
        for product_id, count in goods.pieces.items():
            left = self._database.row("products", id=product_id)["quantity"]
            self._database.update("products", {"quantity": left + count}, id=product_id)
        self._supplied.update(goods.pieces)

    def left(self, goods: Goods) -> dict[str, Any]:
        """Return how many are left of each of the products, by its word; None where there is no such one."""
        held = {row["id"]: row["quantity"] for row in self._database.rows("products")}
        return {one.word: held.get(one.id) for one, _ in goods.lines}

    def differences(self) -> list[str]:
        """Return where what is left is not what was supplied less what orders hold, in sentences."""
        held = self._held()
        return [
            f"{row['name']}: {row['quantity']} are left of {self._supplied[row['id']]}, "
            f"and orders hold {held.get(row['id'], 0)}"
            for row in self._database.rows("products")
            if row["quantity"] != self._supplied[row["id"]] - held.get(row["id"], 0)
        ]

    def _held(self) -> Mapping[str, int]:
        orders = self._database.rows("orders")
        holding = [order["id"] for order in orders if order["status"] != GIVEN_UP]
        held: Counter[str] = Counter()
        for item in self._database.rows("order_items", order_id=holding):
            held[item["product_id"]] += item["quantity"]
        return held
