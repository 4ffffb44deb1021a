"""The app's clock: moved for the app, and real for the suite."""

import sys
import threading
import time
import types
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from support.stack.clock import FrozenClock

FIRST_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
A_MOMENT = timedelta(seconds=5)
APP = """
import time
from datetime import UTC, datetime
from time import time as seconds_since_1970

def now():
    return datetime.now(UTC)

def seconds():
    return time.time(), seconds_since_1970()

def real():
    return time.perf_counter(), time.monotonic(), time.time()
"""


def module(name: str) -> Any:
    """A module as if it had just been imported."""
    made = types.ModuleType(name)
    sys.modules[name] = made
    exec(APP, made.__dict__)
    return made


@pytest.fixture
def forget_modules() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def before(forget_modules: None) -> Any:
    return module("app_imported_before")


@pytest.fixture
def clock(before: Any) -> Iterator[FrozenClock]:
    clock = FrozenClock()
    clock.start(FIRST_DAY)
    yield clock
    clock.stop()


def in_a_thread(work: Callable[[], Any]) -> Any:
    found = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    thread.join()
    return found[0]


def close_to(instant: datetime, other: datetime) -> bool:
    return timedelta(0) <= other - instant < A_MOMENT


@pytest.mark.parametrize("imported", ["before", "after"])
def test_the_app_sees_moved_time_in_every_thread(imported: str, before: Any, clock: FrozenClock) -> None:
    app = before if imported == "before" else module("app_imported_after")
    assert close_to(FIRST_DAY, app.now())
    clock.advance(timedelta(days=30))
    for seen in (app.now(), in_a_thread(app.now), clock.now()):
        assert close_to(FIRST_DAY + timedelta(days=30), seen)
    for seconds in (*app.seconds(), *in_a_thread(app.seconds)):
        assert close_to(FIRST_DAY + timedelta(days=30), datetime.fromtimestamp(seconds, UTC))


def test_the_clock_goes_back_and_ticks_on(before: Any, clock: FrozenClock) -> None:
    clock.move_to(datetime(2028, 2, 29, 12, 0, tzinfo=UTC))
    assert close_to(datetime(2028, 2, 29, 12, 0, tzinfo=UTC), before.now())
    clock.move_to(FIRST_DAY)
    first = before.now()
    assert close_to(FIRST_DAY, first)
    assert before.now() > first


def test_the_clock_takes_instants_of_any_zone(before: Any, clock: FrozenClock) -> None:
    clock.move_to(datetime.fromisoformat("2026-06-01T12:00:00+02:00"))
    assert close_to(datetime(2026, 6, 1, 10, 0, tzinfo=UTC), before.now())
    assert clock.now().tzinfo is UTC


@pytest.mark.parametrize("name", ["support.new", "sqlalchemy.new", "logging"])
def test_the_suite_and_the_servers_measure_in_real_time(
    name: str, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)  # put back at the end
    suite = module(name)
    first = suite.real()
    clock.advance(timedelta(days=30))
    passed = [now - then for now, then in zip(suite.real(), first, strict=True)]
    assert all(0 <= seconds < A_MOMENT.total_seconds() for seconds in passed)


@pytest.mark.parametrize("name", ["supportdesk", "stepstone.app", "https_client", "requestsfield"])
def test_an_app_whose_name_begins_like_the_suites_sees_its_own_time(
    name: str, clock: FrozenClock, forget_modules: None
) -> None:
    assert close_to(FIRST_DAY, datetime.fromtimestamp(module(name).seconds()[0], UTC))


def test_the_process_has_its_clock_back_after_stop(forget_modules: None) -> None:
    app, clock = module("app_that_lives_on"), FrozenClock()
    began = time.time()
    clock.start(FIRST_DAY)
    clock.stop()
    clock.stop()
    assert 0 <= app.seconds()[0] - began < A_MOMENT.total_seconds()
    with pytest.raises(RuntimeError, match="start"):
        clock.now()
