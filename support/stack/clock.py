"""The clock of an app in this process: freezegun, started once, ticking, and moved.

The app sees the moved clock through Python's ordinary functions. The suite, the servers of HTTP and the
clients of the database are on the list of those who see the real `time.time()`, `time.monotonic()` and
`time.perf_counter()`; `datetime.now()` is the app's for everybody, so the suite asks `FrozenClock.now()`.
"""

from datetime import UTC, datetime, timedelta

import freezegun.api
from freezegun.api import TickingDateTimeFactory

# freezegun compares the beginnings of names: the dot keeps an app's own "supportdesk" from being "support".
PACKAGES_IN_REAL_TIME = (
    *("support.", "steps.", "behave.", "allure_behave.", "allure_commons."),
    *("urllib3.", "requests.", "psycopg.", "sqlalchemy.", "redis.", "uvicorn.", "h11.", "anyio."),
    *("asyncio.", "concurrent.", "http.", "logging.", "_pytest."),
)
MODULES_IN_REAL_TIME = ("responses", "selectors", "subprocess", "logging")


class FrozenClock:
    """The clock of everything in this process but the suite itself. One at a time."""

    def __init__(self) -> None:
        self._freezer: freezegun.api._freeze_time | None = None
        self._ticking: TickingDateTimeFactory | None = None

    def start(self, instant: datetime) -> None:
        """Take hold of the process's clock and set it to `instant`."""
        # One frame: whether the caller itself is on the list. With more, a thread of the app that was
        # started by uvicorn would see real time and another the app's.
        freezegun.api.call_stack_inspection_limit = 1
        self._freezer = freezegun.freeze_time(
            instant, tick=True, real_asyncio=True, ignore=[*PACKAGES_IN_REAL_TIME, *MODULES_IN_REAL_TIME]
        )
        ticking = self._freezer.start()
        assert isinstance(ticking, TickingDateTimeFactory)
        self._ticking = ticking

    def stop(self) -> None:
        """Give the process its clock back. Nothing happens where it has it."""
        if self._freezer is not None:
            self._freezer.stop()
            self._freezer = self._ticking = None

    def now(self) -> datetime:
        """The app's time, aware, in UTC."""
        return self._running()().replace(tzinfo=UTC)

    def move_to(self, instant: datetime) -> None:
        """Make it `instant` (aware) for the app, from where the clock ticks on."""
        ticking = self._running()
        # Not ticking.move_to(): that changes two attributes, and a thread that looked in between saw neither
        # the old time nor the new. `now - frozen` is what has ticked by since the start.
        ticked = ticking() - ticking.time_to_freeze
        ticking.time_to_freeze = instant.astimezone(UTC).replace(tzinfo=None) - ticked

    def advance(self, delta: timedelta) -> None:
        """Let `delta` pass for the app."""
        self.move_to(self.now() + delta)

    def _running(self) -> TickingDateTimeFactory:
        if self._ticking is None:
            raise RuntimeError("the clock is not running: start() comes first")
        return self._ticking
