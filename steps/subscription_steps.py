"""Subscriptions: subscribing, changing the plan, renewing and cancelling."""

from behave import given, when
from behave.runner import Context

from support.data.people import Person
from support.data.values import Card
from support.drivers.refusals import granted
from support.drivers.subscriptions import Plan

# Subscribing


@given("{person:Person} is a subscriber of {plan:Plan}")
def is_a_subscriber(context: Context, person: Person, plan: Plan) -> None:
    """The person has a confirmed account and has subscribed with a valid card, and it went through."""
    context.world.outcome = context.world.drivers.subscriptions.be_subscriber(person, plan)


@given("{person:Person} has tried to subscribe to {plan:Plan}")
@when("{person:Person} subscribes to {plan:Plan}")
def subscribes(context: Context, person: Person, plan: Plan) -> None:
    """The person subscribes with a valid card, whatever comes of it."""
    context.world.outcome = context.world.drivers.subscriptions.subscribe(person, plan)


@given("{person:Person} has tried to subscribe to {plan:Plan} with {card:Card}")
@when("{person:Person} subscribes to {plan:Plan} with {card:Card}")
def subscribes_with_card(context: Context, person: Person, plan: Plan, card: Card) -> None:
    """The person subscribes with that card, whatever comes of it."""
    context.world.outcome = context.world.drivers.subscriptions.subscribe(person, plan, card)


# Looking, changing and cancelling


@when("{person:Person} looks at the subscription")
def looks(context: Context, person: Person) -> None:
    """The person looks at their own subscription."""
    context.world.outcome = context.world.drivers.subscriptions.look(person)


@when("{person:Person} looks at {owner:Person}'s subscription")
def looks_at_other(context: Context, person: Person, owner: Person) -> None:
    """Somebody looks at the subscription of somebody else."""
    context.world.outcome = context.world.drivers.subscriptions.look(person, owner)


@given("{person:Person} has changed to {plan:Plan}")
def has_changed(context: Context, person: Person, plan: Plan) -> None:
    """The person has another plan than before, and what was due for it went through."""
    context.world.outcome = granted(context.world.drivers.subscriptions.change(person, plan))


@given("{person:Person} has tried to change to {plan:Plan}")
@when("{person:Person} changes to {plan:Plan}")
def changes(context: Context, person: Person, plan: Plan) -> None:
    """The person wants another plan, whatever comes of it."""
    context.world.outcome = context.world.drivers.subscriptions.change(person, plan)


@when("{person:Person} changes {owner:Person}'s subscription to {plan:Plan}")
def changes_of_other(context: Context, person: Person, owner: Person, plan: Plan) -> None:
    """Somebody wants another plan for the subscription of somebody else."""
    context.world.outcome = context.world.drivers.subscriptions.change(person, plan, owner)


@given("{person:Person} has cancelled the subscription")
def has_cancelled(context: Context, person: Person) -> None:
    """The person's subscription has ended, and what is unused was given back."""
    context.world.outcome = granted(context.world.drivers.subscriptions.cancel(person))


@given("{person:Person} has tried to cancel the subscription")
@when("{person:Person} cancels the subscription")
def cancels_subscription(context: Context, person: Person) -> None:
    """The person wants the subscription to end, whatever comes of it."""
    context.world.outcome = context.world.drivers.subscriptions.cancel(person)


@when("{person:Person} cancels {owner:Person}'s subscription")
def cancels_subscription_of_other(context: Context, person: Person, owner: Person) -> None:
    """Somebody wants the subscription of somebody else to end."""
    context.world.outcome = context.world.drivers.subscriptions.cancel(person, owner)
