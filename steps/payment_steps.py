"""Payments: paying, paying again, finding out what became of it, and getting money back."""

from behave import given, then, when
from behave.runner import Context

from support.data.people import Person
from support.data.values import Card, Money
from support.drivers.books import Attempts
from support.drivers.payments import GivenBack, Paid
from support.drivers.refusals import Refused

# Paying


@given("{person:Person} is a customer who has paid {amount:Money}")
def is_a_customer(context: Context, person: Person, amount: Money) -> None:
    """The person has a confirmed account, has paid with a valid card, and it went through."""
    context.world.outcome = context.world.drivers.payments.become_customer(person, amount)


@given("{person:Person} has paid {amount:Money}")
def has_paid(context: Context, person: Person, amount: Money) -> None:
    """The person has paid with a valid card, and it went through."""
    context.world.outcome = context.world.drivers.payments.have_paid(person, amount)


@given("{person:Person} has paid {amount:Money} without a key")
def has_paid_without_key(context: Context, person: Person, amount: Money) -> None:
    """The person has paid without a key, and it went through."""
    context.world.outcome = context.world.drivers.payments.have_paid_without_key(person, amount)


@given("{person:Person} has tried to pay {amount:Money}")
@when("{person:Person} pays {amount:Money}")
def pays(context: Context, person: Person, amount: Money) -> None:
    """The person pays with a valid card, whatever comes of it."""
    context.world.outcome = context.world.drivers.payments.pay(person, amount)


@given("{person:Person} has tried to pay {amount:Money} with {card:Card}")
@when("{person:Person} pays {amount:Money} with {card:Card}")
def pays_with_card(context: Context, person: Person, amount: Money, card: Card) -> None:
    """The person pays with that card, whatever comes of it."""
    context.world.outcome = context.world.drivers.payments.pay(person, amount, card)


@when("{person:Person} pays {amount:Money} without a key")
def pays_without_key(context: Context, person: Person, amount: Money) -> None:
    """The person pays without saying by what key the payment can be told from others."""
    context.world.outcome = context.world.drivers.payments.pay_without_key(person, amount)


@when("{person:Person} pays {amount:Money} without a card")
def pays_without_card(context: Context, person: Person, amount: Money) -> None:
    """The person leaves the card out."""
    context.world.outcome = context.world.drivers.payments.pay_with(person, amount, cardToken=None)


@when('{person:Person} pays {amount:Money} in the currency "{currency}"')
def pays_in_currency(context: Context, person: Person, amount: Money, currency: str) -> None:
    """The person names that currency."""
    context.world.outcome = context.world.drivers.payments.pay_with(person, amount, currency=currency)


@when('{person:Person} pays the amount "{amount}"')
def pays_what_is_no_amount(context: Context, person: Person, amount: str) -> None:
    """The person enters something in the place of an amount."""
    context.world.outcome = context.world.drivers.payments.pay_entry(person, amount)


@when("{person:Person} pays {amount:Money} under the key that {other:Person} used")
def pays_under_key_of(context: Context, person: Person, amount: Money, other: Person) -> None:
    """The person's payment happens to carry the key of the other person's last one."""
    context.world.outcome = context.world.drivers.payments.pay_under_key_of(person, amount, other)


@when("{person:Person} sends one payment of {amount:Money} twice at the same moment")
def pays_at_once(context: Context, person: Person, amount: Money) -> None:
    """One payment arrives twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.payments.pay_at_once(person, amount, times=2)


@when("{person:Person} sends the same payment again")
def sends_again(context: Context, person: Person) -> None:
    """The person's last payment arrives once more, under the same key."""
    context.world.outcome = context.world.drivers.payments.send_again(person)


@when("{person:Person} sends the same payment again, but over {amount:Money}")
def sends_again_with_amount(context: Context, person: Person, amount: Money) -> None:
    """The person's last payment arrives once more under the same key, with another amount."""
    context.world.outcome = context.world.drivers.payments.send_again(person, amount=amount.minor)


@when("{person:Person} sends the same payment again, but with {card:Card}")
def sends_again_with_card(context: Context, person: Person, card: Card) -> None:
    """The person's last payment arrives once more under the same key, with another card."""
    context.world.outcome = context.world.drivers.payments.send_again(person, cardToken=card.token)


@then("{person:Person} is told that {amount:Money} is paid")
def is_told_paid(context: Context, person: Person, amount: Money) -> None:
    """The latest answer says that the payment succeeded, and names the amount."""
    outcome = context.world.outcome
    assert isinstance(outcome, Paid) and (outcome.status, outcome.amount) == ("succeeded", amount.minor), (
        f"{person} should have been told that {amount} is paid, but the answer was: {outcome}."
    )


