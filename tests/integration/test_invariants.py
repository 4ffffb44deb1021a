"""Each invariant, broken in a real database, and what is said then."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psycopg
import pytest

from support import invariants
from support.database.snapshot import Snapshots
from support.invariants import INVARIANTS, Facts, Given
from support.providers import Mail, Sms, Taken
from support.stack.embedded import EmbeddedStack

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
SCHEMA = """
    CREATE TABLE users (id text PRIMARY KEY, deleted_at timestamptz);
    CREATE TABLE products (id text PRIMARY KEY, name text, quantity int);
    CREATE TABLE orders (id text PRIMARY KEY, status text, total int);
    CREATE TABLE order_items (order_id text, product_id text, quantity int);
    CREATE TABLE payment_attempts (id text PRIMARY KEY, purpose text, status text);
    CREATE TABLE payments (
        id text PRIMARY KEY, payment_attempt_id text, order_id text, amount int, refunded_amount int,
        status text, provider_charge_id text
    );
    CREATE TABLE refunds (id text PRIMARY KEY, payment_id text, amount int, status text);
    CREATE TABLE subscriptions (id text PRIMARY KEY, user_id text, status text);
    CREATE TABLE email_outbox (
        id text PRIMARY KEY, user_id text, recipient text, template text DEFAULT 'hello', subject text,
        status text, next_attempt_at timestamptz, last_error text, sent_at timestamptz
    );
    CREATE TABLE sms_outbox (
        id text PRIMARY KEY, user_id text, recipient text, template text DEFAULT 'shipped', body text,
        status text, next_attempt_at timestamptz, last_error text, sent_at timestamptz
    );
"""
A_SALE = """
    INSERT INTO users VALUES ('ada', NULL);
    INSERT INTO products VALUES ('lamp', 'Lamp', 2);
    INSERT INTO orders VALUES ('ord', 'confirmed', 4000);
    INSERT INTO order_items VALUES ('ord', 'lamp', 1);
    INSERT INTO payment_attempts VALUES ('att', 'order', 'succeeded'), ('no', 'order', 'failed');
    INSERT INTO payments VALUES ('pay', 'att', 'ord', 4000, 1000, 'partially_refunded', 'ch');
    INSERT INTO refunds VALUES ('ref', 'pay', 1000, 'succeeded'), ('refused', 'pay', 4000, 'failed');
    INSERT INTO subscriptions VALUES ('sub', 'ada', 'active'), ('old', 'ada', 'cancelled');
    INSERT INTO email_outbox VALUES
        ('sent', 'ada', 'Ada@example.com', 'hello', 'Hello', 'sent', NULL, NULL, '2026-01-05T09:00Z'),
        ('waits', 'ada', 'ada@example.com', 'hello', 'Again', 'queued', '2026-01-05T10:00Z', NULL, NULL),
        ('dead', 'ada', 'ada@example.com', 'hello', 'Never', 'failed', NULL, 'bad address', NULL);
    INSERT INTO sms_outbox (id, user_id, recipient, body, status, sent_at)
        VALUES ('text', 'ada', '+12025550123', 'On its way', 'sent', '2026-01-05T09:00Z');
