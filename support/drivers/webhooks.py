"""What the payment provider reports by itself: genuine, forged, late, twice and in the wrong order."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from support.data import people
from support.data.people import Person
from support.data.values import Money, money, pattern
from support.database.database import Database
from support.drivers.books import Books
from support.drivers.client import Client
from support.drivers.refusals import Refused
from support.drivers.time import Time
from support.drivers.together import at_once
from support.providers import Providers, SignedEvent

WEBHOOK = "/webhooks/payments"
FORGERS_SECRET = "whsec_made_up_by_somebody_else"  # noqa: S105 - not the secret that is shared

_EVENT = re.compile(r"(?P<person>[A-Z][a-z]+)(?P<what> got back (?P<amount>.+)|'s .+)")
_AMOUNT = r"\$\d[\d,]*\.\d\d"


@dataclass(frozen=True)
class Event:
    """Something that happened to a person's payment; `amount` is what the person has got back by then."""

    person: Person
    type: str
    amount: Money | None = None


TYPES = {"'s money was taken": "charge.succeeded", "'s bank disputes the payment": "charge.dispute.created"}


@pattern(rf"[A-Z][a-z]+ got back {_AMOUNT}|[A-Z][a-z]+(?:{'|'.join(TYPES)})")
def event(text: str) -> Event:
    """Read "Ada got back $15.00", "Ada's money was taken", "Ada's bank disputes the payment"."""
    found = _EVENT.fullmatch(text)
    assert found  # the pattern lets nothing else through
    person = people.find(found["person"])
    if found["amount"]:
        return Event(person, "charge.refunded", money(found["amount"]))
    return Event(person, TYPES[found["what"]])


@dataclass(frozen=True)
class Accepted:
    """The app took the report."""

    def __str__(self) -> str:
        return "accepted"


class Webhooks:
    """The payment provider's side of its reports, and what the books keep of them."""

    def __init__(
        self, client: Client, database: Database, providers: Providers, time: Time, books: Books
    ) -> None:
        self._client = client
        self._database = database
        self._provider = providers.payments
        self._time = time
        self._books = books
        self._last: SignedEvent | None = None

    # What the provider does

    def report(self, event: Event, signed_ago: timedelta = timedelta()) -> Accepted | Refused:
        """Let it happen at the provider, and report it."""
        signed_at = self._time.now() - signed_ago
        thing = self._let_happen(event)
        return self._send(self._provider.webhook(event.type, thing, signed_at=signed_at))

    def report_at_once(self, event: Event, times: int) -> list[Accepted | Refused]:
        """Let it happen once, and send one report of it `times` times at the same moment."""
        report = self._provider.webhook(event.type, self._let_happen(event))
        return at_once([lambda: self._send(report)] * times)

    def repeat(self) -> Accepted | Refused:
        """Send the last report again, as the provider does where it is not sure."""
        assert self._last is not None, "Nothing was reported that could be repeated."
        return self._send(self._last)

    def report_late(self, event: Event, age: timedelta) -> Accepted | Refused:
        """Send a report of what had happened `age` ago: the provider knows more by now."""
        created = self._time.now() - age
        return self._send(self._provider.webhook(event.type, self._as_of(event), created=created))

    def report_unheard_of(self) -> Accepted | Refused:
        """Report something that the contract does not know."""
        thing = {"id": "rdr_1", "object": "radar.early_reader"}
        return self._send(self._provider.webhook("radar.early_reader.created", thing))

    # What others do in its name

    def forge(self, event: Event) -> Accepted | Refused:
        """Report what never happened, signed with another secret."""
        return self._send(self._provider.webhook(event.type, self._as_of(event), secret=FORGERS_SECRET))

    def send_unsigned(self, event: Event) -> Accepted | Refused:
        """Report what never happened, without a signature."""
        report = self._provider.webhook(event.type, self._as_of(event))
        unsigned = {"Content-Type": report.headers["Content-Type"]}
        return self._send(SignedEvent(report.body, unsigned))

    def alter(self, event: Event, amount: Money) -> Accepted | Refused:
        """Put another amount into a genuine report and leave its signature as it was."""
        genuine = self._provider.webhook(event.type, self._as_of(event))
        altered = self._provider.webhook(event.type, self._as_of(Event(event.person, event.type, amount)))
        return self._send(SignedEvent(altered.body, genuine.headers))

    # What the books keep

    def kept(self) -> list[dict[str, Any]]:
        """Return the rows of `webhook_events`."""
        return self._database.rows("webhook_events")

    def _let_happen(self, event: Event) -> dict[str, Any]:
        """Do at the provider what the event is about, as far as that was not done yet; return its object."""
        charge = self._books.charge_of(event.person)
        if event.type == "charge.dispute.created":
            return self._provider.dispute(charge["id"])
        missing = event.amount.minor - charge["amount_refunded"] if event.amount else 0
        return self._provider.refund_by_hand(charge["id"], missing) if missing > 0 else charge

    def _as_of(self, event: Event) -> dict[str, Any]:
        """Return the charge as it was, or would be, at the event; nothing happens at the provider."""
        charge = self._books.charge_of(event.person)
        refunded = event.amount.minor if event.amount else 0
        return {**charge, "amount_refunded": refunded, "refunded": refunded == charge["amount"]}

    def _send(self, report: SignedEvent) -> Accepted | Refused:
        self._last = report
        answer = self._client.send("POST", WEBHOOK, report.body, headers=report.headers).expect(200)
        return answer if isinstance(answer, Refused) else Accepted()
