"""Outages of what the shop stands on, how it says that it is, and nonsense sent to it."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers.operations import Health


@given("the database is down")
def database_is_down(context: Context) -> None:
    """The shop's database stops answering, in the middle of work."""
    context.world.drivers.operations.faults.stop_database()


@given("the database is back")
@when("the database is back")
def database_is_back(context: Context) -> None:
    """The database answers again, with all that it held."""
    context.world.drivers.operations.faults.start_database()


@given("the token store is down")
def token_store_is_down(context: Context) -> None:
    """The shop's memory for links and counts stops answering, and forgets what it held."""
    context.world.drivers.operations.faults.stop_token_store()


@given("the token store is back")
def token_store_is_back(context: Context) -> None:
    """The token store answers again, empty."""
    context.world.drivers.operations.faults.start_token_store()


@when("the shop is asked how it is")
def asked_how_it_is(context: Context) -> None:
    """Somebody who runs the shop asks whether it is well."""
    context.world.outcome = context.world.drivers.operations.health()


@then("the shop says that it is well")
def says_it_is_well(context: Context) -> None:
    """The shop is well, and so is everything it stands on."""
    health = context.world.outcome
    assert health == Health(True, "up", "up"), f"The shop should be well, but it says: {health}."


@then("the shop says that only the database is down")
def says_database_is_down(context: Context) -> None:
    """The shop is not well, and names the database and nothing else."""
    health = context.world.outcome
    assert health == Health(False, "down", "up"), f"Only the database is down, but the shop says: {health}."


@then("the shop says that only the token store is down")
def says_token_store_is_down(context: Context) -> None:
    """The shop is not well, and names the token store and nothing else."""
    health = context.world.outcome
    assert health == Health(False, "up", "down"), (
        f"Only the token store is down, but the shop says: {health}."
    )


@when("a partner reads the manual of the shop")
def reads_the_manual(context: Context) -> None:
    """A partner who builds on the shop reads what it says it can do."""
    context.world.outcome = context.world.drivers.operations.missing_from_manual()


@then("the manual leaves nothing out")
def manual_is_complete(context: Context) -> None:
    """Everything that people can do with the shop is in its manual."""
    missing = context.world.outcome
    assert not missing, f"The manual of the shop leaves out: {', '.join(missing)}."


@when("{person:Person} signs up with a form that is {form:Unreadable}")
def signs_up_unreadably(context: Context, person: Person, form: bytes) -> None:
    """What arrives in place of the sign-up form cannot be read."""
    context.world.outcome = context.world.drivers.operations.send_unreadable(form)


@when("{person:Person} signs up without the {field:Field}")
def signs_up_without(context: Context, person: Person, field: str) -> None:
    """One entry of the sign-up form is missing."""
    context.world.outcome = context.world.drivers.operations.send_form(person, **{field: None})


@when("{person:Person} signs up with a number for the {field:Field}")
def signs_up_with_number(context: Context, person: Person, field: str) -> None:
    """One entry of the sign-up form is a number where words belong."""
    context.world.outcome = context.world.drivers.operations.send_form(person, **{field: 42})


@when("{person:Person} signs up with {character:Stray} in the {field:Field}")
def signs_up_with_stray_character(context: Context, person: Person, character: str, field: str) -> None:
    """One entry of the sign-up form holds a character that no database can keep."""
    context.world.outcome = context.world.drivers.operations.send_form(person, **{field: f"A{character}da"})


@when("{person:Person} asks for something that does not exist")
def asks_for_nothing(context: Context, person: Person) -> None:
    """The person goes to a place that the shop does not have."""
    context.world.outcome = context.world.drivers.operations.go_nowhere()
