"""Subscribing: the user's place is taken before the card is charged, so that nobody ever pays for two."""

from datetime import timedelta

from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import (
    idempotency,
    late_payments,
    payment_attempts,
    payment_settlement,
    payments,
    plans,
    subscription_charges,
    subscriptions,
    users,
)
from reference_shop.domain.idempotency import Answer, Submission, in_progress
from reference_shop.domain.payment_attempts import Attempt, Terms
from reference_shop.domain.payment_lock import one_at_a_time
from reference_shop.domain.subscription_charges import SubscriptionCharge
from reference_shop.domain.subscriptions import ACTIVATING, ACTIVE
from reference_shop.domain.users import User
from reference_shop.errors import ShopError, not_found
from reference_shop.shop import Shop

PURPOSE = "subscription"


def subscribe(shop: Shop, submission: Submission, user: User, plan_id: str, card: str) -> Answer:
    """Subscribe to a plan, charged once; return the answer, also one that the key already has.

    Of two at once one waits for the other. Raises 404 for an unknown plan, 409 `in_progress`, 422
    `idempotency_key_reused`, 502, 503 or 504 for the provider's trouble.
    """

    def begin(connection: Connection, run_id: str) -> Attempt | Answer:
        claimed = idempotency.claim(connection, submission)
        if isinstance(claimed, Answer):
            return claimed
        if users.find(connection, user.id, lock=True) is None:  # deleted meanwhile
            raise not_found("account")
        plan = plans.find(connection, plan_id)
        if _has_one(connection, user):
            error = already_subscribed()
            answer = Answer.of(error.status, error.body)
            idempotency.finish_unpaid(connection, claimed, answer)
            return answer
        subscription_id = subscriptions.add(connection, user.id, plan.id, card)
        if subscription_id is None:
            raise in_progress()
        terms = Terms(user.id, PURPOSE, plan.price, plan.currency, subscription_id=subscription_id)
        attempt = payment_attempts.start(connection, terms, run_id, claimed)
        charge = SubscriptionCharge(attempt.id, subscription_id, begins_period=True, to_plan_id=plan.id)
        subscription_charges.record(connection, charge)
        return attempt

    patience_s = shop.settings.payment_timeout_s + 1
    with one_at_a_time(shop.database, f"subscribing of {user.id}", patience_s):
        return payments.pay(shop, begin, card)


def _has_one(connection: Connection, user: User) -> bool:
    """Tell whether the user has a subscription; raise 409 `in_progress` where that is not known yet."""
    present = subscriptions.of_user(connection, user.id)
    if present is not None and present.status == ACTIVATING:
        raise in_progress()
    return present is not None


class FirstPayment:
    """The payment that a new subscription waits for."""

    def paid(self, connection: Connection, attempt: Attempt, payment_id: str) -> Answer:
        """Activate the subscription: its first period begins."""
        waiting = subscriptions.find(connection, attempt.subscription_id or "", lock=True)
        if not attempt.is_open or waiting is None or waiting.status != ACTIVATING:
            late_payments.pay_back(connection, payment_id)
            error = too_late()
            return Answer.of(error.status, error.body)
        now = clock.now()
        renews = now + timedelta(days=plans.find(connection, waiting.plan_id).period_days)
        subscription_charges.take_effect(connection, attempt.id, now)
        active = subscriptions.change(
            connection,
            waiting.id,
            status=ACTIVE,
            period_started_at=now,
            renewal_date=renews,
            next_renewal_at=renews,
        )
        return Answer.of(201, active.view)

    def given_up(self, connection: Connection, attempt: Attempt) -> None:
        """Nothing but the attempt is left."""
        subscription_charges.remove(connection, attempt.id)
        subscriptions.remove(connection, attempt.subscription_id or "")


payment_settlement.EFFECTS[PURPOSE] = FirstPayment()


def already_subscribed() -> ShopError:
    """One subscription is all that a user can have."""
    return ShopError(409, "already_subscribed", "This account already has active subscription.")


def too_late() -> ShopError:
    """The money came after the subscription had been given up."""
    return ShopError(
        409,
        "already_cancelled",
        "The payment came too late for this subscription and is paid back. Please subscribe again.",
    )
