"""Keeping guessers out: five wrong passwords for an address within 15 minutes close it for 15 minutes.

Addresses without an account are counted alike, so that being locked out tells nobody who is known.
"""

import hashlib
import math
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, text
from sqlalchemy.engine import Connection

from reference_shop import ids
from reference_shop.errors import ShopError
from reference_shop.storage.tables.accounts import failed_logins

LIMIT = 5
WINDOW = timedelta(minutes=15)
CLOSED_FOR = timedelta(minutes=15)


def take_turn(connection: Connection, address: str) -> None:
    """Wait until no other log-in for this address is under way; the turn ends with the transaction."""
    number = int.from_bytes(hashlib.sha256(_hash(address).encode()).digest()[:8], signed=True)
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def refuse_locked_out(connection: Connection, address: str, now: datetime) -> None:
    """Raise 429 `too_many_attempts` while the address is closed."""
    opens_at = _opens_at(connection, address)
    if opens_at and now < opens_at:
        seconds = math.ceil((opens_at - now).total_seconds())
        raise ShopError(
            429,
            "too_many_attempts",
            "There were too many wrong passwords. Please wait before you try again.",
            headers={"Retry-After": str(seconds)},
        )


def _opens_at(connection: Connection, address: str) -> datetime | None:
    """Return when the address opens again after its latest run of wrong passwords, if there was one.

    Nothing is counted while an address is closed, so the latest failure is the one that closed it.
    """
    latest = connection.scalars(
        select(failed_logins.c.failed_at)
        .where(failed_logins.c.address_hash == _hash(address))
        .order_by(failed_logins.c.failed_at.desc())
        .limit(LIMIT)
    ).all()
    if len(latest) < LIMIT or latest[0] - latest[-1] > WINDOW:
        return None
    opens_at: datetime = latest[0] + CLOSED_FOR
    return opens_at


def count_wrong(connection: Connection, address: str, now: datetime) -> None:
    """Count a wrong password, and drop what is too old to matter."""
    address_hash = _hash(address)
    connection.execute(
        delete(failed_logins).where(
            failed_logins.c.address_hash == address_hash,
            failed_logins.c.failed_at < now - WINDOW - CLOSED_FOR,
        )
    )
    connection.execute(
        insert(failed_logins).values(id=ids.new("fail"), address_hash=address_hash, failed_at=now)
    )


def forget(connection: Connection, address: str) -> None:
    """Drop everything counted for an address."""
    connection.execute(delete(failed_logins).where(failed_logins.c.address_hash == _hash(address)))


def _hash(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()
