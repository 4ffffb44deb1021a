"""What a part of a period is worth. Only whole numbers: amounts are in minor units, halves are rounded up."""

from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Bill:
    """What a renewal costs: the part that the card is charged, and the part that credit covers."""

    amount: int
    credit_used: int


def unused_days(began: datetime, now: datetime, period_days: int) -> int:
    """Return how many days of the period are left; a day counts as used when its 24 hours are over."""
    return min(max(period_days - (now - began) // DAY, 0), period_days)


def share(price: int, days: int, period_days: int) -> int:
    """Return what so many days of a period are worth, at a price for all of it."""
    return (2 * price * days + period_days) // (2 * period_days)


def bill(price: int, credit: int) -> Bill:
    """Take as much credit off the price as there is."""
    used = min(price, credit)
    return Bill(amount=price - used, credit_used=used)
