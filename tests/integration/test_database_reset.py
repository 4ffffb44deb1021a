"""Putting the database back to its first day, and refusing to touch one that is not for tests."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from psycopg import sql

from support.database import leaks, reset
from support.database.reset import Busy, Resetter
from support.database.snapshot import Snapshots
from support.errors import PlumblineError
from support.stack.embedded import EmbeddedStack

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TIDY = """
    DROP TABLE IF EXISTS alembic_version, customers, plans, email_outbox, late CASCADE;
    DROP SCHEMA IF EXISTS billing CASCADE;
    DROP FUNCTION IF EXISTS forbid CASCADE;
"""
SCHEMA = """
    CREATE TABLE alembic_version (version_num text);
    CREATE TABLE plans (
        id text PRIMARY KEY, price int, made_at timestamptz,
        doubled int GENERATED ALWAYS AS (price * 2) STORED,
        place int GENERATED ALWAYS AS IDENTITY
    );
    CREATE TABLE customers (id serial PRIMARY KEY, plan_id text REFERENCES plans, referrer int);
    ALTER TABLE customers ADD FOREIGN KEY (referrer) REFERENCES customers;
    CREATE SCHEMA billing;
    CREATE TABLE billing."Odd 'name" (id bigint GENERATED ALWAYS AS IDENTITY (START 100), at date)
        PARTITION BY RANGE (at);
    CREATE TABLE billing.part PARTITION OF billing."Odd 'name" DEFAULT;
    CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'kept forever'; END $$;
    CREATE TRIGGER forbid BEFORE DELETE ON customers FOR EACH ROW EXECUTE FUNCTION forbid();
    INSERT INTO alembic_version VALUES ('0003');
    INSERT INTO plans (id, price, made_at) VALUES ('basic', 2999, '2026-01-01Z'), ('pro', 9999, NULL);
"""
DIRT = """
    INSERT INTO customers (plan_id, referrer) VALUES ('pro', 1), ('basic', 1);
    INSERT INTO billing."Odd 'name" (at) VALUES ('2026-01-01');
    UPDATE plans SET price = 1 WHERE id = 'pro';
    INSERT INTO plans (id, price) VALUES ('gold', 1);
