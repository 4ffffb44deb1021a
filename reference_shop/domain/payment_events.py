"""What the provider tells about a charge, applied to its payment whenever both are there.

Events come late, twice and in any order. Each waits in `webhook_events` until the payment of its charge is on
record. Of two that contradict each other the later `created` wins; sums that were refunded only ever grow.
"""

from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock
from reference_shop.domain import payment_refund_records
from reference_shop.providers.payment import Charge
from reference_shop.storage.tables.payments import payments
from reference_shop.storage.tables.payments import webhook_events as events

SUCCEEDED = "charge.succeeded"
REFUNDED = "charge.refunded"
DISPUTED = "charge.dispute.created"


def lock_charge(connection: Connection, charge_id: str) -> None:
    """Take turns on a charge until this transaction ends, also before there is a payment to be locked."""
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(charge_id, 0))))


def apply_waiting(connection: Connection, charge_id: str) -> None:
    """Apply the events about a charge that have waited, oldest first. The charge must be locked."""
    payment_id = connection.scalar(select(payments.c.id).where(payments.c.provider_charge_id == charge_id))
    if payment_id is None:
        return
    waiting = (
        select(events)
        .where(events.c.provider_charge_id == charge_id, events.c.applied_at.is_(None))
        .order_by(events.c.created)
    )
    for event in connection.execute(waiting).all():
        _apply(connection, event, payment_id)
        _mark_applied(connection, event.event_id)


def _apply(connection: Connection, event: Row[Any], payment_id: str) -> None:
    payment = payment_refund_records.lock_payment(connection, payment_id)
    is_news = event.created >= payment.status_as_of
    charge = Charge.parse(event.object)
    if event.type == REFUNDED and charge is not None:
        refunded = payment_refund_records.learn(connection, payment, charge)
        if is_news:
            status = payment_refund_records.status_after(refunded, payment.amount)
            _set_status(connection, payment_id, status, event.created)
    elif event.type == DISPUTED and is_news:
        _set_status(connection, payment_id, "disputed", event.created)


def _set_status(connection: Connection, payment_id: str, status: str, as_of: int) -> None:
    change = update(payments).where(payments.c.id == payment_id)
    connection.execute(change.values(status=status, status_as_of=as_of))


def _mark_applied(connection: Connection, event_id: str) -> None:
    connection.execute(update(events).where(events.c.event_id == event_id).values(applied_at=clock.now()))
