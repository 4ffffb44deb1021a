"""Baselines: how long the shop takes when all is well, and that it is not slower than it may be."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.data.values import Card, Money
from support.drivers.refusals import Refused


@when("{count:d} visitors sign up one after the other")
def visitors_sign_up(context: Context, count: int) -> None:
    """So many people whom nobody knows by name open accounts."""
    visitors = context.world.strangers.many(count)
    context.world.outcomes = context.world.drivers.accounts.sign_up_all(visitors)


@when("{person:Person} pays {amount:Money} with {card:Card} {times:Times} one after the other")
def pays_over_and_over(context: Context, person: Person, amount: Money, card: Card, times: int) -> None:
    """The person makes that many payments with that card, each of its own."""
    context.world.outcomes = context.world.drivers.baselines.pay(person, amount, card, times)


@given("there are {count:d} lamps on sale")
def lamps_on_sale(context: Context, count: int) -> None:
    """The shop has that many pieces of one product."""
    context.world.drivers.baselines.offer(count)


@when("{person:Person} orders a lamp with {card:Card} {times:Times} one after the other")
def orders_over_and_over(context: Context, person: Person, card: Card, times: int) -> None:
    """The person places that many orders of one piece, each of its own, and means to pay with that card."""
    context.world.outcomes = context.world.drivers.baselines.order(person, card, times)


@then("each of them succeeds")
def each_succeeds(context: Context) -> None:
    """Every one of several actions went through."""
    refused = [str(outcome) for outcome in context.world.outcomes if isinstance(outcome, Refused)]
    assert not refused, f"Each of them should have succeeded, but {len(refused)} were: {'; '.join(refused)}."


@then("each of them takes at most {limit:Duration}")
def each_takes_at_most(context: Context, limit: timedelta) -> None:
    """Every one of several actions was answered in that time."""
    slowest, limit_s = max(outcome.took for outcome in context.world.outcomes), limit.total_seconds()
    assert slowest <= limit_s, f"Each should take at most {limit_s:.2f} s, but one took {slowest:.2f} s."


@then('"{workflow}" takes at most {limit:Duration} for {counted:d} of them')
def takes_at_most(context: Context, workflow: str, limit: timedelta, counted: int) -> None:
    """So many of the latest actions were answered in that time; it is kept for the trend of that workflow."""
    verdict = context.world.drivers.baselines.keep(workflow, limit, counted, context.world.outcomes)
    assert verdict.within_limit, f"Too slow. {verdict}."
