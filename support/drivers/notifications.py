"""E-mails as the business promised them: what was written down, and what the provider was really given."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from support import wait
from support.data.people import Person
from support.data.values import pattern
from support.database.database import Database
from support.drivers.time import Time
from support.providers import Mail, ProviderCall, Providers

DELIVERY_S = 5.0  # the worker looks every few dozen milliseconds; this is for a machine that is very busy
A_MOMENT = timedelta(seconds=1)

TEMPLATES = {
    "confirm your address": "verify_email",
    "reset your password": "reset_password",
    "project invitation": "project_invitation",
    "renewal receipt": "renewal_receipt",
    "payment failed": "payment_failed",
    "subscription cancelled": "subscription_cancelled",
}
"""What a customer would call an e-mail, and what the contract calls it."""


@pattern("|".join(map(re.escape, TEMPLATES)))
def template(words: str) -> str:
    """Read the name of an e-mail, such as "confirm your address", as the contract calls it."""
    return TEMPLATES[words]


class Notifications:
    """What people are sent."""

    def __init__(self, database: Database, providers: Providers, time: Time) -> None:
        self._database = database
        self._providers = providers
        self._time = time

    # What is written down, and what has arrived

    def messages(self, recipient: str, template: str) -> list[dict[str, Any]]:
        """Return the rows of `email_outbox` for that address and template."""
        return self._database.rows("email_outbox", recipient=recipient, template=template)

    def message(self, person: Person, template: str) -> dict[str, Any]:
        """Return the newest row of `email_outbox` for the person and template."""
        rows = self.messages(person.email, template)
        assert rows, f"No e-mail {template!r} to {person} was written down."
        return rows[-1]

    def delivered(self, person: Person, template: str) -> Mail:
        """Wait until the newest message of that template has arrived, and return it as it did."""

        def arrived() -> Mail | None:
            rows = self.messages(person.email, template)
            sent = [row for row in rows if row["status"] == "sent"]
            mails = self._providers.email.to(person.email)
            matching = [mail for mail in mails for row in sent if mail.subject == row["subject"]]
            return matching[-1] if sent and len(sent) == len(rows) and matching else None

        return wait.until(
            arrived,
            DELIVERY_S,
            lambda: f"the e-mail {template!r} to {person}; {self._told(person, template)}",
        )

    def times_delivered(self, person: Person, template: str) -> int:
        """Wait until the message is with the provider, and return how often it arrived."""
        subject = self.delivered(person, template).subject
        return len([mail for mail in self._providers.email.to(person.email) if mail.subject == subject])

    def miscounted(self, persons: Sequence[Person], template: str) -> list[str]:
        """Return whom of several people the message did not reach exactly once, in sentences."""
        counted = {person: self.times_delivered(person, template) for person in persons}
        return [f"{person.email} got it {times} times" for person, times in counted.items() if times != 1]

    def on_its_way(self, person: Person) -> list[str]:
        """Return what is written down for, or was given to the provider for, the person; in sentences."""
        written = self._database.rows("email_outbox", recipient=person.email)
        return [f"{row['template']} is written down ({row['status']})" for row in written] + [
            call.sentence() for call in self.tries(person)
        ]

    # How it goes with the provider

    def tries(self, person: Person) -> list[ProviderCall]:
        """Return the calls by which the provider was asked to write to the person, oldest first."""
        asked = self._providers.journal.of("email", "send mail")
        return [call for call in asked if person.email in _recipients(call.body)]

    def ended_tries(self, person: Person) -> list[str]:
        """Return those tries that have ended by now, as sentences."""
        return [call.sentence() for call in self.tries(person) if call.outcome != "in flight"]

    def await_failures(self, person: Person, template: str, times: int) -> None:
        """Let time pass from try to try until the message has failed so many times."""
        for failures in range(1, times + 1):
            self._await_failure(person, template, failures)
            if failures < times:
                self._time.let_pass(self._left(self.message(person, template)))

    def await_status(self, person: Person, template: str, status: str) -> dict[str, Any]:
        """Wait until the newest message is `queued` or `failed` after at least one try, and return it."""

        def reached() -> dict[str, Any] | None:
            row = self.message(person, template)
            return row if row["status"] == status and row["attempts"] else None

        return wait.until(
            reached,
            DELIVERY_S,
            lambda: f"the e-mail {template!r} to {person} to be {status}; {self._told(person, template)}",
        )

    def rest_before_next_try(self, person: Person, template: str) -> timedelta:
        """Return how long after its last failure the message is tried again, once it was."""
        before = self.tries(person)
        due = self.message(person, template)["next_attempt_at"]
        assert due is not None, f"No further try is planned; {self._told(person, template)}"
        self._time.let_pass(due - self._time.now() + A_MOMENT)
        wait.until(
            lambda: len(self.tries(person)) > len(before),
            DELIVERY_S,
            lambda: f"the e-mail {template!r} to {person} to be tried again; {self._told(person, template)}",
        )
        rest: timedelta = due - before[-1].at
        return rest

    def _await_failure(self, person: Person, template: str, failures: int) -> None:
        wait.until(
            lambda: self.message(person, template)["attempts"] >= failures,
            DELIVERY_S,
            lambda: (
                f"the e-mail {template!r} to {person} to fail {failures} times; "
                + self._told(person, template)
            ),
        )

    def _left(self, row: dict[str, Any]) -> timedelta:
        due = row["next_attempt_at"]
        assert due is not None, (
            f"The e-mail {row['template']!r} is not tried again after failure {row['attempts']}."
        )
        left: timedelta = due - self._time.now() + A_MOMENT
        return left

    def _told(self, person: Person, template: str) -> str:
        rows = self.messages(person.email, template)
        told = [f"{row['status']}, {row['attempts']} tries, {row['last_error']}" for row in rows]
        return f"written down: {told or 'nothing'}\n{self._providers.journal.describe()}"


def _recipients(body: Any) -> list[str]:
    """Return the addresses of a call to send mail; none where it is malformed."""
    personalizations = body.get("personalizations", []) if isinstance(body, dict) else []
    return [to.get("email") for one in personalizations for to in one.get("to", [])]
