"""Cancelling a subscription: what is unused is paid back first, so that a refusal leaves it as it was.

Refunds for a cancellation carry it as their cause. One that went through is counted, and one of which nobody
knows is gone on with, when the customer asks again: nothing is paid back twice.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import payment_refunds, plans, proration, subscription_charges, subscriptions
from reference_shop.domain.subscriptions import ACTIVE, Subscription
from reference_shop.domain.users import User
from reference_shop.errors import ShopError
from reference_shop.shop import Shop

# Somebody paid back the same payment meanwhile: what is left of it has to be looked at anew.
OVERTAKEN = ("already_refunded", "validation_failed")


@dataclass(frozen=True)
class Cancelled:
    """A subscription that has ended, and what was paid back for it."""

    subscription: Subscription
    refund_amount: int


@dataclass(frozen=True)
class RefundDue:
    """The next that has to be paid back."""

    payment_id: str
    amount: int


def cancel(shop: Shop, user: User, subscription_id: str) -> Cancelled:
    """Cancel a subscription and pay back what is unused, the newest payment first.

    Raises 404, 409 `already_cancelled` or `in_progress`, 502 `refund_refused`, and 502 to 504 for the
    provider's trouble; the subscription then stays, and what was paid back so far stays recorded.
    """
    with subscriptions.turn(shop, subscription_id):
        while True:
            step = shop.database.run(_step(user, subscription_id))
            if isinstance(step, Cancelled):
                return step
            _pay_back(shop, step, _cause(subscription_id))


def cancel_whatever_lives(shop: Shop, user: User) -> None:
    """Cancel the user's subscription, if there is one. Raises what `cancel` raises."""
    with shop.database.transaction() as connection:
        present = subscriptions.of_user(connection, user.id)
    if present is not None:
        cancel(shop, user, present.id)


def _step(user: User, subscription_id: str) -> Callable[[Connection], RefundDue | Cancelled]:
    def step(connection: Connection) -> RefundDue | Cancelled:
        held = subscriptions.owned(connection, user, subscription_id, lock=True)
        subscriptions.refuse_unsettled(connection, held)
        done = subscription_charges.refunded(connection, held.id, held.began, _cause(held.id))
        due = _next_refund(connection, held, done)
        return due or Cancelled(subscriptions.end(connection, held.id), done)

    return step


def _next_refund(connection: Connection, held: Subscription, done: int) -> RefundDue | None:
    undecided = subscription_charges.undecided_refund(connection, held.id, held.began, _cause(held.id))
    if undecided is not None:
        return RefundDue(undecided.payment_id, undecided.amount)
    remaining = _unused(connection, held) - done
    for payment in subscription_charges.payments_of_period(connection, held.id, held.began):
        amount = min(remaining, payment.amount - payment.refunded_amount)
        if amount > 0:
            return RefundDue(payment.id, amount)
    return None


def _unused(connection: Connection, held: Subscription) -> int:
    """Return what the rest of the period is worth; a renewal that is not paid is worth nothing."""
    if held.status != ACTIVE:
        return 0
    plan = plans.find(connection, held.plan_id)
    days = proration.unused_days(held.began, clock.now(), plan.period_days)
    return proration.share(plan.price, days, plan.period_days)


def _pay_back(shop: Shop, due: RefundDue, cause: str) -> None:
    try:
        payment_refunds.refund(shop, due.payment_id, due.amount, cause=cause)
    except ShopError as error:
        if error.code not in OVERTAKEN:
            raise


def _cause(subscription_id: str) -> str:
    return f"cancellation of {subscription_id}"
