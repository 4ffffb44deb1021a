"""Paying back what was charged for a thing that had been given up: nobody pays for nothing."""

import logging
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import payment_refunds
from reference_shop.errors import ShopError
from reference_shop.shop import Shop
from reference_shop.storage.tables.payments import payments

log = logging.getLogger(__name__)

TRY_AGAIN_AFTER = timedelta(minutes=1)


def pay_back(connection: Connection, payment_id: str) -> None:
    """Have the worker pay back all that is left of a payment."""
    _set(connection, payment_id, pay_back_at=clock.now())


def pay_back_late_payments(shop: Shop) -> None:
    """Pay back whatever is due, each until it has worked."""
    while not shop.worker.stopping and (payment_id := _claim(shop)):
        if _is_paid_back(shop, payment_id):
            with shop.database.transaction() as connection:
                _set(connection, payment_id, pay_back_at=None)


def _claim(shop: Shop) -> str | None:
    """Return a payment whose turn it is; its next turn, should this one fail, is set with the same stroke."""
    due = (
        select(payments.c.id)
        .where(payments.c.pay_back_at <= clock.now())
        .order_by(payments.c.pay_back_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    with shop.database.transaction() as connection:
        payment_id = connection.scalar(due)
        if payment_id is not None:
            _set(connection, payment_id, pay_back_at=clock.now() + TRY_AGAIN_AFTER)
    return payment_id


def _is_paid_back(shop: Shop, payment_id: str) -> bool:
    try:
        payment_refunds.refund(shop, payment_id)
    except ShopError as error:
        if error.code in ("already_refunded", "not_found"):
            return True
        log.warning("payment %s came too late and is yet to be paid back: %s", payment_id, error)
        return False
    return True


def _set(connection: Connection, payment_id: str, **values: object) -> None:
    connection.execute(update(payments).where(payments.c.id == payment_id).values(values))
