"""Orders as a business sees them: placing, looking, handling and cancelling."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from support import wait
from support.data.people import Person
from support.data.values import Card, Money, card, pattern
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.books import SETTLING_S, Books
from support.drivers.clerk import Clerk
from support.drivers.client import Answer, Client
from support.drivers.operations import Operations
from support.drivers.products import Goods, Products
from support.drivers.refusals import Refused, granted
from support.drivers.submissions import Submissions
from support.drivers.third_parties import ThirdParties
from support.drivers.together import at_once
from support.providers import Providers

ORDERS = "/orders"
NOBODYS = "no-such-order"
TRACKING_NUMBER = "PL-4711-0815"
VALID = card("a valid card")
STAGES = ("confirmed", "packed", "shipped", "delivered")
"""How far an order has come, in the order in which it goes."""


@pattern("|".join((*STAGES, "pending", "cancelled")))
def stage(words: str) -> str:
    """Read how an order stands, such as "packed"."""
    return words


@dataclass(frozen=True)
class Placed:
    """A confirmed order as the app announced it; `raw` is the whole answer, `took` in seconds."""

    order_id: str
    total: int
    raw: bytes = field(default=b"", repr=False)
    took: float = 0.0

    def __str__(self) -> str:
        return f"order {self.order_id} is confirmed over {Money(self.total)}"


@dataclass(frozen=True)
class Shown:
    """An order as the app showed it; `pieces` by product."""

    order_id: str
    status: str
    total: int
    pieces: Mapping[str, int]
    tracking_number: str | None

    def __str__(self) -> str:
        return (
            f"order {self.order_id} over {Money(self.total)} of {dict(self.pieces)}, {self.status}, "
            f"tracking number {self.tracking_number}"
        )


@dataclass(frozen=True)
class Marked:
    """An order that was taken to its next stage."""

    order_id: str
    status: str

    def __str__(self) -> str:
        return f"order {self.order_id} is {self.status}"


@dataclass(frozen=True)
class CancelledOrder:
    """An order that was withdrawn, as the app announced it; `given_back` in cents."""

    order_id: str
    given_back: int

    def __str__(self) -> str:
        return f"order {self.order_id} is cancelled, and {Money(self.given_back)} are given back"


@dataclass(frozen=True)
class Wish:
    """What a person sent to order, and under which key of the person's own."""

    key: str
    body: Mapping[str, Any]


