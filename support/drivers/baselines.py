"""Workflows carried out many times one after the other, and how long they took beside how long they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from support.data.people import Person
from support.data.values import Card, Money
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.client import Client
from support.drivers.payments import Paid, Payments
from support.drivers.refusals import Refused
from support.evidence import baselines
from support.evidence.baselines import Verdict

PRODUCT = "lamp"


class Timed(Protocol):
    """What an action came to; `took` in seconds."""

    @property
    def took(self) -> float:
        """How long the answer took."""


@dataclass(frozen=True)
class Ordered:
    """An order that was placed and paid."""

    took: float

    def __str__(self) -> str:
        return "ordered"


class Baselines:
    """Repeats what the other drivers do once, and keeps the times."""

    def __init__(self, client: Client, database: Database, accounts: Accounts, payments: Payments) -> None:
        self._client = client
        self._database = database
        self._accounts = accounts
        self._payments = payments

    def offer(self, pieces: int) -> None:
        """Have so many pieces of one product on sale."""
        product = {"id": PRODUCT, "name": "Lamp", "price": 4000, "quantity": pieces}
        self._database.insert("products", [product])

    def order(self, person: Person, card: Card, times: int) -> list[Ordered | Refused]:
        """Order one piece so often, one order after the other, each of its own."""
        session = self._accounts.session(person)
        body = {"items": [{"productId": PRODUCT, "quantity": 1}], "paymentToken": card.token}
        answers = [
            self._client.send("POST", "/orders", body, session=session).expect(201) for _ in range(times)
        ]
        return [one if isinstance(one, Refused) else Ordered(one.took) for one in answers]

    def pay(self, person: Person, amount: Money, card: Card, times: int) -> list[Paid | Refused]:
        """Pay so often, one payment after the other, each of its own."""
        return [self._payments.pay(person, amount, card) for _ in range(times)]

    def keep(self, workflow: str, limit: timedelta, counted: int, outcomes: Sequence[Timed]) -> Verdict:
        """Add the times to the workflow's baseline; the limit is for the quickest `counted` of them."""
        return baselines.keep(workflow, limit, counted, [1000 * outcome.took for outcome in outcomes])
