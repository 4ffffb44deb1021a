"""What the invariants look at: the whole database, and what third parties were really given."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from support.database.snapshot import Row, Snapshot
from support.providers import Mail, Providers, Sms, Taken


@dataclass(frozen=True)
class Given:
    """What third parties have been given by a certain moment."""

    charges: Sequence[Taken]
    mails: Sequence[Mail]
    texts: Sequence[Sms]

    @classmethod
    def to(cls, providers: Providers) -> "Given":
        """What the stubs have been given until now."""
        return cls(providers.payments.taken, providers.email.sent, providers.sms.sent)


@dataclass(frozen=True)
class Facts:
    """The end of a scenario.

    The app's worker goes on while the suite looks, and no single look sees the database and the third parties
    at one moment. So third parties are looked at `before` the database and `after` it: what they had been
    given before must be in the books; what the books hold they must have been given after. Both are None
    where the third parties are not the suite's own stubs.
    """

    held: Snapshot
    before: Given | None
    after: Given | None
    stock: Mapping[str, int]
    """How many of each product the scenario put on sale, as far as that is known."""

    def rows(self, table: str, **where: object) -> list[Row]:
        """The rows of a table that hold those values."""
        found = self.held.rows(table)
        return [row for row in found if all(row[name] == value for name, value in where.items())]

    def by_id(self, table: str) -> Mapping[Any, Row]:
        """The rows of a table by their id."""
        return {row["id"]: row for row in self.held.rows(table)}


Check = Callable[[Facts], Iterable[str]]


@dataclass(frozen=True)
class Invariant:
    """What holds whatever happened, said as the business says it.

    `breaches` yields what is wrong, row by row; each completes "`name`, but …". It reads the columns of the
    contract only, and is asked only where the app has all `tables`.
    """

    name: str
    tables: Sequence[str]
    breaches: Check
    of_third_parties: bool = False
    """Whether it looks at what third parties were given."""


def instant(text: str | None) -> datetime | None:
    """An instant as a snapshot holds it."""
    return None if text is None else datetime.fromisoformat(text)
