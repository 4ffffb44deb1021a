"""Orders on their way to the customer, step by step, with an audit trail."""

from sqlalchemy.engine import Connection

from reference_shop.domain import order_records, users
from reference_shop.domain.order_records import Order, Status
from reference_shop.domain.outbox import queue_email, queue_sms
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, invalid, not_found
from reference_shop.shop import Shop

NEXT: dict[Status, Status] = {"confirmed": "packed", "packed": "shipped", "shipped": "delivered"}
LONGEST_TRACKING_NUMBER = 100


def advance(shop: Shop, order_id: str, status: Status, tracking_number: str | None, admin: User) -> None:
    """Take an order to its next status. Only shipping takes a tracking number, and needs one.

    Looked at in this order: 404, 409 `invalid_transition`, 422 for the tracking number.
    """
    with order_records.taking_turns(shop, order_id):
        shop.database.run(lambda connection: _advance(connection, order_id, status, tracking_number, admin))
    shop.worker.nudge()


def _advance(
    connection: Connection, order_id: str, status: Status, tracking_number: str | None, admin: User
) -> None:
    order = order_records.find(connection, order_id, lock=True)
    if order is None:
        raise not_found("order")
    if NEXT.get(order.status) != status:
        raise ShopError(
            409,
            "invalid_transition",
            f"An order that is {order.status} cannot become {status}.",
            {"from": order.status, "to": status},
        )
    if status == "shipped":
        _ship(connection, order, _checked(tracking_number), admin)
    else:
        order_records.change(connection, order.id, status=status)
        order_records.audit(connection, order, admin, status)


def _checked(tracking_number: str | None) -> str:
    number = (tracking_number or "").strip()
    if not (number and number.isprintable() and len(number) <= LONGEST_TRACKING_NUMBER):
        raise invalid(
            {"trackingNumber": "Shipping needs a tracking number: one line of at most 100 characters."}
        )
    return number


def _ship(connection: Connection, order: Order, tracking_number: str, admin: User) -> None:
    order_records.change(connection, order.id, status="shipped", tracking_number=tracking_number)
    order_records.audit(connection, order, admin, "shipped", trackingNumber=tracking_number)
    customer = users.find(connection, order.user_id)
    if customer is None:  # whoever deleted the account hears no more of the shop
        return
    told = {"full_name": customer.full_name, "order_id": order.id, "tracking_number": tracking_number}
    queue_email(connection, customer.id, customer.email, "order_shipped", **told)
    if customer.phone_number:
        queue_sms(connection, customer.id, customer.phone_number, "order_shipped", **told)
