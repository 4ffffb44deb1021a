"""Time: it passes, and nobody waits for it."""

from datetime import datetime, timedelta

from behave import given, when
from behave.runner import Context


@given("{lapse:Duration} pass")
@when("{lapse:Duration} pass")
def time_passes(context: Context, lapse: timedelta) -> None:
    """That much time passes for the shop and for everything it keeps for a while."""
    context.world.drivers.time.let_pass(lapse)


@given("it is {day:Day}")
def it_is(context: Context, day: datetime) -> None:
    """Time has passed until that day, 09:00 where no time is named."""
    context.world.drivers.time.go_to(day)
