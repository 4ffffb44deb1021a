"""Attempts to charge a card: each is on record before the provider hears of it.

An attempt is `pending` while a request works on it, then `succeeded`, `failed`, or `unknown` where the
provider kept silent. A run is one request's work on an attempt: by its id nobody else concludes in its place.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock, ids
from reference_shop.domain import idempotency
from reference_shop.domain.idempotency import Claim
from reference_shop.storage.tables.payments import payment_attempts as attempts

OPEN = ("pending", "unknown")
FIRST_CHECK_AFTER = timedelta(seconds=0.2)

# Which runs are going on in this process. A run of another process can only be told by its age.
PROCESS = secrets.token_hex(8)
_going_on: set[str] = set()


@dataclass(frozen=True)
class Terms:
    """What is to be charged, and for what. `purpose` is `charge`, `order`, `subscription`, …"""

    user_id: str
    purpose: str
    amount: int
    """In minor units."""
    currency: str
    order_id: str | None = None
    subscription_id: str | None = None


@dataclass(frozen=True)
class Attempt:
    """An attempt as it was read; `idempotency_key` is the one that the provider gets."""

    id: str
    user_id: str
    purpose: str
    order_id: str | None
    subscription_id: str | None
    amount: int
    currency: str
    status: str
    idempotency_key: str
    run_id: str
    started_at: datetime
    unknown_since: datetime | None
    checks: int

    @property
    def is_open(self) -> bool:
        """Whether its outcome is still to come."""
        return self.status in OPEN


COLUMNS = tuple(attempts.c[name] for name in Attempt.__dataclass_fields__)


@contextmanager
def run() -> Iterator[str]:
    """Yield the id of a run that goes on until the block ends."""
    run_id = f"{PROCESS}.{ids.new('run')}"
    _going_on.add(run_id)
    try:
        yield run_id
    finally:
        _going_on.discard(run_id)


def goes_on(attempt: Attempt, lease: timedelta) -> bool:
    """Tell whether a request works on the attempt; one of another process may take as long as its lease."""
    if attempt.run_id.startswith(f"{PROCESS}."):
        return attempt.run_id in _going_on
    return clock.now() < attempt.started_at + lease


def start(connection: Connection, terms: Terms, run_id: str, claimed: Claim | None = None) -> Attempt:
    """Put an attempt on record as pending, or reopen the one that an earlier try under its key left failed.

    A reopened attempt keeps the provider's key, so that the provider sees the same request. Where the price
    has changed since then it is another request, and another attempt.
    """
    if claimed is None or claimed.attempt_id is None or not _costs(connection, claimed.attempt_id, terms):
        return _start_new(connection, terms, run_id, claimed)
    links = {"order_id": terms.order_id, "subscription_id": terms.subscription_id}
    return reopen(connection, claimed.attempt_id, run_id, **links)


def reopen(connection: Connection, attempt_id: str, run_id: str, **links: str | None) -> Attempt:
    """Take up an attempt that failed again: the provider sees the same request, with the same key."""
    values = {"status": "pending", "run_id": run_id, "started_at": clock.now(), "unknown_since": None}
    return _change(connection, attempt_id, **values, **links)


def _costs(connection: Connection, attempt_id: str, terms: Terms) -> bool:
    query = select(attempts.c.amount, attempts.c.currency).where(attempts.c.id == attempt_id)
    return tuple(connection.execute(query).one()) == (terms.amount, terms.currency)


def _start_new(connection: Connection, terms: Terms, run_id: str, claimed: Claim | None) -> Attempt:
    attempt_id, now = ids.new("att"), clock.now()
    connection.execute(
        insert(attempts).values(
            **vars(terms),
            id=attempt_id,
            status="pending",
            idempotency_key=f"charge-{attempt_id}",
            run_id=run_id,
            created_at=now,
            started_at=now,
        )
    )
    if claimed is not None:
        idempotency.attach(connection, claimed, attempt_id)
    return _read(connection.execute(select(*COLUMNS).where(attempts.c.id == attempt_id)).one())


def lock(connection: Connection, attempt_id: str) -> Attempt | None:
    """Read an attempt and keep it and its key to this transaction; None if there is none."""
    idempotency.lock(connection, attempt_id)
    query = select(*COLUMNS).where(attempts.c.id == attempt_id).with_for_update()
    row = connection.execute(query).one_or_none()
    return _read(row) if row else None


def lock_open(connection: Connection, seen: Attempt) -> bool:
    """Lock an attempt; False if it was settled, or taken up by another run, since it was seen."""
    attempt = lock(connection, seen.id)
    return attempt is not None and attempt.is_open and attempt.run_id == seen.run_id


def mark_succeeded(connection: Connection, attempt: Attempt, charge_id: str) -> None:
    """The provider has the money."""
    _change(connection, attempt.id, status="succeeded", provider_charge_id=charge_id, decline_code=None)


def mark_failed(
    connection: Connection, attempt: Attempt, decline_code: str | None = None, charge_id: str | None = None
) -> None:
    """No money moved, as far as anybody knows."""
    _change(connection, attempt.id, status="failed", decline_code=decline_code, provider_charge_id=charge_id)


def mark_unknown(connection: Connection, attempt: Attempt, since: datetime) -> None:
    """Only the provider knows what happened; reconciliation asks it from now on."""
    first = clock.now() + FIRST_CHECK_AFTER
    _change(connection, attempt.id, status="unknown", unknown_since=since, checks=0, next_check_at=first)


def was_declined(connection: Connection, attempt_id: str) -> bool:
    """Tell whether the attempt failed because the card's bank said no."""
    query = select(attempts.c.decline_code).where(attempts.c.id == attempt_id, attempts.c.status == "failed")
    return connection.scalar(query) is not None


def pending(connection: Connection) -> list[Attempt]:
    """Return all attempts that a request works on, or was working on when it died."""
    rows = connection.execute(select(*COLUMNS).where(attempts.c.status == "pending"))
    return [_read(row) for row in rows]


def next_unknown(connection: Connection) -> Attempt | None:
    """Lock the unknown attempt whose check is most overdue; None where no check is due."""
    query = (
        select(*COLUMNS)
        .where(attempts.c.status == "unknown", attempts.c.next_check_at <= clock.now())
        .order_by(attempts.c.next_check_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = connection.execute(query).one_or_none()
    return _read(row) if row else None


def postpone_check(connection: Connection, attempt: Attempt, until: datetime) -> None:
    """Count a check and set the next one."""
    _change(connection, attempt.id, checks=attempt.checks + 1, next_check_at=until)


def _change(connection: Connection, attempt_id: str, **values: Any) -> Attempt:
    change = update(attempts).where(attempts.c.id == attempt_id).values(**values).returning(*COLUMNS)
    return _read(connection.execute(change).one())


def _read(row: Row[Any]) -> Attempt:
    return Attempt(**row._mapping)
