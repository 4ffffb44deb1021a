"""Measures the reset beside the usual ways, on the same schema: `python -m support.database.bench`.

Six tables get a row each before every turn, which is what a scenario leaves at the least. The reset's time
holds all that it does: it looks for open transactions and a changed schema, and puts back sequences and
reference rows. DELETE and TRUNCATE do none of that.
"""

import statistics
import time
from collections.abc import Callable

from psycopg import sql
from sqlalchemy import MetaData, create_engine
from sqlalchemy.engine import make_url

from support import settings, stack
from support.database.connection import Connection, SuiteConnection
from support.database.reset import MIGRATION_TABLES, REFERENCE_TABLES, Resetter

TURNS = 200
SLOW_TURNS = 20
DIRTY_TABLES = 6


def main() -> None:
    """Start the embedded stack, measure, print."""
    embedded = stack.create(settings.load({}))
    embedded.start()
    try:
        _measure(embedded.database_url)
    finally:
        embedded.stop()


def _measure(url: str) -> None:
    plain = SuiteConnection(url)
    resetter = Resetter(url)
    plain.run(_make_tables_to_dirty)
    names = _tables(url)
    every = sql.SQL(", ").join(names)
    truncate = sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(every)
    delete = sql.SQL("; ").join(sql.SQL("DELETE FROM {}").format(name) for name in names)
    ways: list[tuple[str, int, Callable[[], object]]] = [
        ("reset", TURNS, resetter.reset),
        ("DELETE everything", TURNS, lambda: plain.run(lambda connection: connection.execute(delete))),
        ("TRUNCATE", SLOW_TURNS, lambda: plain.run(lambda connection: connection.execute(truncate))),
    ]
    print(f"{len(names)} tables, {DIRTY_TABLES} of them dirty; median of each:")
    for title, turns, clean in ways:
        print(f"  {title:<18} {_median_ms(plain, clean, turns):7.2f} ms")
    resetter.close()
    plain.close()


def _make_tables_to_dirty(connection: Connection) -> None:
    for number in range(DIRTY_TABLES):
        connection.execute(
            sql.SQL("CREATE TABLE {} (id serial PRIMARY KEY, text text)").format(_dirty(number))
        )


def _dirty(number: int) -> sql.Identifier:
    return sql.Identifier(f"bench_{number}")


def _tables(url: str) -> list[sql.Identifier]:
    """The tables to empty, those that refer to others first."""
    metadata = MetaData()
    metadata.reflect(create_engine(make_url(url).set(drivername="postgresql+psycopg")))
    kept = (*REFERENCE_TABLES, *MIGRATION_TABLES)
    return [
        sql.Identifier(table.name) for table in reversed(metadata.sorted_tables) if table.name not in kept
    ]


def _median_ms(connection: SuiteConnection, clean: Callable[[], object], turns: int) -> float:
    taken = []
    for _ in range(turns):
        for number in range(DIRTY_TABLES):
            fill = sql.SQL("INSERT INTO {} (text) VALUES ('dirt')").format(_dirty(number))
            connection.run(lambda connected, fill=fill: connected.execute(fill))  # type: ignore[misc]
        began = time.perf_counter()
        clean()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
