"""Several calls at once: really at once, in order, and no exception lost."""

import threading

import pytest

from support.drivers.together import at_once


def test_all_calls_are_under_way_at_the_same_time() -> None:
    everybody_is_here = threading.Barrier(8)
    # Each call waits for all others: one after the other they would never end.
    assert len(at_once([lambda: everybody_is_here.wait(timeout=5)] * 8)) == 8


def test_results_come_in_the_order_of_the_calls() -> None:
    first_may_end = threading.Event()

    def slow() -> str:
        first_may_end.wait(timeout=5)
        return "first"

    def quick() -> str:
        first_may_end.set()
        return "second"

    assert at_once([slow, quick]) == ["first", "second"]


def test_an_exception_is_raised_when_all_have_ended() -> None:
    ended = threading.Event()
    broken = threading.Event()

    def breaks() -> None:
        broken.set()
        raise ValueError("broken")

    def ends() -> None:
        broken.wait(timeout=5)
        ended.set()

    with pytest.raises(ValueError, match="broken"):
        at_once([breaks, ends])
    assert ended.is_set()
