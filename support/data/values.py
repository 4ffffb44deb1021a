"""How the words of a step become values: money, durations, days, people, cards, counts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import total_ordering
from typing import Any

from support.data import fixtures, people
from support.data.people import Person

SYMBOLS = {"$": "usd", "€": "eur", "£": "gbp"}
UNITS = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86_400}
WORDS = {"once": 1, "twice": 2, "never": 0}


@total_ordering
@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents) of a lower-case ISO currency."""

    minor: int
    currency: str = "usd"

    def __str__(self) -> str:
        symbol = next(sign for sign, code in SYMBOLS.items() if code == self.currency)
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{symbol}{abs(self.minor) // 100:,}.{abs(self.minor) % 100:02d}"

    def __lt__(self, other: "Money") -> bool:
        return self.minor < other.minor


@dataclass(frozen=True)
class Card:
    """A payment card by its provider's test token; `decline_code` where the provider declines it."""

    name: str
    token: str
    decline_code: str | None = None


def pattern(regex: str) -> Callable[[Callable[[str], Any]], Callable[[str], Any]]:
    """Give a parser the pattern that behave's step matcher looks for."""

    def with_pattern(parser: Callable[[str], Any]) -> Callable[[str], Any]:
        parser.pattern = regex  # type: ignore[attr-defined]
        return parser

    return with_pattern


@pattern(r"-?[$€£]\d[\d,]*\.\d\d")
def money(text: str) -> Money:
    """Read "$1,299.00" or "-$5.00"."""
    digits = re.sub(r"\D", "", text)
    sign = -1 if text.startswith("-") else 1
    symbol = text.lstrip("-")[0]
    return Money(sign * int(digits), SYMBOLS[symbol])


_PART = r"\d+ (?:millisecond|second|minute|hour|day)s?"


@pattern(rf"{_PART}(?: and {_PART})*")
def duration(text: str) -> timedelta:
    """Read "24 hours", "15 minutes and 1 second"."""
    parts = re.findall(r"(\d+) (millisecond|second|minute|hour|day)", text)
    return timedelta(seconds=sum(int(count) * UNITS[unit] for count, unit in parts))


@pattern(r"\d{1,2} [A-Z][a-z]+ \d{4}(?: \d\d:\d\d)?")
def day(text: str) -> datetime:
    """Read "31 January 2028" (at 09:00) or "31 January 2028 14:30", in UTC."""
    with_time = text if ":" in text else f"{text} 09:00"
    return datetime.strptime(with_time, "%d %B %Y %H:%M").replace(tzinfo=UTC)


@pattern(r"once|twice|never|\d+ times")
def times(text: str) -> int:
    """Read "once", "twice", "3 times", "never"."""
    return WORDS.get(text, 0) if text in WORDS else int(text.split()[0])


@pattern(r"[A-Z][a-z]+")
def person(text: str) -> Person:
    """Read a first name from fixtures/people.json."""
    return people.find(text)


def card(text: str) -> Card:
    """Read the name of a card from fixtures/cards.json, such as "an expired card"."""
    entry = fixtures.load("cards")[text]
    return Card(text, fixtures.field("cards", text, entry, "token"), entry.get("declineCode"))


card.pattern = "|".join(map(re.escape, fixtures.load("cards")))  # type: ignore[attr-defined]