"""
CHARGE = Taken("ch", 4000, 1000, "att")
MAIL = Mail("ada@example.com", "Hello", "text", "", "shop@example.com", AT)
TEXT = Sms("+12025550123", "+12025550100", "On its way", AT)
EVERYTHING = Given([CHARGE], [MAIL], [TEXT])


@dataclass
class Case:
    """A way to break one invariant, and all that is said about it."""

    name: str
    sentence: str
    sql: str = ""
    given: Given = field(default=EVERYTHING)


CASES = [
    Case(
        "Every order that goes ahead is paid",
        "order ord is shipped and there is no payment of its total 4001.",
        "UPDATE orders SET status = 'shipped', total = 4001",
    ),
    Case(
        "Every payment comes from an attempt that succeeded",
        "the attempt no of payment late is failed.",
        "INSERT INTO payments VALUES ('late', 'no', NULL, 50, 0, 'succeeded', 'ch_late')",
        Given([CHARGE, Taken("ch_late", 50, 0, "no")], [MAIL], [TEXT]),
    ),
    Case(
        "Every attempt that succeeded is one payment",
        "attempt lost (charge) succeeded and has 0 payments.",
        "INSERT INTO payment_attempts VALUES ('lost', 'charge', 'succeeded')",
    ),
    Case(
        "No money is taken without the shop knowing, or still finding out",
        "the payment provider took 4000 by charge ch_2, no payment names it, and its attempt no is failed.",
        given=Given([CHARGE, Taken("ch_2", 4000, 0, "no")], [MAIL], [TEXT]),
    ),
    Case(
        "Every payment in the books was really taken",
        "payment pay is of 4000, and by charge ch the payment provider took nothing.",
        given=Given([], [MAIL], [TEXT]),
    ),
    Case(
        "Never is more given back than was paid",
        "of payment pay over 4000 there are refunds of 4001.",
        "UPDATE refunds SET amount = 4001 WHERE id = 'ref';"
        "UPDATE payments SET refunded_amount = 4001, status = 'refunded'",
    ),
    Case(
        "What was given back adds up",
        "payment pay says 1000 and its refunds add up to 0.",
        "DELETE FROM refunds WHERE id = 'ref'",
    ),
    Case(
        "A payment counts as what was given back of it",
        "payment pay of 4000 counts as succeeded with 1000 given back.",
        "UPDATE payments SET status = 'succeeded'",
    ),
    Case(
        "Nobody has two subscriptions at once",
        "customer ada has sub, second.",
        "INSERT INTO subscriptions VALUES ('second', 'ada', 'past_due')",
    ),
    Case(
        "Nothing is sold that is not there",
        "of Lamp (lamp) there are -1.",
        "UPDATE products SET quantity = -1; UPDATE order_items SET quantity = 4",
    ),
    Case(
        "What is left is what there was, less what is sold, and with what came back",
        "of Lamp (lamp) there were 3, orders hold 0, and 2 are left.",
        "UPDATE orders SET status = 'cancelled'",
    ),
    Case(
        "Every e-mail is waiting, sent or given up, and says so in full",
        "email_outbox dead (hello) is failed without saying why.",
        "UPDATE email_outbox SET last_error = NULL WHERE id = 'dead'",
    ),
    Case(
        "Every e-mail that counts as sent was really sent",
        "email_outbox twice (hello) to ada@example.com counts as sent and was never given to the provider.",
        "INSERT INTO email_outbox VALUES"
        " ('twice', 'ada', 'ada@example.com', 'hello', 'Hello', 'sent', NULL, NULL, '2026-01-05T09:00Z')",
    ),
    Case(
        "Every e-mail that was sent is written down",
        "the provider was given 'Hello' for linus@example.com, and email_outbox does not hold it.",
        given=Given([CHARGE], [MAIL, Mail("linus@example.com", "Hello", "", "", "", AT)], [TEXT]),
    ),
    Case(
        "Every text message is waiting, sent or given up, and says so in full",
        "sms_outbox text (shipped) is sent without saying when.",
        "UPDATE sms_outbox SET sent_at = NULL",
    ),
    Case(
        "Every text message that counts as sent was really sent",
        "sms_outbox text (shipped) to +12025550123 counts as sent and was never given to the provider.",
        given=Given([CHARGE], [MAIL], []),
    ),
    Case(
        "Every text message that was sent is written down",
        "the provider was given 'On its way' for +12025550123, and sms_outbox does not hold it.",
        "DELETE FROM sms_outbox",
    ),
]


@pytest.fixture(scope="module")
def database(small_stack: EmbeddedStack) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """The contract's tables without the constraints that keep an app from breaking its promises."""
    with psycopg.connect(small_stack.database_url, autocommit=True) as connection:
        connection.execute(SCHEMA)
        yield connection


