"""A feature's header is read into figures, and what is wrong with it is told with its line."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from behave.parser import parse_file

from support.evidence import risk

GOOD = """\
@orders
Feature: Cancelling an order
  A customer can withdraw an order.

  Why it matters
  - Revenue impact: medium, refunds and support time
  - Failure cost: $1,240.50 per incident (finance, 2025)
  - Frequency: 1,060 a day (assumption)
  - Owner: Orders team
  - Depends on: payment provider, orders
    and products
  - Fails when (refunded-twice): the refund is paid twice
    when the customer retries
  - Fails when (stock-lost): the goods do not go back on sale

  Scenario: One
    Given something
"""


def feature(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "one.feature"
    path.write_text(text)
    return parse_file(str(path))


def test_a_header_is_read_into_figures(tmp_path: Path) -> None:
    header = risk.parse(feature(tmp_path, GOOD))
    assert header == risk.RiskHeader(
        revenue_impact="medium, refunds and support time",
        failure_cost=Decimal("1240.50"),
        cost_source="finance, 2025",
        frequency_per_day=1060.0,
        frequency_source="assumption",
        depends_on="payment provider, orders and products",
        owner="Orders team",
        modes={
            "refunded-twice": "the refund is paid twice when the customer retries",
            "stock-lost": "the goods do not go back on sale",
        },
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (
            "$1,240.50 per incident (finance, 2025)",
            "about 40",
            7,
            "does not read like '- Failure cost: $40 per",
        ),
        ("$1,240.50 per incident (finance, 2025)", "$40 per incident", 7, "does not read like"),
        ("1,060 a day (assumption)", "often (assumption)", 8, "does not read like '- Frequency: 60 a day"),
        ("  - Frequency: 1,060 a day (assumption)\n", "", 5, "the line '- Frequency: …' is missing"),
        ("Owner: Orders team", "Ownr: Orders team", 9, "'Ownr' is no line of the header"),
        ("(stock-lost)", "(Stock lost)", 14, "needs a short name"),
        ("(stock-lost)", "(refunded-twice)", 12, "is there twice"),
        ("(stock-lost): the goods do not go back on sale", "(stock-lost):", 14, "is not described"),
        ("Why it matters", "Why", 2, "has no block 'Why it matters'"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    with pytest.raises(risk.RiskHeaderError) as caught:
        risk.parse(feature(tmp_path, GOOD.replace(old, new)))
    (problem,) = caught.value.problems
    assert f"one.feature:{line}: " in problem
    assert said in problem


def test_the_owner_is_known_even_of_a_broken_header(tmp_path: Path) -> None:
    assert risk.owner(feature(tmp_path, GOOD.replace("$1,240.50", "much"))) == "Orders team"
    assert risk.owner(feature(tmp_path, GOOD.replace("  - Owner: Orders team\n", ""))) is None


def test_the_description_is_laid_out_as_markdown(tmp_path: Path) -> None:
    text = risk.as_markdown(feature(tmp_path, GOOD).description)
    assert text.startswith(
        "A customer can withdraw an order.\n\n**Why it matters**\n\n- **Revenue impact:** medium"
    )
    assert "- **Fails when (refunded-twice):** the refund is paid twice\n  when the customer retries" in text
