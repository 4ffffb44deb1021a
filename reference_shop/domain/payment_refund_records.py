"""The rows behind refunds. What was paid back of a payment is the sum of its refunds that succeeded."""

from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock, ids
from reference_shop.errors import not_found
from reference_shop.providers.payment import Charge
from reference_shop.storage.tables.payments import payments, refunds

UNDECIDED = ("pending", "unknown")


def lock_payment(connection: Connection, payment_id: str) -> Row[Any]:
    """Read a payment and keep it to this transaction. Raises 404 if there is none."""
    query = select(payments).where(payments.c.id == payment_id).with_for_update()
    payment = connection.execute(query).one_or_none()
    if payment is None:
        raise not_found("payment")
    return payment


def status_after(refunded: int, amount: int) -> str:
    """Return the status of a payment of which so much was paid back."""
    if refunded >= amount:
        return "refunded"
    return "partially_refunded" if refunded else "succeeded"


def learn(connection: Connection, payment: Row[Any], charge: Charge) -> int:
    """Record the refunds of a charge that are news to the shop; return all that was paid back."""
    for told in charge.refunds:
        if told.paid_back and not _is_known(connection, told.id):
            _happened(connection, payment.id, told.amount, told.id)
    missing = charge.amount_refunded - total(connection, payment.id, "succeeded")
    if missing > 0:
        _happened(connection, payment.id, missing, None)
    return recount(connection, payment)


def recount(connection: Connection, payment: Row[Any]) -> int:
    """Bring the payment's sum up to date and return it."""
    paid: int = payment.amount
    refunded = min(paid, total(connection, payment.id, "succeeded"))
    connection.execute(update(payments).where(payments.c.id == payment.id).values(refunded_amount=refunded))
    return refunded


def total(connection: Connection, payment_id: str, *statuses: str) -> int:
    """Add up the payment's refunds of these statuses."""
    ours = refunds.c.payment_id == payment_id, refunds.c.status.in_(statuses)
    return connection.scalar(select(func.sum(refunds.c.amount)).where(*ours)) or 0


def untold(connection: Connection, payment_id: str, amount: int) -> Row[Any] | None:
    """Find the refund of this sum whose outcome the one who asked for it never learnt."""
    return _first(connection, payment_id, refunds.c.amount == amount, refunds.c.told.is_(False))


def undecided(connection: Connection, payment_id: str, cause: str) -> Row[Any] | None:
    """Find the refund for this cause whose outcome nobody knows."""
    return _first(connection, payment_id, refunds.c.cause == cause, refunds.c.status.in_(UNDECIDED))


def failed(connection: Connection, payment_id: str, amount: int, cause: str) -> Row[Any] | None:
    """Find the refund of this sum for this cause that met with trouble."""
    for_cause = refunds.c.amount == amount, refunds.c.cause == cause
    return _first(connection, payment_id, *for_cause, refunds.c.status == "failed")


def _first(connection: Connection, payment_id: str, *which: ColumnElement[bool]) -> Row[Any] | None:
    query = select(refunds).where(refunds.c.payment_id == payment_id, *which)
    return connection.execute(query.order_by(refunds.c.created_at).limit(1)).one_or_none()


def add(connection: Connection, payment_id: str, amount: int, **values: Any) -> str:
    """Put a refund on record and return its id."""
    refund_id = ids.new("ref")
    row = {"id": refund_id, "payment_id": payment_id, "amount": amount, "created_at": clock.now()}
    connection.execute(insert(refunds).values(row | values))
    return refund_id


def change(connection: Connection, refund_id: str, **values: Any) -> None:
    """Change a refund's row."""
    connection.execute(update(refunds).where(refunds.c.id == refund_id).values(**values))


def _is_known(connection: Connection, provider_refund_id: str) -> bool:
    query = select(refunds.c.id).where(refunds.c.provider_refund_id == provider_refund_id)
    return connection.scalar(query) is not None


def _happened(connection: Connection, payment_id: str, amount: int, provider_refund_id: str | None) -> None:
    """Settle the refund of this sum that the shop waits for; if there is none, somebody else made it."""
    waiting = untold(connection, payment_id, amount)
    values = {"status": "succeeded", "provider_refund_id": provider_refund_id}
    if waiting is not None and waiting.provider_refund_id is None and waiting.status != "succeeded":
        change(connection, waiting.id, **values)
    else:
        add(connection, payment_id, amount, told=True, **values)
