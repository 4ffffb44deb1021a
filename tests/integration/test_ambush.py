"""Letting something happen in the middle of a change, on a real database."""

import time
from collections.abc import Iterator

import psycopg
import pytest

from support.database import ambush
from support.database.ambush import Ambush
from support.stack.postgres import PostgresServer


@pytest.fixture
def url(postgres: PostgresServer) -> Iterator[str]:
    postgres.start()
    url = postgres.create_database()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE notes (text text)")
    yield url


def kept(url: str) -> list[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT text FROM notes").fetchall()


def test_it_acts_while_a_change_is_under_way_and_then_lets_it_through(url: str) -> None:
    seen: list[list[tuple[str, ...]]] = []
    laid = Ambush(url, "notes", lambda: seen.append(kept(url)))
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO notes VALUES ('a note')")
    laid.end()
    assert seen == [[]]
    assert kept(url) == [("a note",)]


def test_reading_does_not_set_it_off(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ambush, "PATIENCE_S", 0.1)
    acted: list[bool] = []
    laid = Ambush(url, "notes", lambda: acted.append(True))
    began = time.perf_counter()
    assert kept(url) == []
    laid.end()
    laid.end()
    assert acted == []
    assert time.perf_counter() - began < 2


def test_a_change_that_comes_too_late_is_not_held_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ambush, "PATIENCE_S", 0.05)
    Ambush(url, "notes", lambda: None).end()
    with psycopg.connect(url) as connection:
        connection.execute("INSERT INTO notes VALUES ('a note')")
    assert kept(url) == [("a note",)]
