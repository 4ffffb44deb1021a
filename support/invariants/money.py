"""What always holds of payments, refunds and subscriptions."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from support.database.snapshot import Row
from support.invariants.facts import Facts, Invariant

CONFIRMED = ("confirmed", "packed", "shipped", "delivered")
BEING_SETTLED = ("pending", "unknown")
SUBSCRIBED = ("active", "past_due")


def confirmed_without_payment(facts: Facts) -> Iterator[str]:
    """Orders that go ahead although nobody has paid their total for them."""
    paid = {(payment["order_id"], payment["amount"]) for payment in facts.rows("payments")}
    for order in facts.rows("orders"):
        if order["status"] in CONFIRMED and (order["id"], order["total"]) not in paid:
            yield (
                f"order {order['id']} is {order['status']} and there is no payment of its total "
                f"{order['total']}"
            )


def payments_of_failed_attempts(facts: Facts) -> Iterator[str]:
    """Payments that stand on an attempt which did not succeed."""
    attempts = facts.by_id("payment_attempts")
    for payment in facts.rows("payments"):
        attempt = attempts.get(payment["payment_attempt_id"])
        if attempt is None or attempt["status"] != "succeeded":
            status = attempt["status"] if attempt else "not in the books"
            yield f"the attempt {payment['payment_attempt_id']} of payment {payment['id']} is {status}"


def attempts_without_payment(facts: Facts) -> Iterator[str]:
    """Attempts that succeeded, and no payment came of it."""
    paid = Counter(payment["payment_attempt_id"] for payment in facts.rows("payments"))
    for attempt in facts.rows("payment_attempts", status="succeeded"):
        number = paid[attempt["id"]]
        if number != 1:
            yield f"attempt {attempt['id']} ({attempt['purpose']}) succeeded and has {number} payments"


def charges_unknown_to_the_shop(facts: Facts) -> Iterator[str]:
    """Money that the payment provider took and did not give back, and the shop does not know of."""
    assert facts.before is not None and facts.after is not None
    booked = {payment["provider_charge_id"] for payment in facts.rows("payments")}
    attempts = facts.by_id("payment_attempts")
    seen = {charge.id for charge in facts.before.charges}
    for charge in facts.after.charges:
        attempt = attempts.get(charge.attempt_id)
        known = charge.id in booked or (attempt is not None and attempt["status"] in BEING_SETTLED)
        if charge.id in seen and not known and charge.refunded < charge.amount:
            status = attempt["status"] if attempt else "not in the books"
            yield (
                f"the payment provider took {charge.amount} by charge {charge.id}, no payment names it, and "
                f"its attempt {charge.attempt_id} is {status}"
            )


def payments_unknown_to_the_provider(facts: Facts) -> Iterator[str]:
    """Payments in the books for which nobody's card was charged, or with another amount."""
    assert facts.after is not None
    taken = {charge.id: charge.amount for charge in facts.after.charges}
    for payment in facts.rows("payments"):
        amount = taken.get(payment["provider_charge_id"])
        if amount != payment["amount"]:
            yield (
                f"payment {payment['id']} is of {payment['amount']}, and by charge "
                f"{payment['provider_charge_id']} the payment provider took {amount or 'nothing'}"
            )


def refunds_over_payment(facts: Facts) -> Iterator[str]:
    """Payments of which more was given back than was paid."""
    for payment, refunded in _with_refunds(facts):
        if refunded > payment["amount"]:
            yield f"of payment {payment['id']} over {payment['amount']} there are refunds of {refunded}"


def refunds_not_added_up(facts: Facts) -> Iterator[str]:
    """Payments whose own word on what was given back is not what their refunds come to."""
    for payment, refunded in _with_refunds(facts):
        if payment["refunded_amount"] != refunded:
            yield (
                f"payment {payment['id']} says {payment['refunded_amount']} and its refunds add up to "
                f"{refunded}"
            )


def refunds_not_in_the_status(facts: Facts) -> Iterator[str]:
    """Payments whose status does not tell how much was given back; a disputed one may be anything."""
    for payment in facts.rows("payments"):
        given_back = payment["refunded_amount"]
        status = "partially_refunded" if given_back < payment["amount"] else "refunded"
        expected = status if given_back else "succeeded"
        if payment["status"] not in (expected, "disputed"):
            yield (
                f"payment {payment['id']} of {payment['amount']} counts as {payment['status']} with "
                f"{given_back} given back"
            )


def subscribed_twice(facts: Facts) -> Iterator[str]:
    """Customers with more than one subscription that lives."""
    by_user = defaultdict(list)
    for subscription in facts.rows("subscriptions"):
        if subscription["status"] in SUBSCRIBED:
            by_user[subscription["user_id"]].append(subscription["id"])
    for user, subscriptions in by_user.items():
        if len(subscriptions) > 1:
            yield f"customer {user} has {', '.join(subscriptions)}"


def _with_refunds(facts: Facts) -> Iterator[tuple[Row, int]]:
    refunded: Counter[str] = Counter()
    for refund in facts.rows("refunds", status="succeeded"):
        refunded[refund["payment_id"]] += refund["amount"]
    for payment in facts.rows("payments"):
        yield payment, refunded[payment["id"]]


PAYMENTS = ("payments", "payment_attempts")
REFUNDS = ("payments", "refunds")

INVARIANTS = (
    Invariant("Every order that goes ahead is paid", ("orders", "payments"), confirmed_without_payment),
    Invariant("Every payment comes from an attempt that succeeded", PAYMENTS, payments_of_failed_attempts),
    Invariant("Every attempt that succeeded is one payment", PAYMENTS, attempts_without_payment),
    Invariant(
        "No money is taken without the shop knowing, or still finding out",
        PAYMENTS,
        charges_unknown_to_the_shop,
        of_third_parties=True,
    ),
    Invariant(
        "Every payment in the books was really taken",
        ("payments",),
        payments_unknown_to_the_provider,
        of_third_parties=True,
    ),
    Invariant("Never is more given back than was paid", REFUNDS, refunds_over_payment),
    Invariant("What was given back adds up", REFUNDS, refunds_not_added_up),
    Invariant("A payment counts as what was given back of it", ("payments",), refunds_not_in_the_status),
    Invariant("Nobody has two subscriptions at once", ("subscriptions",), subscribed_twice),
)
