"""Puts the database back to its first day, in half a millisecond.

One PL/pgSQL function, generated from the catalogue, deletes the rows of those tables that hold any, unless
the app is in the middle of a transaction or has migrated since. It lives in the session of its own connection
(schema pg_temp), where triggers and foreign keys are switched off, so the app's schema gains nothing.
TRUNCATE would take a hundred times as long: it makes new files.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from support import wait
from support.database import activity
from support.database.connection import Connection, SuiteConnection

REFERENCE_TABLES = ("plans",)
MIGRATION_TABLES = (
    "alembic_version",
    "schema_migrations",
    "django_migrations",
    "flyway_schema_history",
    "_prisma_migrations",
)
BUSY_TIMEOUT_S = 2.0
LOCK_TIMEOUT_MS = 1000

# The app's tables, without those that belong to an extension. Partitions are tables too, their parent is not.
TABLES = """
    SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname, c.relname
"""
SEQUENCES = """
    SELECT n.nspname, c.relname, s.seqstart, t.relname
    FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
      AND d.refclassid = 'pg_class'::regclass
    LEFT JOIN pg_class t ON t.oid = d.refobjid
    WHERE n.nspname !~ '^pg_' ORDER BY n.nspname, c.relname
"""
COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = %s AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
# Changes when a table, a column or a sequence comes or goes.
SCHEMA_FINGERPRINT = """
    SELECT sum(hashint8extended(oid::bigint, relnatts)) FROM pg_class
    WHERE relkind IN ('r', 'S') AND oid >= 16384 AND relpersistence <> 't'
      AND relnamespace <> 'pg_toast'::regnamespace
"""
DONE, BUSY, MIGRATED = "done", "busy", "migrated"
FIRST_LOOK = f"""
    IF EXISTS (SELECT {activity.IN_A_TRANSACTION}) THEN RETURN '{BUSY}'; END IF;
    IF ({SCHEMA_FINGERPRINT}) IS DISTINCT FROM {{fingerprint}} THEN RETURN '{MIGRATED}'; END IF;
