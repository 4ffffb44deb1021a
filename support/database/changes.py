"""Which rows came, went or changed between two looks at the database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psycopg

from support.database.snapshot import Row, Snapshot, Snapshots
from support.errors import PlumblineError

NOTHING = Snapshot({}, {})


@dataclass(frozen=True)
class ChangedRow:
    """A row of which the primary key stayed and something else did not."""

    before: Row
    after: Row

    @property
    def columns(self) -> list[str]:
        """The columns that changed, in the table's order."""
        return [name for name, value in self.after.items() if value != self.before.get(name)]


@dataclass(frozen=True)
class TableChanges:
    """What happened to the rows of one table. `key` names the columns that tell its rows apart."""

    table: str
    key: Sequence[str]
    new: Sequence[Row] = ()
    lost: Sequence[Row] = ()
    changed: Sequence[ChangedRow] = ()

    def __str__(self) -> str:
        counts = {"new": self.new, "lost": self.lost, "changed": self.changed}
        return f"{self.table}: " + ", ".join(f"{len(rows)} {word}" for word, rows in counts.items() if rows)

    def name_of(self, row: Row) -> str:
        """The row's primary key; the whole row where its table has none."""
        return ", ".join(str(row[column]) for column in self.key or row)


def between(before: Snapshot, after: Snapshot) -> list[TableChanges]:
    """The tables whose rows differ, in the order of their names."""
    touched = {
        name for name in {*before.texts, *after.texts} if before.texts.get(name) != after.texts.get(name)
    }
    found = [_compare(name, before, after) for name in sorted(touched)]
    return [changes for changes in found if changes.new or changes.lost or changes.changed]


def _compare(table: str, before: Snapshot, after: Snapshot) -> TableChanges:
    key = after.keys.get(table) or before.keys.get(table) or ()
    old, new = _by_key(before.rows(table), key), _by_key(after.rows(table), key)
    return TableChanges(
        table,
        key,
        new=[row for identity, row in new.items() if identity not in old],
        lost=[row for identity, row in old.items() if identity not in new],
        changed=[
            ChangedRow(old[identity], row)
            for identity, row in new.items()
            if identity in old and old[identity] != row
        ],
    )


def _by_key(rows: Sequence[Row], key: Sequence[str]) -> Mapping[object, Row]:
    """The rows by their primary key; where there is none, by all they hold and which of its like each is."""
    if key:
        return {tuple(row[column] for column in key): row for row in rows}
    alike: Counter[str] = Counter()
    found: dict[object, Row] = {}
    for row in rows:
        content = str(row)
        alike[content] += 1
        found[content, alike[content]] = row
    return found


class ChangeWatch:
    """Follows one scenario after the other: what the database held before its When, and what became of it."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._first_day = NOTHING
        self._before: Snapshot | None = None
        self._has_begun = False

    def begin(self, schema: object) -> None:
        """A scenario begins, on a database as on the first day; `schema` marks how its tables are made."""
        self._before, self._has_begun = None, False
        if self._snapshots.follow(schema):
            self._first_day = self._snapshots.take()

    def act_begins(self) -> None:
        """A When begins. What the database holds at the first one is what all changes are told against."""
        if not self._has_begun:
            self._has_begun = True
            try:
                self._before = self._snapshots.take()
            except psycopg.OperationalError:
                self._before = None  # it is down: a scenario may want that

    @property
    def since(self) -> str:
        """From when on changes are told: the When, or the first day where nobody could look by then."""
        return "the When" if self._before else "the scenario began"

    def until(self, after: Snapshot) -> list[TableChanges]:
        """What has changed by that later look."""
        return between(self._before or self._first_day, after)

    def so_far(self) -> list[TableChanges]:
        """What the When has changed until now. Raises PlumblineError where that cannot be told."""
        if self._before is None:
            raise PlumblineError(
                "It cannot be told what has changed: there was no When before this step, or the database was "
                "down when it began."
            )
        try:
            return self.until(self._snapshots.take())
        except psycopg.OperationalError:
            raise PlumblineError("It cannot be told what has changed: the database is down.") from None
