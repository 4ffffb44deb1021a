"""What a scenario may leave behind in the database: open transactions, messages that should have gone out."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from support.database.snapshot import Row, Snapshot

OUTBOXES = ("email_outbox", "sms_outbox")


def find(held: Snapshot, now: datetime) -> list[str]:
    """A sentence for each open transaction and each kind of message due by `now`, the app's time."""
    return [*held.open_transactions, *_overdue(held, now)]


def _overdue(held: Snapshot, now: datetime) -> Iterator[str]:
    for outbox in OUTBOXES:
        due = Counter(row["template"] for row in held.rows(outbox) if _is_due(row, now))
        for template, count in due.items():
            yield f"{count} message(s) {template!r} in {outbox} are due and have not been sent."


def _is_due(message: Row, now: datetime) -> bool:
    next_attempt = message["next_attempt_at"]
    return message["status"] == "queued" and (
        next_attempt is None or datetime.fromisoformat(next_attempt) <= now
    )
