"""What other sessions of the database are doing."""

from support.database.connection import Connection

QUERY_SHOWN = 200  # characters

IN_A_TRANSACTION = """
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
      AND xact_start IS NOT NULL
"""
OPEN_TRANSACTIONS = f"""
    SELECT pid, application_name AS name, state, query,
           extract(epoch FROM clock_timestamp() - xact_start) AS seconds
    {IN_A_TRANSACTION} ORDER BY xact_start
"""  # noqa: S608 - put together from constants


def open_transactions(connection: Connection) -> list[str]:
    """A sentence for every other session that is in a transaction."""
    return [sentence(*row) for row in connection.execute(OPEN_TRANSACTIONS)]


def sentence(pid: int, name: str, state: str, query: str, seconds: float) -> str:
    """Which session is in a transaction, for how long, and its last query."""
    return (
        f"Session {pid} ({name or 'unnamed'}) has been in a transaction for {seconds:.2f} s "
        f"({state}); its last query: {' '.join(query.split())[:QUERY_SHOWN]!r}."
    )


def end_transactions(connection: Connection) -> None:
    """End every other session that is in a transaction; what it has not committed is rolled back."""
    connection.execute(f"SELECT pg_terminate_backend(pid) {IN_A_TRANSACTION}")