class Orders:
    """Business verbs on orders."""

    def __init__(
        self,
        client: Client,
        database: Database,
        accounts: Accounts,
        books: Books,
        providers: Providers,
        third_parties: ThirdParties,
        operations: Operations,
        submissions: Submissions,
        clerk: Clerk,
        products: Products,
    ) -> None:
        self._client = client
        self._database = database
        self._accounts = accounts
        self._books = books
        self._providers = providers
        self._third_parties = third_parties
        self._operations = operations
        self._submissions = submissions
        self._clerk = clerk
        self._products = products
        self._wishes: dict[str, Wish] = {}

    @property
    def tracking_number(self) -> str:
        """What every order of the scenarios is shipped with, unless something else is said."""
        return TRACKING_NUMBER

    # What customers do

    def place(self, person: Person, goods: Goods, with_card: Card = VALID) -> Placed | Refused:
        """Order goods under a key of the person's own, as a well-made page does."""
        return self._send(person, _wish(goods, with_card))

    def place_nothing(self, person: Person) -> Placed | Refused:
        """Order with nothing in the basket."""
        return self._send(person, _wish(Goods(()), VALID))

    def send_again(self, person: Person, goods: Goods | None = None) -> Placed | Refused:
        """Send the person's last order once more under its key, with other goods if that is asked for."""
        last = self._wishes[person.id]
        return self._send(person, Wish(last.key, {**last.body, "items": _items(goods)}) if goods else last)

    def place_at_once(self, person: Person, goods: Goods, times: int) -> list[Placed | Refused]:
        """Send one order `times` times at the same moment.

        Who is told that it is still in progress asks again until it is not, as a page would.
        """
        session, wish = self._accounts.session(person), _wish(goods, VALID)

        def until_settled() -> Placed | Refused:
            outcomes: list[Placed | Refused] = []

            def settled() -> bool:
                outcomes.append(self._place(session, wish))
                last = outcomes[-1]
                return not (isinstance(last, Refused) and last.code == "in_progress")

            wait.until(settled, SETTLING_S, f"{person}'s order to be settled")
            return outcomes[-1]

        return self._meeting([until_settled] * times)

    def race(self, persons: Sequence[Person], goods: Sequence[Goods]) -> list[Placed | Refused]:
        """Let everybody order their own goods at the same moment, each under a key of their own."""
        sessions = self._accounts.sessions(persons)
        wishes = [_wish(one, VALID) for one in goods]
        return self._meeting(
            [lambda s=s, w=w: self._place(s, w) for s, w in zip(sessions, wishes, strict=True)]  # type: ignore[misc]
        )

    def race_for(self, persons: Sequence[Person], goods: Goods) -> list[Placed | Refused]:
        """Let everybody order the same goods at the same moment."""
        return self.race(persons, [goods] * len(persons))

    def race_crosswise(self, persons: Sequence[Person], goods: Goods) -> list[Placed | Refused]:
        """Let everybody order the same goods at the same moment, every other one the other way round."""
        ways = (goods, goods.other_way_round)
        return self.race(persons, [ways[number % 2] for number in range(len(persons))])

    def place_beside_clerk(self, person: Person, goods: Goods) -> Placed | Refused:
        """Order goods which somebody else holds in the database until the app waits for them."""
        session, wish = self._accounts.session(person), _wish(goods, VALID)
        return self._clerk.hold(list(goods.pieces), lambda: self._place(session, wish))

    def place_against_clerk(self, person: Person, goods: Goods) -> Placed | Refused:
        """Order goods which somebody else in the database takes crosswise: each waits for the other."""
        session, wish = self._accounts.session(person), _wish(goods, VALID)
        return self._clerk.cross(list(goods.pieces), lambda: self._place(session, wish))

    def look(self, person: Person, owner: Person) -> Shown | Refused:
        """Look at the owner's last order."""
        return _shown(self._ask("GET", person, owner))

    def cancel(self, person: Person, owner: Person) -> CancelledOrder | Refused:
        """Withdraw the owner's last order."""
        return _cancelled(self._ask("POST", person, owner, more="/cancel"))

    def cancel_at_once(self, person: Person, times: int) -> list[CancelledOrder | Refused]:
        """Withdraw the person's order `times` times at the same moment."""
        cancel = self._prepared_cancel(person)
        return self._meeting([cancel] * times)

    # What the shop's people do

    def mark(
        self, admin: Person, owner: Person, stage: str, tracking_number: str | None = TRACKING_NUMBER
    ) -> Marked | Refused:
        """Take the owner's last order to a stage; the tracking number is told where that is `shipped`."""
        order_id, session = self.order_id(owner), self._accounts.session(admin)
        return self._mark(session, order_id, stage, tracking_number)

    def bring(self, admin: Person, owner: Person, stage: str) -> None:
        """Take the owner's order from the stage it has reached through all others up to this one.

        The admin's account is opened where there is none.
        """
        if not self._accounts.accounts_with_address(admin):
            self._accounts.open([admin])
        reached = STAGES.index(self.all_of(owner)[-1]["status"])
        for step in STAGES[reached + 1 : STAGES.index(stage) + 1]:
            granted(self.mark(admin, owner, step))

    def mark_at_once(self, admin: Person, owner: Person, stage: str, times: int) -> list[Marked | Refused]:
        """Take the owner's order to a stage `times` times at the same moment."""
        order_id, session = self.order_id(owner), self._accounts.session(admin)
        return at_once([lambda: self._mark(session, order_id, stage, TRACKING_NUMBER)] * times)

    def cancel_while_marking(self, owner: Person, admin: Person, stage: str) -> list[Any]:
        """Let the owner cancel, and an admin take the order further while the money is given back.

        Returns what came of both.
        """
        order_id, session = self.order_id(owner), self._accounts.session(admin)
        cancel, cancelled = self._prepared_cancel(owner), Event()

        def cancel_first() -> CancelledOrder | Refused:
            try:
                return cancel()
            finally:
                cancelled.set()

        def mark_meanwhile() -> Marked | Refused:
            wait.until(
                lambda: self._providers.journal.of("payments", "refund") or cancelled.is_set(),
                SETTLING_S,
                f"the money for {owner}'s order to be given back",
            )
            return self._mark(session, order_id, stage, TRACKING_NUMBER)

        return self._meeting([cancel_first, mark_meanwhile])

    # What must be there before

    def have_bought(self, person: Person, goods: Goods) -> Placed:
        """Put on sale what is lacking, order the goods, and see that it went through."""
        self._products.supply(goods)
        outcome = granted(self.place(person, goods))
        assert isinstance(outcome, Placed)  # what is no refusal
        return outcome

    def come_to_shop(self, person: Person, goods: Goods) -> None:
        """Put goods on sale, and open a confirmed account for the person."""
        self._products.put_on_sale(goods)
        self._accounts.open([person])

    def become_customer(self, person: Person, goods: Goods) -> Placed:
        """Open a confirmed account, put on sale what is lacking, order the goods, and see that it worked."""
        self._accounts.open([person])
        return self.have_bought(person, goods)

    def cancel_in_trouble(self, person: Person, trouble: str) -> CancelledOrder | Refused:
        """Cancel while the payment provider is in that trouble; it is well again right after."""
        return self._third_parties.during("payments", trouble, lambda: self.cancel(person, person))

    def place_in_trouble(self, person: Person, goods: Goods, trouble: str) -> Placed | Refused:
        """Order while the payment provider is in that trouble; it is well again right after."""
        return self._third_parties.during("payments", trouble, lambda: self.place(person, goods))

    def given_up(self, person: Person, goods: Goods) -> None:
        """Order without the provider ever getting the payment, and wait until the shop has given it up."""
        self.place_in_trouble(person, goods, "does not answer")
        self._books.await_given_up(person)

    def place_as_database_goes_down(self, person: Person, goods: Goods) -> Placed | Refused:
        """Order while the database goes down after the money was taken; bring it back.

        The provider keeps silent until it is told to recover.
        """
        self._third_parties.meanwhile("payments", self._operations.faults.stop_database)
        outcome = self.place(person, goods)
        self._operations.faults.start_database()
        return outcome

    def cancel_as_database_goes_down(self, person: Person) -> CancelledOrder | Refused:
        """Cancel while the database goes down after the money was given back; bring it back."""
        stop_database = self._operations.faults.stop_database
        self._third_parties.meanwhile("payments", stop_database, then_silent=False)
        outcome = self.cancel(person, person)
        self._operations.faults.start_database()
        return outcome

    # What the business holds

    def all_of(self, person: Person) -> list[dict[str, Any]]:
        """Return the rows of `orders` of the person."""
        return self._database.rows("orders", user_id=self._accounts.user_id(person))

    def order_id(self, person: Person) -> str:
        """Return the id of the person's one order, or one that nobody has."""
        rows = self.all_of(person)
        assert len(rows) <= 1, f"{person} should have one order, but there are {len(rows)}: {rows}."
        return str(rows[0]["id"]) if rows else NOBODYS

    def _send(self, person: Person, wish: Wish) -> Placed | Refused:
        outcome = self._place(self._accounts.session(person), wish)
        self._wishes[person.id] = wish
        self._submissions.note(person, wish.key, outcome.raw)
        return outcome

    def _place(self, session: str | None, wish: Wish) -> Placed | Refused:
        headers = {"Idempotency-Key": wish.key}
        return _placed(self._client.send("POST", ORDERS, wish.body, session, headers))

    def _mark(
        self, session: str | None, order_id: str, stage: str, tracking_number: str | None
    ) -> Marked | Refused:
        body = {"status": stage}
        if stage == "shipped" and tracking_number is not None:
            body["trackingNumber"] = tracking_number
        answer = self._client.send("PATCH", f"{ORDERS}/{order_id}", body, session).expect(200)
        if isinstance(answer, Refused):
            return answer
        told = answer.saying(orderId=order_id, status=stage).body
        return Marked(told["orderId"], told["status"])

    def _prepared_cancel(self, owner: Person) -> Callable[[], CancelledOrder | Refused]:
        path, session = f"{ORDERS}/{self.order_id(owner)}/cancel", self._accounts.session(owner)
        return lambda: _cancelled(self._client.send("POST", path, session=session))

    def _ask(self, method: str, person: Person, owner: Person, more: str = "") -> Answer:
        path = f"{ORDERS}/{self.order_id(owner)}{more}"
        return self._client.send(method, path, session=self._accounts.session(person))

    def _meeting(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """Do all at the same moment; what reaches the payment provider meets there."""
        self._providers.payments.hold(len(calls))
        outcomes = at_once(calls)
        self._providers.payments.recover()
        return outcomes


def _wish(goods: Goods, with_card: Card) -> Wish:
    return Wish(f"page-{uuid.uuid4()}", {"items": _items(goods), "paymentToken": with_card.token})


def _items(goods: Goods) -> list[dict[str, Any]]:
    return [{"productId": product.id, "quantity": count} for product, count in goods.lines]


def _placed(answer: Answer) -> Placed | Refused:
    accepted = answer.expect(201)
    if isinstance(accepted, Refused):
        return accepted
    told = accepted.saying(status="confirmed").body
    return Placed(told["orderId"], told["total"], accepted.raw, accepted.took)


def _shown(answer: Answer) -> Shown | Refused:
    accepted = answer.expect(200)
    if isinstance(accepted, Refused):
        return accepted
    told = accepted.body
    pieces = {item["productId"]: item["quantity"] for item in told["items"]}
    return Shown(told["orderId"], told["status"], told["total"], pieces, told["trackingNumber"])


def _cancelled(answer: Answer) -> CancelledOrder | Refused:
    accepted = answer.expect(200)
    if isinstance(accepted, Refused):
        return accepted
    told = accepted.saying(status="cancelled").body
    return CancelledOrder(told["orderId"], told["refundAmount"])
