"""Ordering, and what becomes of an order."""

from collections import Counter
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from reference_shop.api.dependencies import CurrentAdmin, CurrentUser, Id, TheShop
from reference_shop.api.schemas import Answer, RequestBody, refusals
from reference_shop.api.submissions import CardToken, Key, submit
from reference_shop.domain import fulfilment, idempotency, order_cancellation, orders
from reference_shop.domain.idempotency import Submission
from reference_shop.domain.order_records import Status

router = APIRouter(prefix="/orders", tags=["orders"])

MOST_LINES = 100


class WantedItem(RequestBody):
    """Some pieces of a product."""

    product_id: str
    quantity: Annotated[int, Field(ge=1)]


class NewOrder(RequestBody):
    """What is to be bought with which card. Lines of one product are added up."""

    items: Annotated[list[WantedItem], Field(min_length=1, max_length=MOST_LINES)]
    payment_token: CardToken


class Placed(Answer):
    """An order that was placed and paid; `total` in minor units."""

    order_id: str
    status: Literal["confirmed"]
    total: int


class Item(Answer):
    """Some pieces of a product, at the price of the day on which it was ordered."""

    product_id: str
    quantity: int
    unit_price: int


class Order(Answer):
    """An order as it is now."""

    order_id: str
    status: Status
    total: int
    currency: str
    items: list[Item]
    tracking_number: str | None


class Change(RequestBody):
    """The order's next status; shipping needs the tracking number."""

    status: Status
    tracking_number: str | None = None


class Changed(Answer):
    """The status that the order has now."""

    order_id: str
    status: Status


class Cancelled(Changed):
    """A cancelled order, and what is paid back for it in minor units."""

    refund_amount: int


@router.post(
    "",
    status_code=201,
    response_model=Placed,
    responses=refusals(
        {
            401: "unauthorized",
            402: "card_declined, with details.declineCode",
            403: "banned",
            404: "not_found: no such product",
            409: "out_of_stock, with details.products; in_progress: ask again after Retry-After; "
            "already_cancelled: paid too late, and paid back",
            422: "validation_failed, idempotency_key_reused",
            502: "payment_provider_error",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout: the order is pending while the outcome is being looked up",
        }
    ),
)
def place(shop: TheShop, user: CurrentUser, asked: NewOrder, sent_key: Key = None) -> Response:
    """Place an order. Sent again with the same key, it gets the same answer and nothing is bought twice."""
    wanted: Counter[str] = Counter()
    for item in asked.items:
        wanted[item.product_id] += item.quantity

    def do(submission: Submission) -> idempotency.Answer:
        return orders.place(shop, submission, wanted, asked.payment_token)

    return submit(user, "POST /orders", sent_key, asked.model_dump(), do)


@router.get("/{order_id}", responses=refusals({401: "unauthorized", 403: "banned", 404: "not_found"}))
def look(shop: TheShop, user: CurrentUser, order_id: Id) -> Order:
    """Look at one's own order; an administrator, at any."""
    order, items = orders.look(shop, order_id, asked_by=user)
    return Order(
        order_id=order.id,
        status=order.status,
        total=order.total,
        currency=order.currency,
        items=[Item(**vars(item)) for item in items],
        tracking_number=order.tracking_number,
    )


@router.patch(
    "/{order_id}",
    responses=refusals(
        {
            401: "unauthorized",
            403: "forbidden, banned",
            404: "not_found",
            409: "invalid_transition, with details.from and details.to; in_progress",
            422: "validation_failed: shipping needs a tracking number",
        }
    ),
)
def advance(shop: TheShop, admin: CurrentAdmin, order_id: Id, change: Change) -> Changed:
    """Take an order one step further: confirmed, packed, shipped, delivered."""
    fulfilment.advance(shop, order_id, change.status, change.tracking_number, admin)
    return Changed(order_id=order_id, status=change.status)


@router.post(
    "/{order_id}/cancel",
    responses=refusals(
        {
            401: "unauthorized",
            403: "banned",
            404: "not_found: no such order, or somebody else's",
            409: "payment_pending, already_shipped, already_cancelled, in_progress",
            502: "refund_refused, payment_provider_error",
            503: "payment_unreachable, service_unavailable",
            504: "payment_timeout",
        }
    ),
)
def cancel(shop: TheShop, user: CurrentUser, order_id: Id) -> Cancelled:
    """Withdraw one's own order before it is shipped. Sent again after trouble, it is refunded once."""
    refunded = order_cancellation.cancel(shop, order_id, user)
    return Cancelled(order_id=order_id, status="cancelled", refund_amount=refunded)