"""
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def app(small_stack: EmbeddedStack) -> Iterator[Connection]:
    """A session of an app whose database holds what it made when it was started."""
    with psycopg.connect(small_stack.database_url, autocommit=True, application_name="shop") as connection:
        connection.execute(TIDY)
        connection.execute(SCHEMA)
        yield connection


@pytest.fixture
def resetter(small_stack: EmbeddedStack, app: Connection) -> Iterator[Resetter]:
    resetter = Resetter(small_stack.database_url)
    resetter.reset()
    yield resetter
    resetter.close()


def all_rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(sql.SQL(query)).fetchall()  # type: ignore[arg-type]


def test_everything_is_as_on_the_first_day(app: Connection, resetter: Resetter) -> None:
    plans = all_rows(app, "SELECT * FROM plans ORDER BY id")
    app.execute(DIRT)
    resetter.reset()
    assert all_rows(app, "SELECT * FROM customers") == []
    assert all_rows(app, 'SELECT * FROM billing."Odd \'name"') == []
    assert all_rows(app, "SELECT * FROM plans ORDER BY id") == plans
    assert all_rows(app, "SELECT * FROM alembic_version") == [("0003",)]


def test_numbers_begin_anew(app: Connection, resetter: Resetter) -> None:
    app.execute(DIRT)
    resetter.reset()
    assert all_rows(app, "INSERT INTO customers DEFAULT VALUES RETURNING id") == [(1,)]
    assert all_rows(app, 'INSERT INTO billing."Odd \'name" (at) VALUES (NULL) RETURNING id') == [(100,)]
    assert all_rows(app, "INSERT INTO plans (id) VALUES ('x') RETURNING place") == [(3,)]


def test_it_leaves_nothing_in_the_apps_schema(app: Connection, resetter: Resetter) -> None:
    query = "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
    assert all_rows(app, query) == [("forbid",)]


def test_a_table_that_came_later_is_seen(app: Connection, resetter: Resetter) -> None:
    app.execute("CREATE TABLE late (id serial); INSERT INTO late DEFAULT VALUES; DROP TABLE customers")
    resetter.reset()
    assert all_rows(app, "SELECT * FROM late") == []


def test_the_first_day_survives_a_restart_of_the_database(
    small_stack: EmbeddedStack, app: Connection, resetter: Resetter
) -> None:
    app.execute(DIRT)
    small_stack.faults.stop_database()
    small_stack.faults.heal()
    resetter.reset()
    with psycopg.connect(small_stack.database_url, autocommit=True) as again:
        assert all_rows(again, "SELECT id, price FROM plans ORDER BY id") == [("basic", 2999), ("pro", 9999)]
        assert all_rows(again, "SELECT * FROM customers") == []


def test_it_names_the_session_whose_transaction_is_open(
    app: Connection, resetter: Resetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset, "BUSY_TIMEOUT_S", 0.1)
    app.execute("BEGIN")
    app.execute("INSERT INTO customers DEFAULT VALUES")
    with pytest.raises(Busy, match=rf"Session {app.info.backend_pid} \(shop\) .*'INSERT INTO customers"):
        resetter.reset()
    app.execute("ROLLBACK")
    resetter.reset()


def test_it_refuses_a_database_that_is_not_for_tests(small_stack: EmbeddedStack, app: Connection) -> None:
    name = sql.Identifier(app.info.dbname)
    marked = all_rows(app, "SELECT shobj_description(oid, 'pg_database') FROM pg_database")
    assert ("plumbline: disposable",) in marked
    app.execute(DIRT)
    for comment in ("NULL", "'the shop, do not touch'", "'not plumbline: disposable'"):
        app.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.SQL(comment)))  # type: ignore[arg-type]
        for work in (Resetter(small_stack.database_url).reset, Resetter(small_stack.database_url).regenerate):
            with pytest.raises(PlumblineError, match=f"{app.info.dbname}.* is not marked as disposable"):
                work()
    app.execute(sql.SQL("COMMENT ON DATABASE {} IS 'plumbline: disposable'").format(name))
    assert len(all_rows(app, "SELECT * FROM customers")) == 2


@pytest.fixture
def snapshots(small_stack: EmbeddedStack) -> Iterator[Snapshots]:
    snapshots = Snapshots(small_stack.database_url)
    yield snapshots
    snapshots.close()


def test_no_leak_no_word(snapshots: Snapshots, app: Connection) -> None:
    assert leaks.find(snapshots.take(), NOW) == []


def test_leaks_are_told_in_sentences(
    small_stack: EmbeddedStack, snapshots: Snapshots, app: Connection
) -> None:
    app.execute("CREATE TABLE email_outbox (template text, status text, next_attempt_at timestamptz)")
    app.execute(
        "INSERT INTO email_outbox VALUES ('verify_email', 'queued', NULL), ('verify_email', 'queued', %s),"
        " ('late', 'queued', %s), ('gone', 'sent', NULL)",
        [NOW, NOW.replace(hour=10)],
    )
    assert leaks.find(snapshots.take(), NOW) == [
        "2 message(s) 'verify_email' in email_outbox are due and have not been sent."
    ]
    app.execute("DELETE FROM email_outbox")
    app.execute("BEGIN")
    app.execute("SELECT 1")
    (sentence,) = leaks.find(snapshots.take(), NOW)
    assert sentence.startswith(f"Session {app.info.backend_pid} (shop) has been in a transaction for ")
    assert sentence.endswith("(idle in transaction); its last query: 'SELECT 1'.")
    snapshots.end_transactions()
    assert leaks.find(snapshots.take(), NOW) == []
    with pytest.raises(psycopg.OperationalError):
        app.execute("SELECT 1")
    small_stack.faults.stop_database()
    small_stack.faults.heal()
    assert leaks.find(snapshots.take(), NOW) == []
