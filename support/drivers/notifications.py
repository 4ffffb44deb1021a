"""Messages as the business promised them: what was written down, and what the provider was really given."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from support import wait
from support.data import people
from support.data.people import Person
from support.data.values import pattern
from support.database.database import Database
from support.drivers.time import Time
from support.providers import Mail, ProviderCall, Providers, Sms

DELIVERY_S = 5.0  # the worker looks every few dozen milliseconds; this is for a machine that is very busy
A_MOMENT = timedelta(seconds=1)

TEMPLATES = {
    "confirm your address": "verify_email",
    "reset your password": "reset_password",
    "project invitation": "project_invitation",
    "order confirmed": "order_confirmation",
    "order shipped": "order_shipped",
    "order cancelled": "order_cancelled",
    "renewal receipt": "renewal_receipt",
    "payment failed": "payment_failed",
    "subscription cancelled": "subscription_cancelled",
}
"""What a customer would call a message, and what the contract calls it."""


@pattern("|".join(map(re.escape, TEMPLATES)))
def template(words: str) -> str:
    """Read the name of a message, such as "confirm your address", as the contract calls it."""
    return TEMPLATES[words]


@dataclass(frozen=True)
class Channel:
    """A way to write to people: where messages wait, who sends them, and how to find one person's."""

    words: str
    table: str
    provider: str
    operation: str
    address: Callable[[Person], str]
    recipients: Callable[[Any], list[Any]]
    """Reads the addresses out of a call to the provider; none where it is malformed."""
    same_text: str
    """What of a message is found again in what arrived."""

    def __str__(self) -> str:
        return self.words


def _recipients_of_mail(body: Any) -> list[Any]:
    personalizations = body.get("personalizations", []) if isinstance(body, dict) else []
    return [to.get("email") for one in personalizations for to in one.get("to", [])]


def _recipients_of_sms(body: Any) -> list[Any]:
    return [body.get("To")] if isinstance(body, dict) else []


EMAIL = Channel(
    words="e-mail",
    table="email_outbox",
    provider="email",
    operation="send mail",
    address=lambda person: person.email,
    recipients=_recipients_of_mail,
    same_text="subject",
)
SMS = Channel(
    words="SMS",
    table="sms_outbox",
    provider="sms",
    operation="send SMS",
    address=lambda person: person.phone_number or people.PHONE_NUMBER,
    recipients=_recipients_of_sms,
    same_text="body",
)
CHANNELS = {channel.words: channel for channel in (EMAIL, SMS)}
BY_PROVIDER = {channel.provider: channel for channel in (EMAIL, SMS)}


@pattern("|".join(map(re.escape, CHANNELS)))
def channel(words: str) -> Channel:
    """Read "e-mail" or "SMS"."""
    return CHANNELS[words]


