"""Made-up people by the dozen, from one seed that the run prints and can be given again."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from faker import Faker

from support.data.people import Person


class People:
    """A factory of people whom no fixture names."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._made = 0

    @cached_property
    def _fake(self) -> Faker:
        """Made when the first person is: it takes as long as the rest of what goes before a scenario."""
        fake = Faker()
        fake.seed_instance(self._seed)
        return fake

    def one(self, **overrides: Any) -> Person:
        """Return a new person; any field can be given."""
        self._made += 1
        first, last = self._fake.first_name(), self._fake.last_name()
        made = {
            "name": first,
            "full_name": f"{first} {last}",
            # The number keeps addresses apart however often the names repeat.
            "email": f"{first}.{last}.{self._made}@example.test".lower().replace(" ", "-"),
        }
        return Person(**{**made, **overrides})

    def many(self, count: int, **overrides: Any) -> list[Person]:
        """Return `count` new people that share the given fields."""
        return [self.one(**overrides) for _ in range(count)]


def company(seed_source: Faker | None = None) -> dict[str, str]:
    """Return what somebody says of their company while onboarding: companyName, industry, teamSize."""
    fake = seed_source or Faker()
    return {"companyName": fake.company(), "industry": "Retail", "teamSize": "10-50"}


Factory = Callable[..., Any]
