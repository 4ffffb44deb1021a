"""Lets something happen at the very moment at which the app writes into a table."""

import threading
from collections.abc import Callable

from psycopg import sql

from support import wait
from support.database import activity
from support.database.connection import Connection, SuiteConnection

PATIENCE_S = 3.0  # for the app to come along; it is let through after that


class Ambush:
    """Holds a lock on a table until a session of the app waits for it; then acts, and lets go of the lock.

    Reading goes on meanwhile. `act` is called once, in a thread of its own, while the app's session is held
    up in the middle of its transaction.
    """

    def __init__(self, url: str, table: str, act: Callable[[], None]) -> None:
        self._table = table
        self._act = act
        self._holding = SuiteConnection(url)
        self._watching = SuiteConnection(url)
        self._holding.run(self._lock)
        self._thread = threading.Thread(target=self._watch, name=f"ambush-{table}", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Let go of the table and wait until the act is over. Idempotent."""
        self._thread.join()
        self._holding.close()
        self._watching.close()

    def _lock(self, connection: Connection) -> None:
        connection.execute("BEGIN")
        connection.execute(
            sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(sql.Identifier(self._table))
        )

    def _watch(self) -> None:
        try:
            wait.until(self._somebody_waits, PATIENCE_S, f"the app to write into {self._table}")
            self._act()
        except wait.StillWaiting:
            pass  # the scenario's own assertions tell that nothing happened
        finally:
            self._holding.close()  # ends its transaction

    def _somebody_waits(self) -> bool:
        return self._watching.run(lambda connection: activity.held_up_on(connection, self._table))
