"""The suite's own connection to the database, apart from the app's and from those that read rows."""

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg

from support.database.disposable import require_disposable

APPLICATION_NAME = "plumbline"
T = TypeVar("T")
Connection = psycopg.Connection[tuple[Any, ...]]


def connect(url: str, options: str = "") -> Connection:
    """Open an autocommit connection. Raises PlumblineError where the database is not marked as disposable."""
    connection = psycopg.connect(
        url,
        autocommit=True,
        application_name=APPLICATION_NAME,
        connect_timeout=2,
        options=f"-c timezone=UTC {options}",
    )
    try:
        require_disposable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


class SuiteConnection:
    """An autocommit connection to a disposable database, made when first used and again after a restart."""

    def __init__(self, url: str, options: str = "", on_connect: Callable[[Connection], None] | None = None):
        self._url = url
        self._options = options
        self._on_connect = on_connect
        self._connection: Connection | None = None

    def run(self, work: Callable[[Connection], T]) -> T:
        """Do `work`, a second time where the connection turns out to have been lost.

        Raises PlumblineError where the database is not marked as disposable.
        """
        had_one = self._connection is not None
        try:
            return work(self._connected())
        except psycopg.OperationalError:
            if not (had_one and self._connected().closed):
                raise
        self.close()
        return work(self._connected())

    def close(self) -> None:
        """Close the connection; the next use makes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            connection = connect(self._url, self._options)
            try:
                if self._on_connect is not None:
                    self._on_connect(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection
