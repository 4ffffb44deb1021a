"""What changed since the When, in a real database."""

from collections.abc import Iterator

import psycopg
import pytest

from support.database.changes import ChangeWatch
from support.database.snapshot import Snapshots
from support.errors import PlumblineError
from support.stack.embedded import EmbeddedStack

TIDY = "DROP TABLE IF EXISTS lamps, bags, late, alembic_version, plans; DROP SCHEMA IF EXISTS store CASCADE"
SCHEMA = """
    CREATE TABLE alembic_version (version_num text);
    CREATE TABLE plans (id text PRIMARY KEY);
    CREATE TABLE lamps (colour text, size int, quantity int, PRIMARY KEY (size, colour));
    CREATE TABLE bags (content text);
    CREATE SCHEMA store;
    CREATE TABLE store.shelves (id int PRIMARY KEY, held bytea);
    INSERT INTO plans VALUES ('basic');
"""
Connection = psycopg.Connection[tuple[object, ...]]


@pytest.fixture
def app(small_stack: EmbeddedStack) -> Iterator[Connection]:
    with psycopg.connect(small_stack.database_url, autocommit=True) as connection:
        connection.execute(TIDY)
        connection.execute(SCHEMA)
        yield connection


@pytest.fixture
def snapshots(small_stack: EmbeddedStack) -> Iterator[Snapshots]:
    snapshots = Snapshots(small_stack.database_url)
    yield snapshots
    snapshots.close()


@pytest.fixture
def watch(app: Connection, snapshots: Snapshots) -> ChangeWatch:
    watch = ChangeWatch(snapshots)
    watch.begin("schema 1")
    return watch


def test_rows_come_go_and_change(app: Connection, watch: ChangeWatch) -> None:
    app.execute("INSERT INTO lamps VALUES ('red', 1, 3), ('blue', 1, 3), ('red', 2, 3)")
    watch.act_begins()
    app.execute("UPDATE lamps SET quantity = 2 WHERE (colour, size) = ('red', 1)")
    app.execute("DELETE FROM lamps WHERE colour = 'blue'")
    app.execute("INSERT INTO lamps VALUES ('green', 1, 9)")
    app.execute("INSERT INTO alembic_version VALUES ('2')")
    (lamps,) = watch.so_far()
    assert str(lamps) == "lamps: 1 new, 1 lost, 1 changed"
    assert lamps.key == ("size", "colour")
    assert [row["colour"] for row in lamps.new] == ["green"]
    assert [row["colour"] for row in lamps.lost] == ["blue"]
    (changed,) = lamps.changed
    assert lamps.name_of(changed.after) == "1, red"
    assert changed.columns == ["quantity"]
    assert (changed.before["quantity"], changed.after["quantity"]) == (3, 2)


def test_a_row_that_is_written_again_as_it_was_has_not_changed(app: Connection, watch: ChangeWatch) -> None:
    app.execute("INSERT INTO lamps VALUES ('red', 1, 3), ('blue', 1, 3)")
    watch.act_begins()
    app.execute("UPDATE lamps SET quantity = 3 WHERE colour = 'red'")  # which puts it behind the others
    assert watch.so_far() == []


def test_rows_without_a_key_are_told_apart_by_all_they_hold(app: Connection, watch: ChangeWatch) -> None:
    app.execute("INSERT INTO bags VALUES ('nuts'), ('bolts')")
    watch.act_begins()
    app.execute("UPDATE bags SET content = 'screws' WHERE content = 'nuts'")
    app.execute("INSERT INTO bags VALUES ('bolts')")
    (bags,) = watch.so_far()
    assert ([row["content"] for row in bags.new], [row["content"] for row in bags.lost]) == (
        ["screws", "bolts"],
        ["nuts"],
    )


def test_tables_of_other_schemas_go_by_their_full_name(app: Connection, watch: ChangeWatch) -> None:
    watch.act_begins()
    app.execute("INSERT INTO store.shelves VALUES (1, 'x')")
    assert [str(changes) for changes in watch.so_far()] == ["store.shelves: 1 new"]


def test_only_the_first_when_counts(app: Connection, watch: ChangeWatch) -> None:
    watch.act_begins()
    app.execute("INSERT INTO bags VALUES ('nuts')")
    watch.act_begins()
    assert watch.since == "the When"
    assert [str(changes) for changes in watch.so_far()] == ["bags: 1 new"]


def test_without_a_when_changes_count_from_the_first_day(
    app: Connection, watch: ChangeWatch, snapshots: Snapshots
) -> None:
    app.execute("INSERT INTO bags VALUES ('nuts')")
    assert watch.since == "the scenario began"
    assert [str(changes) for changes in watch.until(snapshots.take())] == ["bags: 1 new"]
    with pytest.raises(PlumblineError, match="there was no When"):
        watch.so_far()


def test_a_new_scenario_begins_anew(app: Connection, watch: ChangeWatch) -> None:
    watch.act_begins()
    app.execute("INSERT INTO bags VALUES ('nuts')")
    app.execute("DELETE FROM bags")
    watch.begin("schema 1")
    app.execute("INSERT INTO bags VALUES ('nuts')")
    watch.act_begins()
    assert watch.so_far() == []


def test_tables_that_come_and_go_are_seen(app: Connection, watch: ChangeWatch) -> None:
    app.execute("DROP TABLE lamps")
    watch.act_begins()
    app.execute("CREATE TABLE late (id int PRIMARY KEY)")
    watch.begin("schema 2")
    watch.act_begins()
    app.execute("INSERT INTO late VALUES (1)")
    assert [str(changes) for changes in watch.so_far()] == ["late: 1 new"]


def test_a_database_that_is_down_has_no_footprint(
    small_stack: EmbeddedStack, app: Connection, watch: ChangeWatch, snapshots: Snapshots
) -> None:
    try:
        watch.act_begins()
        small_stack.faults.stop_database()
        with pytest.raises(PlumblineError, match="the database is down"):
            watch.so_far()
        watch.begin("schema 1")
        watch.act_begins()
    finally:
        small_stack.faults.heal()
    with pytest.raises(PlumblineError, match="down when it began"):
        watch.so_far()
    assert watch.until(snapshots.take()) == []
