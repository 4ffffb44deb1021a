"""The worker: a thread that does, soon after, what a request need not wait for."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Select, bindparam, select

from reference_shop import clock
from reference_shop.errors import ShopError
from reference_shop.shop import Shop

log = logging.getLogger(__name__)

T = TypeVar("T")

STOP_PATIENCE_S = 0.5

NOW: BindParameter[Any] = bindparam("now")
"""The shop's time, in the query of a job."""


@dataclass(frozen=True)
class Job:
    """A piece of work that comes up again and again.

    `waiting` finds a row where there may be something to do by NOW; the queries of all jobs are asked as
    one, so that an idle worker costs the database one small question an interval.
    """

    name: str
    waiting: Select[Any]
    run: Callable[[Shop], None]


class Worker:
    """Runs its jobs whenever it is nudged, and every interval besides."""

    def __init__(self, shop: Shop, jobs: Sequence[Job]) -> None:
        self._shop = shop
        self._jobs = jobs
        self._question = select(*(job.waiting.exists().label(job.name) for job in jobs))
        self._interval_s = shop.settings.worker_interval_ms / 1000
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._waiting_for_stores: set[str] = set()
        # A daemon: a provider that keeps us waiting must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="shop-worker", daemon=True)

    @property
    def stopping(self) -> bool:
        """Whether the shop is closing: a job that works off a list then leaves the rest."""
        return self._stop.is_set()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the piece of work in hand, or without it where that takes too long."""
        self._stop.set()
        self._wake.set()
        self._thread.join(STOP_PATIENCE_S)

    def nudge(self) -> None:
        """Work is waiting: begin at once. To be called after the commit that queued it."""
        self._wake.set()

    def _run(self) -> None:
        while not self.stopping:
            self._wake.wait(self._interval_s)
            self._wake.clear()
            for job in self._waiting_jobs():
                if not self.stopping:
                    self._attempt(job.name, partial(job.run, self._shop))

    def _waiting_jobs(self) -> Sequence[Job]:
        def ask() -> list[Job]:
            with self._shop.database.transaction() as connection:
                answers = connection.execute(self._question, {"now": clock.now()}).one()
            return [job for job, waiting in zip(self._jobs, answers, strict=True) if waiting]

        return self._attempt("look for work", ask) or []

    def _attempt(self, name: str, work: Callable[[], T]) -> T | None:
        try:
            done = work()
        except ShopError as error:
            if name not in self._waiting_for_stores:  # said once an outage, not at every interval
                log.warning("job %s waits: %s", name, error)
            self._waiting_for_stores.add(name)
        except Exception:
            log.exception("job %s failed", name)
        else:
            if name in self._waiting_for_stores:
                log.info("job %s works again", name)
            self._waiting_for_stores.discard(name)
            return done
        return None
