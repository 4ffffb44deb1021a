"""Time: it passes, and nobody waits for it."""

from datetime import timedelta

from behave import given, when
from behave.runner import Context


@given("{lapse:Duration} pass")
@when("{lapse:Duration} pass")
def time_passes(context: Context, lapse: timedelta) -> None:
    """That much time passes for the shop and for everything it keeps for a while."""
    context.world.drivers.time.let_pass(lapse)
