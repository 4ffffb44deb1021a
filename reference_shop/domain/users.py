"""A user as the rest of the shop sees one, and finding them."""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.engine import Connection, CursorResult

from reference_shop import clock
from reference_shop.errors import ShopError
from reference_shop.storage.tables.accounts import users

# What mail servers take in practice. Anything else belongs to nobody, so that it need not be looked up.
MAILBOX = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
DOMAIN = r"([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
ADDRESS = re.compile(f"{MAILBOX}@{DOMAIN}")
LONGEST_ADDRESS = 254


@dataclass(frozen=True)
class User:
    """A living account: one that is not deleted."""

    id: str
    email: str
    full_name: str
    password_hash: str
    role: str
    email_verified: bool
    phone_number: str | None
    banned_until: datetime | None
    session_epoch: int

    @property
    def is_admin(self) -> bool:
        """Whether the user runs the shop."""
        return self.role == "admin"

    def is_banned(self, now: datetime) -> bool:
        """Whether the user is kept out at that instant."""
        return self.banned_until is not None and now < self.banned_until


# Made once: putting a query together takes as long as running it.
LIVING = select(*(users.c[field.name] for field in fields(User))).where(users.c.deleted_at.is_(None))
BY_ID = LIVING.where(users.c.id == bindparam("user_id"))
BY_ADDRESS = LIVING.where(func.lower(users.c.email) == func.lower(bindparam("address")))
# Held for change; others may go on referring to the user.
BY_ID_HELD = BY_ID.with_for_update(key_share=True)
BY_ADDRESS_HELD = BY_ADDRESS.with_for_update(key_share=True)


def find(connection: Connection, user_id: str, lock: bool = False) -> User | None:
    """Find a user by id; `lock` keeps the row to this transaction."""
    return _user(connection.execute(BY_ID_HELD if lock else BY_ID, {"user_id": user_id}))


def find_by_address(connection: Connection, address: str, lock: bool = False) -> User | None:
    """Find a user by e-mail address, whatever its case."""
    if not is_address(address):
        return None
    return _user(connection.execute(BY_ADDRESS_HELD if lock else BY_ADDRESS, {"address": address}))


def _user(result: CursorResult[Any]) -> User | None:
    row = result.one_or_none()
    return User(**row._mapping) if row else None


def is_address(text: str) -> bool:
    """Tell whether a text looks like an e-mail address."""
    return len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) is not None


def refuse_banned(user: User, now: datetime) -> None:
    """Raise ShopError 403 `banned`, which says until when, if the user is kept out."""
    if user.is_banned(now):
        assert user.banned_until is not None
        until = clock.iso(user.banned_until)
        raise ShopError(403, "banned", f"This account is suspended until {until}.", {"until": until})
