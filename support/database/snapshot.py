"""Everything that the database holds at one moment, in one round trip."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from support.database import activity
from support.database.connection import Connection, SuiteConnection
from support.database.reset import MIGRATION_TABLES

Row = Mapping[str, Any]

# The app's tables, each with the columns of its primary key; those outside the search path with their schema.
TABLES = """
    SELECT n.nspname, c.relname, pg_table_is_visible(c.oid),
           ARRAY(SELECT a.attname::text FROM unnest(i.indkey) WITH ORDINALITY k (number, place)
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number ORDER BY k.place)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    ORDER BY n.nspname, c.relname
"""
CONTENT = "SELECT {name}, json_agg(held.*)::text FROM ONLY {table} held"
SESSIONS = ""  # what other sessions are doing, among the tables
ACTIVITY = f"SELECT '{SESSIONS}', json_agg(found.*)::text FROM ({activity.OPEN_TRANSACTIONS}) found"  # noqa: S608


@dataclass(frozen=True)
class Snapshot:
    """All rows at one moment, as JSON has them: an instant is a text such as 2026-01-05T09:00:00+00:00.

    `texts` holds the rows of each table that has any; `keys` the columns of each table's primary key.
    """

    texts: Mapping[str, str]
    keys: Mapping[str, Sequence[str]]
    open_transactions: Sequence[str] = ()
    """Sentences about the other sessions that were in a transaction."""
    _rows: dict[str, list[Row]] = field(default_factory=dict, repr=False, compare=False)

    def has(self, table: str) -> bool:
        """Whether the app has such a table."""
        return table in self.keys

    def rows(self, table: str) -> Sequence[Row]:
        """The rows of a table, none where there is no such table."""
        if table not in self._rows:
            self._rows[table] = json.loads(self.texts.get(table, "[]"))
        return self._rows[table]


class Snapshots:
    """Takes snapshots, over a connection of its own.

    Raises psycopg.OperationalError while the database is down.
    """

    def __init__(self, url: str) -> None:
        self._connection = SuiteConnection(url)
        self._query: bytes | None = None
        self._keys: dict[str, Sequence[str]] = {}
        self._schema: Any = None

    def follow(self, schema: Any) -> bool:
        """Say by which mark the schema is known now; where it is a new one, tables are looked up again."""
        changed = bool(schema != self._schema)
        if changed:
            self._schema, self._query = schema, None
        return changed

    def take(self) -> Snapshot:
        """Everything that is committed at this moment."""
        return self._connection.run(self._take)

    def end_transactions(self) -> None:
        """End the sessions of all open transactions, so that the next scenario does not trip over them."""
        self._connection.run(activity.end_transactions)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _take(self, connection: Connection) -> Snapshot:
        try:
            found = connection.execute(self._query or self._look_up(connection), prepare=True).fetchall()
        except psycopg.errors.UndefinedTable:
            found = connection.execute(self._look_up(connection)).fetchall()
        held: dict[str, str] = {name: text for name, text in found if text}
        sessions = json.loads(held.pop(SESSIONS, "[]"))
        return Snapshot(held, self._keys, [activity.sentence(**session) for session in sessions])

    def _look_up(self, connection: Connection) -> bytes:
        self._keys = {}
        parts: list[sql.Composable] = [sql.SQL(ACTIVITY)]
        for schema, table, visible, key in connection.execute(TABLES):
            if table not in MIGRATION_TABLES:
                name = table if visible else f"{schema}.{table}"
                self._keys[name] = tuple(key)
                parts.append(
                    sql.SQL(CONTENT).format(name=sql.Literal(name), table=sql.Identifier(schema, table))
                )
        self._query = sql.SQL(" UNION ALL ").join(parts).as_bytes(connection)
        return self._query
