"""Links in e-mails: opaque tokens of which the shop keeps a hash.

The database remembers every link, so that an old one is told apart from one that never was. Links that
prove who somebody is also live in the token store, and one that the store has lost is not taken.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.errors import ShopError
from reference_shop.shop import Shop
from reference_shop.storage.tables.accounts import link_tokens

WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{20,200}")


@dataclass(frozen=True)
class Purpose:
    """What a link is for, how long it lives, and the page that it opens."""

    name: str
    lifetime: timedelta
    page: str
    in_token_store: bool = True


VERIFY = Purpose("verify", timedelta(hours=24), "verify-email")
RESET = Purpose("reset", timedelta(hours=1), "reset-password")
# The owner of a project cannot see that the store lost an invitation, so these do not depend on it.
INVITATION = Purpose("invitation", timedelta(days=7), "accept-invitation", in_token_store=False)


@dataclass(frozen=True)
class Link:
    """A link that was once issued."""

    token_hash: str
    purpose: Purpose
    owner_id: str
    expires_at: datetime


def issue(shop: Shop, connection: Connection, purpose: Purpose, owner_id: str) -> str:
    """Make a link and return its URL; the owner's earlier ones for this purpose are void.

    The caller holds the owner's row, so that two links never replace each other.
    """
    token, now = secrets.token_urlsafe(32), clock.now()
    connection.execute(
        update(link_tokens)
        .where(
            link_tokens.c.owner_id == owner_id,
            link_tokens.c.purpose == purpose.name,
            link_tokens.c.replaced_at.is_(None),
        )
        .values(replaced_at=now)
    )
    connection.execute(
        insert(link_tokens).values(
            token_hash=_hash(token),
            purpose=purpose.name,
            owner_id=owner_id,
            issued_at=now,
            expires_at=now + purpose.lifetime,
        )
    )
    if purpose.in_token_store:
        shop.token_store.remember(purpose.name, owner_id, _hash(token), purpose.lifetime)
    return f"{shop.settings.app_public_url}/{purpose.page}?token={token}"


def find(connection: Connection, purpose: Purpose, token: str) -> Link:
    """Find the link of a token. Raises 400 `malformed_token`, or 400 `invalid_token` where it is unknown."""
    if not WELL_FORMED.fullmatch(token):
        raise ShopError(400, "malformed_token", "This is not a link's token: it may have been cut off.")
    row = connection.execute(
        select(link_tokens.c.token_hash, link_tokens.c.owner_id, link_tokens.c.expires_at).where(
            link_tokens.c.token_hash == _hash(token), link_tokens.c.purpose == purpose.name
        )
    ).one_or_none()
    if row is None:
        raise invalid_token()
    return Link(row.token_hash, purpose, row.owner_id, row.expires_at)


def refuse_expired(link: Link) -> None:
    """Raise 410 `token_expired` once the link is over its age, whatever became of it before."""
    if clock.now() > link.expires_at:
        raise ShopError(410, "token_expired", "This link is too old. Please ask for a new one.")


def use(shop: Shop, connection: Connection, link: Link) -> None:
    """Use a link up. Raises 410 `token_expired`, or 400 `invalid_token` if used, replaced or lost.

    The caller holds the owner's row.
    """
    refuse_expired(link)
    if link.purpose.in_token_store:
        if shop.token_store.recall(link.purpose.name, link.owner_id) != link.token_hash:
            raise invalid_token()
        shop.token_store.forget(link.purpose.name, link.owner_id)
    used = connection.execute(
        update(link_tokens)
        .where(
            link_tokens.c.token_hash == link.token_hash,
            link_tokens.c.used_at.is_(None),
            link_tokens.c.replaced_at.is_(None),
        )
        .values(used_at=clock.now())
    )
    if used.rowcount == 0:
        raise invalid_token()


def forget_owner(connection: Connection, owner_id: str) -> None:
    """Void all links of an owner."""
    connection.execute(delete(link_tokens).where(link_tokens.c.owner_id == owner_id))


def invalid_token() -> ShopError:
    """The link is unknown, used, replaced or lost, which is told alike."""
    return ShopError(400, "invalid_token", "This link is not valid any more. Please ask for a new one.")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
