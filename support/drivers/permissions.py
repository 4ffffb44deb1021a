"""Who may do what: every action that takes a session, in a form in which anybody can try it.

An action is tried in somebody's place: on what is theirs, and to the letter as they would do it. So who may
not is refused for no other reason, and who may can show right after that it was possible.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from support.data import people
from support.data.people import Person
from support.data.values import Money, pattern
from support.drivers.accounts import Accounts
from support.drivers.orders import Orders
from support.drivers.payments import Payments
from support.drivers.products import Products, goods
from support.drivers.projects import Projects
from support.drivers.refusals import granted
from support.drivers.subscriptions import Subscriptions, plan

PRICE = Money(4000)
LAMP = goods("a lamp")
BASIC, PRO = plan("the basic plan"), plan("the pro plan")
BYSTANDER = people.find("Katherine")
"""Has no part in the scenario: is invited, banned and so on."""


@dataclass(frozen=True)
class Permissions:
    """The drivers that actions are done with."""

    accounts: Accounts
    orders: Orders
    payments: Payments
    products: Products
    projects: Projects
    subscriptions: Subscriptions

    def prepare(self, person: Person, action: "Action") -> None:
        """Give the person all that the action takes, up to a session."""
        self.accounts.session(person)
        granted(action.prepare(self, person))

    def attempt(self, person: Person, action: "Action", owner: Person) -> Any:
        """Let the person do what the owner is about to do; return what comes of it."""
        return action.attempt(self, person, owner)


Prepare = Callable[[Permissions, Person], object]
Attempt = Callable[[Permissions, Person, Person], Any]


@dataclass(frozen=True)
class Action:
    """Something that takes a session: the words of a feature, the contract's call, and how it is done.

    `attempt` is given who does it and in whose place.
    """

    words: str
    call: str
    attempt: Attempt = field(repr=False)
    prepare: Prepare = field(repr=False, default=lambda on, owner: None)

    def __str__(self) -> str:
        return self.words


def _be_invited(on: Permissions, guest: Person) -> None:
    """Invite the person to a project of somebody who has no other part in the scenario."""
    on.accounts.open([BYSTANDER])
    on.projects.open_and_invite(BYSTANDER, "Analytical Engine", guest.email)


def _have_sold(on: Permissions, admin: Person) -> None:
    """Let somebody who has no other part in the scenario order something."""
    on.accounts.open([BYSTANDER])
    on.orders.have_bought(BYSTANDER, LAMP)


def _have_packed(on: Permissions, admin: Person) -> None:
    """Pack what that person has ordered."""
    _have_sold(on, admin)
    on.orders.bring(admin, BYSTANDER, "packed")


ACTIONS = (
    Action(
        "complete onboarding",
        "POST /onboarding/complete",
        lambda on, person, owner: on.accounts.onboard(person),
    ),
    Action(
        "open a project",
        "POST /projects",
        lambda on, person, owner: on.projects.open(person, "Analytical Engine"),
    ),
    Action(
        "invite somebody to the project",
        "POST /projects/{}/invitations",
        lambda on, person, owner: on.projects.invite(person, BYSTANDER.email),
        lambda on, owner: on.projects.open(owner, "Analytical Engine"),
    ),
    Action(
        "accept the invitation",
        "POST /invitations/accept",
        lambda on, person, owner: on.projects.accept(person, invited=owner),
        _be_invited,
    ),
    Action(
        "delete the account",
        "DELETE /account",
        lambda on, person, owner: on.accounts.delete(person),
    ),
    Action(
        "ban somebody",
        "POST /admin/users/{}/ban",
        lambda on, person, owner: on.accounts.ban(person, BYSTANDER, timedelta(hours=24)),
        lambda on, owner: on.accounts.open([BYSTANDER]),
    ),
    Action(
        "pay by card",
        "POST /payments/charge",
        lambda on, person, owner: on.payments.pay(person, PRICE),
    ),
    Action(
        "get the money back",
        "POST /payments/{}/refund",
        lambda on, person, owner: on.payments.get_back(person, owner),
        lambda on, owner: on.payments.have_paid(owner, PRICE),
    ),
    Action(
        "subscribe",
        "POST /subscriptions",
        lambda on, person, owner: on.subscriptions.subscribe(person, BASIC),
    ),
    Action(
        "look at the subscription",
        "GET /subscriptions/{}",
        lambda on, person, owner: on.subscriptions.look(person, owner),
        lambda on, owner: on.subscriptions.be_subscriber(owner, BASIC),
    ),
    Action(
        "change the plan",
        "PATCH /subscriptions/{}",
        lambda on, person, owner: on.subscriptions.change(person, PRO, owner),
        lambda on, owner: on.subscriptions.be_subscriber(owner, BASIC),
    ),
    Action(
        "cancel the subscription",
        "DELETE /subscriptions/{}",
        lambda on, person, owner: on.subscriptions.cancel(person, owner),
        lambda on, owner: on.subscriptions.be_subscriber(owner, BASIC),
    ),
    Action(
        "order a lamp",
        "POST /orders",
        lambda on, person, owner: on.orders.place(person, LAMP),
        lambda on, owner: on.products.supply(LAMP),
    ),
    Action(
        "look at the order",
        "GET /orders/{}",
        lambda on, person, owner: on.orders.look(person, owner),
        lambda on, owner: on.orders.have_bought(owner, LAMP),
    ),
    Action(
        "cancel the order",
        "POST /orders/{}/cancel",
        lambda on, person, owner: on.orders.cancel(person, owner),
        lambda on, owner: on.orders.have_bought(owner, LAMP),
    ),
    Action(
        "pack an order",
        "PATCH /orders/{}",
        lambda on, person, owner: on.orders.mark(person, BYSTANDER, "packed"),
        _have_sold,
    ),
    Action(
        "ship an order",
        "PATCH /orders/{}",
        lambda on, person, owner: on.orders.mark(person, BYSTANDER, "shipped"),
        _have_packed,
    ),
)
BY_WORDS = {action.words: action for action in ACTIONS}

OPEN_TO_EVERYBODY = frozenset(
    {
        "POST /auth/register",
        "POST /auth/verify-email",
        "POST /auth/resend-verification",
        "POST /auth/login",
        "POST /auth/forgot-password",
        "POST /auth/reset-password",
        "POST /webhooks/payments",
        "GET /health",
        "GET /openapi.json",
    }
)
"""The contract's other calls: they take no session."""


@pattern("|".join(map(re.escape, BY_WORDS)))
def action(words: str) -> Action:
    """Read what somebody is about to do, such as "cancel the subscription"."""
    return BY_WORDS[words]
