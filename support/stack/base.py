"""What a stack is: the place where the app, its database and its token store run for one process."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class Capability(StrEnum):
    """What a stack can do for a scenario; a scenario states its need as `@needs.<capability>`."""

    MOCKS = "mocks"
    """The third parties are stubs that a scenario can steer."""
    CLOCK = "clock"
    """The app's clock can be moved."""
    DATABASE = "database"
    """The app's database can be read, seeded and reset."""
    FAULTS = "faults"
    """Database and token store can be stopped and started."""
    REPLICAS = "replicas"
    """A second copy of the app can be started beside the first."""


@dataclass(frozen=True)
class ProviderUrls:
    """Where the app finds each third party (`PAYMENT_API_URL`, `EMAIL_API_URL`, `SMS_API_URL`)."""

    payments: str
    email: str
    sms: str


@dataclass(frozen=True)
class ProviderKeys:
    """The secrets shared with the third parties; made anew for every run."""

    payment_api_key: str
    webhook_secret: str
    email_api_key: str
    sms_account_sid: str
    sms_auth_token: str


class Clock(Protocol):
    """The app's clock. It ticks on from wherever it was moved to, forwards or back."""

    def now(self) -> datetime:
        """The app's time, aware, in UTC."""

    def move_to(self, instant: datetime) -> None:
        """Make it `instant` (aware) for the app."""

    def advance(self, delta: timedelta) -> None:
        """Let `delta` pass for the app."""


class Faults(Protocol):
    """Outages of the app's own stores. Each call is idempotent and returns when it has taken effect."""

    def stop_database(self) -> None:
        """Shut the database down; connections end."""

    def kill_database(self) -> None:
        """End the database without any warning (SIGKILL): it has no time to put anything in order."""

    def cut_database_connections(self) -> None:
        """End all connections to the database but the suite's own; it goes on and takes new ones."""

    def start_database(self) -> None:
        """Bring the database back, on the same port, and wait until it answers."""

    def stop_token_store(self) -> None:
        """Shut the token store down; what it held is lost."""

    def start_token_store(self) -> None:
        """Bring the token store back, empty, on the same port, and wait until it answers."""

    def heal(self) -> None:
        """Bring back everything that is down and wait until it answers."""


class Stack(Protocol):
    """One app with a database, a token store and a clock of its own."""

    @property
    def name(self) -> str:
        """What the setting `stack` calls it."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What scenarios may ask of it."""

    @property
    def base_url(self) -> str:
        """Where the app answers, such as http://127.0.0.1:25431."""

    @property
    def database_url(self) -> str:
        """The database in libpq form, postgresql://…"""

    @property
    def token_store_url(self) -> str:
        """The token store, redis://…"""

    @property
    def provider_urls(self) -> ProviderUrls:
        """Where the app was told to find the third parties."""

    @property
    def provider_keys(self) -> ProviderKeys:
        """The secrets that the app was given for the third parties."""

    @property
    def clock(self) -> Clock:
        """The app's clock."""

    @property
    def faults(self) -> Faults:
        """The switches that break and mend the app's stores."""

    @property
    def versions(self) -> Mapping[str, str]:
        """What ran, by name: PostgreSQL, Valkey, Python, app."""

    def start(self) -> None:
        """Start everything and wait until the app is healthy. Raises PlumblineError."""

    def stop(self) -> None:
        """Stop everything. Idempotent, never raises."""

    def app_log(self, lines: int) -> list[str]:
        """The last lines that the app logged, oldest first."""

    def replica(self) -> AbstractContextManager[str]:
        """Run a second copy of the app with a worker of its own; yields its base URL."""
