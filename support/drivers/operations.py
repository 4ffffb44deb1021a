"""Running the shop: whether it is well, what it depends on, what its manual says, and nonsense sent to it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from support.data import people
from support.data.people import Person
from support.data.values import pattern
from support.database.ambush import Ambush
from support.drivers.client import Client, ContractBroken
from support.drivers.refusals import Refused
from support.stack.base import Faults

CALLS = (
    "POST /auth/register",
    "POST /auth/verify-email",
    "POST /auth/resend-verification",
    "POST /auth/login",
    "POST /auth/forgot-password",
    "POST /auth/reset-password",
    "POST /admin/users/{}/ban",
    "POST /onboarding/complete",
    "POST /projects",
    "POST /projects/{}/invitations",
    "POST /invitations/accept",
    "DELETE /account",
    "POST /payments/charge",
    "POST /payments/{}/refund",
    "POST /webhooks/payments",
    "POST /subscriptions",
    "GET /subscriptions/{}",
    "PATCH /subscriptions/{}",
    "DELETE /subscriptions/{}",
    "POST /orders",
    "GET /orders/{}",
    "PATCH /orders/{}",
    "POST /orders/{}/cancel",
    "GET /health",
)
"""Calls that the app's own description must hold, path parameters left blank."""

UNREADABLE = {
    "cut off in the middle": b'{"email": "ada@example.test", "passw',
    "full of bytes that are no text": b'{"email": "\xff\xfe"}',
    "a shopping list": b"milk, eggs, bread",
}
"""What is sent in place of a form, and cannot be read as one."""

STRAY = {"a zero character": "\x00", "half a character": "\ud800"}
"""Characters that a form can carry, but no database can keep."""


OUTAGES = {
    "the database goes down": "stop_database",
    "the database is killed": "kill_database",
    "the database hangs up": "cut_database_connections",
    "the token store goes down": "stop_token_store",
}
"""What can happen to what the shop stands on, and by which switch it is done."""

WRITTEN = {
    "an account": "users",
    "a project": "projects",
    "a payment": "payments",
    "a step of an order": "order_audit_log",
}
"""What the shop writes down, and the table that it writes it into."""


@pattern("|".join(map(re.escape, OUTAGES)))
def outage(words: str) -> str:
    """Read what happens to the database or the token store, such as "the database hangs up"."""
    return OUTAGES[words]


@pattern("|".join(map(re.escape, WRITTEN)))
def written(words: str) -> str:
    """Read what the shop writes down, such as "a payment", as the table that it goes to."""
    return WRITTEN[words]


@pattern("|".join(map(re.escape, UNREADABLE)))
def unreadable(words: str) -> bytes:
    """Read what is wrong with a form, such as "cut off in the middle"."""
    return UNREADABLE[words]


@pattern("|".join(map(re.escape, STRAY)))
def stray(words: str) -> str:
    """Read the name of a character that no database can keep."""
    return STRAY[words]


@dataclass(frozen=True)
class Health:
    """How the shop says that it is; each part is `up` or `down`. It `took` so many seconds to say so."""

    well: bool
    database: str
    token_store: str
    took: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        word = "well" if self.well else "not well"
        return f"{word}, database {self.database}, token store {self.token_store}"


class Operations:
    """What people who run the shop do."""

    def __init__(self, client: Client, faults: Faults, database_url: str) -> None:
        self._client = client
        self._database_url = database_url
        self.faults = faults

    def happening(self, outage: str) -> Callable[[], None]:
        """Return what makes the outage happen, for a moment that somebody else chooses."""
        happen: Callable[[], None] = getattr(self.faults, outage)
        return happen

    def kill_and_start_database(self) -> None:
        """Kill the database, and bring it back right after that."""
        self.faults.kill_database()
        self.faults.start_database()

    def cut_off_when_writing(self, table: str) -> Callable[[], None]:
        """Cut all connections to the database in the middle of the app's next change to the table.

        Return what ends the waiting for it.
        """
        return Ambush(self._database_url, table, self.faults.cut_database_connections).end

    def health(self) -> Health:
        """Ask the shop how it is. Raises ContractBroken where answer and status disagree."""
        answer = self._client.send("GET", "/health")
        told = answer.body if isinstance(answer.body, dict) else {}
        health = Health(
            told.get("status") == "ok", str(told.get("database")), str(told.get("tokenStore")), answer.took
        )
        if answer.status != (200 if health.well else 503):
            raise ContractBroken(f"GET /health answered {answer.status}, but says that it is {health}.")
        if not health.well:
            answer.expect()  # an outage has the shape of every error as well
        return health

    def missing_from_manual(self) -> list[str]:
        """Return the calls that the app's own description leaves out."""
        answer = self._client.send("GET", "/openapi.json")
        paths: dict[str, Any] = answer.body["paths"]
        described = {
            f"{method.upper()} {re.sub(r'{[^}]*}', '{}', path)}" for path in paths for method in paths[path]
        }
        return [call for call in CALLS if call not in described]

    def send_unreadable(self, form: bytes) -> Refused:
        """Send something in place of the sign-up form."""
        return _refusal(self._client.send("POST", "/auth/register", form).expect())

    def send_form(self, person: Person, **entries: object) -> Refused:
        """Send the person's sign-up form with other entries; None leaves an entry out."""
        form: dict[str, object] = {
            "email": person.email,
            "password": people.PASSWORD,
            "fullName": person.full_name,
        }
        form.update(entries)
        kept = {name: value for name, value in form.items() if value is not None}
        return _refusal(self._client.send("POST", "/auth/register", kept).expect())

    def go_nowhere(self) -> Refused:
        """Ask for a thing that does not exist."""
        return _refusal(self._client.send("GET", "/no/such/thing").expect())


def _refusal(outcome: object) -> Refused:
    assert isinstance(outcome, Refused)  # expect() without a status lets nothing else through
    return outcome
