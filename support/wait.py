"""The only place that waits: for a condition, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE_S = 0.001
LONGEST_PAUSE_S = 0.02


class StillWaiting(AssertionError):
    """The condition did not come true in time."""


def until(condition: Callable[[], T | None], timeout: float, describe: str | Callable[[], str]) -> T:
    """Return the first truthy value of `condition`, asked again and again for `timeout` seconds.

    `describe` completes the sentence "Waited 2.0 s for …"; as a callable it is asked at the end, so that it
    can tell what it last saw. Raises StillWaiting, which also shows the condition's last value.
    """
    deadline = time.monotonic() + timeout
    pause = FIRST_PAUSE_S
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() >= deadline:
            what = describe if isinstance(describe, str) else describe()
            raise StillWaiting(f"Waited {timeout:.1f} s for {what}; last saw: {value!r}.")
        time.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)
