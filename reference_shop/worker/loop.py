"""The worker: a thread that does, soon after, what a request need not wait for."""

import logging
import threading
from collections.abc import Callable, Sequence

from reference_shop.errors import ShopError
from reference_shop.shop import Shop

log = logging.getLogger(__name__)

Job = Callable[[Shop], None]

STOP_PATIENCE_S = 0.5


class Worker:
    """Runs its jobs whenever it is nudged, and every interval besides."""

    def __init__(self, shop: Shop, jobs: Sequence[Job]) -> None:
        self._shop = shop
        self._jobs = jobs
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
            for job in self._jobs:
                if not self.stopping:
                    self._attempt(job)

    def _attempt(self, job: Job) -> None:
        name = job.__name__
        try:
            job(self._shop)
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
