"""What a scenario may leave behind in the database: open transactions, messages that should have gone out."""

from datetime import datetime

from psycopg import sql

from support.database import activity
from support.database.connection import Connection, SuiteConnection

OUTBOXES = ("email_outbox", "sms_outbox")

EXISTING = "SELECT name FROM unnest(%s::text[]) name WHERE to_regclass(name) IS NOT NULL"
OVERDUE = """
    SELECT {name}, template, count(*) FROM {table}
    WHERE status = 'queued' AND (next_attempt_at IS NULL OR next_attempt_at <= {now})
    GROUP BY template
"""


class LeakDetector:
    """Looks for what is still under way in the app's database."""

    def __init__(self, url: str) -> None:
        self._connection = SuiteConnection(url)
        self._outboxes: list[str] | None = None

    def find(self, now: datetime) -> list[str]:
        """A sentence for each open transaction and each kind of message due by `now`, the app's time."""
        return self._connection.run(lambda connection: self._find(connection, now))

    def end_transactions(self) -> None:
        """End the sessions of all open transactions, so that the next scenario does not trip over them."""
        self._connection.run(activity.end_transactions)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _find(self, connection: Connection, now: datetime) -> list[str]:
        return activity.open_transactions(connection) + self._overdue(connection, now)

    def _overdue(self, connection: Connection, now: datetime) -> list[str]:
        if self._outboxes is None:  # asked once: an app migrates when it starts, not between scenarios
            self._outboxes = [name for (name,) in connection.execute(EXISTING, [list(OUTBOXES)])]
        if not self._outboxes:
            return []
        parts = [
            sql.SQL(OVERDUE).format(name=sql.Literal(name), table=sql.Identifier(name), now=sql.Literal(now))
            for name in self._outboxes
        ]
        return [
            f"{count} message(s) {template!r} in {table} are due and have not been sent."
            for table, template, count in connection.execute(sql.SQL(" UNION ALL ").join(parts))
        ]
