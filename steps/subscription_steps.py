"""Subscriptions: subscribing, changing the plan, renewing and cancelling."""

from datetime import datetime, timedelta

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.data.values import Card, Money
from support.drivers.refusals import granted
from support.drivers.subscription_books import Purpose, listed
from support.drivers.subscriptions import Cancelled, Plan, Subscription

NOTHING = Money(0)
SLACK = timedelta(minutes=1)  # the app's clock ticks on while a scenario runs

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


@given("{person:Person} has tried to subscribe to {plan:Plan} while the payment provider {trouble:Trouble}")
def subscribes_in_trouble(context: Context, person: Person, plan: Plan, trouble: str) -> None:
    """The person subscribed while the payment provider was in trouble; now it is well again."""
    context.world.outcome = context.world.drivers.subscriptions.subscribe_in_trouble(person, plan, trouble)


@when("{person:Person} subscribes without the {field:Field}")
def subscribes_without(context: Context, person: Person, field: str) -> None:
    """The person leaves one entry out."""
    context.world.outcome = context.world.drivers.subscriptions.subscribe_without(person, field)


@when("{person:Person} subscribes to {plan:Plan} {times:Times} at the same moment")
def subscribes_at_once(context: Context, person: Person, plan: Plan, times: int) -> None:
    """The person subscribes in so many places, really at the same moment."""
    context.world.outcomes = context.world.drivers.subscriptions.subscribe_at_once(person, plan, times)


@when("{person:Person} sends the same subscription again")
def sends_subscription_again(context: Context, person: Person) -> None:
    """The person's last wish to subscribe arrives once more, under the same key."""
    context.world.outcome = context.world.drivers.subscriptions.send_again(person)


@when("{person:Person} sends the same subscription again, but to {plan:Plan}")
def sends_subscription_again_changed(context: Context, person: Person, plan: Plan) -> None:
    """The person's last wish to subscribe arrives once more under the same key, with another plan."""
    context.world.outcome = context.world.drivers.subscriptions.send_again(person, planId=plan.id)


@then("{person:Person} is told that the subscription to {plan:Plan} is active")
def is_told_active(context: Context, person: Person, plan: Plan) -> None:
    """The latest answer shows an active subscription to that plan."""
    outcome = context.world.outcome
    assert isinstance(outcome, Subscription) and (outcome.status, outcome.plan_id) == ("active", plan.id), (
        f"{person} should have been told that {plan} is active, but the answer was: {outcome}."
    )


# Changing the plan


@given("{person:Person} has changed to {plan:Plan}")
def has_changed(context: Context, person: Person, plan: Plan) -> None:
    """The person has another plan than before, and what was due for it went through."""
    context.world.outcome = granted(context.world.drivers.subscriptions.change(person, plan))


@given("{person:Person} has tried to change to {plan:Plan}")
@when("{person:Person} changes to {plan:Plan}")
def changes(context: Context, person: Person, plan: Plan) -> None:
    """The person wants another plan, whatever comes of it."""
    context.world.outcome = context.world.drivers.subscriptions.change(person, plan)


@when("{person:Person} changes to {plan:Plan} {times:Times} at the same moment")
def changes_at_once(context: Context, person: Person, plan: Plan, times: int) -> None:
    """The person wants another plan in so many places, really at the same moment."""
    context.world.outcomes = context.world.drivers.subscriptions.change_at_once(person, plan, times)


@then("{person:Person}'s change from {old:Plan} to {new:Plan} is kept, with {amount:Money} charged")
def change_kept_as_charged(context: Context, person: Person, old: Plan, new: Plan, amount: Money) -> None:
    """The books keep one change of plan, with what was charged for it, and no credit."""
    books = context.world.drivers.subscription_books
    differences = books.differences_in_change(person, old, new, amount, NOTHING)
    assert not differences, (
        f"One change to {new} for {amount} should be kept for {person}, but: {'; '.join(differences)}."
    )


