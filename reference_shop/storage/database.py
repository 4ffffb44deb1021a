"""PostgreSQL: transactions, and telling an outage from a bug."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from sqlalchemy import Table, create_engine, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from reference_shop.errors import busy, unavailable

log = logging.getLogger(__name__)

T = TypeVar("T")

CONNECT_TIMEOUT_S = 1
POOL_SIZE = 5
POOL_OVERFLOW = 15
POOL_TIMEOUT_S = 1.5

# Longer than the server takes to see a deadlock (1 s unless it is told otherwise).
LOCK_TIMEOUT = text("SET LOCAL lock_timeout = '3s'")
TRIES = 5

# Connection exceptions, shutting down, crashed, starting up, too many connections.
OUTAGE_STATES = ("08", "57P01", "57P02", "57P03", "53300")


# Of those who wait for each other the server picks one, and rolls it back.
VICTIM = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


class Database:
    """The shop's database behind a pool that mends itself after an outage."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.engine = create_engine(
            "postgresql+psycopg://",
            creator=self._connect,
            pool_pre_ping=True,  # a server that was restarted leaves dead connections behind
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
            pool_timeout=POOL_TIMEOUT_S,
            hide_parameters=True,  # tracebacks go to the log, passwords and tokens do not
        )

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self._url, connect_timeout=CONNECT_TIMEOUT_S)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Run the block in one transaction: commit at its end, roll back on any exception.

        Raises ShopError 503 `service_unavailable` where the database cannot be reached or the connection is
        lost; whether a commit that was cut off took effect is then unknown.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except (DBAPIError, PoolTimeout) as error:
            if is_outage(error):
                raise unavailable("database") from error
            raise

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do the work in one transaction, from the start again where it fell victim to a deadlock.

        So `work` must do nothing that a roll-back does not undo: it never asks a provider. Raises 409
        `in_progress` where others keep their locks for too long, else what `transaction` raises.
        """
        for _ in range(TRIES):
            try:
                with self.transaction() as connection:
                    connection.execute(LOCK_TIMEOUT)
                    return work(connection)
            except DBAPIError as error:
                if not isinstance(error.orig, (*VICTIM, psycopg.errors.LockNotAvailable)):
                    raise
                log.warning("a transaction was in others' way: %s", type(error.orig).__name__)
                if isinstance(error.orig, psycopg.errors.LockNotAvailable):
                    break  # this one has waited long enough
        raise busy()

    def close(self) -> None:
        """Close all connections of the pool."""
        self.engine.dispose()


def is_outage(error: DBAPIError | PoolTimeout) -> bool:
    """Tell trouble with the connection or the server from trouble with the statement."""
    if isinstance(error, PoolTimeout) or error.connection_invalidated:
        return True
    cause = error.orig
    if not isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        return False
    # Without a state the server never answered.
    return cause.sqlstate is None or cause.sqlstate.startswith(OUTAGE_STATES)


def insert_new(connection: Connection, table: Table, **values: object) -> bool:
    """Insert a row unless a unique column or index has its like; tell whether it was inserted.

    Waits for a like row of a transaction that is still open.
    """
    insertion = insert(table).values(values).on_conflict_do_nothing().returning(*table.primary_key)
    return connection.execute(insertion).first() is not None
