"""Subscriptions on record, and who may touch one when.

A subscription is `activating` until its first payment is known, then `active`; `past_due` after a declined
renewal, and `cancelled` for good. All but the last take the user's one place. Customers and workers take
turns on a subscription, and nothing about it changes while one of its payments is open.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, exists, select, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock, ids
from reference_shop.domain.idempotency import in_progress
from reference_shop.domain.payment_attempts import OPEN
from reference_shop.domain.payment_lock import one_at_a_time
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, not_found
from reference_shop.shop import Shop
from reference_shop.storage.database import insert_new
from reference_shop.storage.tables.payments import payment_attempts
from reference_shop.storage.tables.subscriptions import subscriptions

ACTIVATING = "activating"
ACTIVE = "active"
PAST_DUE = "past_due"
CANCELLED = "cancelled"

LIVING = (ACTIVE, PAST_DUE)
PLACE_TAKING = (ACTIVATING, *LIVING)


@dataclass(frozen=True)
class Subscription:
    """A subscription as it was read. Its period, dates and card are None until it is active."""

    id: str
    user_id: str
    plan_id: str
    status: str
    period_started_at: datetime | None
    renewal_date: datetime | None
    credit_balance: int
    card_token: str | None
    declines: int
    """How often the renewal that is due was declined."""
    first_declined_at: datetime | None
    next_renewal_at: datetime | None
    """When the worker has to look at it next."""

    @property
    def is_living(self) -> bool:
        """Whether it is, or will again be, paid for."""
        return self.status in LIVING

    @property
    def began(self) -> datetime:
        """When the period that is paid for began."""
        assert self.period_started_at is not None
        return self.period_started_at

    @property
    def renews(self) -> datetime:
        """When that period ends and the next one begins."""
        assert self.renewal_date is not None
        return self.renewal_date

    @property
    def card(self) -> str:
        """The card to be charged, by the provider's token."""
        assert self.card_token is not None
        return self.card_token

    @property
    def view(self) -> dict[str, Any]:
        """What its owner sees."""
        renewal_date = clock.iso(self.renewal_date) if self.renewal_date else None
        return {
            "id": self.id,
            "status": self.status,
            "planId": self.plan_id,
            "renewalDate": renewal_date,
        }


COLUMNS = tuple(subscriptions.c[name] for name in Subscription.__dataclass_fields__)


def turn(shop: Shop, subscription_id: str, patience_s: float | None = None) -> AbstractContextManager[object]:
    """Wait for a turn on a subscription, and keep it until the block ends.

    Raises 409 `in_progress` where it does not come within what a payment may take, or the given patience.
    """
    if patience_s is None:
        patience_s = shop.settings.payment_timeout_s + 1
    return one_at_a_time(shop.database, f"subscription {subscription_id}", patience_s)


def add(connection: Connection, user_id: str, plan_id: str, card: str) -> str | None:
    """Put an activating subscription on record and return its id; None where the user's place is taken."""
    subscription_id = ids.new("sub")
    is_new = insert_new(
        connection,
        subscriptions,
        id=subscription_id,
        user_id=user_id,
        plan_id=plan_id,
        status=ACTIVATING,
        card_token=card,
        created_at=clock.now(),
    )
    return subscription_id if is_new else None


def find(connection: Connection, subscription_id: str, lock: bool = False) -> Subscription | None:
    """Find a subscription by id; `lock` keeps the row to this transaction."""
    query = select(*COLUMNS).where(subscriptions.c.id == subscription_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return _read(row) if row else None


def owned(connection: Connection, user: User, subscription_id: str, lock: bool = False) -> Subscription:
    """Find a subscription of the user's own. Raises 404."""
    found = find(connection, subscription_id, lock)
    if found is None or found.user_id != user.id:
        raise not_found("subscription")
    return found


def of_user(connection: Connection, user_id: str) -> Subscription | None:
    """Find the subscription that takes the user's place."""
    query = select(*COLUMNS).where(
        subscriptions.c.user_id == user_id, subscriptions.c.status.in_(PLACE_TAKING)
    )
    row = connection.execute(query).one_or_none()
    return _read(row) if row else None


def change(connection: Connection, subscription_id: str, **values: Any) -> Subscription:
    """Change a subscription's row and return it."""
    changed = update(subscriptions).where(subscriptions.c.id == subscription_id).values(**values)
    return _read(connection.execute(changed.returning(*COLUMNS)).one())


def end(connection: Connection, subscription_id: str) -> Subscription:
    """Cancel: nothing is charged any more, so the card is forgotten."""
    return change(
        connection,
        subscription_id,
        status=CANCELLED,
        cancelled_at=clock.now(),
        next_renewal_at=None,
        card_token=None,
    )


def remove(connection: Connection, subscription_id: str) -> None:
    """Take a subscription that never became active off the record."""
    connection.execute(
        delete(subscriptions).where(
            subscriptions.c.id == subscription_id, subscriptions.c.status == ACTIVATING
        )
    )


def refuse_unsettled(connection: Connection, subscription: Subscription) -> None:
    """Raise 409 `already_cancelled`, or `in_progress` while one of its payments is open."""
    if subscription.status == CANCELLED:
        raise ShopError(409, "already_cancelled", "This subscription is cancelled already.")
    if subscription.status == ACTIVATING or has_open_payment(connection, subscription.id):
        raise in_progress()


def has_open_payment(connection: Connection, subscription_id: str) -> bool:
    """Tell whether the outcome of one of its payments is still to come."""
    mine = payment_attempts.c.subscription_id == subscription_id
    query = select(exists().where(mine, payment_attempts.c.status.in_(OPEN)))
    return connection.scalar(query) is True


def look(shop: Shop, user: User, subscription_id: str) -> Subscription:
    """Return a subscription of the user's own. Raises 404."""
    with shop.database.transaction() as connection:
        return owned(connection, user, subscription_id)


def _read(row: Row[Any]) -> Subscription:
    return Subscription(**row._mapping)
