"""The people of the scenarios, by first name: who they are and how they look in the app's database."""

import difflib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from argon2 import PasswordHasher

from support.data import fixtures
from support.errors import PlumblineError
from support.evidence.redaction import register_secret

PASSWORD = "Correct-Horse-42"  # noqa: S105 - everybody's password in the scenarios, masked in evidence
NEW_PASSWORD = "Better-Staple-43"  # noqa: S105
WRONG_PASSWORD = "Wrong-Battery-44"  # noqa: S105
PHONE_NUMBER = "+15005550106"

for _secret in (PASSWORD, NEW_PASSWORD, WRONG_PASSWORD):
    register_secret(_secret)


@dataclass(frozen=True)
class Person:
    """Somebody in a scenario. `id` is stable from run to run; `role` is `user` or `admin`."""

    name: str
    full_name: str
    email: str
    role: str = "user"
    phone_number: str | None = None

    @property
    def id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"plumbline:{self.email}"))

    def __str__(self) -> str:
        return self.name


@cache
def everybody() -> Mapping[str, Person]:
    """Return all people of fixtures/people.json by first name."""
    return {name: _person(name, entry) for name, entry in fixtures.load("people").items()}


def _person(name: str, entry: dict[str, Any]) -> Person:
    return Person(
        name=name,
        full_name=fixtures.field("people", name, entry, "fullName"),
        email=fixtures.field("people", name, entry, "email"),
        role=entry.get("role", "user"),
        phone_number=entry.get("phoneNumber"),
    )


def find(name: str) -> Person:
    """Return the person of that first name. Raises PlumblineError that names the people there are."""
    people = everybody()
    if name in people:
        return people[name]
    nearest = difflib.get_close_matches(name, people, n=1)
    hint = f"did you mean {nearest[0]}?" if nearest else f"there are {', '.join(people)}."
    raise PlumblineError(f"Nobody is called {name!r} in fixtures/people.json: {hint}")


@cache
def password_hash() -> str:
    """Return everybody's password as a PHC string: argon2id at the lowest cost, made once a run."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def account_row(person: Person, now: datetime, **overrides: Any) -> dict[str, Any]:
    """Return the row of `users` for an account confirmed at `now`, the app's time; columns can be given."""
    return {
        "id": person.id,
        "email": person.email,
        "full_name": person.full_name,
        "password_hash": password_hash(),
        "role": person.role,
        "email_verified": True,
        "phone_number": person.phone_number,
        "created_at": now,
        **overrides,
    }
