"""What the shop's books hold of payments, and whether the payment provider holds the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from support import wait
from support.data.people import Person
from support.data.values import Money, pattern
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.time import Time
from support.providers import Providers

SETTLING_S = 5.0  # the shop looks every few dozen milliseconds; this is for a machine that is very busy
GRACE = timedelta(seconds=61)  # what the provider has not heard of by then is given up
SECOND = timedelta(seconds=1)
A_FEW_SECONDS = timedelta(seconds=8)  # so that 50 seconds and these are less than the time of grace
HALF_A_MINUTE = timedelta(seconds=30)
GRACE = timedelta(seconds=61)  # what the provider has not heard of by then is given up
OPEN = ("pending", "unknown")
SUCCEEDED = "succeeded"
COUNTS = {"no": 0, "one": 1, "two": 2}

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Attempts:
    """So many attempts to pay that ended in one way: "one failed attempt"."""

    count: int
    status: str


@pattern(rf"(?:{'|'.join(COUNTS)}) (?:failed|unknown|succeeded) attempts?")
def attempts(text: str) -> Attempts:
    """Read "one failed attempt", "two failed attempts", "no unknown attempt"."""
    count, status, _ = text.split()
    return Attempts(COUNTS[count], status)


class Books:
    """Reads attempts, payments and refunds, and compares them with what is at the payment provider.

    Differences are sentences in business words; an empty list means that all agree.
    """

    def __init__(self, database: Database, accounts: Accounts, providers: Providers, time: Time) -> None:
        self._database = database
        self._accounts = accounts
        self._provider = providers.payments
        self._journal = providers.journal
        self._time = time

    # Reading

    def attempts(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows of `payment_attempts` of the person."""
        return self._rows("payment_attempts", person)

    def payment(self, person: Person) -> dict[str, Any]:
        """Return the one row of `payments` of the person."""
        rows = self._rows("payments", person)
        assert len(rows) == 1, f"The books should hold one payment of {person}'s, but they hold {len(rows)}."
        return rows[0]

    def kept_reasons(self, person: Person) -> list[str | None]:
        """Return the bank's reasons of the person's failed attempts, as a feature puts them."""
        codes = [row["decline_code"] for row in self.attempts(person) if row["status"] == "failed"]
        return [code and code.replace("_", " ") for code in codes]

    def takings(self) -> list[dict[str, Any]]:
        """Return all charges by which the provider took money, whoever paid, given back or not."""
        return self._provider.succeeded

    def charge_of(self, person: Person) -> dict[str, Any]:
        """Return the last charge that the provider made for the person, known to the books or not."""
        charges = self._charges(self.attempts(person))
        assert charges, f"The payment provider has no charge of {person}'s:\n{self.calls()}"
        return charges[-1]

    # Comparing

    def differences_if_paid(
        self, person: Person, amount: Money, times: int, purpose: str = "charge"
    ) -> list[str]:
        """Return in what books and provider differ from `times` payments of `amount`, none given back."""
        attempts_of_person = self.attempts(person)
        made = [row for row in attempts_of_person if row["status"] == SUCCEEDED]
        payments = self._rows("payments", person)
        charges = [one for one in self._charges(attempts_of_person) if one["status"] == SUCCEEDED]
        counted = unequal(
            [
                ("succeeded attempts in the books", len(made), times),
                ("payments in the books", len(payments), times),
                ("charges at the payment provider", len(charges), times),
            ]
        )
        return counted + [
            sentence
            for payment in payments
            for sentence in _differences(payment, made, charges, amount, purpose)
        ]

    def differences_once_settled(self, person: Person, amount: Money, times: int) -> list[str]:
        """Wait until nothing of the person's is open any more, then compare as if paid `times` times."""
        self.await_settled(person)
        return self.differences_if_paid(person, amount, times)

    def differences_if_given_back(self, person: Person, amount: Money, of: Money) -> list[str]:
        """Return in what books and provider differ from `amount` given back of a payment of `of`."""
        charge = self._provider.charge(self.payment(person)["provider_charge_id"])
        by_provider = ("given back by the payment provider", Money(charge["amount_refunded"]), amount)
        return self.differences_in_books(person, amount, of) + unequal([by_provider])

    def differences_in_books(self, person: Person, amount: Money, of: Money) -> list[str]:
        """Return in what the books alone differ from `amount` given back of a payment of `of`."""
        payment = self.payment(person)
        refunds = self._database.rows("refunds", payment_id=payment["id"], status=SUCCEEDED)
        return unequal(
            [
                ("the payment", Money(payment["amount"]), of),
                ("given back, as the payment says", Money(payment["refunded_amount"]), amount),
                ("given back, as the refunds add up", Money(sum(row["amount"] for row in refunds)), amount),
                ("the payment counts as", payment["status"], _status(amount, of)),
            ]
        )

    # What the provider was asked

    def asked_for_money(self) -> int:
        """Return how often the payment provider was asked to charge a card, whatever came of it."""
        return len(self._journal.of("payments", "charge"))

    def provider_calls(self) -> int:
        """Return how often the payment provider was called at all."""
        return len(self._journal.of("payments"))

    def keys_at_provider(self) -> set[str | None]:
        """Return the keys under which the payment provider was asked to charge a card."""
        return {call.idempotency_key for call in self._journal.of("payments", "charge")}

    def keys_in_books(self, person: Person) -> set[str | None]:
        """Return the keys which, as the books say, the payment provider was given."""
        return {row["idempotency_key"] for row in self.attempts(person)}

    def calls(self) -> str:
        """Return all calls to third parties as sentences, for a message."""
        return self._journal.describe()

    # Waiting

    def await_settled(self, person: Person) -> None:
        """Wait until the shop knows of each of the person's attempts what became of it.

        The app's time runs on for half a minute meanwhile: no app asks all the time.
        """
        self._time_runs_on(
            lambda: not [row for row in self.attempts(person) if row["status"] in OPEN],
            HALF_A_MINUTE,
            lambda: f"{person}'s attempts to pay to be settled; {self._as_it_is(person)}",
        )

    def await_given_up(self, person: Person) -> None:
        """Let the time of grace pass, and wait until nothing of the person's is open any more."""
        self._time.let_pass(GRACE)
        self.await_settled(person)

    def await_asked_twice(self, person: Person) -> None:
        """Wait until the shop asks the provider twice what became of the person's payment, and is answered.

        After the second question it has made up its mind about the first answer. The app's time runs on for a
        few seconds meanwhile.
        """
        since = self._time.now()
        self._time_runs_on(
            lambda: self._times_asked(since) >= 2,
            A_FEW_SECONDS,
            lambda: f"the shop to keep asking what became of {person}'s payment; {self._as_it_is(person)}",
        )

    def _time_runs_on(
        self, condition: Callable[[], bool], lapse: timedelta, describe: Callable[[], str]
    ) -> None:
        """Wait for the condition; before each further look a second passes, until `lapse` is used up."""
        end = self._time.now() + lapse

        def a_second_later() -> bool:
            if condition():
                return True
            if self._time.now() + SECOND < end:
                self._time.let_pass(SECOND)
            return False

        wait.until(a_second_later, SETTLING_S, describe)

    def _as_it_is(self, person: Person) -> str:
        statuses = [row["status"] for row in self.attempts(person)]
        return f"the attempts are {statuses}.\n{self.calls()}"

    def _times_asked(self, since: datetime) -> int:
        asked = self._journal.of("payments", "find charges")
        return len([call for call in asked if call.outcome == "answered" and call.at >= since])

    def _rows(self, table: str, person: Person) -> list[dict[str, Any]]:
        return self._database.rows(table, user_id=self._accounts.user_id(person))

    def _charges(self, attempts_of_person: Sequence[Row]) -> list[dict[str, Any]]:
        # A charge that names no attempt in the books may be anybody's: it counts, so that it is found.
        known = {row["id"] for row in self._database.rows("payment_attempts")}
        others = known - {row["id"] for row in attempts_of_person}
        return [c for c in self._provider.charges if c["metadata"].get("payment_attempt_id") not in others]


