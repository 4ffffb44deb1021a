"""The marker that a database carries when everything in it may be deleted."""

from typing import Any

import psycopg
from psycopg import sql

from support.errors import PlumblineError

MARKER = "plumbline: disposable"


def mark(connection: psycopg.Connection[Any], database: str) -> None:
    """Mark a database that this suite has just created."""
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(database), sql.Literal(MARKER))
    )


def require_disposable(connection: psycopg.Connection[Any]) -> None:
    """Raise PlumblineError unless the connected database carries the marker."""
    row = connection.execute(
        "SELECT datname, shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()"
    ).fetchone()
    name, comment = row if row else ("", None)
    if comment != MARKER:
        raise PlumblineError(
            f"The database {name!r} at {connection.info.host}:{connection.info.port} is not marked as "
            "disposable, so nothing in it is deleted; run the suite against a database made for tests."
        )
