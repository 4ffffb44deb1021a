"""Changing to another plan within a period: a dearer one is charged for, a cheaper one gives credit."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.domain import (
    late_payments,
    payment_attempts,
    payment_settlement,
    payments,
    plans,
    proration,
    subscription_charges,
    subscriptions,
)
from reference_shop.domain.idempotency import Answer
from reference_shop.domain.payment_attempts import Attempt, Terms
from reference_shop.domain.plans import Plan
from reference_shop.domain.subscription_charges import SubscriptionCharge
from reference_shop.domain.subscriptions import PAST_DUE, Subscription
from reference_shop.domain.users import User
from reference_shop.errors import ShopError
from reference_shop.shop import Shop
from reference_shop.storage.tables.subscriptions import proration_credits

PURPOSE = "plan_change"


@dataclass(frozen=True)
class Upgrade:
    """A change that waits for its payment."""

    attempt: Attempt
    card: str


def change_plan(shop: Shop, user: User, subscription_id: str, plan_id: str) -> Subscription:
    """Change the plan, at once or when the difference is paid; return the subscription.

    Raises 404 for a plan or subscription that is unknown or not the user's, 409 `already_cancelled`,
    `past_due`, `same_plan` or `in_progress`, 402, and 502 to 504 for the provider's trouble.
    """
    with subscriptions.turn(shop, subscription_id), payment_attempts.run() as run_id:
        begun = shop.database.run(_beginning(user, subscription_id, plan_id, run_id))
        if isinstance(begun, Subscription):
            return begun
        outcome = payments.ask(shop.payment_provider, begun.attempt, begun.card)
        payments.conclude(shop.database, begun.attempt, outcome)
        with shop.database.transaction() as connection:
            settled = payment_attempts.lock(connection, begun.attempt.id)
            if settled is None or settled.status != "succeeded":
                raise payments.refusal(outcome)
            return subscriptions.owned(connection, user, subscription_id)


def _beginning(
    user: User, subscription_id: str, plan_id: str, run_id: str
) -> Callable[[Connection], Subscription | Upgrade]:
    def begin(connection: Connection) -> Subscription | Upgrade:
        held = subscriptions.owned(connection, user, subscription_id, lock=True)
        new = plans.find(connection, plan_id)
        subscriptions.refuse_unsettled(connection, held)
        _refuse(held, new)
        old = plans.find(connection, held.plan_id)
        difference = _worth(held, new, old)
        if difference <= 0:
            return _change(connection, held, new.id, credit=-difference)
        return _start(connection, held, new, difference, run_id)

    return begin


def _refuse(held: Subscription, new: Plan) -> None:
    if held.status == PAST_DUE:
        raise ShopError(
            409, "past_due", "The last renewal is not paid yet; the plan can be changed after that."
        )
    if held.plan_id == new.id:
        raise ShopError(409, "same_plan", "This subscription has that plan already.")


def _worth(held: Subscription, new: Plan, old: Plan) -> int:
    """Return what the new plan costs more for the rest of the period, below 0 where it costs less."""
    days = proration.unused_days(held.began, clock.now(), old.period_days)
    worth = proration.share(abs(new.price - old.price), days, old.period_days)
    return worth if new.price > old.price else -worth


def _start(connection: Connection, held: Subscription, new: Plan, amount: int, run_id: str) -> Upgrade:
    terms = Terms(held.user_id, PURPOSE, amount, new.currency, subscription_id=held.id)
    attempt = payment_attempts.start(connection, terms, run_id)
    charge = SubscriptionCharge(
        attempt.id, held.id, begins_period=False, to_plan_id=new.id, period_starts_at=held.began
    )
    subscription_charges.record(connection, charge)
    return Upgrade(attempt, held.card)


def _change(
    connection: Connection, held: Subscription, new_plan_id: str, credit: int = 0, charged: int = 0
) -> Subscription:
    connection.execute(
        insert(proration_credits).values(
            id=ids.new("prc"),
            subscription_id=held.id,
            from_plan_id=held.plan_id,
            to_plan_id=new_plan_id,
            credit_amount=credit,
            charged_amount=charged,
            created_at=clock.now(),
        )
    )
    balance = held.credit_balance + credit
    return subscriptions.change(connection, held.id, plan_id=new_plan_id, credit_balance=balance)


class UpgradePayment:
    """The payment that a change to a dearer plan waits for."""

    def paid(self, connection: Connection, attempt: Attempt, payment_id: str) -> Answer:
        """Change the plan, unless that was given up before."""
        held = subscriptions.find(connection, attempt.subscription_id or "", lock=True)
        charge = subscription_charges.find(connection, attempt.id)
        if held is None or charge is None or not attempt.is_open or not held.is_living:
            late_payments.pay_back(connection, payment_id)
            return Answer.of(200, {})
        subscription_charges.take_effect(connection, attempt.id, held.began)
        changed = _change(connection, held, charge.to_plan_id, charged=attempt.amount)
        return Answer.of(200, changed.view)

    def given_up(self, connection: Connection, attempt: Attempt) -> None:
        """The plan stays as it is."""
        subscription_charges.remove(connection, attempt.id)


payment_settlement.EFFECTS[PURPOSE] = UpgradePayment()
