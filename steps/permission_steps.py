"""Who may do what: the same action by who may and by who may not."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.drivers.permissions import Action
from support.drivers.refusals import Refused


@given("{person:Person} is about to {action:Action}")
def is_about_to(context: Context, person: Person, action: Action) -> None:
    """The person is logged in, and has all that it takes to do it."""
    context.world.drivers.permissions.prepare(person, action)


@when("{person:Person} tries to {action:Action} in {owner:Person}'s place")
def tries_to(context: Context, person: Person, action: Action, owner: Person) -> None:
    """The person does exactly what the other one is about to do, with what belongs to the other one."""
    context.world.outcome = context.world.drivers.permissions.attempt(person, action, owner)


@then("{person:Person} can {action:Action}")
def can(context: Context, person: Person, action: Action) -> None:
    """The person does it, and it goes well."""
    outcome = context.world.drivers.permissions.attempt(person, action, person)
    assert not isinstance(outcome, Refused), f"{person} should be able to {action}, but was {outcome}."
