"""Placing orders: stock, payment, order and e-mail agree, or none of them is left.

The stock is held and the order is on record as pending before the card is charged. What becomes of the charge
then confirms the order or undoes it, whoever learns of it first.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection, Row

from reference_shop.domain import (
    idempotency,
    late_payments,
    money,
    order_records,
    payment_attempts,
    payment_settlement,
    payments,
    stock,
    users,
)
from reference_shop.domain.idempotency import Answer, Claim, Submission
from reference_shop.domain.order_records import Order
from reference_shop.domain.outbox import queue_email
from reference_shop.domain.payment_attempts import Attempt, Terms
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, invalid, not_found
from reference_shop.shop import Shop

LARGEST_TOTAL = 99_999_999


@dataclass(frozen=True)
class OrderedItem:
    """Some pieces of a product, at the price of the day on which it was ordered."""

    product_id: str
    quantity: int
    unit_price: int


def place(shop: Shop, submission: Submission, wanted: Counter[str], card: str) -> Answer:
    """Order so many pieces of each product, once for each key; return the customer's answer.

    409 `out_of_stock` is an answer like success and decline: its key keeps it. Raises 404 for an unknown
    product, 422 where the total cannot be charged, and what `payments.pay` raises.
    """

    def begin(connection: Connection, run_id: str) -> Attempt | Answer:
        claimed = idempotency.claim(connection, submission)
        if isinstance(claimed, Answer):
            return claimed
        products = stock.lock(connection, wanted)
        if wanted.keys() - products.keys():
            raise not_found("product")
        short = [product for product in products.values() if product.quantity < wanted[product.id]]
        if short:
            return _out_of_stock(connection, claimed, short)
        order = _hold(connection, submission.user_id, wanted, products)
        return payment_attempts.start(connection, _terms(order), run_id, claimed)

    return payments.pay(shop, begin, card)


def _out_of_stock(connection: Connection, claimed: Claim, short: list[Row[Any]]) -> Answer:
    missing = {"products": [{"productId": product.id, "available": product.quantity} for product in short]}
    error = ShopError(409, "out_of_stock", "There is not enough in stock. Nothing was charged.", missing)
    answer = Answer.of(error.status, error.body)
    idempotency.finish_unpaid(connection, claimed, answer)
    return answer


def _hold(
    connection: Connection, user_id: str, wanted: Counter[str], products: Mapping[str, Row[Any]]
) -> Order:
    """Put the order on record and take its pieces off the stock."""
    total, currency = _total(wanted, products)
    order = order_records.add(connection, user_id, total, currency, wanted, products)
    stock.take(connection, wanted)
    return order


def _total(wanted: Counter[str], products: Mapping[str, Row[Any]]) -> tuple[int, str]:
    currencies = {product.currency for product in products.values()}
    if len(currencies) > 1:
        raise invalid({"items": "They are sold in different currencies. Please order them apart."})
    total = sum(products[product_id].price * count for product_id, count in wanted.items())
    if total > LARGEST_TOTAL:
        raise invalid({"items": f"They cost {total} together, which is over {LARGEST_TOTAL}."})
    return total, currencies.pop()


def _terms(order: Order) -> Terms:
    return Terms(
        user_id=order.user_id,
        purpose="order",
        amount=order.total,
        currency=order.currency,
        order_id=order.id,
    )


class OrderPayment:
    """What becomes of a pending order once it is known what became of its charge."""

    def paid(self, connection: Connection, attempt: Attempt, payment_id: str) -> Answer:
        """Confirm the order; what comes too late for that is paid back."""
        order = _pending(connection, attempt)
        if order is None:
            late_payments.pay_back(connection, payment_id)
            return _came_too_late()
        order_records.change(connection, order.id, status="confirmed")
        _send_confirmation(connection, order)
        return Answer.of(201, {"orderId": order.id, "status": "confirmed", "total": order.total})

    def given_up(self, connection: Connection, attempt: Attempt) -> None:
        """Put the pieces back on sale. The order stays, cancelled, if its customer was told of a time-out."""
        order = _pending(connection, attempt)
        if order is None:
            return
        stock.put_back(connection, order_records.pieces(connection, order.id))
        if attempt.status == "unknown":
            order_records.change(connection, order.id, status="cancelled")
        else:
            order_records.remove(connection, order.id)


payment_settlement.EFFECTS["order"] = OrderPayment()


def _pending(connection: Connection, attempt: Attempt) -> Order | None:
    assert attempt.order_id is not None
    order = order_records.find(connection, attempt.order_id, lock=True)
    return order if order is not None and order.status == "pending" else None


def _came_too_late() -> Answer:
    error = ShopError(
        409,
        "already_cancelled",
        "The payment came too late for this order and is paid back. Please order again.",
    )
    return Answer.of(error.status, error.body)


def _send_confirmation(connection: Connection, order: Order) -> None:
    customer = users.find(connection, order.user_id)
    if customer is not None:
        queue_email(
            connection,
            customer.id,
            customer.email,
            "order_confirmation",
            full_name=customer.full_name,
            order_id=order.id,
            total=money.decimal(order.total),
        )


def look(shop: Shop, order_id: str, asked_by: User) -> tuple[Order, list[OrderedItem]]:
    """Return an order and its items. Raises 404 unless it is the user's own, or the user an admin."""
    with shop.database.transaction() as connection:
        order = order_records.find(connection, order_id)
        if order is None or not (asked_by.is_admin or asked_by.id == order.user_id):
            raise not_found("order")
        rows = order_records.items(connection, order_id)
    return order, [OrderedItem(row.product_id, row.quantity, row.unit_price) for row in rows]
