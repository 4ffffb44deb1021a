"""What else has changed: nothing, or nothing but what is named."""

from behave import then
from behave.runner import Context


@then("nothing has changed")
def nothing_has_changed(context: Context) -> None:
    """Since the When nothing came, went or changed in what the shop keeps, whoever it belongs to."""
    footprint = context.world.drivers.changes.footprint()
    assert not footprint.of, f"Nothing should have changed, but this has: {footprint}."


@then("nothing has changed but {things:Things}")
def nothing_else_has_changed(context: Context, things: frozenset[str]) -> None:
    """Since the When each of these things changed, and nothing else did, whoever it belongs to."""
    footprint = context.world.drivers.changes.footprint()
    assert set(footprint.of) == things, (
        f"Nothing should have changed but {', '.join(sorted(things))}, but what has changed is: {footprint}."
    )
