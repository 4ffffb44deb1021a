"""Goods as a feature names them: how many of what, and in which order."""

import re

import pytest

from support.drivers.orders import STAGES, stage
from support.drivers.products import Goods, goods


@pytest.mark.parametrize(
    ("words", "counted", "price"),
    [
        ("a lamp", [("lamp", 1)], "$40.00"),
        ("2 lamps and a desk", [("lamp", 2), ("desk", 1)], "$330.50"),
        ("a desk and a lamp", [("desk", 1), ("lamp", 1)], "$290.50"),
        ("no chairs", [("chair", 0)], "$0.00"),
        ("-1 lamps", [("lamp", -1)], "-$40.00"),
    ],
)
def test_goods_are_counted_in_the_order_of_the_words(
    words: str, counted: list[tuple[str, int]], price: str
) -> None:
    assert re.fullmatch(goods.pattern, words)  # type: ignore[attr-defined]
    read = goods(words)
    assert [(product.word, count) for product, count in read.lines] == counted
    assert str(read.price) == price


@pytest.mark.parametrize("words", ["lamps", "a lamps and", "2 castles", "a lamp, a desk"])
def test_what_is_not_counted_or_not_known_is_no_goods(words: str) -> None:
    assert not re.fullmatch(goods.pattern, words)  # type: ignore[attr-defined]


def test_lines_of_one_product_add_up() -> None:
    assert goods("a lamp and 2 lamps").pieces == {"prd_lamp": 3}


def test_the_other_way_round_is_the_same_goods() -> None:
    both = goods("2 lamps and a desk")
    assert both.other_way_round == goods("a desk and 2 lamps")
    assert both.other_way_round.pieces == both.pieces
    assert Goods(()).other_way_round == Goods(())


@pytest.mark.parametrize("words", (*STAGES, "pending", "cancelled"))
def test_a_stage_is_called_as_in_the_contract(words: str) -> None:
    assert re.fullmatch(stage.pattern, words)  # type: ignore[attr-defined]
    assert stage(words) == words
