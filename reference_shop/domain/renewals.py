"""Renewing a subscription: the price less credit is charged once a period, and tried again when declined.

A worker that is late begins one elapsed period after another. Each try to pay for a period is one attempt
with one key for the provider: after the provider's trouble the same attempt is taken up again, after a
decline it is another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import (
    late_payments,
    money,
    outbox,
    payment_attempts,
    payment_settlement,
    payments,
    plans,
    proration,
    subscription_charges,
    subscriptions,
    users,
)
from reference_shop.domain.idempotency import Answer
from reference_shop.domain.payment_attempts import OPEN, Attempt, Terms
from reference_shop.domain.proration import Bill
from reference_shop.domain.subscription_charges import SubscriptionCharge, Try
from reference_shop.domain.subscriptions import ACTIVE, LIVING, PAST_DUE, Subscription
from reference_shop.errors import ShopError
from reference_shop.providers.payment import Charge
from reference_shop.shop import Shop
from reference_shop.storage.tables.payments import payment_attempts as attempts_table
from reference_shop.storage.tables.subscriptions import subscriptions as table

PURPOSE = "renewal"

# After the first decline; the decline that follows the last of these is the end.
TRIES_AFTER_DECLINE = tuple(timedelta(days=days) for days in (1, 3, 5))
TRY_AFTER_TROUBLE = timedelta(minutes=1)

# A customer who is at work on the subscription goes first; the worker comes back soon.
PATIENCE_S = 0.05


@dataclass(frozen=True)
class Due:
    """A renewal that is to be charged now."""

    attempt: Attempt
    card: str


def due(connection: Connection, limit: int) -> list[str]:
    """Return the subscriptions that are to be renewed now and wait for no payment, most overdue first."""
    waits = exists().where(attempts_table.c.subscription_id == table.c.id, attempts_table.c.status.in_(OPEN))
    query = (
        select(table.c.id)
        .where(table.c.status.in_(LIVING), table.c.next_renewal_at <= clock.now(), ~waits)
        .order_by(table.c.next_renewal_at, table.c.id)
        .limit(limit)
    )
    return list(connection.scalars(query))


def renew(shop: Shop, subscription_id: str) -> bool:
    """Renew for one period, if it is due and nobody else is at it; tell whether that period has begun."""
    try:
        with subscriptions.turn(shop, subscription_id, PATIENCE_S), payment_attempts.run() as run_id:
            begun = shop.database.run(_beginning(subscription_id, run_id))
            if isinstance(begun, bool):
                return begun
            outcome = payments.ask(shop.payment_provider, begun.attempt, begun.card)
            payments.conclude(shop.database, begun.attempt, outcome)
            return isinstance(outcome, Charge)
    except ShopError as error:
        if error.code == "in_progress":
            return False
        raise


def _beginning(subscription_id: str, run_id: str) -> Callable[[Connection], Due | bool]:
    def begin(connection: Connection) -> Due | bool:
        held = subscriptions.find(connection, subscription_id, lock=True)
        if held is None or not _is_due(held) or subscriptions.has_open_payment(connection, held.id):
            return False
        plan = plans.find(connection, held.plan_id)
        bill = proration.bill(plan.price, held.credit_balance)
        if bill.amount == 0:
            _begin_period(connection, held, bill)
            return True
        terms = Terms(held.user_id, PURPOSE, bill.amount, plan.currency, subscription_id=held.id)
        return Due(_start(connection, held, terms, bill, run_id), held.card)

    return begin


def _is_due(held: Subscription) -> bool:
    return held.is_living and held.next_renewal_at is not None and held.next_renewal_at <= clock.now()


def _start(connection: Connection, held: Subscription, terms: Terms, bill: Bill, run_id: str) -> Attempt:
    latest = subscription_charges.latest_try(connection, held.id, held.renews)
    number = latest.number if latest else 0
    if latest is not None and _met_with_trouble(latest, bill):
        attempt = payment_attempts.reopen(connection, latest.payment_attempt_id, run_id)
    else:
        attempt, number = payment_attempts.start(connection, terms, run_id), number + 1
    charge = SubscriptionCharge(
        payment_attempt_id=attempt.id,
        subscription_id=held.id,
        begins_period=True,
        to_plan_id=held.plan_id,
        period_starts_at=held.renews,
        number=number,
        credit_used=bill.credit_used,
    )
    subscription_charges.record(connection, charge)
    return attempt


def _met_with_trouble(latest: Try, bill: Bill) -> bool:
    """Tell whether the last try came to nothing but for the provider's sake, and would be the same again."""
    return latest.status == "failed" and latest.decline_code is None and latest.amount == bill.amount


