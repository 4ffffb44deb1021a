"""What always holds of messages: each is written down, and what is written down of it is true."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from support.database.snapshot import Row
from support.invariants.facts import Facts, Given, Invariant, instant

Message = tuple[str, str, datetime]
"""To whom, what it says, and when it was given to the provider."""


@dataclass(frozen=True)
class Outbox:
    """One way of sending messages: where they are written down, and what its provider was given."""

    kind: str
    table: str
    words: str
    """The column that is compared with what arrived."""
    given: Callable[[Given], Sequence[Message]]

    def invariants(self) -> tuple[Invariant, ...]:
        """What always holds of these messages."""
        tables = (self.table, "users")
        every = f"Every {self.kind}"
        return (
            Invariant(f"{every} is waiting, sent or given up, and says so in full", tables, self.half_told),
            Invariant(f"{every} that counts as sent was really sent", tables, self.not_sent, True),
            Invariant(f"{every} that was sent is written down", tables, self.not_written_down, True),
        )

    def half_told(self, facts: Facts) -> Iterator[str]:
        """Messages without what goes with their status."""
        for row in facts.rows(self.table):
            missing = _missing(row)
            if missing and not _may_be_blanked(row, facts):
                yield f"{self.table} {row['id']} ({row['template']}) is {row['status']} {missing}"

    def not_sent(self, facts: Facts) -> Iterator[str]:
        """Messages that count as sent more often than the provider was given them."""
        assert facts.after is not None
        arrived = Counter((to.lower(), words) for to, words, _ in self.given(facts.after))
        for row in facts.rows(self.table, status="sent"):
            if not _may_be_blanked(row, facts):
                message = (row["recipient"].lower(), row[self.words])
                arrived[message] -= 1
                if arrived[message] < 0:
                    yield (
                        f"{self.table} {row['id']} ({row['template']}) to {row['recipient']} counts as "
                        "sent and was never given to the provider"
                    )

    def not_written_down(self, facts: Facts) -> Iterator[str]:
        """Messages that the provider was given and that nobody can have queued."""
        assert facts.before is not None
        written = {(row["recipient"].lower(), row[self.words]) for row in facts.rows(self.table)}
        forgotten_until = max(_deletions(facts), default=None)
        for to, words, at in self.given(facts.before):
            forgotten = forgotten_until is not None and at <= forgotten_until
            if (to.lower(), words) not in written and not forgotten:
                yield f"the provider was given {words!r} for {to}, and {self.table} does not hold it"


def _missing(row: Row) -> str:
    """What a message lacks that goes with its status, or nothing."""
    match row["status"]:
        case "sent":
            return "" if row["sent_at"] else "without saying when"
        case "failed":
            return "" if row["last_error"] else "without saying why"
        case "queued":
            return "" if row["next_attempt_at"] else "without saying when it is tried again"
    return "which is no status of a message"


def _may_be_blanked(row: Row, facts: Facts) -> bool:
    """Whether the message was to somebody who has left since, so that nothing personal of it is kept."""
    left = {user["id"] for user in facts.rows("users") if user["deleted_at"]}
    return bool(left) and (row["user_id"] is None or row["user_id"] in left)


def _deletions(facts: Facts) -> list[datetime]:
    instants = (instant(user["deleted_at"]) for user in facts.rows("users"))
    return [at for at in instants if at is not None]


EMAILS = Outbox(
    "e-mail",
    "email_outbox",
    "subject",
    lambda given: [(mail.to, mail.subject, mail.at) for mail in given.mails],
)
TEXTS = Outbox(
    "text message", "sms_outbox", "body", lambda given: [(sms.to, sms.body, sms.at) for sms in given.texts]
)

INVARIANTS = (*EMAILS.invariants(), *TEXTS.invariants())
