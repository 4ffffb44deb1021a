"""Orders on their way to the customer: packed, shipped, delivered."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers.notifications import Channel
from support.drivers.orders import Marked


@given("{admin:Person} has marked {owner:Person}'s order as {stage:Stage}")
def has_marked(context: Context, admin: Person, owner: Person, stage: str) -> None:
    """The admin has an account, and has taken the order to that stage through all that were left."""
    context.world.drivers.orders.bring(admin, owner, stage)


@when("{admin:Person} marks {owner:Person}'s order as {stage:Stage}")
def marks(context: Context, admin: Person, owner: Person, stage: str) -> None:
    """Somebody takes the order to that stage, with a tracking number where it is shipped."""
    context.world.outcome = context.world.drivers.orders.mark(admin, owner, stage)


@when("{admin:Person} marks {owner:Person}'s order as shipped without a tracking number")
def marks_without_number(context: Context, admin: Person, owner: Person) -> None:
    """Somebody ships the order and does not say by which number it can be followed."""
    context.world.outcome = context.world.drivers.orders.mark(admin, owner, "shipped", None)


@when("{admin:Person} marks {owner:Person}'s order as {stage:Stage} twice at the same moment")
def marks_at_once(context: Context, admin: Person, owner: Person, stage: str) -> None:
    """The order is taken to that stage twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.orders.mark_at_once(admin, owner, stage, times=2)


@then("{admin:Person} is told that the order is {stage:Stage}")
def is_told_stage(context: Context, admin: Person, stage: str) -> None:
    """The latest answer says that the order has come that far."""
    outcome = context.world.outcome
    assert isinstance(outcome, Marked) and outcome.status == stage, (
        f"{admin} should have been told that the order is {stage}, but the answer was: {outcome}."
    )


@then("the history of {owner:Person}'s order names {admin:Person} for each step up to {stage:Stage}")
def history_is_whole(context: Context, owner: Person, admin: Person, stage: str) -> None:
    """The order has come that far and no further; its history holds each step once, and who took it."""
    differences = context.world.drivers.order_books.differences_in_history(admin, owner, stage)
    assert not differences, (
        f"The history should name {admin} for each step of {owner}'s order up to {stage}, but: "
        f"{'; '.join(differences)}."
    )


@then('the "{mail:Mail}" {channel:Channel} to {person:Person} names the tracking number')
def names_tracking_number(context: Context, mail: str, channel: Channel, person: Person) -> None:
    """The message has arrived at its provider, and says by which number the order can be followed."""
    number = context.world.drivers.orders.tracking_number
    text = context.world.drivers.notifications.read(person, mail, channel)
    assert number in text, f"The {channel} to {person} should name {number!r}, but it says: {text!r}."