@pytest.fixture
def books(
    database: psycopg.Connection[tuple[object, ...]],
) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A sale of which everything is as it should be; what a test makes of it is undone."""
    database.execute("BEGIN")
    database.execute(A_SALE)
    database.execute("COMMIT")
    yield database
    for table in ("users", "products", "orders", "order_items", "payment_attempts", "payments", "refunds"):
        database.execute(f"DELETE FROM {table}")  # type: ignore[arg-type]
    database.execute("DELETE FROM subscriptions; DELETE FROM email_outbox; DELETE FROM sms_outbox")


@pytest.fixture(scope="module")
def snapshots(small_stack: EmbeddedStack) -> Iterator[Snapshots]:
    snapshots = Snapshots(small_stack.database_url)
    yield snapshots
    snapshots.close()


def told(snapshots: Snapshots, given: Given | None = EVERYTHING) -> list[str]:
    return invariants.breaches(Facts(snapshots.take(), given, given, {"lamp": 3}))


Books = psycopg.Connection[tuple[object, ...]]


def test_a_sale_in_order_breaks_nothing(books: Books, snapshots: Snapshots) -> None:
    assert told(snapshots) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_is_said_of_each_breach(books: Books, snapshots: Snapshots, case: Case) -> None:
    if case.sql:
        books.execute(case.sql)  # type: ignore[arg-type]
    assert told(snapshots, case.given) == [f"{case.name}, but {case.sentence}"]


def test_every_invariant_is_broken_here() -> None:
    assert {case.name for case in CASES} == {invariant.name for invariant in INVARIANTS}


@pytest.mark.parametrize(
    ("sql", "given"),
    [
        pytest.param("UPDATE payment_attempts SET status = 'unknown' WHERE id = 'no'", 0, id="being settled"),
        pytest.param("", 4000, id="given back by hand"),
    ],
)
def test_a_charge_that_is_settled_or_will_be(
    books: Books, snapshots: Snapshots, sql: str, given: int
) -> None:
    books.execute(sql or "SELECT 1")  # type: ignore[arg-type]
    assert told(snapshots, Given([CHARGE, Taken("ch_2", 4000, given, "no")], [MAIL], [TEXT])) == []


def test_a_disputed_payment_may_be_refunded_or_not(books: Books, snapshots: Snapshots) -> None:
    books.execute("UPDATE payments SET status = 'disputed'")
    assert told(snapshots) == []


def test_messages_of_somebody_who_has_left_are_blank(books: Books, snapshots: Snapshots) -> None:
    books.execute("UPDATE users SET deleted_at = '2026-01-05T09:00:01Z'")
    books.execute(
        "UPDATE email_outbox SET recipient = 'gone@deleted.invalid', subject = '', last_error = NULL"
    )
    books.execute("DELETE FROM sms_outbox")
    assert told(snapshots) == []


def test_what_is_sent_after_somebody_left_is_written_down(books: Books, snapshots: Snapshots) -> None:
    books.execute("UPDATE users SET deleted_at = '2026-01-05T08:59:59Z'; DELETE FROM email_outbox")
    (sentence,) = told(snapshots)
    assert "was given 'Hello' for ada@example.com" in sentence


def test_what_the_worker_does_while_the_suite_looks_is_no_breach(books: Books, snapshots: Snapshots) -> None:
    nothing = Given([], [], [])
    held = snapshots.take()
    assert invariants.breaches(Facts(held, nothing, EVERYTHING, {})) == []
    more = Given([CHARGE, Taken("ch_2", 1, 0, "new")], [MAIL, MAIL], [TEXT, TEXT])
    assert invariants.breaches(Facts(held, EVERYTHING, more, {})) == []


def test_third_parties_that_are_no_stubs_are_left_out(books: Books, snapshots: Snapshots) -> None:
    books.execute("DELETE FROM email_outbox; DELETE FROM payments; UPDATE orders SET status = 'pending'")
    books.execute("DELETE FROM payment_attempts; DELETE FROM refunds")
    assert told(snapshots, None) == []


def test_stock_that_nobody_put_there_is_not_counted(books: Books, snapshots: Snapshots) -> None:
    books.execute("UPDATE products SET quantity = 77")
    assert invariants.breaches(Facts(snapshots.take(), EVERYTHING, EVERYTHING, {})) == []


def test_an_app_without_the_tables_breaks_nothing(books: Books, snapshots: Snapshots) -> None:
    books.execute("UPDATE orders SET status = 'shipped', total = 1; ALTER TABLE payments RENAME TO receipts")
    try:
        assert told(snapshots) == []
    finally:
        books.execute("ALTER TABLE receipts RENAME TO payments")
