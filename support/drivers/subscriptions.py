"""Subscriptions as a business sees them: subscribing, changing the plan, renewing and cancelling."""

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from support.data import fixtures
from support.data.people import Person
from support.data.values import Card, Money, card, pattern
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.client import Answer, Client
from support.drivers.refusals import Refused
from support.drivers.submissions import Submissions
from support.drivers.third_parties import ThirdParties
from support.drivers.time import Time
from support.drivers.together import at_once
from support.providers import Providers

SUBSCRIPTIONS = "/subscriptions"
ANY_PLAN = "the basic plan"
NOBODYS = "no-such-subscription"
VALID = card("a valid card")
PERIOD = timedelta(days=30)
LIVING = ("active", "past_due")


@dataclass(frozen=True)
class Plan:
    """Something to subscribe to, at a price in cents for 30 days."""

    name: str
    id: str
    price: int

    def __str__(self) -> str:
        return self.name


def plan(text: str) -> Plan:
    """Read the name of a plan from fixtures/plans.json, such as "the pro plan"."""
    entry = fixtures.load("plans")[text]
    return Plan(text, *(fixtures.field("plans", text, entry, name) for name in ("id", "price")))


plan.pattern = "|".join(map(re.escape, fixtures.load("plans")))  # type: ignore[attr-defined]


@pattern("active|past due|cancelled")
def standing(words: str) -> str:
    """Read how a subscription stands, such as "past due", as the contract calls it."""
    return words.replace(" ", "_")


@dataclass(frozen=True)
class Subscription:
    """A subscription as the app showed it to its owner; `raw` is the whole answer."""

    id: str
    status: str
    plan_id: str
    renewal_date: datetime | None
    raw: bytes = field(default=b"", repr=False, compare=False)

    def __str__(self) -> str:
        renewal = f"{self.renewal_date:%-d %B %Y %H:%M:%S} UTC" if self.renewal_date else "no day"
        return f"{self.plan_id}, {self.status}, renews on {renewal}"


@dataclass(frozen=True)
class Cancelled:
    """The end of a subscription as the app announced it; `refund_amount` in cents."""

    id: str
    refund_amount: int

    def __str__(self) -> str:
        return f"cancelled, and {Money(self.refund_amount)} are given back"


@dataclass(frozen=True)
class _Wish:
    """What a person sent to subscribe, and under which key of the person's own."""

    key: str
    body: Mapping[str, Any]