class Notifications:
    """What people are sent."""

    def __init__(self, database: Database, providers: Providers, time: Time) -> None:
        self._database = database
        self._providers = providers
        self._time = time

    # What is written down, and what has arrived

    def messages(self, person: Person, template: str, channel: Channel = EMAIL) -> list[dict[str, Any]]:
        """Return the rows of the channel's outbox for the person and template."""
        return self._database.rows(channel.table, recipient=channel.address(person), template=template)

    def message(self, person: Person, template: str, channel: Channel = EMAIL) -> dict[str, Any]:
        """Return the newest row of the channel's outbox for the person and template."""
        rows = self.messages(person, template, channel)
        assert rows, f"No {channel} {template!r} to {person} was written down."
        return rows[-1]

    def delivered(self, person: Person, template: str) -> Mail:
        """Wait until the newest e-mail of that template has arrived, and return it as it did."""
        newest = self._arrived(person, template, EMAIL)[-1]
        assert isinstance(newest, Mail)
        return newest

    def read(self, person: Person, template: str, channel: Channel) -> str:
        """Wait until the newest message of that template has arrived, and return all that can be read of it.

        A text without words is nothing to read: where subject or body is empty, so is what is returned.
        """
        newest = self._arrived(person, template, channel)[-1]
        texts = [newest.body] if isinstance(newest, Sms) else [newest.subject, newest.body]
        return "\n".join(texts) if all(text.strip() for text in texts) else ""

    def times_delivered(self, person: Person, template: str, channel: Channel = EMAIL) -> int:
        """Wait until the newest message is with the provider, and return how often it arrived."""
        arrived = self._arrived(person, template, channel)
        text = getattr(arrived[-1], channel.same_text)
        return len([one for one in arrived if getattr(one, channel.same_text) == text])

    def miscounted(self, persons: Sequence[Person], template: str) -> list[str]:
        """Return whom of several people the e-mail did not reach exactly once, in sentences."""
        counted = {person: self.times_delivered(person, template) for person in persons}
        return [f"{person.email} got it {times} times" for person, times in counted.items() if times != 1]

    def on_its_way(self, person: Person, channel: Channel = EMAIL) -> list[str]:
        """Return what is written down for, or was given to the provider for, the person; in sentences."""
        written = self._database.rows(channel.table, recipient=channel.address(person))
        return [f"{row['template']} is written down ({row['status']})" for row in written] + [
            call.sentence() for call in self.tries(person, channel)
        ]

    def on_its_way_to_anybody(self, channel: Channel) -> list[str]:
        """Return what is written down for, or was given to the provider for, anybody at all; in sentences."""
        written = self._database.rows(channel.table)
        return [f"{row['template']} is written down for {row['recipient']}" for row in written] + [
            call.sentence() for call in self._providers.journal.of(channel.provider)
        ]

    # How it goes with the provider

    def tries(self, person: Person, channel: Channel = EMAIL) -> list[ProviderCall]:
        """Return the calls by which the provider was asked to write to the person, oldest first."""
        asked = self._providers.journal.of(channel.provider, channel.operation)
        return [call for call in asked if channel.address(person) in channel.recipients(call.body)]

    def ended_tries(self, channel: Channel) -> list[str]:
        """Return which calls to the channel's provider have ended by now, as sentences."""
        asked = self._providers.journal.of(channel.provider, channel.operation)
        return [call.sentence() for call in asked if call.outcome != "in flight"]

    def await_failures(self, person: Person, template: str, times: int, channel: Channel = EMAIL) -> None:
        """Let time pass from try to try until the message has failed so many times."""
        for failures in range(1, times + 1):
            self._await_failure(person, template, failures, channel)
            if failures < times:
                self._time.let_pass(self._left(self.message(person, template, channel)))

    def await_status(
        self, person: Person, template: str, status: str, channel: Channel = EMAIL
    ) -> dict[str, Any]:
        """Wait until the newest message is `queued` or `failed` after at least one try, and return it."""

        def reached() -> dict[str, Any] | None:
            row = self.message(person, template, channel)
            return row if row["status"] == status and row["attempts"] else None

        return wait.until(
            reached,
            DELIVERY_S,
            lambda: (
                f"the {channel} {template!r} to {person} to be {status}; "
                + self._told(person, template, channel)
            ),
        )

    def rest_before_next_try(self, person: Person, template: str, channel: Channel = EMAIL) -> timedelta:
        """Return how long after its last failure the message is tried again, once it was."""
        before = self.tries(person, channel)
        due = self.message(person, template, channel)["next_attempt_at"]
        assert due is not None, f"No further try is planned; {self._told(person, template, channel)}"
        self._time.let_pass(due - self._time.now() + A_MOMENT)
        wait.until(
            lambda: len(self.tries(person, channel)) > len(before),
            DELIVERY_S,
            lambda: (
                f"the {channel} {template!r} to {person} to be tried again; "
                + self._told(person, template, channel)
            ),
        )
        rest: timedelta = due - before[-1].at
        return rest

    def _arrived(self, person: Person, template: str, channel: Channel) -> list[Mail] | list[Sms]:
        """Wait until all messages of that template are sent; return those that arrived, oldest first.

        Nobody is sending any more by then: a message that is sent a second time is counted, too.
        """

        def arrived() -> list[Any] | None:
            rows = self.messages(person, template, channel)
            texts = {row[channel.same_text] for row in rows}
            under_way = [row for row in rows if row["status"] != "sent"]
            if under_way or any(call.outcome == "in flight" for call in self.tries(person, channel)):
                return None
            inbox = getattr(self._providers, channel.provider).to(channel.address(person))
            return [one for one in inbox if getattr(one, channel.same_text) in texts]

        return wait.until(
            arrived,
            DELIVERY_S,
            lambda: f"the {channel} {template!r} to {person}; {self._told(person, template, channel)}",
        )

    def _await_failure(self, person: Person, template: str, failures: int, channel: Channel) -> None:
        wait.until(
            lambda: self.message(person, template, channel)["attempts"] >= failures,
            DELIVERY_S,
            lambda: (
                f"the {channel} {template!r} to {person} to fail {failures} times; "
                + self._told(person, template, channel)
            ),
        )

    def _left(self, row: Mapping[str, Any]) -> timedelta:
        due = row["next_attempt_at"]
        assert due is not None, (
            f"The message {row['template']!r} is not tried again after failure {row['attempts']}."
        )
        left: timedelta = due - self._time.now() + A_MOMENT
        return left

    def _told(self, person: Person, template: str, channel: Channel) -> str:
        rows = self.messages(person, template, channel)
        told = [f"{row['status']}, {row['attempts']} tries, {row['last_error']}" for row in rows]
        return f"written down: {told or 'nothing'}\n{self._providers.journal.describe()}"
