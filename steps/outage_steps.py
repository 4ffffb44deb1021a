"""Outages of what the shop stands on, how it says that it is, and nonsense sent to it."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers.operations import Health


@given("the database is down")
def database_is_down(context: Context) -> None:
    """The shop's database stops answering, in the middle of work."""
    context.world.drivers.operations.faults.stop_database()


@given("the database is killed")
def database_is_killed(context: Context) -> None:
    """The database is gone from one moment to the next, without a chance to put anything in order."""
    context.world.drivers.operations.faults.kill_database()


@given("the database hangs up")
def database_hangs_up_now(context: Context) -> None:
    """All connections to the database are lost; new ones can be made at once."""
    context.world.drivers.operations.faults.cut_database_connections()


@given("the database is killed and comes back")
def database_is_killed_and_back(context: Context) -> None:
    """The database is killed, and started again right after that."""
    context.world.drivers.operations.kill_and_start_database()


@given("the database hangs up as soon as the shop writes down {record:Written}")
def database_hangs_up(context: Context, record: str) -> None:
    """All connections to the database are lost in the middle of that change; new ones can be made at once."""
    context.add_cleanup(context.world.drivers.operations.cut_off_when_writing(record))


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


@then("the shop says that database and token store are down")
def says_both_are_down(context: Context) -> None:
    """The shop is not well, and names both."""
    health = context.world.outcome
    assert health == Health(False, "down", "down"), f"Both are down, but the shop says: {health}."


@then("it says so within {limit:Duration}")
def says_so_within(context: Context, limit: timedelta) -> None:
    """The shop told how it is in that time, as a clock on the wall shows it."""
    took = context.world.outcome.took
    assert took < limit.total_seconds(), f"The shop took {took:.2f} s to tell how it is, not {limit}."


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
