"""What the shop's books hold of orders, and whether goods, payments and messages agree with them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from support.data.people import Person
from support.data.values import Money
from support.database.database import Database
from support.drivers.accounts import Accounts
from support.drivers.books import OPEN, SUCCEEDED, Books, unequal
from support.drivers.notifications import Notifications
from support.drivers.orders import STAGES, TRACKING_NUMBER, Orders, Placed
from support.drivers.products import GIVEN_UP, Goods, Products
from support.drivers.refusals import Refused

Row = Mapping[str, Any]


class OrderBooks:
    """Compares everything that belongs to an order with what the scenario says of it.

    Differences are sentences in business words; an empty list means that all agree.
    """

    def __init__(
        self,
        database: Database,
        accounts: Accounts,
        books: Books,
        orders: Orders,
        products: Products,
        notifications: Notifications,
    ) -> None:
        self._database = database
        self._accounts = accounts
        self._books = books
        self._orders = orders
        self._products = products
        self._notifications = notifications

    # Bought, or not

    def differences_if_bought(self, person: Person, goods: Goods, amount: Money) -> list[str]:
        """Return where stock, payment, order and e-mail differ from one confirmed order of `goods`."""
        orders = [row for row in self._orders.all_of(person) if row["status"] != GIVEN_UP]
        told = unequal([("orders", len(orders), 1)])
        told += self._books.differences_if_paid(person, amount, 1, purpose="order")
        for order in orders:
            told += self._of_order(order, goods, amount) + self._of_payment(order)
        return told + self._of_confirmations(person, orders) + self._products.differences()

    def differences_once_bought(self, person: Person, goods: Goods, amount: Money) -> list[str]:
        """Wait until nothing of the person's is open any more, then compare as if bought."""
        self._books.await_settled(person)
        return self.differences_if_bought(person, goods, amount)

    def differences_if_nothing_bought(self, person: Person) -> list[str]:
        """Return what is left of an order that should have left nothing but its attempt to pay."""
        told = [f"order {row['id']} is left, {row['status']}" for row in self._orders.all_of(person)]
        return told + self._of_nothing(person)

    def differences_if_pending(self, person: Person, goods: Goods) -> list[str]:
        """Return what differs from one order that holds its goods while nobody knows of its payment."""
        orders = self._orders.all_of(person)
        told = unequal([("orders", len(orders), 1)])
        for order in orders:
            told += self._of_order(order, goods, goods.price, status="pending")
        open_attempts = [row for row in self._books.attempts(person) if row["status"] in OPEN]
        linked = [row["order_id"] for row in open_attempts]
        told += unequal(
            [
                ("orders of open attempts to pay", linked, [row["id"] for row in orders]),
                ("payments", self._database.count("payments", user_id=self._id(person)), 0),
            ]
        )
        return told + self._of_confirmations(person, []) + self._products.differences()

    def differences_once_given_up(self, person: Person) -> list[str]:
        """Wait until nothing of the person's is open any more, then return what differs from one order that
        was cancelled because nobody ever paid for it.
        """
        self._books.await_settled(person)
        statuses = [row["status"] for row in self._orders.all_of(person)]
        return unequal([("orders", statuses, [GIVEN_UP])]) + self._of_nothing(person)

    def differences_if_answers_hold(self, outcomes: Sequence[Any]) -> list[str]:
        """Return where the books differ from what each of several buyers was told, no more and no less."""
        told = {outcome.order_id: outcome.total for outcome in outcomes if isinstance(outcome, Placed)}
        orders = self._database.rows("orders")
        kept = {row["id"]: row["total"] for row in orders if row["status"] == "confirmed"}
        payments = self._database.rows("payments")
        paid = {row["order_id"]: row["amount"] for row in payments}
        taken = sorted(charge["amount"] for charge in self._books.takings())
        mails = self._database.rows("email_outbox", template="order_confirmation")
        return (
            unequal(
                [
                    ("the confirmed orders", kept, told),
                    ("orders in all", len(orders), len(told)),
                    ("what was paid for each order", paid, told),
                    ("payments", len(payments), len(told)),
                    ("what the payment provider took", taken, sorted(told.values())),
                    ("confirmations by e-mail", len(mails), len(told)),
                ]
            )
            + [str(one) for one in outcomes if isinstance(one, Refused) and one.status != 409]
            + self._products.differences()
        )

    # On its way

    def differences_in_history(self, admin: Person, owner: Person, stage: str) -> list[str]:
        """Return where order and history differ from the admin having taken it step by step to `stage`."""
        order = self._order(owner)
        way = STAGES[: STAGES.index(stage) + 1]
        expected = [(self._id(admin), _change(*step)) for step in pairwise(way)]
        shipped = "shipped" in way
        return unequal(
            [
                ("the order is", order["status"], stage),
                ("the history of the order", self._history(order), expected),
                ("its tracking number", order["tracking_number"], TRACKING_NUMBER if shipped else None),
            ]
        )

    # Cancelled

    def differences_if_cancelled(self, owner: Person, amount: Money) -> list[str]:
        """Return what differs from one paid order that was withdrawn, everything undone once."""
        order = self._order(owner)
        last = self._history(order)[-1:]
        expected = [(self._id(owner), _change("confirmed", GIVEN_UP))]
        packed = [(self._id(owner), _change("packed", GIVEN_UP))]
        mails = self._messages(owner, "order_cancelled", order)
        return (
            unequal([("the order is", order["status"], GIVEN_UP)])
            + unequal([("the last of its history", last, packed if last == packed else expected)])
            + self._books.differences_if_given_back(owner, amount, of=Money(order["total"]))
            + unequal([("e-mails that tell of it", len(mails), 1)])
            + self._products.differences()
        )

    def differences_if_either(self, owner: Person, outcomes: Sequence[Any]) -> list[str]:
        """Return what differs where an order was cancelled and shipped at once: one of both holds, whole."""
        cancelled, shipped = (not isinstance(outcome, Refused) for outcome in outcomes)
        if cancelled == shipped:
            return [f"the one was told: {outcomes[0]}, the other: {outcomes[1]}"]
        order = self._order(owner)
        total = Money(order["total"])
        messages = self._notifications.messages(owner, "order_shipped")
        if cancelled:
            return self.differences_if_cancelled(owner, total) + unequal(
                [("e-mails that tell of the shipping", len(messages), 0)]
            )
        return (
            unequal([("the order is", order["status"], "shipped")])
            + unequal([("e-mails that tell of the shipping", len(messages), 1)])
            + self._books.differences_if_given_back(owner, Money(0), of=total)
            + self._products.differences()
        )

    # Parts

    def _of_order(self, order: Row, goods: Goods, amount: Money, status: str = STAGES[0]) -> list[str]:
        items = self._database.rows("order_items", order_id=order["id"])
        pieces = {item["product_id"]: item["quantity"] for item in items}
        prices = {item["product_id"]: item["unit_price"] for item in items}
        return unequal(
            [
                ("the order is", order["status"], status),
                ("the order's total", Money(order["total"], order["currency"]), amount),
                ("the order's pieces", pieces, goods.pieces),
                ("the prices of a piece", prices, {one.id: one.price for one, _ in goods.lines}),
            ]
        )

    def _of_payment(self, order: Row) -> list[str]:
        payments = self._database.rows("payments", order_id=order["id"])
        made = self._database.rows("payment_attempts", order_id=order["id"], status=SUCCEEDED)
        wanted = [payment["payment_attempt_id"] for payment in payments]
        return unequal(
            [
                ("payments that name the order", len(payments), 1),
                ("succeeded attempts that name the order", [row["id"] for row in made], wanted),
            ]
        )

    def _of_confirmations(self, person: Person, orders: Sequence[Row]) -> list[str]:
        mails = self._notifications.messages(person, "order_confirmation")
        told = unequal([("confirmations by e-mail", len(mails), len(orders))])
        return told + [
            f"the confirmation by e-mail does not say {words!r}"
            for order, mail in zip(orders, mails, strict=False)
            for words, text in _promised(order, mail)
            if words not in text
        ]

    def _of_nothing(self, person: Person) -> list[str]:
        return (
            self._books.differences_if_paid(person, Money(0), times=0)
            + self._of_confirmations(person, [])
            + self._products.differences()
        )

    def _order(self, owner: Person) -> Row:
        rows = self._orders.all_of(owner)
        assert len(rows) == 1, f"{owner} should have one order, but there are {len(rows)}: {rows}."
        return rows[0]

    def _history(self, order: Row) -> list[tuple[str, dict[str, Any]]]:
        rows = self._database.rows("order_audit_log", order_id=order["id"], action="status_changed")
        return [(row["actor_id"], row["changes"]) for row in rows]

    def _messages(self, owner: Person, template: str, order: Row) -> list[dict[str, Any]]:
        rows = self._notifications.messages(owner, template)
        return [row for row in rows if order["id"] in row["subject"] + row["body"]]

    def _id(self, person: Person) -> str:
        return self._accounts.user_id(person)


def _change(before: str, after: str) -> dict[str, Any]:
    change = {"from": before, "to": after}
    return {**change, "trackingNumber": TRACKING_NUMBER} if after == "shipped" else change


def _promised(order: Row, mail: Row) -> list[tuple[str, str]]:
    """What a confirmation says according to the contract, and where."""
    return [
        ("confirmed", mail["subject"]),
        ("Thank you for your order", mail["body"]),
        (str(order["id"]), mail["body"]),
        (f"{order['total'] / 100:.2f}", mail["body"]),
    ]