@then("{person:Person} is given a key for the payment")
def is_given_key(context: Context, person: Person) -> None:
    """The latest answer carries a key under which the payment can be sent again."""
    outcome = context.world.outcome
    assert outcome.idempotency_key, f"{person}'s answer should carry a key, but it was: {outcome}."


@then("{person:Person} is given the very same answer again")
def is_given_same_answer(context: Context, person: Person) -> None:
    """All answers under the person's last key are the same, letter for letter."""
    answers = context.world.drivers.submissions.answers_to_last_key(person)
    assert len(answers) > 1 and len(set(answers)) == 1, (
        f"{person} should have been given one answer each time, but: {answers}."
    )


@then("both are told of the same payment")
def both_told_of_same(context: Context) -> None:
    """Whoever asked was told of one and the same payment."""
    told = [
        outcome.payment_id if isinstance(outcome, Paid) else str(outcome)
        for outcome in context.world.outcomes
    ]
    assert len(set(told)) == 1 and isinstance(context.world.outcomes[0], Paid), (
        f"Both should have been told of the same payment, but: {'; '.join(told)}."
    )


@then("{person:Person} is told the bank's reason " + '"{reason}"')
def is_told_reason(context: Context, person: Person, reason: str) -> None:
    """The latest refusal names the reason that the bank gave."""
    outcome = context.world.outcome
    told = outcome.decline_reason if isinstance(outcome, Refused) else None
    assert told == reason, f"{person} should have been told {reason!r}, but was told: {told!r} ({outcome})."


@then("{person:Person} waits no longer than half a second beyond the time-out")
def waits_no_longer(context: Context, person: Person) -> None:
    """The latest answer came at most half a second after the time-out for the payment provider."""
    took, limit = context.world.outcome.took, context.world.drivers.payments.payment_timeout_s + 0.5
    assert took <= limit, f"{person} should have waited {limit:.1f} s at most, but waited {took:.2f} s."


# What the books and the payment provider hold


@then("{person:Person} has paid {amount:Money} {times:Times}")
def paid_so_often(context: Context, person: Person, amount: Money, times: int) -> None:
    """Books and payment provider agree that the person paid the amount so often, and nothing else."""
    books = context.world.drivers.books
    differences = books.differences_if_paid(person, amount, times)
    assert not differences, (
        f"{person} should have paid {amount} {times} time(s), but: {'; '.join(differences)}.\n{books.calls()}"
    )


@then("{person:Person} has paid nothing")
def paid_nothing(context: Context, person: Person) -> None:
    """Books and payment provider agree that no money of the person's was taken."""
    books = context.world.drivers.books
    differences = books.differences_if_paid(person, Money(0), times=0)
    assert not differences, (
        f"{person} should have paid nothing, but: {'; '.join(differences)}.\n{books.calls()}"
    )


@then("{person:Person} has {attempts:Attempts} to pay")
def has_attempts(context: Context, person: Person, attempts: Attempts) -> None:
    """The books keep so many of the person's attempts that ended like this."""
    kept = [row["status"] for row in context.world.drivers.books.attempts(person)]
    assert kept.count(attempts.status) == attempts.count, (
        f"{person} should have {attempts.count} {attempts.status} attempts, but the attempts are: {kept}."
    )


@then("{person:Person}'s failed attempt is kept " + 'with the reason "{reason}"')
def attempt_keeps_reason(context: Context, person: Person, reason: str) -> None:
    """The books keep the reason that the bank gave."""
    kept = context.world.drivers.books.kept_reasons(person)
    assert kept == [reason], (
        f"The books should keep the reason {reason!r} for {person}, but they keep: {kept}."
    )


# Finding out what became of it


@given("{person:Person} has tried to pay {amount:Money} while the payment provider {trouble:Trouble}")
def pays_in_trouble(context: Context, person: Person, amount: Money, trouble: str) -> None:
    """The person paid while the payment provider was in trouble; now it is well again."""
    context.world.outcome = context.world.drivers.payments.pay_in_trouble(person, amount, trouble)


@given("{person:Person}'s payment of {amount:Money} never arrived, and the shop gave it up")
def given_up(context: Context, person: Person, amount: Money) -> None:
    """The payment provider never got the payment, and enough time has passed to be sure of that."""
    context.world.drivers.payments.given_up(person, amount)


