"""What the harness says at a scenario's end: what changed, what is left, what does not hold."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from support.harness import Harness, LeftBehind, PromiseBroken
from support.settings import Settings

SCHEMA = """
    CREATE TABLE products (id text PRIMARY KEY, name text, quantity int);
    CREATE TABLE orders (id text PRIMARY KEY, status text, total int);
    CREATE TABLE order_items (order_id text, product_id text, quantity int);
    CREATE TABLE email_outbox (template text, status text, next_attempt_at timestamptz);
"""
LAMPS = [{"id": "lamp", "name": "Lamp", "quantity": 3}]
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture(scope="module")
def harness(cache_dir: Path) -> Iterator[Harness]:
    harness = Harness.start(Settings(app="tests.integration.small_app:create_app", cache_dir=cache_dir))
    yield harness
    harness.stop()


@pytest.fixture(scope="module")
def app(harness: Harness) -> Iterator[Connection]:
    with psycopg.connect(harness.stack.database_url, autocommit=True) as connection:
        connection.execute(SCHEMA)
        yield connection


@pytest.fixture(autouse=True)
def scenario(harness: Harness, app: Connection) -> None:
    harness.begin()
    harness.database.insert("products", LAMPS)


def ending(harness: Harness) -> list[str]:
    harness.end(failed=False)
    return [evidence.name for evidence in harness.evidence()]


def test_a_sale_is_told_as_what_it_changed(harness: Harness, app: Connection) -> None:
    harness.act_begins()
    app.execute("INSERT INTO orders VALUES ('ord', 'confirmed', 1); UPDATE products SET quantity = 1")
    app.execute("INSERT INTO order_items VALUES ('ord', 'lamp', 2)")
    assert ending(harness) == [
        "Changed since the When: order_items: 1 new; orders: 1 new; products: 1 changed"
    ]


def test_where_nothing_changed_nothing_is_shown(harness: Harness) -> None:
    harness.act_begins()
    assert ending(harness) == []


def test_goods_that_vanish_break_a_promise(harness: Harness, app: Connection) -> None:
    app.execute("UPDATE products SET quantity = 2")
    with pytest.raises(
        PromiseBroken, match=r"of Lamp \(lamp\) there were 3, orders hold 0, and 2 are left\."
    ):
        harness.end(failed=False)


def test_goods_that_the_scenario_itself_counts_anew_are_not_counted(harness: Harness) -> None:
    harness.database.update("products", {"quantity": 1}, id="lamp")
    harness.end(failed=False)


def test_the_next_scenario_counts_its_own_goods(harness: Harness, app: Connection) -> None:
    harness.begin()
    app.execute("INSERT INTO products VALUES ('lamp', 'Lamp', 7)")
    harness.end(failed=False)


def test_what_is_left_and_what_is_broken_is_told_together(
    harness: Harness, app: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("support.harness.SETTLING_S", 0.1)
    app.execute("INSERT INTO email_outbox VALUES ('hello', 'queued', NULL)")
    with pytest.raises(LeftBehind, match=r"1 message.*'hello' in email_outbox are due"):
        harness.end(failed=False)
    app.execute("UPDATE products SET quantity = -1")
    with pytest.raises(PromiseBroken, match=r"there are -1\..*This scenario left something behind\. 1 mess"):
        harness.end(failed=False)
