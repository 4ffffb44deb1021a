"""What each charge of a subscription is for: its first period, a renewal, or a change of plan.

`took_effect` says that the payment counts for its period: other payments came too late and are paid back.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Connection, Row

from reference_shop.domain.payment_refund_records import UNDECIDED
from reference_shop.storage.tables.payments import payment_attempts, payments, refunds
from reference_shop.storage.tables.subscriptions import subscription_charges as charges


@dataclass(frozen=True)
class SubscriptionCharge:
    """What one payment attempt is for."""

    payment_attempt_id: str
    subscription_id: str
    begins_period: bool
    """Whether it pays for a whole period, rather than for a change within one."""
    to_plan_id: str
    period_starts_at: datetime | None = None
    """None until the first period begins."""
    number: int | None = None
    """Counts the tries to renew for one period."""
    credit_used: int = 0


@dataclass(frozen=True)
class Try:
    """A try to renew, and how its attempt stands."""

    payment_attempt_id: str
    number: int
    status: str
    amount: int
    decline_code: str | None


COLUMNS = tuple(charges.c[name] for name in SubscriptionCharge.__dataclass_fields__)


def record(connection: Connection, charge: SubscriptionCharge) -> None:
    """Put on record what an attempt is for, also one that is opened again for something else."""
    values = vars(charge)
    insertion = insert(charges).values(values)
    connection.execute(
        insertion.on_conflict_do_update(index_elements=[charges.c.payment_attempt_id], set_=values)
    )


def find(connection: Connection, attempt_id: str) -> SubscriptionCharge | None:
    """Find what an attempt is for; None where that was undone."""
    row = connection.execute(select(*COLUMNS).where(charges.c.payment_attempt_id == attempt_id)).one_or_none()
    return SubscriptionCharge(**row._mapping) if row else None


def remove(connection: Connection, attempt_id: str) -> None:
    """Forget what an attempt was for: it came to nothing."""
    connection.execute(delete(charges).where(charges.c.payment_attempt_id == attempt_id))


def take_effect(connection: Connection, attempt_id: str, period_starts_at: datetime) -> None:
    """Let the payment count for the period that begins then."""
    values = {"took_effect": True, "period_starts_at": period_starts_at}
    connection.execute(update(charges).where(charges.c.payment_attempt_id == attempt_id).values(values))


def latest_try(connection: Connection, subscription_id: str, period_starts_at: datetime) -> Try | None:
    """Return the last try to renew for a period."""
    columns = (
        charges.c.payment_attempt_id,
        charges.c.number,
        payment_attempts.c.status,
        payment_attempts.c.amount,
        payment_attempts.c.decline_code,
    )
    query = (
        select(*columns)
        .join(payment_attempts, payment_attempts.c.id == charges.c.payment_attempt_id)
        .where(
            charges.c.subscription_id == subscription_id,
            charges.c.period_starts_at == period_starts_at,
            charges.c.number.is_not(None),
        )
        .order_by(charges.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Try(**row._mapping) if row else None


def payments_of_period(connection: Connection, subscription_id: str, began: datetime) -> list[Row[Any]]:
    """Return id, amount and refunded_amount of all that was paid for a period, the newest payment first."""
    columns = payments.c.id, payments.c.amount, payments.c.refunded_amount
    query = _of_period(select(*columns), subscription_id, began)
    return list(connection.execute(query.order_by(payments.c.created_at.desc(), payments.c.id)))


def refunded(connection: Connection, subscription_id: str, began: datetime, cause: str) -> int:
    """Add up what was paid back of a period's payments for a cause."""
    total = select(func.coalesce(func.sum(refunds.c.amount), 0))
    query = _of_period(total, subscription_id, began).join(refunds, refunds.c.payment_id == payments.c.id)
    return connection.scalar(query.where(refunds.c.cause == cause, refunds.c.status == "succeeded")) or 0


def undecided_refund(
    connection: Connection, subscription_id: str, began: datetime, cause: str
) -> Row[Any] | None:
    """Find a refund (payment_id, amount) of a period's payments for a cause whose outcome is not known."""
    columns = refunds.c.payment_id, refunds.c.amount
    query = _of_period(select(*columns), subscription_id, began)
    mine = query.join(refunds, refunds.c.payment_id == payments.c.id).where(
        refunds.c.cause == cause, refunds.c.status.in_(UNDECIDED)
    )
    return connection.execute(mine.order_by(refunds.c.created_at).limit(1)).one_or_none()


def _of_period(query: Select[Any], subscription_id: str, began: datetime) -> Select[Any]:
    return (
        query.select_from(payments)
        .join(charges, charges.c.payment_attempt_id == payments.c.payment_attempt_id)
        .where(
            charges.c.subscription_id == subscription_id,
            charges.c.period_starts_at == began,
            charges.c.took_effect,
        )
    )
