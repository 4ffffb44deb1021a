"""What one scenario knows."""

from dataclasses import dataclass, field
from typing import Any

from support.data.factories import People
from support.data.people import Person
from support.drivers import Drivers
from support.providers import Providers


@dataclass
class World:
    """Lives at `context.world` from the first step of a scenario to its last.

    `outcome` is what the latest action came to (a domain value, or a Refused), `outcomes` what several
    actions at once came to, in the order in which the people were named; `visitors` are those whom no
    fixture names.
    """

    drivers: Drivers
    providers: Providers
    strangers: People
    outcome: Any = None
    outcomes: list[Any] = field(default_factory=list)
    link: str | None = None
    visitors: list[Person] = field(default_factory=list)
