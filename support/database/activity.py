"""What other sessions of the database are doing."""

from support import wait
from support.database.connection import APPLICATION_NAME, Connection

ENDING_S = 5.0  # the server ends a session within milliseconds
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


def end_other_sessions(connection: Connection) -> None:
    """End every session but the suite's own, and wait until they are gone; open transactions roll back."""
    ended = connection.execute(
        "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND backend_type = 'client backend' AND application_name <> %s",
        [APPLICATION_NAME],
    )
    pids = [pid for pid, _ in ended]
    alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"
    wait.until(
        lambda: connection.execute(alive, [pids]).fetchone() == (0,),
        ENDING_S,
        lambda: f"the sessions {pids} of the database to end",
    )


def held_up_on(connection: Connection, table: str) -> bool:
    """Tell whether another session waits for a lock on the table."""
    waiting = "SELECT count(*) FROM pg_locks WHERE relation = to_regclass(%s) AND NOT granted"
    return connection.execute(waiting, [table]).fetchone() != (0,)
