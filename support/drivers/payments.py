"""Payments as a business sees them: paying, paying again, getting money back, and what the books say."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from support import wait
from support.data.people import Person
from support.data.values import Card, Money, card
from support.drivers.accounts import Accounts
from support.drivers.books import SETTLING_S, Books
from support.drivers.client import Answer, Client
from support.drivers.refusals import Refused
from support.drivers.submissions import Submissions
from support.drivers.third_parties import ThirdParties
from support.drivers.together import at_once
from support.providers import Providers

T = TypeVar("T")

CHARGE = "/payments/charge"
VALID = card("a valid card")


@dataclass(frozen=True)
class Paid:
    """A payment as the app announced it; `raw` is the whole answer, `took` in seconds."""

    payment_id: str
    amount: int
    status: str
    idempotency_key: str | None
    raw: bytes = field(repr=False)
    took: float = 0.0

    def __str__(self) -> str:
        return f"paid, {self.status}, {self.amount} cents (payment {self.payment_id})"


@dataclass(frozen=True)
class GivenBack:
    """A refund as the app announced it."""

    refund_id: str
    amount: int
    status: str

    def __str__(self) -> str:
        return f"given back, {self.status}, {self.amount} cents (refund {self.refund_id})"


@dataclass(frozen=True)
class Submission:
    """What a person sent to pay, and what came of it. `key` is None where the person brought none."""

    key: str | None
    body: Mapping[str, Any]
    outcome: Paid | Refused

    @property
    def known_key(self) -> str | None:
        """The key that the person brought, or else the one that the answer carried."""
        return self.key or self.outcome.idempotency_key

    @property
    def is_in_progress(self) -> bool:
        """Whether the person was told to ask again later."""
        return isinstance(self.outcome, Refused) and self.outcome.code == "in_progress"


class Payments:
    """Business verbs on payments. What comes of them is in the books."""

    def __init__(
        self,
        client: Client,
        accounts: Accounts,
        books: Books,
        providers: Providers,
        third_parties: ThirdParties,
        submissions: Submissions,
        payment_timeout_s: float,
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._books = books
        self._providers = providers
        self._third_parties = third_parties
        self._answered = submissions
        self.payment_timeout_s = payment_timeout_s
        self._submissions: dict[str, list[Submission]] = {}

    # What people do

    def pay(self, person: Person, amount: Money, with_card: Card = VALID) -> Paid | Refused:
        """Pay under a key of the person's own, as a well-made page or app does."""
        return self._submit(person, _new_key(), _charge(amount, with_card))

    def pay_without_key(self, person: Person, amount: Money) -> Paid | Refused:
        """Pay and leave it to the app to make a key."""
        return self._submit(person, None, _charge(amount, VALID))

    def pay_with(self, person: Person, price: Money, **entries: object) -> Paid | Refused:
        """Pay `price` with other entries than the usual ones; None leaves an entry out."""
        body = {**_charge(price, VALID), **entries}
        kept = {name: value for name, value in body.items() if value is not None}
        return self._submit(person, _new_key(), kept)

    def pay_entry(self, person: Person, entry: str) -> Paid | Refused:
        """Pay with what was typed in the place of an amount: a number where it reads as one, else text."""
        try:
            typed: object = json.loads(entry)
        except ValueError:
            typed = entry
        return self.pay_with(person, Money(0), amount=typed)

    def pay_under_key_of(self, person: Person, amount: Money, other: Person) -> Paid | Refused:
        """Pay under the key that somebody else used last."""
        return self._submit(person, self.last(other).known_key, _charge(amount, VALID))

    def send_again(self, person: Person, **changes: object) -> Paid | Refused:
        """Send the person's last payment once more under its key, entries changed where that is asked for."""
        last = self.last(person)
        return self._submit(person, last.known_key, {**last.body, **changes})

    def pay_at_once(self, person: Person, amount: Money, times: int) -> list[Paid | Refused]:
        """Send one payment `times` times at the same moment.

        Who is told that the payment is still in progress asks again until it is not, as a page would.
        """
        session, key, body = self._accounts.session(person), _new_key(), _charge(amount, VALID)
        self._providers.payments.hold(times)

        def settled() -> Submission | None:
            sent = Submission(key, body, self._charge(session, key, body))
            return None if sent.is_in_progress else sent

        def until_settled() -> Submission:
            return wait.until(settled, SETTLING_S, f"{person}'s payment to be settled")

        submissions = at_once([until_settled] * times)
        self._providers.payments.recover()
        self._submissions.setdefault(person.id, []).extend(submissions)
        return [sent.outcome for sent in submissions]

    def get_back(self, person: Person, owner: Person, amount: Money | None = None) -> GivenBack | Refused:
        """Ask for the owner's last payment back: all that is left of it, or `amount`."""
        return self._refund(self._accounts.session(person), self._books.payment(owner)["id"], amount)

    def get_back_at_once(
        self, person: Person, times: int, amount: Money | None = None
    ) -> list[GivenBack | Refused]:
        """Ask for the person's last payment back `times` times at the same moment."""
        session, payment = self._accounts.session(person), self._books.payment(person)["id"]
        self._providers.payments.hold(times)
        outcomes = at_once([lambda: self._refund(session, payment, amount)] * times)
        self._providers.payments.recover()
        return outcomes

    # What must be there before

    def have_paid(self, person: Person, amount: Money) -> Paid:
        """Pay, and see that it went through."""
        return _went_through(person, self.pay(person, amount), Paid)

    def have_paid_without_key(self, person: Person, amount: Money) -> Paid:
        """Pay without a key, and see that it went through."""
        return _went_through(person, self.pay_without_key(person, amount), Paid)

    def have_got_back(self, person: Person, amount: Money) -> GivenBack:
        """Get money back, and see that it went through."""
        return _went_through(person, self.get_back(person, person, amount), GivenBack)

    def become_customer(self, person: Person, amount: Money) -> Paid:
        """Open a confirmed account and pay, and see that it went through."""
        self._accounts.open([person])
        return self.have_paid(person, amount)

    def pay_in_trouble(self, person: Person, amount: Money, trouble: str) -> Paid | Refused:
        """Pay while the payment provider is in that trouble; it is well again right after."""
        self._third_parties.be_in_trouble("payments", trouble)
        outcome = self.pay(person, amount)
        self._third_parties.recover("payments")
        return outcome

    def get_back_in_trouble(self, person: Person, trouble: str) -> GivenBack | Refused:
        """Ask for the money back while the payment provider is in that trouble, and well again after."""
        self._third_parties.be_in_trouble("payments", trouble)
        outcome = self.get_back(person, person)
        self._third_parties.recover("payments")
        return outcome

    def given_up(self, person: Person, amount: Money) -> None:
        """Pay without the provider ever getting it, and wait until the shop has given it up."""
        self.pay_in_trouble(person, amount, "does not answer")
        self._books.await_given_up(person)

    # What the customer was told

    def last(self, person: Person) -> Submission:
        """Return what the person sent last to pay."""
        return self._submissions[person.id][-1]

    def _submit(self, person: Person, key: str | None, body: Mapping[str, Any]) -> Paid | Refused:
        outcome = self._charge(self._accounts.session(person), key, body)
        sent = Submission(key, body, outcome)
        self._submissions.setdefault(person.id, []).append(sent)
        self._answered.note(person, sent.known_key, outcome.raw)
        return outcome

    def _charge(self, session: str | None, key: str | None, body: Mapping[str, Any]) -> Paid | Refused:
        headers = {"Idempotency-Key": key} if key else {}
        return _paid(self._client.send("POST", CHARGE, body, session=session, headers=headers))

    def _refund(self, session: str | None, payment_id: str, amount: Money | None) -> GivenBack | Refused:
        body = {} if amount is None else {"amount": amount.minor}
        answer = self._client.send("POST", f"/payments/{payment_id}/refund", body, session=session)
        return _given_back(answer)


def _new_key() -> str:
    return f"page-{uuid.uuid4()}"


def _charge(amount: Money, with_card: Card) -> dict[str, Any]:
    """What is sent for a payment; dollars are left to be understood."""
    body = {"amount": amount.minor, "cardToken": with_card.token}
    return body if amount.currency == "usd" else {**body, "currency": amount.currency}


def _paid(answer: Answer) -> Paid | Refused:
    accepted = answer.expect(200)
    if isinstance(accepted, Refused):
        return accepted
    return Paid(
        payment_id=accepted.body["paymentId"],
        amount=accepted.body["amount"],
        status=accepted.body["status"],
        idempotency_key=accepted.headers.get("Idempotency-Key"),
        raw=accepted.raw,
        took=accepted.took,
    )


def _given_back(answer: Answer) -> GivenBack | Refused:
    accepted = answer.expect(200)
    if isinstance(accepted, Refused):
        return accepted
    return GivenBack(accepted.body["refundId"], accepted.body["amount"], accepted.body["status"])


def _went_through(person: Person, outcome: Any, kind: type[T]) -> T:
    assert isinstance(outcome, kind), f"It should have gone well for {person}, but: {outcome}."
    return outcome
