"""Settling an attempt, once, whoever learns the outcome first: the request, an event or reconciliation.

Whatever waits for an attempt hooks in here: `EFFECTS` has one entry for each purpose.
"""

from typing import Protocol

from sqlalchemy import insert
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.domain import idempotency, payment_attempts, payment_events
from reference_shop.domain.idempotency import Answer
from reference_shop.domain.payment_attempts import Attempt
from reference_shop.errors import ShopError
from reference_shop.providers.payment import Charge
from reference_shop.storage.tables.payments import payments


class Effect(Protocol):
    """What an attempt's outcome means for that which is paid, in the transaction that settles it."""

    def paid(self, connection: Connection, attempt: Attempt, payment_id: str) -> Answer:
        """The money is there: let what waited take effect, and return the customer's answer.

        May come after `given_up`, where a charge turns up late; then it has to be paid back.
        """

    def given_up(self, connection: Connection, attempt: Attempt) -> None:
        """No money moved: undo what waited."""


EFFECTS: dict[str, Effect] = {}


def settle_paid(connection: Connection, attempt_id: str, charge: Charge) -> None:
    """Record the provider's charge as the attempt's payment, unless that was done before.

    Money that moved is recorded whatever the attempt's status: also where the attempt was given up before.
    """
    payment_events.lock_charge(connection, charge.id)
    attempt = payment_attempts.lock(connection, attempt_id)
    if attempt is None or attempt.status == "succeeded":
        return
    payment_attempts.mark_succeeded(connection, attempt, charge.id)
    payment_id = _record_payment(connection, attempt, charge)
    answer = EFFECTS[attempt.purpose].paid(connection, attempt, payment_id)
    idempotency.finish(connection, attempt.id, answer)
    payment_events.apply_waiting(connection, charge.id)


def settle_declined(
    connection: Connection, attempt: Attempt, decline_code: str, charge_id: str | None
) -> None:
    """The bank said no: the key keeps that answer. Nothing happens if the attempt was settled meanwhile."""
    if payment_attempts.lock_open(connection, attempt):
        payment_attempts.mark_failed(connection, attempt, decline_code, charge_id)
        EFFECTS[attempt.purpose].given_up(connection, attempt)
        error = card_declined(decline_code)
        idempotency.finish(connection, attempt.id, Answer.of(error.status, error.body))


def give_up(connection: Connection, attempt: Attempt) -> None:
    """No charge was made: the key is free for another try. Nothing happens if it was settled meanwhile."""
    if payment_attempts.lock_open(connection, attempt):
        payment_attempts.mark_failed(connection, attempt)
        EFFECTS[attempt.purpose].given_up(connection, attempt)
        idempotency.free(connection, attempt.id)


def card_declined(decline_code: str) -> ShopError:
    """The customer has to take another card."""
    return ShopError(
        402, "card_declined", "The card was declined. Please try another one.", {"declineCode": decline_code}
    )


def _record_payment(connection: Connection, attempt: Attempt, charge: Charge) -> str:
    payment_id = ids.new("pay")
    connection.execute(
        insert(payments).values(
            id=payment_id,
            user_id=attempt.user_id,
            payment_attempt_id=attempt.id,
            order_id=attempt.order_id,
            subscription_id=attempt.subscription_id,
            amount=attempt.amount,
            currency=attempt.currency,
            provider_charge_id=charge.id,
            created_at=clock.now(),
        )
    )
    return payment_id
