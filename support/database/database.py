"""Reading and seeding the app's tables as they are in the database, without the app's own models."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, MetaData, Table, create_engine, func, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import NoSuchTableError

from support.database.connection import APPLICATION_NAME
from support.database.disposable import require_disposable
from support.errors import PlumblineError

Row = dict[str, Any]
Record = Callable[[str, Sequence[Row]], None]


class Database:
    """The app's database. What is read is also told to `record(title, rows)`, for the report.

    In every `where`, a value None means IS NULL and a list means IN. A table or column that is not there
    raises PlumblineError with the nearest names.
    """

    def __init__(self, url: str, record: Record | None = None) -> None:
        self.inserted: dict[str, list[Mapping[str, Any]]] = {}
        """What `insert` added to each table, until it is cleared or `update` makes something else of it."""
        self._record = record
        self._engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_pre_ping=True,  # a restart of the server heals by itself
            connect_args={
                "application_name": APPLICATION_NAME,
                "connect_timeout": 2,
                "options": "-c timezone=UTC",
            },
        )
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        self._metadata = MetaData()
        self._may_be_written = False

    def rows(self, table: str, **where: object) -> list[Row]:
        """The rows, in the order of the primary key."""
        reflected = self._table(table, where)
        query = select(reflected).where(*_conditions(reflected, where)).order_by(*reflected.primary_key)
        with self._reading.connect() as connection:
            found = [dict(row) for row in connection.execute(query).mappings()]
        if self._record is not None:
            self._record(_title(table, where), found)
        return found

    def row(self, table: str, **where: object) -> Row:
        """The one row that there must be. Raises AssertionError that says what is there instead."""
        found = self.rows(table, **where)
        if len(found) != 1:
            held = found or self.rows(table)
            raise AssertionError(
                f"Expected one row of {_title(table, where)}, found {len(found)}. "
                + (f"{'They are' if found else 'The table holds'}: {held}" if held else "The table is empty.")
            )
        return found[0]

    def count(self, table: str, **where: object) -> int:
        """How many rows there are."""
        reflected = self._table(table, where)
        query = select(func.count()).select_from(reflected).where(*_conditions(reflected, where))
        with self._reading.connect() as connection:
            number = connection.execute(query).scalar_one()
        if self._record is not None:
            self._record(f"number of {_title(table, where)}", [{"count": number}])
        return number

    def insert(self, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Add rows, all in one transaction."""
        reflected = self._table(table, {name for row in rows for name in row})
        with self._engine.begin() as connection:
            self._require_disposable(connection)
            for _, alike in groupby(rows, key=lambda row: sorted(row)):
                connection.execute(insert(reflected), [dict(row) for row in alike])
        self.inserted.setdefault(table, []).extend(rows)

    def update(self, table: str, values: Mapping[str, Any], **where: object) -> int:
        """Change the rows; returns how many there were."""
        reflected = self._table(table, {*values, *where})
        statement = update(reflected).where(*_conditions(reflected, where)).values(dict(values))
        with self._engine.begin() as connection:
            self._require_disposable(connection)
            changed = connection.execute(statement).rowcount
        self.inserted.pop(table, None)
        return changed

    def show(self, title: str, rows: Sequence[Row]) -> None:
        """Tell the report of rows that were read in another way."""
        if self._record is not None:
            self._record(title, rows)

    def close(self) -> None:
        """Close all connections; the next use opens new ones."""
        self._engine.dispose()

    def _require_disposable(self, connection: Connection) -> None:
        if not self._may_be_written:
            require_disposable(cast(Any, connection.connection.driver_connection))
            self._may_be_written = True

    def _table(self, name: str, columns: Iterable[str]) -> Table:
        """The reflected table; read again where it lacks a column, for a migration may have brought it."""
        table = self._metadata.tables.get(name)
        if table is None or not set(columns) <= set(table.columns.keys()):
            table = self._reflect(name)
        for column in columns:
            if column not in table.columns:
                known = _nearest(column, table.columns.keys())
                raise PlumblineError(f"The table {name!r} has no column {column!r}; {known}.")
        return table

    def _reflect(self, name: str) -> Table:
        try:
            return Table(
                name, self._metadata, autoload_with=self._engine, extend_existing=True, resolve_fks=False
            )
        except NoSuchTableError:
            existing = MetaData()
            existing.reflect(self._engine, resolve_fks=False)
            raise PlumblineError(
                f"The database has no table {name!r}; {_nearest(name, existing.tables)}."
            ) from None


def _conditions(table: Table, where: Mapping[str, object]) -> list[ColumnElement[bool]]:
    return [_condition(table.columns[name], value) for name, value in where.items()]


def _condition(column: ColumnElement[Any], value: object) -> ColumnElement[bool]:
    if value is None:
        return column.is_(None)
    if isinstance(value, list | tuple | set | frozenset):
        return column.in_(list(value))
    return column == value


def _title(table: str, where: Mapping[str, object]) -> str:
    filters = " and ".join(f"{name} = {value!r}" for name, value in where.items())
    return f"{table} where {filters}" if filters else table


def _nearest(name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=3)
    if near:
        return f"did you mean {' or '.join(repr(candidate) for candidate in near)}?".rstrip("?")
    return f"there are: {', '.join(names) or 'none'}"
