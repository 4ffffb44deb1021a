"""What the payment provider reports by itself, and what others report in its name."""

from datetime import timedelta

from behave import given, then, when
from behave.runner import Context

from support.data.values import Money
from support.drivers.refusals import Refusal, Refused
from support.drivers.webhooks import Accepted, Event


@given("the payment provider has reported that {event:Event}")
@when("the payment provider reports that {event:Event}")
def reports(context: Context, event: Event) -> None:
    """It happens at the payment provider, which reports it."""
    context.world.outcome = context.world.drivers.webhooks.report(event)


@when("the payment provider reports twice at the same moment that {event:Event}")
def reports_at_once(context: Context, event: Event) -> None:
    """One report arrives twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.webhooks.report_at_once(event, times=2)


@when("the payment provider repeats its report")
def repeats(context: Context) -> None:
    """The last report arrives again."""
    context.world.outcome = context.world.drivers.webhooks.repeat()


@when("a report arrives, signed {age:Duration} ago, that {event:Event}")
def arrives_signed_before(context: Context, age: timedelta, event: Event) -> None:
    """It happens at the payment provider, but its report was signed that long ago."""
    context.world.outcome = context.world.drivers.webhooks.report(event, signed_ago=age)


@when("a report arrives, made {age:Duration} before, that {event:Event}")
def arrives_late(context: Context, age: timedelta, event: Event) -> None:
    """A report was long on its way: it tells how things were by then."""
    context.world.outcome = context.world.drivers.webhooks.report_late(event, age)


@when("the payment provider reports something the shop has never heard of")
def reports_unheard_of(context: Context) -> None:
    """A kind of report arrives that the shop does not know."""
    context.world.outcome = context.world.drivers.webhooks.report_unheard_of()


@when("somebody forges the report that {event:Event}")
def forges(context: Context, event: Event) -> None:
    """Somebody who does not share the secret reports what never happened."""
    context.world.outcome = context.world.drivers.webhooks.forge(event)


@when("somebody sends without a signature the report that {event:Event}")
def sends_unsigned(context: Context, event: Event) -> None:
    """Somebody reports what never happened, and does not even sign it."""
    context.world.outcome = context.world.drivers.webhooks.send_unsigned(event)


@when("somebody puts {amount:Money} into the report that {event:Event}")
def alters(context: Context, amount: Money, event: Event) -> None:
    """Somebody changes the amount in a genuine report and leaves its signature as it was."""
    context.world.outcome = context.world.drivers.webhooks.alter(event, amount)


@then("the report is accepted")
def is_accepted(context: Context) -> None:
    """The shop took the latest report, so that the payment provider need not repeat it."""
    outcome = context.world.outcome
    assert isinstance(outcome, Accepted), f"The report should have been accepted, but it was {outcome}."


@then("both reports are accepted")
def both_are_accepted(context: Context) -> None:
    """The shop took each of the reports that arrived at the same moment."""
    refused = [str(outcome) for outcome in context.world.outcomes if not isinstance(outcome, Accepted)]
    assert not refused, f"Both reports should have been accepted, but: {'; '.join(refused)}."


@then("the report is refused because {refusal:Refusal}")
def report_is_refused(context: Context, refusal: Refusal) -> None:
    """The latest report was turned down, for that reason and no other, and nothing was kept of it."""
    outcome = context.world.outcome
    assert isinstance(outcome, Refused) and outcome.code == refusal.code, (
        f"The report should have been refused because {refusal.words}, but it was: {outcome}."
    )


@then("the report is kept once")
def is_kept_once(context: Context) -> None:
    """The books keep exactly one report, whatever arrived how often."""
    kept = context.world.drivers.webhooks.kept()
    assert len(kept) == 1, f"One report should be kept, but there are {len(kept)}: {kept}."