def _status(given_back: Money, of: Money) -> str:
    if given_back.minor == 0:
        return SUCCEEDED
    return "refunded" if given_back == of else "partially_refunded"


def _differences(
    payment: Row, attempts_made: Sequence[Row], charges: Sequence[Row], amount: Money, purpose: str
) -> list[str]:
    """Return in what one payment, its attempt and its charge differ from a payment of `amount`."""
    attempt = _by_id(attempts_made, payment["payment_attempt_id"])
    charge = _by_id(charges, payment["provider_charge_id"])
    if attempt is None:
        return [f"payment {payment['id']} belongs to no succeeded attempt of this customer's"]
    if charge is None:
        return [f"payment {payment['id']} belongs to no charge that took this customer's money"]
    return unequal(
        [
            ("the payment's amount", Money(payment["amount"], amount.currency), amount),
            ("the payment counts as", payment["status"], SUCCEEDED),
            ("given back of it", Money(payment["refunded_amount"]), Money(0)),
            ("the attempt's amount", _money(attempt), amount),
            ("the attempt's purpose", attempt["purpose"], purpose),
            ("the attempt's charge", attempt["provider_charge_id"], charge["id"]),
            ("the charged amount", _money(charge), amount),
            ("the attempt named in the charge", charge["metadata"].get("payment_attempt_id"), attempt["id"]),
        ]
    )


def _money(row: Row) -> Money:
    return Money(row["amount"], row["currency"])


def _by_id(rows: Sequence[Row], wanted: object) -> Row | None:
    return next((row for row in rows if row["id"] == wanted), None)


def unequal(compared: Sequence[tuple[str, object, object]]) -> list[str]:
    """Return a sentence for each of (what, found, wanted) where they differ."""
    return [f"{what}: {found} instead of {wanted}" for what, found, wanted in compared if found != wanted]