@given("the shop has found out that {person:Person} has paid {amount:Money} {times:Times}")
@then("the shop finds out that {person:Person} has paid {amount:Money} {times:Times}")
def finds_out_paid(context: Context, person: Person, amount: Money, times: int) -> None:
    """Soon books and payment provider agree that the person paid so often, and nothing is open any more."""
    books = context.world.drivers.books
    differences = books.differences_once_settled(person, amount, times)
    assert not differences, (
        f"The shop should have found out that {person} has paid {amount} {times} time(s), but: "
        f"{'; '.join(differences)}.\n{books.calls()}"
    )


@then("the shop finds out that {person:Person} has paid nothing")
def finds_out_nothing_paid(context: Context, person: Person) -> None:
    """Soon books and payment provider agree that no money was taken, and nothing is open any more."""
    books = context.world.drivers.books
    differences = books.differences_once_settled(person, Money(0), times=0)
    assert not differences, (
        f"The shop should have found out that {person} has paid nothing, but: "
        f"{'; '.join(differences)}.\n{books.calls()}"
    )


@then("the shop keeps asking in vain what became of {person:Person}'s payment")
def keeps_asking(context: Context, person: Person) -> None:
    """The shop asks the payment provider again and again, and is answered."""
    context.world.drivers.books.await_asked_twice(person)


# Getting money back


@given("{person:Person} has got {amount:Money} back")
def has_got_back(context: Context, person: Person, amount: Money) -> None:
    """So much of the person's last payment was given back, and it went through."""
    context.world.outcome = context.world.drivers.payments.have_got_back(person, amount)


@given("{person:Person} has tried to get the money back while the payment provider {trouble:Trouble}")
def asks_in_trouble(context: Context, person: Person, trouble: str) -> None:
    """The person asked for all of it while the payment provider was in trouble; now it is well again."""
    context.world.outcome = context.world.drivers.payments.get_back_in_trouble(person, trouble)


@when("{person:Person} asks for the money back")
def asks_for_all(context: Context, person: Person) -> None:
    """The person asks for all that is left of the last payment, whatever comes of it."""
    context.world.outcome = context.world.drivers.payments.get_back(person, person)


@when("{person:Person} asks for {amount:Money} back")
def asks_for_part(context: Context, person: Person, amount: Money) -> None:
    """The person asks for so much of the last payment."""
    context.world.outcome = context.world.drivers.payments.get_back(person, person, amount)


@when("{person:Person} asks for {owner:Person}'s money back")
def asks_for_money_of(context: Context, person: Person, owner: Person) -> None:
    """Somebody asks for the last payment of somebody else."""
    context.world.outcome = context.world.drivers.payments.get_back(person, owner)


@when("{person:Person} asks for the money back twice at the same moment")
def asks_at_once(context: Context, person: Person) -> None:
    """The person asks for all of it twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.payments.get_back_at_once(person, times=2)


@when("{person:Person} asks for {amount:Money} back twice at the same moment")
def asks_for_part_at_once(context: Context, person: Person, amount: Money) -> None:
    """The person asks for a part of it twice, really at the same moment."""
    context.world.outcomes = context.world.drivers.payments.get_back_at_once(person, 2, amount)


@then("{person:Person} is told that {amount:Money} is given back")
def is_told_given_back(context: Context, person: Person, amount: Money) -> None:
    """The latest answer says that the refund succeeded, and names the amount."""
    outcome = context.world.outcome
    assert isinstance(outcome, GivenBack) and (outcome.status, outcome.amount) == (
        "succeeded",
        amount.minor,
    ), f"{person} should have been told that {amount} is given back, but the answer was: {outcome}."


@then("{person:Person} has got back {amount:Money} of {paid:Money}")
def got_back(context: Context, person: Person, amount: Money, paid: Money) -> None:
    """Books and payment provider agree on how much of the person's last payment was given back."""
    books = context.world.drivers.books
    differences = books.differences_if_given_back(person, amount, paid)
    assert not differences, (
        f"{person} should have got back {amount} of {paid}, but: {'; '.join(differences)}.\n{books.calls()}"
    )


@then("the shop's books say that {person:Person} has got back nothing of {paid:Money}")
def books_say_nothing_given_back(context: Context, person: Person, paid: Money) -> None:
    """Whatever the payment provider did, the books do not count anything as given back."""
    differences = context.world.drivers.books.differences_in_books(person, Money(0), paid)
    assert not differences, f"The books should count nothing as given back, but: {'; '.join(differences)}."


@then("{person:Person}'s payment counts as disputed")
def counts_as_disputed(context: Context, person: Person) -> None:
    """The books hold the payment as disputed."""
    status = context.world.drivers.books.payment(person)["status"]
    assert status == "disputed", f"{person}'s payment should count as disputed, but it counts as {status}."