@then("{person:Person}'s change from {old:Plan} to {new:Plan} is kept, with {amount:Money} of credit")
def change_kept_as_credit(context: Context, person: Person, old: Plan, new: Plan, amount: Money) -> None:
    """The books keep one change of plan, with the credit that it gave, and nothing charged."""
    books = context.world.drivers.subscription_books
    differences = books.differences_in_change(person, old, new, NOTHING, amount)
    assert not differences, (
        f"One change to {new} with {amount} of credit should be kept for {person}, but: "
        f"{'; '.join(differences)}."
    )


@then("no change of plan is kept for {person:Person}")
def no_change_kept(context: Context, person: Person) -> None:
    """The books know of no change of the person's plan."""
    kept = context.world.drivers.subscription_books.changes(person)
    assert not kept, f"No change of plan should be kept for {person}, but there is: {kept}."


@then("{person:Person} has {amount:Money} of credit")
def has_credit(context: Context, person: Person, amount: Money) -> None:
    """So much credit waits for the person's next renewals."""
    credit = context.world.drivers.subscription_books.credit(person)
    assert credit == amount, f"{person} should have {amount} of credit, but has {credit}."


# Cancelling


@given("{person:Person} has cancelled the subscription")
def has_cancelled(context: Context, person: Person) -> None:
    """The person's subscription has ended, and what was unused is given back."""
    context.world.outcome = granted(context.world.drivers.subscriptions.cancel(person))


@when("{person:Person} cancels the subscription")
def cancels_subscription(context: Context, person: Person) -> None:
    """The person wants the subscription to end, whatever comes of it."""
    context.world.outcome = context.world.drivers.subscriptions.cancel(person)


@given("{person:Person} has tried to cancel the subscription while the payment provider {trouble:Trouble}")
def cancels_in_trouble(context: Context, person: Person, trouble: str) -> None:
    """The person wanted the end while the payment provider was in trouble; now it is well again."""
    context.world.outcome = context.world.drivers.subscriptions.cancel_in_trouble(person, trouble)


@when("{person:Person} cancels the subscription {times:Times} at the same moment")
def cancels_at_once(context: Context, person: Person, times: int) -> None:
    """The person wants the end in so many places, really at the same moment."""
    context.world.outcomes = context.world.drivers.subscriptions.cancel_at_once(person, times)


@then("{person:Person} is told that the subscription is cancelled and {amount:Money} is given back")
def is_told_cancelled(context: Context, person: Person, amount: Money) -> None:
    """The latest answer says that the subscription has ended, and names the refund."""
    outcome = context.world.outcome
    assert isinstance(outcome, Cancelled) and outcome.refund_amount == amount.minor, (
        f"{person} should have been told of the end and of {amount}, but the answer was: {outcome}."
    )


# Renewing


@given("{person:Person}'s renewal has met with trouble")
def renewal_met_with_trouble(context: Context, person: Person) -> None:
    """The period has passed, and its renewal was tried and neither went through nor was declined."""
    context.world.drivers.subscription_books.let_renewal_meet_with_trouble(person)


@given("{person:Person}'s renewal was declined {times:Times}")
def renewal_was_declined(context: Context, person: Person, times: int) -> None:
    """The period has passed, and so many days more that its renewal was tried and declined so often."""
    context.world.drivers.subscription_books.let_renewal_be_declined(person, times)


@given("{person:Person}'s subscription has been renewed {times:Times}")
def has_been_renewed(context: Context, person: Person, times: int) -> None:
    """The rest of the period has passed and was renewed on its day, and so on, so often."""
    context.world.drivers.subscription_books.let_be_renewed(person, times)


@then("{person:Person}'s subscription is renewed {times:Times}")
def is_renewed(context: Context, person: Person, times: int) -> None:
    """Soon the renewal date is so many periods later than the person was told at first, and no more."""
    differences = context.world.drivers.subscription_books.await_renewals(person, times)
    assert not differences, (
        f"{person}'s subscription should be renewed {times} time(s), but: {'; '.join(differences)}."
    )


