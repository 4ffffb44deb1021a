"""Several calls really at once."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(calls: Sequence[Callable[[], T]]) -> list[T]:
    """Run all calls at the same moment, each in a thread released by one barrier; results in the order given.

    An exception of a call is raised here, once all have ended.
    """
    barrier = threading.Barrier(len(calls))

    def started_together(call: Callable[[], T]) -> T:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(max_workers=len(calls)) as pool:
        futures = [pool.submit(started_together, call) for call in calls]
    return [future.result() for future in futures]
