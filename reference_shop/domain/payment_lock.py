"""Taking turns across all copies of the shop while a provider is asked, with no transaction open."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from sqlalchemy import func, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from reference_shop.domain.idempotency import in_progress
from reference_shop.errors import unavailable
from reference_shop.storage.database import Database, is_outage


@contextmanager
def one_at_a_time(database: Database, name: str, patience_s: float) -> Iterator[Connection]:
    """Yield a connection that holds the lock of that name, outside of any transaction.

    The lock ends with the connection, so nobody's crash leaves it behind. Raises 409 `in_progress` where the
    turn does not come in time, and 503 `service_unavailable` where the database is lost.
    """
    try:
        with database.engine.connect() as connection:
            _take(connection, name, patience_s)
            try:
                yield connection
            finally:
                _give_back(connection)
    except (DBAPIError, PoolTimeout) as error:
        if is_outage(error):
            raise unavailable("database") from error
        raise


def _take(connection: Connection, name: str, patience_s: float) -> None:
    try:
        with connection.begin():
            connection.execute(text(f"SET LOCAL lock_timeout = {int(patience_s * 1000)}"))
            connection.execute(select(func.pg_advisory_lock(func.hashtextextended(name, 0))))
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.LockNotAvailable):
            raise in_progress() from error
        raise


def _give_back(connection: Connection) -> None:
    with suppress(DBAPIError):
        connection.execute(select(func.pg_advisory_unlock_all()))
        connection.commit()
        return
    connection.invalidate()  # whatever is wrong with it, its lock must not go back to the pool
