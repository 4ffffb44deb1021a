"""What an action changed, in things that the business knows by name."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from support.data.values import pattern
from support.database.changes import TableChanges

Columns = dict[str, tuple[str, ...]]

THINGS: dict[str, Columns] = {
    "the accounts": {
        "users": (
            *("id", "email", "full_name", "password_hash", "role", "email_verified"),
            *("phone_number", "banned_until", "created_at", "deleted_at"),
        )
    },
    "the company profiles": {"onboarding_profiles": ("user_id", "company_name", "industry", "team_size")},
    "the projects": {
        "projects": ("id", "owner_id", "name"),
        "project_members": ("project_id", "user_id", "role"),
    },
    "the invitations": {"invitations": ("id", "project_id", "email", "status", "accepted_at")},
    "the goods": {"products": ("id", "name", "price", "currency", "quantity")},
    "the orders": {
        "orders": ("id", "user_id", "status", "total", "currency", "tracking_number"),
        "order_items": ("order_id", "product_id", "quantity", "unit_price"),
    },
    "the order histories": {"order_audit_log": ("order_id", "actor_id", "action", "changes", "created_at")},
    "the attempts to pay": {
        "payment_attempts": (
            *("id", "user_id", "purpose", "order_id", "subscription_id", "amount", "currency", "status"),
            *("decline_code", "provider_charge_id", "idempotency_key"),
        )
    },
    "the payments": {
        "payments": (
            *("id", "user_id", "payment_attempt_id", "order_id", "subscription_id", "amount"),
            *("refunded_amount", "status", "provider_charge_id"),
        )
    },
    "the refunds": {"refunds": ("id", "payment_id", "amount", "status", "provider_refund_id")},
    "the payment provider's reports": {"webhook_events": ("event_id", "type", "applied_at")},
    "the plans": {"plans": ("id", "price", "period_days")},
    "the subscriptions": {
        "subscriptions": (
            "id",
            "user_id",
            "plan_id",
            "status",
            "renewal_date",
            "cancelled_at",
            "credit_balance",
        )
    },
    "the credits": {
        "proration_credits": (
            *("subscription_id", "from_plan_id", "to_plan_id", "credit_amount", "charged_amount"),
        )
    },
    # Written or not is what counts here: they are delivered later, whatever is done meanwhile.
    "the messages": {
        "email_outbox": ("id", "user_id", "recipient", "template", "subject", "body"),
        "sms_outbox": ("id", "user_id", "recipient", "template", "body"),
    },
}
"""What a feature calls things, and the contract's tables and columns that hold them.

Left out is what is the app's own, and `idempotency_keys`: an app may remember there whatever it answered.
"""

_THING = "|".join(map(re.escape, THINGS))


@pattern(rf"(?:{_THING})(?:, (?:{_THING}))*(?: and (?:{_THING}))?")
def things(words: str) -> frozenset[str]:
    """Read "the orders, the goods and the messages"."""
    return frozenset(re.findall(_THING, words))


@dataclass(frozen=True)
class Footprint:
    """What has changed, by the names of things: of each a few words on its rows."""

    of: dict[str, list[str]]

    def __str__(self) -> str:
        told = [f"{thing} ({'; '.join(changes)})" for thing, changes in self.of.items()]
        return " and ".join(told) or "nothing"


class Changes:
    """Tells what has changed since the When began."""

    def __init__(self, so_far: Callable[[], Sequence[TableChanges]]) -> None:
        self._so_far = so_far

    def footprint(self) -> Footprint:
        """What has changed until now. Raises PlumblineError where that cannot be told."""
        by_table = {changes.table: changes for changes in self._so_far()}
        found = {thing: _of_thing(by_table, tables) for thing, tables in THINGS.items()}
        return Footprint({thing: changes for thing, changes in found.items() if changes})


def _of_thing(by_table: dict[str, TableChanges], tables: Columns) -> list[str]:
    return [
        sentence
        for table, columns in tables.items()
        if table in by_table
        for sentence in _of_table(by_table[table], columns)
    ]


def _of_table(changes: TableChanges, columns: Sequence[str]) -> list[str]:
    """`new ord_1`, `lost ord_2`, `ord_3: status is cancelled instead of pending`."""
    told = [f"new {changes.name_of(row)}" for row in changes.new]
    told += [f"lost {changes.name_of(row)}" for row in changes.lost]
    for row in changes.changed:
        parts = [
            f"{name} is {row.after[name]} instead of {row.before[name]}"
            for name in row.columns
            if name in columns
        ]
        if parts:
            told.append(f"{changes.name_of(row.after)}: {', '.join(parts)}")
    return told