"""  # noqa: S608 - put together from constants
CONTENT = "SELECT coalesce(jsonb_agg(to_jsonb(t) ORDER BY to_jsonb(t)), '[]') FROM {} t"


class Busy(AssertionError):
    """The app has transactions open, so that what it writes next would survive a reset."""


@dataclass(frozen=True)
class Table:
    """A table of the app."""

    oid: int
    schema: str
    name: str

    @property
    def identifier(self) -> sql.Identifier:
        """Its quoted name."""
        return sql.Identifier(self.schema, self.name)


class Resetter:
    """Deletes every row of every table, but for the migration table and the reference tables.

    Those of `reference_tables` that exist hold afterwards the rows found when the resetter was first used.
    Raises PlumblineError where the database is not marked as disposable.
    """

    def __init__(self, url: str, reference_tables: Sequence[str] = REFERENCE_TABLES) -> None:
        self._reference_tables = reference_tables
        self._connection = SuiteConnection(
            url,
            f"-c session_replication_role=replica -c lock_timeout={LOCK_TIMEOUT_MS}",
            self._on_connect,
        )
        self._function: sql.Composed | None = None
        self._fingerprint: Any = None

    def reset(self) -> None:
        """Put tables and sequences back to the first day.

        Waits shortly for the app's running transactions to end. Raises Busy, which names them.
        """
        self._connection.run(self._reset)

    @property
    def schema(self) -> Any:
        """A mark that is another one when tables, columns or sequences have come or gone."""
        return self._fingerprint

    def regenerate(self) -> None:
        """Read the schema and the rows of the reference tables again, as after a migration.

        Not needed for tables that came or went: `reset` sees that by itself.
        """
        self._connection.run(self._generate)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _on_connect(self, connection: Connection) -> None:
        """A new session has no function; the rows to put back are those of the first day nevertheless."""
        if self._function is None:
            self._generate(connection)
        else:
            connection.execute(self._function)

    def _reset(self, connection: Connection) -> None:
        """Call the function; all is done in one round trip unless the app is busy or has migrated."""

        def done() -> bool:
            outcome = self._call(connection)
            if outcome == MIGRATED:
                self._generate(connection)
            return bool(outcome == DONE)

        def busy() -> str:
            return "open transactions to end: " + " ".join(activity.open_transactions(connection))

        try:
            wait.until(done, BUSY_TIMEOUT_S, busy)
        except wait.StillWaiting as waiting:
            raise Busy(f"The database cannot be reset. {waiting}") from None
        except psycopg.errors.LockNotAvailable as error:
            raise Busy(f"The database cannot be reset, a table is locked: {error} {busy()}") from None

    def _call(self, connection: Connection) -> Any:
        row = connection.execute("SELECT pg_temp.plumbline_reset()").fetchone()
        return row[0] if row else None

    def _generate(self, connection: Connection) -> None:
        row = connection.execute(SCHEMA_FINGERPRINT).fetchone()
        self._fingerprint = row[0] if row else None
        self._function = self._function_for(connection)
        connection.execute(self._function)

    def _function_for(self, connection: Connection) -> sql.Composed:
        tables = [Table(*row) for row in connection.execute(TABLES)]
        statements = [sql.SQL(FIRST_LOOK).format(fingerprint=sql.Literal(self._fingerprint))]
        for table in tables:
            if table.name in self._reference_tables:
                statements.append(_put_back(connection, table))
            elif table.name not in MIGRATION_TABLES:
                statements.append(_delete(table))
        kept = (*self._reference_tables, *MIGRATION_TABLES)
        for schema, name, start, owner in connection.execute(SEQUENCES):
            statements.append(_rewind(connection, sql.Identifier(schema, name), start, owner in kept))
        body = sql.SQL("BEGIN\n{}\nRETURN {};\nEND").format(sql.SQL("\n").join(statements), sql.Literal(DONE))
        return sql.SQL(
            "CREATE OR REPLACE FUNCTION pg_temp.plumbline_reset() RETURNS text LANGUAGE plpgsql AS {}"
        ).format(sql.Literal(body.as_string(connection)))


def _delete(table: Table) -> sql.Composed:
    return sql.SQL("IF EXISTS (SELECT FROM ONLY {0}) THEN DELETE FROM ONLY {0}; END IF;").format(
        table.identifier
    )


def _put_back(connection: Connection, table: Table) -> sql.Composed:
    """Make the rows what they are now, where they are something else."""
    content = sql.SQL(CONTENT).format(table.identifier)
    rows = connection.execute(sql.SQL("SELECT ({})::text").format(content)).fetchone()
    columns = [sql.Identifier(name) for (name,) in connection.execute(COLUMNS, [table.oid])]
    return sql.SQL(
        "IF ({content}) IS DISTINCT FROM {rows}::jsonb THEN DELETE FROM ONLY {table}; "
        "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE "
        "SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, {rows}); END IF;"
    ).format(
        content=content,
        rows=sql.Literal(rows[0] if rows else "[]"),
        table=table.identifier,
        columns=sql.SQL(", ").join(columns),
    )


def _rewind(connection: Connection, sequence: sql.Identifier, start: int, as_found: bool) -> sql.Composed:
    """Begin the sequence anew; that of a table whose rows stay goes back to where it is now."""
    value, called = start, False
    if as_found:
        found = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sequence)
        ).fetchone()
        value, called = found or (start, False)
    return sql.SQL(
        "IF (SELECT (last_value, is_called) IS DISTINCT FROM ({value}::bigint, {called}) FROM {sequence}) "
        "THEN PERFORM setval({name}, {value}, {called}); END IF;"
    ).format(
        value=sql.Literal(value),
        called=sql.Literal(called),
        sequence=sequence,
        name=sql.Literal(sequence.as_string(connection)),
    )