@when("{lapse:Duration} pass, and the shop looks at what is due")
def time_passes_and_shop_looks(context: Context, lapse: timedelta) -> None:
    """That much time passes, and the shop has gone through everything that it does by itself."""
    context.world.drivers.rounds.let_pass(lapse, context.world.strangers.one())


@when("the shop finds out what became of {person:Person}'s payment")
def finds_out(context: Context, person: Person) -> None:
    """Soon no payment of the person's is open any more."""
    context.world.drivers.books.await_settled(person)


@given("the shop has given up on {person:Person}'s payment")
@when("the shop gives up on {person:Person}'s payment")
def gives_up(context: Context, person: Person) -> None:
    """The time of grace has passed, and no payment of the person's is open any more."""
    context.world.drivers.books.await_given_up(person)


# What the business holds


@then("{person:Person}'s subscription to {plan:Plan} is {standing:Standing}")
def stands(context: Context, person: Person, plan: Plan, standing: str) -> None:
    """The person's one subscription is to that plan and stands like this; its owner is shown the same."""
    books = context.world.drivers.subscription_books
    differences = books.differences_in_standing(person, plan, standing)
    assert not differences, (
        f"{person}'s subscription to {plan} should be {standing}, but: {'; '.join(differences)}."
    )


@then("{person:Person}'s subscription to {plan:Plan} becomes {standing:Standing}")
def becomes(context: Context, person: Person, plan: Plan, standing: str) -> None:
    """Soon the person's one subscription is to that plan and stands like this."""
    books = context.world.drivers.subscription_books
    differences = books.await_standing(person, plan, standing)
    assert not differences, (
        f"{person}'s subscription to {plan} should become {standing}, but: {'; '.join(differences)}."
    )


@then("{person:Person}'s subscription renews on {day:Day}")
def renews_on(context: Context, person: Person, day: datetime) -> None:
    """The person's next period begins, and is charged, on that day at 09:00 or the time that is named."""
    renewal_date = context.world.drivers.subscription_books.renewal_date(person)
    assert abs(renewal_date - day) < SLACK, (
        f"{person}'s subscription should renew on {day}, but renews on {renewal_date}."
    )


@then("{person:Person} has no active subscription")
def has_none_active(context: Context, person: Person) -> None:
    """None of the person's subscriptions is active or past due."""
    living = context.world.drivers.subscription_books.living(person)
    assert not living, f"{person} should have no active subscription, but has: {living}."


@then("{person:Person} has no subscription")
def has_none(context: Context, person: Person) -> None:
    """Nothing at all is kept of a subscription of the person's."""
    kept = context.world.drivers.subscriptions.all_of(person)
    assert not kept, f"{person} should have no subscription, but there is: {kept}."


@then("{person:Person} has paid {amounts:Amounts} for {purpose:Purpose}")
def paid_for(context: Context, person: Person, amounts: list[Money], purpose: Purpose) -> None:
    """Attempts, payments and the payment provider agree that these amounts were paid for it, and no more."""
    books = context.world.drivers.subscription_books
    differences = books.differences_if_paid(person, amounts, purpose)
    assert not differences, (
        f"{person} should have paid {listed(amounts)} for {purpose}, but: "
        f"{'; '.join(differences)}.\n{context.world.drivers.books.calls()}"
    )


@then("{person:Person} has got back {amount:Money} of what was paid for {purpose:Purpose}")
def got_back_of(context: Context, person: Person, amount: Money, purpose: Purpose) -> None:
    """Books and payment provider agree on how much was given back of all that was paid for it."""
    books = context.world.drivers.subscription_books
    differences = books.differences_if_given_back(person, amount, purpose)
    assert not differences, (
        f"{person} should have got back {amount} of what was paid for {purpose}, but: "
        f"{'; '.join(differences)}.\n{context.world.drivers.books.calls()}"
    )
