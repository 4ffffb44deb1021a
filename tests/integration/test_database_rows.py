"""Reading and seeding tables, and the token store."""

import math
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
import redis

from support.database.database import Database
from support.database.disposable import MARKER
from support.database.token_store import TokenStore
from support.errors import PlumblineError
from support.stack.embedded import EmbeddedStack

BORN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Seen(list[tuple[str, Sequence[dict[str, Any]]]]):
    def record(self, title: str, rows: Sequence[dict[str, Any]]) -> None:
        self.append((title, rows))


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def database(small_stack: EmbeddedStack, seen: Seen) -> Iterator[Database]:
    with psycopg.connect(small_stack.database_url) as connection:
        connection.execute("DROP TABLE IF EXISTS people")
        connection.execute(
            "CREATE TABLE people (id text PRIMARY KEY, name text, age int, born timestamptz, facts jsonb)"
        )
    database = Database(small_stack.database_url, seen.record)
    database.insert(
        "people",
        [
            {"id": "2", "name": "Bob", "age": 31},
            {"id": "1", "name": "Ada", "age": 36, "born": BORN, "facts": {"likes": ["lamps"]}},
            {"id": "3", "name": None, "age": 31},
        ],
    )
    yield database
    database.close()


@pytest.fixture
def token_store(small_stack: EmbeddedStack) -> Iterator[TokenStore]:
    store = TokenStore(small_stack.token_store_url)
    store.empty()
    yield store
    store.close()


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


def test_rows_come_in_the_order_of_their_key_with_their_types(database: Database) -> None:
    assert ids(database.rows("people")) == ["1", "2", "3"]
    assert database.row("people", id="1") == {
        "id": "1",
        "name": "Ada",
        "age": 36,
        "born": BORN,
        "facts": {"likes": ["lamps"]},
    }


def test_filters(database: Database) -> None:
    assert ids(database.rows("people", age=31)) == ["2", "3"]
    assert ids(database.rows("people", age=31, name=None)) == ["3"]
    assert ids(database.rows("people", name=["Ada", "Bob"])) == ["1", "2"]
    assert ids(database.rows("people", name=[])) == []
    assert database.count("people", born=None) == 2


def test_what_is_read_is_recorded(database: Database, seen: Seen) -> None:
    database.rows("people", name="Ada")
    database.count("people")
    assert [title for title, _ in seen] == ["people where name = 'Ada'", "number of people"]
    assert [row["id"] for row in seen[0][1]] == ["1"]


def test_one_row_is_expected_and_others_are_told(database: Database) -> None:
    with pytest.raises(AssertionError, match=r"one row of people where age = 31, found 2\. They are: .*Bob"):
        database.row("people", age=31)
    with pytest.raises(AssertionError, match=r"where name = 'Eve', found 0\. The table holds: .*Ada"):
        database.row("people", name="Eve")


def test_updating(database: Database) -> None:
    assert database.update("people", {"age": 40}, age=31) == 2
    assert database.count("people", age=40) == 2


def test_unknown_names_are_told_with_the_nearest(database: Database) -> None:
    with pytest.raises(PlumblineError, match="no table 'peeple'; did you mean 'people'"):
        database.rows("peeple")
    with pytest.raises(PlumblineError, match="'people' has no column 'nane'; did you mean 'name'"):
        database.rows("people", nane="Ada")
    with pytest.raises(PlumblineError, match="no column 'aged'"):
        database.insert("people", [{"id": "9", "aged": 1}])


def test_a_column_that_came_later_is_seen(small_stack: EmbeddedStack, database: Database) -> None:
    assert database.count("people") == 3
    with psycopg.connect(small_stack.database_url) as connection:
        connection.execute("ALTER TABLE people ADD COLUMN phone text")
    assert database.count("people", phone=None) == 3


def test_many_rows_are_all_or_none(database: Database) -> None:
    with pytest.raises(Exception, match="duplicate key"):
        database.insert("people", [{"id": "8"}, {"id": "1"}])
    assert database.count("people", id="8") == 0


def test_reading_goes_on_after_a_restart_of_the_database(
    small_stack: EmbeddedStack, database: Database
) -> None:
    small_stack.faults.stop_database()
    small_stack.faults.heal()
    assert database.count("people") == 3


def test_a_database_that_is_not_for_tests_is_not_written(
    small_stack: EmbeddedStack, database: Database
) -> None:
    with psycopg.connect(small_stack.database_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"COMMENT ON DATABASE {name} IS NULL")  # type: ignore[arg-type]
        cautious = Database(small_stack.database_url)
        try:
            with pytest.raises(PlumblineError, match="not marked as disposable"):
                cautious.insert("people", [{"id": "8"}])
            with pytest.raises(PlumblineError, match="not marked as disposable"):
                cautious.update("people", {"age": 1})
        finally:
            connection.execute(f"COMMENT ON DATABASE {name} IS '{MARKER}'")  # type: ignore[arg-type]
            cautious.close()
    assert database.count("people", age=31) == 2


def test_keys_get_older_and_go(small_stack: EmbeddedStack, token_store: TokenStore) -> None:
    app = redis.Redis.from_url(small_stack.token_store_url)
    app.set("verify:1", "ada", ex=24 * 3600)
    app.set("reset:1", "ada", ex=3600)
    app.set("forever", "ada")
    token_store.age(timedelta(hours=2))
    assert token_store.keys("verify:*") == {"verify:1": pytest.approx(22 * 3600, abs=5)}
    assert token_store.keys("reset:*") == {}
    assert token_store.keys("f*") == {"forever": math.inf}


def test_keys_can_be_lost_and_the_store_emptied(small_stack: EmbeddedStack, token_store: TokenStore) -> None:
    app = redis.Redis.from_url(small_stack.token_store_url)
    app.mset({"verify:1": "ada", "verify:2": "bob", "other": "x"})
    assert token_store.forget("verify:*") == 2
    assert token_store.forget("verify:*") == 0
    assert set(token_store.keys("*")) == {"other"}
    token_store.empty()
    assert token_store.keys("*") == {}


def test_the_token_store_is_reached_again_after_its_restart(
    small_stack: EmbeddedStack, token_store: TokenStore
) -> None:
    small_stack.faults.stop_token_store()
    small_stack.faults.heal()
    assert token_store.keys("*") == {}
