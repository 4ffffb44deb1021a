"""Somebody else who works with the same goods in the database, and so gets in the app's way."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, LiteralString, TypeVar

import psycopg

from support import wait
from support.database.connection import Connection, connect
from support.database.database import Database

T = TypeVar("T")
Sessions = Mapping[str, Connection]
"""The clerk's sessions, each by the product that it holds."""

PATIENCE_S = 5.0
REPORT_S = 12.0  # a session of the app's that idles hands its statistics in after 10 s; a busy one within 1 s

# Whose check comes first gives way. That is the app's (after 1 s, or what the server says); only where it
# looked before the circle was closed the clerk's has to come before the app loses its patience.
LOOK_LATE = "SET deadlock_timeout = '2s'"

LOCK = "SELECT id FROM products WHERE id = %s FOR UPDATE"
LOCK_IF_FREE = f"{LOCK} SKIP LOCKED"
WAITED_FOR = """
    SELECT DISTINCT holder FROM pg_locks, unnest(pg_blocking_pids(pid)) holder WHERE NOT granted
"""
FIRST_LOOK_S = "SELECT setting::float / 1000 FROM pg_settings WHERE name = 'deadlock_timeout'"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


class Clerk:
    """Takes locks on products in sessions of the suite's own, as a stock-taking would."""

    def __init__(self, database_url: str, database: Database) -> None:
        self._url = database_url
        self._database = database
        self.deadlocks = 0
        """How many deadlocks with this clerk the database has reported."""
        self.took_turns = False
        """Whether the app held nothing that the clerk wanted while it waited, or gave way by itself."""

    def hold(self, product_ids: Sequence[str], act: Callable[[], T]) -> T:
        """Hold the products until `act` waits for one of them, then let go; return what came of it."""
        with ThreadPoolExecutor(1) as pool:
            with self._holding(product_ids) as sessions:
                acting = pool.submit(act)
                _await_waited_for(sessions, acting)
            return acting.result()

    def cross(self, product_ids: Sequence[str], act: Callable[[], T]) -> T:
        """Let `act` and the clerk wait for each other in a circle; return what came of it.

        Each product is held by a session of its own. Which of them `act` wants first only the app knows: that
        one is let go once it is waited for. When `act` waits for another one, its session asks for the first:
        now the circle is closed, and only the database can break it.
        """
        with connect(self._url) as watch, ThreadPoolExecutor(1) as pool:
            before = int(_number(watch, DEADLOCKS))
            with self._holding(product_ids) as sessions:
                acting = pool.submit(act)
                stood = _close_circle(sessions, acting)
            # Nobody but the app itself can have ended a circle before the database had a look at it.
            self.took_turns = stood < _number(watch, FIRST_LOOK_S) / 2
            if not self.took_turns:
                self.deadlocks = _await_report(watch, before) - before
            reported = {"before": before, "after": before + self.deadlocks}
            self._database.show("Deadlocks that the database reports (pg_stat_database)", [reported])
            return acting.result()

    @contextmanager
    def _holding(self, product_ids: Collection[str]) -> Iterator[Sessions]:
        """Hold each product in a session of its own; all are let go in the end."""
        with ExitStack() as stack:
            sessions = {product_id: stack.enter_context(connect(self._url)) for product_id in product_ids}
            for product_id, session in sessions.items():
                with suppress(psycopg.errors.InsufficientPrivilege):
                    session.execute(LOOK_LATE)
                session.execute("BEGIN")
                session.execute(LOCK, [product_id])
            yield sessions
            for session in sessions.values():
                session.execute("ROLLBACK")


def _close_circle(sessions: Sessions, acting: "Future[Any]") -> float:
    """Wait in a circle with the app until it is broken; return for how many seconds it stood, if it did."""
    first = _await_waited_for(sessions, acting)
    if first is None:
        return 0.0
    sessions[first].execute("ROLLBACK")
    others = {product_id: session for product_id, session in sessions.items() if product_id != first}
    second = _await_waited_for(others, acting)
    if second is None or others[second].execute(LOCK_IF_FREE, [first]).fetchone():
        return 0.0
    closed_at = time.perf_counter()
    with suppress(psycopg.errors.DeadlockDetected):  # then it is the clerk who has to give way
        others[second].execute(LOCK, [first])
    return time.perf_counter() - closed_at


def _await_waited_for(sessions: Sessions, acting: "Future[Any]") -> str | None:
    """Wait until the app waits for one of the products, and return it; None where it ended without that."""

    def waited_for() -> list[str | None]:
        [session, *_] = sessions.values()
        holders = {holder for (holder,) in session.execute(WAITED_FOR)}
        wanted = [one for one, session in sessions.items() if session.info.backend_pid in holders]
        return [*wanted, *([None] if acting.done() else [])]

    return wait.until(waited_for, PATIENCE_S, "the app to wait for the clerk, or to be done")[0]


def _await_report(watch: Connection, before: int) -> int:
    """Wait until the database counts one deadlock more than before, and return how many it counts."""

    def more_than_before() -> int | None:
        reported = int(_number(watch, DEADLOCKS))
        return reported if reported > before else None

    return wait.until(
        more_than_before,
        REPORT_S,
        f"the database to report a deadlock beyond the {before} it has reported",
    )


def _number(watch: Connection, query: LiteralString) -> float:
    found = watch.execute(query).fetchone()
    return float(found[0]) if found else 0.0
