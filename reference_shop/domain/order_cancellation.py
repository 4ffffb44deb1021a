"""Withdrawing an order until it is shipped: the money goes back first, then all the rest at once."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Connection, Row

from reference_shop.domain import money, order_records, payment_refunds, stock
from reference_shop.domain.order_records import Order
from reference_shop.domain.outbox import queue_email
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, not_found
from reference_shop.shop import Shop
from reference_shop.storage.tables.payments import payments

REFUSALS = {
    "pending": ("payment_pending", "The payment of this order is still being looked up. Please try later."),
    "shipped": ("already_shipped", "This order is on its way already."),
    "delivered": ("already_shipped", "This order has arrived already."),
    "cancelled": ("already_cancelled", "This order is cancelled already."),
}


def cancel(shop: Shop, order_id: str, owner: User) -> int:
    """Pay back what was paid, put the pieces back on sale and cancel the order; return the sum paid back.

    Where the money cannot be paid back the order stays as it was, and asking again goes on with the same
    refund. Raises 404 for somebody else's order, 409 `payment_pending`, `already_shipped` or
    `already_cancelled`, and what `payment_refunds.refund` raises.
    """
    with order_records.taking_turns(shop, order_id):
        paid = shop.database.run(lambda connection: _payments(connection, order_id, owner))
        refunded = sum(_pay_back(shop, payment) for payment in paid)
        shop.database.run(lambda connection: _cancel(connection, order_id, owner, refunded))
    shop.worker.nudge()
    return refunded


def _payments(connection: Connection, order_id: str, owner: User) -> list[Row[Any]]:
    _cancellable(connection, order_id, owner)
    query = select(payments.c.id, payments.c.refunded_amount).where(payments.c.order_id == order_id)
    return list(connection.execute(query))


def _cancellable(connection: Connection, order_id: str, owner: User) -> Order:
    order = order_records.find(connection, order_id, lock=True)
    if order is None or order.user_id != owner.id:
        raise not_found("order")
    if order.status in REFUSALS:
        raise ShopError(409, *REFUSALS[order.status])
    return order


def _pay_back(shop: Shop, payment: Row[Any]) -> int:
    """Pay back what is left of a payment: nothing, where an earlier cancellation was cut off after this."""
    try:
        return payment_refunds.refund(shop, payment.id).amount
    except ShopError as error:
        if error.code != "already_refunded":
            raise
        already: int = payment.refunded_amount
        return already


def _cancel(connection: Connection, order_id: str, owner: User, refunded: int) -> None:
    order = _cancellable(connection, order_id, owner)
    stock.put_back(connection, order_records.pieces(connection, order.id))
    order_records.change(connection, order.id, status="cancelled")
    order_records.audit(connection, order, owner, "cancelled")
    queue_email(
        connection,
        owner.id,
        owner.email,
        "order_cancelled",
        full_name=owner.full_name,
        order_id=order.id,
        refund=money.decimal(refunded),
    )
