"""What a scenario may leave behind in the database: open transactions, messages that should have gone out."""

from datetime import datetime

from psycopg import sql

from support.database import activity
from support.database.connection import Connection, SuiteConnection

OUTBOXES = ("email_outbox", "sms_outbox")

OVERDUE = """
    SELECT {name}, template, count(*) FROM {table}
    WHERE status = 'queued' AND (next_attempt_at IS NULL OR next_attempt_at <= {now})
    GROUP BY template
"""


class LeakDetector:
    """Looks for what is still under way in the app's database."""

    def __init__(self, url: str) -> None:
        self._connection = SuiteConnection(url)

    def find(self, now: datetime) -> list[str]:
        """A sentence for each open transaction and each kind of message due by `now`, the app's time."""
        return self._connection.run(lambda connection: self._find(connection, now))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _find(self, connection: Connection, now: datetime) -> list[str]:
        found = activity.open_transactions(connection)
        tables = connection.execute(
            "SELECT name FROM unnest(%s::text[]) name WHERE to_regclass(name) IS NOT NULL", [list(OUTBOXES)]
        ).fetchall()
        if tables:
            parts = [
                sql.SQL(OVERDUE).format(
                    name=sql.Literal(name), table=sql.Identifier(name), now=sql.Literal(now)
                )
                for (name,) in tables
            ]
            for table, template, count in connection.execute(sql.SQL(" UNION ALL ").join(parts)):
                found.append(f"{count} message(s) {template!r} in {table} are due and have not been sent.")
        return found
