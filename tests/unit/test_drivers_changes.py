"""What changed, in words of the business and as the report shows it."""

import json

import pytest
from behave.matchers import CFParseMatcher

from support.database.changes import TableChanges, between
from support.database.snapshot import Row, Snapshot
from support.drivers.changes import THINGS, Changes, things
from support.evidence import changes as footprint
from support.evidence.recorder import Recorder
from support.evidence.redaction import register_secret


def held(**tables: list[Row]) -> Snapshot:
    return Snapshot({name: json.dumps(rows) for name, rows in tables.items()}, dict.fromkeys(tables, ("id",)))


def order(identity: str, **values: object) -> Row:
    return {"id": identity, "status": "pending", "seen_by_app": 1, **values}


def told(before: Snapshot, after: Snapshot) -> str:
    return str(Changes(lambda: between(before, after)).footprint())


def test_nothing_is_nothing() -> None:
    assert told(held(orders=[order("1")]), held(orders=[order("1")])) == "nothing"


def test_rows_are_told_by_their_things() -> None:
    before = held(orders=[order("1"), order("2")], products=[{"id": "lamp", "quantity": 3}])
    after = held(
        orders=[order("1", status="cancelled"), order("3")], products=[{"id": "lamp", "quantity": 2}]
    )
    assert told(before, after) == (
        "the goods (lamp: quantity is 2 instead of 3) and "
        "the orders (new 3; lost 2; 1: status is cancelled instead of pending)"
    )


def test_what_is_the_apps_own_is_left_out() -> None:
    before = held(orders=[order("1")], app_cache=[])
    after = held(orders=[order("1", seen_by_app=2)], app_cache=[{"id": 1}], idempotency_keys=[{"id": 1}])
    assert told(before, after) == "nothing"


def test_delivering_a_message_changes_no_message() -> None:
    def mail(status: str) -> Row:
        return {"id": "1", "subject": "Hello", "status": status, "attempts": 1}

    assert told(held(email_outbox=[mail("queued")]), held(email_outbox=[mail("sent")])) == "nothing"
    assert told(held(email_outbox=[]), held(email_outbox=[mail("sent")])) == "the messages (new 1)"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("the orders", {"the orders"}),
        ("the orders and the goods", {"the orders", "the goods"}),
        ("the orders, the goods and the messages", {"the orders", "the goods", "the messages"}),
        (
            "the payments and the payment provider's reports",
            {"the payments", "the payment provider's reports"},
        ),
    ],
)
def test_things_are_listed_as_people_list_them(words: str, expected: set[str]) -> None:
    CFParseMatcher.register_type(Things=things)
    match = CFParseMatcher(lambda context, things: None, "nothing has changed but {things:Things}").match(
        f"nothing has changed but {words}"
    )
    assert match is not None
    assert {argument.name: argument.value for argument in match.arguments} == {"things": expected}


def test_no_table_belongs_to_two_things() -> None:
    tables = [table for tables in THINGS.values() for table in tables]
    assert len(tables) == len(set(tables))


def page_of(before: Snapshot, after: Snapshot) -> str:
    return footprint.page(between(before, after))


def test_the_report_says_what_became_of_a_thing() -> None:
    page = page_of(
        held(products=[{"id": "prd_1", "name": "lamp", "quantity": 3}]),
        held(products=[{"id": "prd_1", "name": "lamp", "quantity": 2}]),
    )
    assert "<li>products: lamp quantity 3 → 2</li>" in page
    assert "<del>3</del> → <ins>2</ins>" in page


def test_the_report_shows_new_and_lost_rows_masked() -> None:
    register_secret("s3cret-link")
    user = {"id": "ada", "email": "ada@example.com", "password_hash": "$argon2id$x", "note": "<b>s3cret-link"}
    page = page_of(held(users=[]), held(users=[user]))
    assert "<li>users: 1 new</li>" in page
    assert "<td>ada@example.com</td>" in page
    assert "&lt;b&gt;***" in page
    assert "argon2" not in page and "s3cret-link" not in page
    assert '<tr class="lost">' in page_of(held(users=[user]), held(users=[]))


def test_the_report_cuts_what_nobody_reads() -> None:
    row = {"id": 1, "answer": "\\x7b7d", "text": "x" * 500, "map": {"a": [1]}, "none": None}
    page = page_of(held(answers=[]), held(answers=[row]))
    assert "<td>(2 bytes)</td>" in page
    assert f"<td>{'x' * footprint.LONGEST_VALUE}…</td>" in page
    assert "<td>{&quot;a&quot;: [1]}</td>" in page
    assert "<td></td>" in page
    many = [{"id": number} for number in range(footprint.SHOWN_ROWS + 7)]
    assert "and 7 more rows" in page_of(held(users=[]), held(users=many))


def test_a_footprint_is_one_piece_of_evidence() -> None:
    recorder = Recorder()
    recorder.changes([], "the When")
    assert recorder.drain() == []
    recorder.changes([TableChanges("users", ("id",), new=[{"id": 1}])], "the When")
    (evidence,) = recorder.drain()
    assert evidence.name == "Changed since the When: users: 1 new"