def _begin_period(connection: Connection, held: Subscription, bill: Bill) -> Subscription:
    plan = plans.find(connection, held.plan_id)
    renews = held.renews + timedelta(days=plan.period_days)
    renewed = subscriptions.change(
        connection,
        held.id,
        status=ACTIVE,
        period_started_at=held.renews,
        renewal_date=renews,
        next_renewal_at=renews,
        credit_balance=held.credit_balance - bill.credit_used,
        declines=0,
        first_declined_at=None,
    )
    paid, credit = money.decimal(bill.amount), money.decimal(bill.credit_used)
    _tell(connection, held, "renewal_receipt", amount=paid, credit=credit, renewal_date=_day(renews))
    return renewed


class RenewalPayment:
    """The payment that the next period waits for."""

    def paid(self, connection: Connection, attempt: Attempt, payment_id: str) -> Answer:
        """Begin the period, also where that had been put off, unless it has begun or will not any more."""
        held = subscriptions.find(connection, attempt.subscription_id or "", lock=True)
        charge = subscription_charges.find(connection, attempt.id)
        if held is None or charge is None or not _waits_for(held, charge):
            late_payments.pay_back(connection, payment_id)
            return Answer.of(200, {})
        subscription_charges.take_effect(connection, attempt.id, held.renews)
        bill = Bill(attempt.amount, min(charge.credit_used, held.credit_balance))
        return Answer.of(200, _begin_period(connection, held, bill).view)

    def given_up(self, connection: Connection, attempt: Attempt) -> None:
        """Try again: soon after the provider's trouble, after a decline in some days, or no more."""
        held = subscriptions.find(connection, attempt.subscription_id or "", lock=True)
        charge = subscription_charges.find(connection, attempt.id)
        if held is None or charge is None or not _waits_for(held, charge):
            return
        if payment_attempts.was_declined(connection, attempt.id):
            _note_decline(connection, held, attempt.amount)
        else:
            subscriptions.change(connection, held.id, next_renewal_at=clock.now() + TRY_AFTER_TROUBLE)


payment_settlement.EFFECTS[PURPOSE] = RenewalPayment()


def _waits_for(held: Subscription, charge: SubscriptionCharge) -> bool:
    return held.is_living and held.renews == charge.period_starts_at


def _note_decline(connection: Connection, held: Subscription, amount: int) -> None:
    if held.declines >= len(TRIES_AFTER_DECLINE):
        subscriptions.end(connection, held.id)
        _tell(connection, held, "subscription_cancelled")
        return
    first = held.first_declined_at or clock.now()
    again = first + TRIES_AFTER_DECLINE[held.declines]
    subscriptions.change(
        connection,
        held.id,
        status=PAST_DUE,
        declines=held.declines + 1,
        first_declined_at=first,
        next_renewal_at=again,
    )
    _tell(connection, held, "payment_failed", amount=money.decimal(amount), next_try=_day(again))


def _tell(connection: Connection, held: Subscription, template: str, **values: object) -> None:
    user = users.find(connection, held.user_id)
    if user is not None:
        about = {"full_name": user.full_name, "plan_id": held.plan_id}
        outbox.queue_email(connection, user.id, user.email, template, **about, **values)


def _day(instant: datetime) -> str:
    return f"{instant:%-d %B %Y}"
