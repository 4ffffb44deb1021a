"""Charging cards, so that no customer ever pays twice and no money is lost from sight.

Three steps: the attempt is committed, then the provider is asked with no transaction open, then the outcome
is committed. Whoever charges for something else (an order, a renewal) takes the same steps with other terms:
`pay` with a `Begin` of its own (or `ask` and `conclude`), and an entry in `payment_settlement.EFFECTS`.
"""

from collections.abc import Callable

from sqlalchemy.engine import Connection

from reference_shop import clock
from reference_shop.domain import idempotency, payment_attempts, payment_settlement, payment_trouble
from reference_shop.domain.idempotency import Answer, Submission
from reference_shop.domain.payment_attempts import Attempt, Terms
from reference_shop.errors import ShopError
from reference_shop.providers.http import NoAnswer, ProviderTrouble
from reference_shop.providers.payment import CardDeclined, Charge, PaymentProvider
from reference_shop.shop import Shop
from reference_shop.storage.database import Database

Outcome = Charge | CardDeclined | ProviderTrouble
"""What came of asking the provider: a charge that succeeded, a decline, or trouble."""

Begin = Callable[[Connection, str], Attempt | Answer]
"""Starts an attempt for the run of that id, with `payment_attempts.start` beside whatever waits for it.

Returns an answer instead where there is nothing to charge. May be called again in another transaction.
"""


class CardCharge:
    """A plain charge: nothing waits for it but the customer."""

    def paid(self, connection: Connection, attempt: Attempt, payment_id: str) -> Answer:
        """Tell the customer."""
        return Answer.of(200, {"paymentId": payment_id, "status": "succeeded", "amount": attempt.amount})

    def given_up(self, connection: Connection, attempt: Attempt) -> None:
        """Nothing waited."""


payment_settlement.EFFECTS["charge"] = CardCharge()


def charge_card(shop: Shop, submission: Submission, terms: Terms, card: str) -> Answer:
    """Charge a card once for each key; return the answer, also one that the key already has.

    Raises 409 `in_progress`, 422 `idempotency_key_reused`, 502, 503 or 504 for the provider's trouble.
    """

    def begin(connection: Connection, run_id: str) -> Attempt | Answer:
        claimed = idempotency.claim(connection, submission)
        if isinstance(claimed, Answer):
            return claimed
        return payment_attempts.start(connection, terms, run_id, claimed)

    return pay(shop, begin, card)


def pay(shop: Shop, begin: Begin, card: str) -> Answer:
    """Take all three steps; return the customer's answer.

    Raises what `begin` raises, and 409 `in_progress`, 502, 503 or 504 for the provider's trouble.
    """
    with payment_attempts.run() as run_id:
        begun = shop.database.run(lambda connection: begin(connection, run_id))
        if isinstance(begun, Answer):
            return begun
        outcome = ask(shop.payment_provider, begun, card)
        answer = conclude(shop.database, begun, outcome)
    shop.worker.nudge()
    if answer is None:
        raise refusal(outcome)
    return answer


def ask(provider: PaymentProvider, attempt: Attempt, card: str) -> Outcome:
    """Ask the provider to charge the card. To be called outside of any transaction."""
    try:
        charge = provider.charge(
            amount=attempt.amount,
            currency=attempt.currency,
            card=card,
            attempt_id=attempt.id,
            key=attempt.idempotency_key,
        )
    except (CardDeclined, ProviderTrouble) as outcome:
        return outcome
    return outcome_of(charge)


def outcome_of(charge: Charge) -> Outcome:
    """Sort a charge by its status. One that is still pending at the provider is not known yet."""
    if charge.status == "succeeded":
        return charge
    if charge.status == "failed":
        return CardDeclined(charge.decline_code or "generic_decline", charge.id)
    return NoAnswer(f"the charge is {charge.status}")


def conclude(database: Database, attempt: Attempt, outcome: Outcome) -> Answer | None:
    """Commit what came of an attempt and return the answer that its key has now, if it has one.

    It has none while the outcome is unknown or where the key is free. Who settled the attempt first is right.
    """

    def work(connection: Connection) -> Answer | None:
        settle(connection, attempt, outcome)
        return idempotency.kept_answer(connection, attempt.id)

    return database.run(work)


def settle(connection: Connection, attempt: Attempt, outcome: Outcome) -> None:
    """Settle an attempt by its outcome, or mark it unknown where the provider kept silent."""
    if isinstance(outcome, Charge):
        payment_settlement.settle_paid(connection, attempt.id, outcome)
    elif isinstance(outcome, CardDeclined):
        payment_settlement.settle_declined(connection, attempt, outcome.decline_code, outcome.charge_id)
    elif not isinstance(outcome, NoAnswer):
        payment_settlement.give_up(connection, attempt)
    elif payment_attempts.lock_open(connection, attempt):
        payment_attempts.mark_unknown(connection, attempt, since=clock.now())


def refusal(outcome: Outcome) -> ShopError:
    """Return what to tell the customer where nothing came of it."""
    if isinstance(outcome, CardDeclined):
        return payment_settlement.card_declined(outcome.decline_code)
    if isinstance(outcome, ProviderTrouble):
        return payment_trouble.error(outcome)
    return idempotency.in_progress()  # another run took the attempt up meanwhile