class Subscriptions:
    """Business verbs on subscriptions, and what the database holds of them."""

    def __init__(
        self,
        client: Client,
        database: Database,
        accounts: Accounts,
        providers: Providers,
        third_parties: ThirdParties,
        time: Time,
        submissions: Submissions,
    ) -> None:
        self._client = client
        self._database = database
        self._accounts = accounts
        self._providers = providers
        self._third_parties = third_parties
        self._time = time
        self._submissions = submissions
        self._wishes: dict[str, _Wish] = {}
        self._first_renewals: dict[str, datetime] = {}

    # What people do

    def subscribe(self, person: Person, plan: Plan, with_card: Card = VALID) -> Subscription | Refused:
        """Subscribe under a key of the person's own, as a well-made page does."""
        return self._send(person, _wish(plan, with_card))

    def send_again(self, person: Person, **changes: object) -> Subscription | Refused:
        """Send the person's last wish to subscribe once more under its key, entries changed if asked for."""
        last = self._wishes[person.id]
        return self._send(person, _Wish(last.key, {**last.body, **changes}))

    def subscribe_without(self, person: Person, entry: str) -> Subscription | Refused:
        """Subscribe with one entry left out."""
        whole = _wish(plan(ANY_PLAN), VALID)
        return self._send(person, _Wish(whole.key, {k: v for k, v in whole.body.items() if k != entry}))

    def subscribe_at_once(self, person: Person, plan: Plan, times: int) -> list[Subscription | Refused]:
        """Subscribe in `times` places at the same moment, each with a key of its own."""
        session = self._accounts.session(person)
        return self._at_once(lambda: self._subscribe(session, _wish(plan, VALID)), times)

    def look(self, person: Person, owner: Person | None = None) -> Subscription | Refused:
        """Look at the subscription of the owner, by default the person's own."""
        return self.show(person, self.subscription_id(owner or person))

    def show(self, person: Person, subscription_id: str) -> Subscription | Refused:
        """Look at the subscription of that id."""
        return _shown(self._ask("GET", person, subscription_id), 200)

    def change(self, person: Person, plan: Plan, owner: Person | None = None) -> Subscription | Refused:
        """Change the subscription of the owner, by default the person's own, to another plan."""
        subscription_id = self.subscription_id(owner or person)
        return _shown(self._ask("PATCH", person, subscription_id, {"planId": plan.id}), 200)

    def change_at_once(self, person: Person, plan: Plan, times: int) -> list[Subscription | Refused]:
        """Change the person's subscription to another plan in `times` places at the same moment."""
        self._accounts.session(person)
        return self._at_once(lambda: self.change(person, plan), times)

    def cancel(self, person: Person, owner: Person | None = None) -> Cancelled | Refused:
        """Cancel the subscription of the owner, by default the person's own."""
        return _ended(self._ask("DELETE", person, self.subscription_id(owner or person)))

    def cancel_at_once(self, person: Person, times: int) -> list[Cancelled | Refused]:
        """Cancel the person's subscription in `times` places at the same moment."""
        self._accounts.session(person)
        return self._at_once(lambda: self.cancel(person), times)

    # What must be there before

    def be_subscriber(self, person: Person, plan: Plan) -> Subscription:
        """Open a confirmed account where there is none, subscribe, and see that it went through."""
        if not self._accounts.accounts_with_address(person):
            self._accounts.open([person])
        outcome = self.subscribe(person, plan)
        assert isinstance(outcome, Subscription), f"{person} should have become a subscriber, but: {outcome}."
        return outcome

    def subscribe_in_trouble(self, person: Person, plan: Plan, trouble: str) -> Subscription | Refused:
        """Subscribe while the payment provider is in that trouble; it is well again right after."""
        return self._third_parties.during("payments", trouble, lambda: self.subscribe(person, plan))

    def cancel_in_trouble(self, person: Person, trouble: str) -> Cancelled | Refused:
        """Cancel while the payment provider is in that trouble, and well again after."""
        return self._third_parties.during("payments", trouble, lambda: self.cancel(person))

    # What the business holds

    def all_of(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows of `subscriptions` of the person."""
        return self._database.rows("subscriptions", user_id=self._accounts.user_id(person))

    def subscription_id(self, person: Person) -> str:
        """Return the id of the person's subscription, the living one if there are several, or nobody's."""
        rows = self.all_of(person)
        living = [row for row in rows if row["status"] in LIVING]
        return str((living or rows)[-1]["id"]) if rows else NOBODYS

    def first_renewal(self, person: Person) -> datetime:
        """Return when the person was told, on subscribing, that it is renewed for the first time."""
        assert person.id in self._first_renewals, f"{person} was never told of a renewal."
        return self._first_renewals[person.id]

    def _send(self, person: Person, wish: _Wish) -> Subscription | Refused:
        outcome = self._subscribe(self._accounts.session(person), wish)
        self._wishes[person.id] = wish
        self._submissions.note(person, wish.key, outcome.raw)
        if isinstance(outcome, Subscription) and outcome.renewal_date:
            self._first_renewals[person.id] = outcome.renewal_date
        return outcome

    def _subscribe(self, session: str | None, wish: _Wish) -> Subscription | Refused:
        headers = {"Idempotency-Key": wish.key}
        return _shown(self._client.send("POST", SUBSCRIPTIONS, wish.body, session, headers), 201)

    def _ask(
        self, method: str, person: Person, subscription_id: str, body: Mapping[str, Any] | None = None
    ) -> Answer:
        path = f"{SUBSCRIPTIONS}/{subscription_id}"
        return self._client.send(method, path, body, self._accounts.session(person))

    def _at_once(self, act: Callable[[], Any], times: int) -> list[Any]:
        self._providers.payments.hold(times)
        outcomes = at_once([act] * times)
        self._providers.payments.recover()
        return outcomes


def _wish(plan: Plan, with_card: Card) -> _Wish:
    return _Wish(f"page-{uuid.uuid4()}", {"planId": plan.id, "cardToken": with_card.token})


def _shown(answer: Answer, status: int) -> Subscription | Refused:
    accepted = answer.expect(status)
    if isinstance(accepted, Refused):
        return accepted
    told = accepted.body
    renewal_date = datetime.fromisoformat(told["renewalDate"]) if told["renewalDate"] else None
    return Subscription(told["id"], told["status"], told["planId"], renewal_date, accepted.raw)


def _ended(answer: Answer) -> Cancelled | Refused:
    accepted = answer.expect(200)
    if isinstance(accepted, Refused):
        return accepted
    told = accepted.saying(status="cancelled").body
    return Cancelled(told["id"], told["refundAmount"])
