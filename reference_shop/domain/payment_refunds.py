"""Paying money back: never more than was paid, and never twice for one request.

A refund is on record before the provider hears of it, and the provider's key comes from its id. Asking again
for the same sum after trouble is the same refund, with the same key; after a success it is another one.
Where the shop itself pays back for a cause, a refund for that cause whose outcome is unknown comes first.
"""

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.engine import Connection, Row

from reference_shop import clock
from reference_shop.domain import idempotency, payment_trouble
from reference_shop.domain import payment_refund_records as records
from reference_shop.domain.payment_lock import one_at_a_time
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, invalid, not_found
from reference_shop.providers.http import NoAnswer, ProviderTrouble
from reference_shop.providers.payment import ProviderRefund
from reference_shop.shop import Shop
from reference_shop.storage.tables.payments import payments, refunds

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refund:
    """A refund on record."""

    id: str
    payment_id: str
    amount: int
    charge_id: str
    status: str

    @property
    def idempotency_key(self) -> str:
        """The key that the provider gets."""
        return f"refund-{self.id}"


def refund(
    shop: Shop,
    payment_id: str,
    amount: int | None = None,
    asked_by: User | None = None,
    cause: str | None = None,
) -> Refund:
    """Pay back an amount, or all that is left. Without `asked_by` it is the shop itself that asks.

    With a `cause`, an undecided refund for it is gone on with instead, whatever its amount.

    Raises 404 for somebody else's payment, 409 `already_refunded`, 422 for more than is left, 409
    `in_progress` where another refund's outcome must be known first, 502 `refund_refused`, and 502 to 504
    for the provider's trouble.
    """
    patience_s = shop.settings.payment_timeout_s + 1
    with one_at_a_time(shop.database, f"refund of {payment_id}", patience_s) as connection:
        with connection.begin():
            asked = _put_on_record(connection, payment_id, amount, asked_by, cause)
        if asked.status == "pending":
            _carry_out(shop, connection, asked)
    return asked


def _put_on_record(
    connection: Connection, payment_id: str, amount: int | None, asked_by: User | None, cause: str | None
) -> Refund:
    payment = records.lock_payment(connection, payment_id)
    if asked_by is not None and not (asked_by.is_admin or asked_by.id == payment.user_id):
        raise not_found("payment")
    undecided = records.undecided(connection, payment_id, cause) if cause else None
    if undecided is not None:
        _pending(connection, payment_id, undecided.amount, undecided)
        return Refund(undecided.id, payment_id, undecided.amount, payment.provider_charge_id, "pending")
    left = payment.amount - payment.refunded_amount
    if left == 0:
        raise ShopError(409, "already_refunded", "This payment was already paid back in full.")
    wanted = left if amount is None else amount
    if cause:
        earlier = records.failed(connection, payment_id, wanted, cause)
    else:
        earlier = records.untold(connection, payment_id, wanted)
    if earlier is not None and earlier.status == "succeeded":  # an event told so meanwhile
        records.change(connection, earlier.id, told=True)
        return Refund(earlier.id, payment_id, wanted, payment.provider_charge_id, "succeeded")
    _check_room(connection, payment_id, wanted, left, earlier)
    refund_id = _pending(connection, payment_id, wanted, earlier, cause)
    return Refund(refund_id, payment_id, wanted, payment.provider_charge_id, "pending")


def _check_room(
    connection: Connection, payment_id: str, wanted: int, left: int, earlier: Row[Any] | None
) -> None:
    if wanted > left:
        raise invalid({"amount": f"It must be at most {left}: no more than that is left of the payment."})
    undecided = records.total(connection, payment_id, *records.UNDECIDED)
    if earlier is not None and earlier.status in records.UNDECIDED:
        undecided -= wanted
    if wanted > left - undecided:
        raise idempotency.in_progress()


def _pending(
    connection: Connection, payment_id: str, amount: int, earlier: Row[Any] | None, cause: str | None = None
) -> str:
    """Go on with a refund that met with trouble (nobody else is at it: refunds take turns), or begin one."""
    if earlier is None:
        return records.add(connection, payment_id, amount, status="pending", cause=cause)
    records.change(connection, earlier.id, status="pending")
    return str(earlier.id)


def _carry_out(shop: Shop, connection: Connection, asked: Refund) -> None:
    try:
        done = shop.payment_provider.refund(
            charge_id=asked.charge_id, amount=asked.amount, key=asked.idempotency_key
        )
    except ProviderTrouble as trouble:
        with connection.begin():
            _note_trouble(connection, asked, trouble)
        raise _error(trouble) from trouble
    with connection.begin():
        _conclude(connection, asked, done)


def _note_trouble(connection: Connection, asked: Refund, trouble: ProviderTrouble) -> None:
    mine = (refunds.c.id == asked.id) & (refunds.c.status == "pending")
    if payment_trouble.is_refusal(trouble):
        log.warning("refund %s of payment %s was refused: %s", asked.id, asked.payment_id, trouble)
        connection.execute(delete(refunds).where(mine))  # that is final: asking again is another refund
        return
    status = "unknown" if isinstance(trouble, NoAnswer) else "failed"
    connection.execute(update(refunds).where(mine).values(status=status))


def _error(trouble: ProviderTrouble) -> ShopError:
    if payment_trouble.is_refusal(trouble):
        return ShopError(502, "refund_refused", "The payment provider refused to pay the money back.")
    return payment_trouble.error(trouble)


def _conclude(connection: Connection, asked: Refund, done: ProviderRefund) -> None:
    payment = records.lock_payment(connection, asked.payment_id)
    records.change(connection, asked.id, status="succeeded", provider_refund_id=done.id, told=True)
    refunded = records.recount(connection, payment)
    connection.execute(
        update(payments)
        .where(payments.c.id == payment.id)
        .values(
            status=records.status_after(refunded, payment.amount),
            status_as_of=max(payment.status_as_of, done.created or int(clock.now().timestamp())),
        )
    )
