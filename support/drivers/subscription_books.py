"""What the shop's books hold of subscriptions, and whether the payment provider and the customer agree."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from support import wait
from support.data.people import Person
from support.data.values import Money, money, pattern
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.books import OPEN, SETTLING_S, SUCCEEDED, Books
from support.drivers.subscriptions import LIVING, PERIOD, Plan, Subscription, Subscriptions
from support.drivers.time import Time
from support.providers import Providers

JUST_NOW = timedelta(minutes=1)
PURPOSES = {
    "subscribing": "subscription",
    "the change of plan": "plan_change",
    "renewals": "renewal",
}
"""What a subscriber pays for, and what the contract calls it."""

AMOUNT = r"\$\d[\d,]*\.\d\d"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Purpose:
    """What was paid for, in words and as the contract calls it."""

    words: str
    code: str

    def __str__(self) -> str:
        return self.words


@pattern("|".join(PURPOSES))
def purpose(words: str) -> Purpose:
    """Read what was paid for: "subscribing", "the change of plan" or "renewals"."""
    return Purpose(words, PURPOSES[words])


@pattern(rf"nothing|{AMOUNT}(?:(?:, {AMOUNT})* and {AMOUNT})?")
def amounts(text: str) -> list[Money]:
    """Read "$99.99", "$99.99 and $29.99", or "nothing"."""
    return [money(one) for one in re.findall(AMOUNT, text)]


def listed(paid: Sequence[Money]) -> str:
    """Return amounts as a feature puts them, the smallest first."""
    return " and ".join(map(str, sorted(paid))) or "nothing"


class SubscriptionBooks:
    """Reads subscriptions and what was paid for them. Differences are sentences; none: all agree."""

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        subscriptions: Subscriptions,
        books: Books,
        providers: Providers,
        time: Time,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._subscriptions = subscriptions
        self._books = books
        self._provider = providers.payments
        self._time = time

    # Reading

    def living(self, person: Person) -> list[dict[str, Any]]:
        """Return the person's active and past-due subscriptions; there can be one at most."""
        return [row for row in self._subscriptions.all_of(person) if row["status"] in LIVING]

    def credit(self, person: Person) -> Money:
        """Return the credit that waits for the person's next renewals."""
        return Money(self._latest(person)["credit_balance"])

    def renewal_date(self, person: Person) -> datetime:
        """Return when the person's next period begins."""
        renews: datetime = self._latest(person)["renewal_date"]
        return renews

    def changes(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows of `proration_credits` of the person's subscriptions."""
        mine = [row["id"] for row in self._subscriptions.all_of(person)]
        return self._database.rows("proration_credits", subscription_id=mine)

    # Comparing

    def differences_in_standing(self, person: Person, plan: Plan, standing: str) -> list[str]:
        """Return in what the person's subscription differs from a plan and a standing.

        A living one is the only one, and its owner, if logged in, is shown the same as the books hold.
        """
        rows = self._subscriptions.all_of(person)
        row = self._newest(person, rows)
        living = [one["id"] for one in rows if one["status"] in LIVING]
        expected = [row["id"]] if standing in LIVING else []
        found = _unequal(
            [
                ("the plan", row["plan_id"], plan.id),
                ("it is", row["status"], standing),
                ("active or past due", living, expected),
                ("cancelled just now", self._was_just_cancelled(row), standing not in LIVING),
            ]
        )
        return found + (self._shown_otherwise(person, row) if standing in LIVING else [])

    def differences_if_paid(self, person: Person, wanted: Sequence[Money], purpose: Purpose) -> list[str]:
        """Return in what books and provider differ from payments of the wanted amounts for that purpose."""
        attempts, others = self._attempts_of(person, purpose)
        made = [row for row in attempts if row["status"] == SUCCEEDED]
        payments = self._payments_of(attempts)
        charges = self._charges_but(others)
        expected = listed(wanted)
        counted = _unequal(
            [
                ("succeeded attempts in the books", listed(_amounts(made)), expected),
                ("payments in the books", listed(_amounts(payments)), expected),
                ("charges at the payment provider", listed(_amounts(charges)), expected),
            ]
        )
        return counted + self._mismatches(person, made, payments, charges)

    def differences_if_given_back(self, person: Person, amount: Money, purpose: Purpose) -> list[str]:
        """Return in what books and provider differ from `amount` given back of all paid for that purpose."""
        attempts, others = self._attempts_of(person, purpose)
        payments = self._payments_of(attempts)
        refunds = self._database.rows("refunds", payment_id=[row["id"] for row in payments], status=SUCCEEDED)
        by_payments = sum(row["refunded_amount"] for row in payments)
        by_provider = sum(charge["amount_refunded"] for charge in self._charges_but(others))
        return _unequal(
            [
                ("given back, as the payments say", Money(by_payments), amount),
                ("given back, as the refunds add up", Money(sum(row["amount"] for row in refunds)), amount),
                ("given back by the payment provider", Money(by_provider), amount),
            ]
        )

    def differences_in_change(
        self, person: Person, old: Plan, new: Plan, charged: Money, credit: Money
    ) -> list[str]:
        """Return in what the one change of plan on record differs from the one described."""
        changes = self.changes(person)
        if len(changes) != 1:
            return [f"{len(changes)} changes are on record instead of one: {changes}"]
        kept = changes[0]
        return _unequal(
            [
                ("from the plan", kept["from_plan_id"], old.id),
                ("to the plan", kept["to_plan_id"], new.id),
                ("charged", Money(kept["charged_amount"]), charged),
                ("given as credit", Money(kept["credit_amount"]), credit),
            ]
        )

    # Waiting

    def await_standing(self, person: Person, plan: Plan, standing: str) -> list[str]:
        """Wait until the person's subscription has that standing, and compare it then."""
        wait.until(
            lambda: self._latest(person)["status"] == standing,
            SETTLING_S,
            lambda: f"{person}'s subscription to become {standing}; {self._as_it_is(person)}",
        )
        return self.differences_in_standing(person, plan, standing)

    def await_renewals(self, person: Person, times: int) -> list[str]:
        """Wait until the renewal date has moved `times` periods on, and tell how it differs from that."""
        due = self._subscriptions.first_renewal(person) + times * PERIOD
        wait.until(
            lambda: self._latest(person)["renewal_date"] >= due,
            SETTLING_S,
            lambda: f"{person}'s subscription to be renewed {times} time(s); {self._as_it_is(person)}",
        )
        row = self._latest(person)
        return _unequal([("the renewal date", row["renewal_date"], due), ("it is", row["status"], "active")])

    def let_be_renewed(self, person: Person, times: int) -> None:
        """Let so many periods pass, one after the other, and see that each was renewed."""
        for number in range(1, times + 1):
            self._let_renewal_come(person)
            differences = self.await_renewals(person, number)
            assert not differences, f"{person} should have been renewed: {'; '.join(differences)}."

    def let_renewal_meet_with_trouble(self, person: Person) -> None:
        """Let the rest of the period pass; wait until its renewal was tried, neither done nor declined."""
        self._let_renewal_come(person)
        wait.until(
            lambda: [row for row in self._renewals(person) if _met_with_trouble(row)],
            SETTLING_S,
            lambda: f"the renewal of {person}'s subscription to meet with trouble; {self._as_it_is(person)}",
        )

    def let_renewal_be_declined(self, person: Person, times: int) -> None:
        """Let the rest of the period pass, and then from try to try until it was declined so often.

        Dates count from the first decline: the tries come 1, 3 and 5 days after it.
        """
        self._provider.decline_next("insufficient_funds", times)
        self._let_renewal_come(person)
        self._await_declines(person, 1)
        for number, lapse in enumerate(TO_NEXT_TRY[: times - 1], start=2):
            self._time.let_pass(lapse)
            self._await_declines(person, number)

    def _let_renewal_come(self, person: Person) -> None:
        self._time.let_pass(max(self.renewal_date(person) - self._time.now(), timedelta()))

    def _await_declines(self, person: Person, times: int) -> None:
        def declined() -> bool:
            # The provider first: what it has declined is open in the books until that is written down.
            refused = [charge for charge in self._provider.charges if charge["status"] == "failed"]
            renewals = {row["id"]: row["status"] for row in self._renewals(person)}
            mine = [one for one in refused if one["metadata"].get("payment_attempt_id") in renewals]
            return len(mine) >= times and not set(renewals.values()) & set(OPEN)

        wait.until(
            declined,
            SETTLING_S,
            lambda: f"{person}'s renewal to be declined {times} time(s); {self._as_it_is(person)}",
        )

    def _renewals(self, person: Person) -> list[dict[str, Any]]:
        return [row for row in self._books.attempts(person) if row["purpose"] == "renewal"]

    def _latest(self, person: Person) -> dict[str, Any]:
        return self._newest(person, self._subscriptions.all_of(person))

    def _newest(self, person: Person, rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
        assert rows, f"{person} should have a subscription, but there is none.\n{self._books.calls()}"
        living = [row for row in rows if row["status"] in LIVING]
        return (living or sorted(rows, key=lambda row: row["cancelled_at"] or self._time.now()))[-1]

    def _was_just_cancelled(self, row: Row) -> bool:
        at = row["cancelled_at"]
        return at is not None and abs(self._time.now() - at) < JUST_NOW

    def _shown_otherwise(self, person: Person, row: Row) -> list[str]:
        shown = self._subscriptions.show(person, row["id"])
        if not isinstance(shown, Subscription):
            return [f"{person} wanted to look at it and was {shown}"]
        kept = Subscription(row["id"], row["status"], row["plan_id"], row["renewal_date"])
        return _unequal([(f"what {person} is shown", str(shown), str(kept))])

    def _payments_of(self, attempts: Sequence[Row]) -> list[dict[str, Any]]:
        return self._database.rows("payments", payment_attempt_id=[row["id"] for row in attempts])

    def _attempts_of(self, person: Person, purpose: Purpose) -> tuple[list[Row], set[str]]:
        """Return the person's attempts for that purpose, and the ids of all other attempts in the books."""
        user_id = self._accounts.user_id(person)
        attempts = self._database.rows("payment_attempts")
        mine = [row for row in attempts if (row["user_id"], row["purpose"]) == (user_id, purpose.code)]
        return list(mine), {row["id"] for row in attempts} - {row["id"] for row in mine}

    def _charges_but(self, others: Collection[str]) -> list[dict[str, Any]]:
        # A charge that names no attempt in the books may be for this: it counts, so that it is found.
        charges = self._provider.succeeded
        return [c for c in charges if c["metadata"].get("payment_attempt_id") not in others]

    def _mismatches(
        self, person: Person, made: Sequence[Row], payments: Sequence[Row], charges: Sequence[Row]
    ) -> list[str]:
        """Return where attempt, payment and charge of one purchase do not belong together."""
        subscriptions = {row["id"] for row in self._subscriptions.all_of(person)} if made else set()
        by_attempt = {charge["metadata"].get("payment_attempt_id"): charge for charge in charges}
        paid = {row["payment_attempt_id"]: row for row in payments}
        found = []
        for attempt in made:
            charge, payment = by_attempt.get(attempt["id"], {}), paid.get(attempt["id"], {})
            told = {
                "attempt": (attempt["provider_charge_id"], attempt["amount"]),
                "payment": (payment.get("provider_charge_id"), payment.get("amount")),
                "charge": (charge.get("id"), charge.get("amount")),
            }
            if len(set(told.values())) > 1:
                found.append(f"attempt, payment and charge do not belong together: {told}")
            for name, row in (("attempt", attempt), ("payment", payment)):
                if row.get("subscription_id") not in subscriptions:
                    found.append(f"the {name} {row.get('id')} names no subscription of {person}'s")
        return found

    def _as_it_is(self, person: Person) -> str:
        rows = self._subscriptions.all_of(person)
        held = [f"{row['plan_id']}, {row['status']}, renews on {row['renewal_date']}" for row in rows]
        return f"there is: {'; '.join(held) or 'none'}.\n{self._books.calls()}"


TO_NEXT_TRY = (timedelta(days=1), timedelta(days=2), timedelta(days=2))


def _met_with_trouble(attempt: Row) -> bool:
    return attempt["status"] in ("failed", "unknown") and attempt["decline_code"] is None


def _amounts(rows: Sequence[Row]) -> list[Money]:
    return [Money(row["amount"]) for row in rows]


def _unequal(compared: Sequence[tuple[str, object, object]]) -> list[str]:
    return [f"{what}: {found} instead of {wanted}" for what, found, wanted in compared if found != wanted]
