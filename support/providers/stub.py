"""What all stub third parties have in common: routing, scripts, the journal."""

import re
import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

import requests
from urllib3.exceptions import ProtocolError

from support.errors import PlumblineError
from support.providers import wire
from support.providers.journal import Journal, Outcome, ProviderCall
from support.providers.script import (
    AnswerLost,
    ConnectionLost,
    Down,
    Effect,
    Exchange,
    Failing,
    Held,
    Meanwhile,
    Rule,
    Script,
)
from support.providers.script import Slow as SlowEffect
from support.providers.wire import Answer, Call

DECIDED = frozenset({200, 201, 202, 402})
"""Statuses by which a provider says what it did, or that it declined a card."""


@dataclass(frozen=True)
class Route:
    """One operation that a stub models."""

    method: str
    path: re.Pattern[str]
    operation: str
    handler: Callable[["Asked"], Answer]


@dataclass(frozen=True)
class Asked:
    """A call on its way through a handler."""

    call: Call
    entry: ProviderCall
    arguments: tuple[str, ...] = ()
    """What the route's pattern captured from the path."""


class NotModelled(Exception):
    """The vendor may know this call, the stub does not. Its text completes `The app …`."""


class Stub:
    """One third party. Subclasses name their routes and answer in the vendor's shape."""

    name: ClassVar[str]
    title: ClassVar[str]
    setting: ClassVar[str]
    """The setting by which the app is told where this provider is."""
    writes: ClassVar[frozenset[str]]
    """Operations that change something at the provider: what `lose_the_answer` waits for."""
    key_header: ClassVar[str] = "Idempotency-Key"

    def __init__(self, url: str, now: Callable[[], datetime], journal: Journal) -> None:
        self.url = url.rstrip("/")
        self.now = now
        self.journal = journal
        self.script = Script()
        self.routes: tuple[Route, ...] = ()
        self._lock = threading.RLock()

    # ---- answering ---------------------------------------------------------------------------------------

    def answer(self, prepared: requests.PreparedRequest, timeout: Any = None) -> Answer:
        """Answer one call as the vendor would, following the script; needs no patched `requests`.

        `timeout` is the client's, in any form that `requests` takes. Raises what `requests` would raise where
        no answer comes: ReadTimeout, or ConnectionError (refused, or lost after sending).
        """
        call = wire.read_call(prepared, self.url)
        route, arguments = self._route(call)
        entry = self._entry(call, route.operation if route else "unknown call")
        asked = Asked(call, entry, arguments)
        started = time.perf_counter()
        outcome: Outcome = "connection lost"
        self.journal.begin(entry)
        try:
            answer = self._exchange(prepared, timeout, asked, route)
            entry.status, entry.response = answer.status, answer.parsed
            outcome = "answered"
            return answer
        except requests.RequestException as trouble:
            outcome = _outcome(trouble)
            raise
        except Exception as bug:
            entry.unexpected = (
                f"{self.title}: the stub itself failed with {bug!r}. This is a defect of the suite."
            )
            raise
        finally:
            with self._lock:
                self.finish(asked)
            self.journal.end(entry, outcome, (time.perf_counter() - started) * 1000)

    def _route(self, call: Call) -> tuple[Route | None, tuple[str, ...]]:
        for route in self.routes:
            match = route.path.fullmatch(call.path)
            if match and route.method == call.method:
                return route, match.groups()
        return None, ()

    def _entry(self, call: Call, operation: str) -> ProviderCall:
        return ProviderCall(
            provider=self.name,
            operation=operation,
            method=call.method,
            url=call.url,
            headers=call.headers,
            body=call.body,
            at=self.now(),
            idempotency_key=call.headers.get(self.key_header),
            phrase=self.phrase,
            title=self.title,
        )

    def _exchange(
        self, prepared: requests.PreparedRequest, timeout: Any, asked: Asked, route: Route | None
    ) -> Answer:
        exchange = Exchange(
            prepared=prepared,
            timeout=wire.read_timeout(timeout),
            reserve=lambda: self._reserve(asked),
            execute=lambda: self._execute(asked, route),
            error=self.error,
            flag=lambda what: self.flag(asked.entry, what),
            wake=self.script.wake,
        )
        return self.script.effect(asked.entry.operation).play(exchange)

    def _execute(self, asked: Asked, route: Route | None) -> Answer:
        try:
            if route is None:
                raise NotModelled(
                    f"called {asked.call.method} {asked.call.path}, which the stub does not model."
                )
            with self._lock:
                answer = self.reserve(asked) or self.handle(route, asked)
            asked.entry.replayed = "Idempotent-Replayed" in answer.headers
            asked.entry.executed = answer.status in DECIDED and not asked.entry.replayed
            return answer
        except NotModelled as gap:
            self.flag(asked.entry, str(gap))
            return self.not_modelled(asked, str(asked.entry.unexpected))

    def _reserve(self, asked: Asked) -> Answer | None:
        with self._lock:
            return self.reserve(asked)

    def flag(self, entry: ProviderCall, what: str) -> None:
        """Mark a call as one that fails the scenario; `what` completes `<title>: the app …`."""
        entry.unexpected = (
            f"{self.title}: the app {what} Correct the app, or teach {type(self).__name__} this call."
        )

    # ---- what subclasses say -----------------------------------------------------------------------------

    def reserve(self, asked: Asked) -> Answer | None:
        """Called when a call begins to be served: an answer given here is given at once."""
        return None

    def handle(self, route: Route, asked: Asked) -> Answer:
        """Carry the call out."""
        return route.handler(asked)

    def finish(self, asked: Asked) -> None:
        """Called when a call has ended in whatever way."""

    def error(self, status: int) -> Answer:
        """An error answer in the vendor's shape."""
        raise NotImplementedError

    def not_modelled(self, asked: Asked, sentence: str) -> Answer:
        """A refusal in the vendor's shape that carries `sentence`."""
        raise NotImplementedError

    def phrase(self, entry: ProviderCall) -> tuple[str, str]:
        """What was asked and what was told, in business words."""
        raise NotImplementedError

    def clear(self) -> None:
        """Forget everything that happened."""
        raise NotImplementedError

    # ---- scripts -----------------------------------------------------------------------------------------

    def be_slow(self, seconds: float | None = None, times: int | None = None) -> None:
        """Do nothing and answer nobody, `times` times or until `recover`; with `seconds`, do it that late."""
        self._from_now_on(SlowEffect(seconds), times=times)

    def be_down(self, times: int | None = None) -> None:
        """Refuse connections, `times` times or until `recover`."""
        self._from_now_on(Down(), times=times)

    def fail(self, status: int = 500, times: int | None = None) -> None:
        """Answer with an error before anything is done, `times` times or until `recover`."""
        if not 400 <= status <= 599:
            raise PlumblineError(f"{self.title}: {status} is not an error status; give one from 400 to 599.")
        self._from_now_on(Failing(status), times=times)

    def fail_then_recover(self, status: int = 500) -> None:
        """Answer the next call with an error, all others normally."""
        self.fail(status, times=1)

    def lose_the_answer(self, then_silent: bool = True) -> None:
        """Carry the next change out, never answer it; `then_silent`: nor anything after, until `recover`."""
        silence: Rule[Effect] | None = Rule(SlowEffect()) if then_silent else None
        self.script.connection.add(Rule(AnswerLost(), self.writes, times=1, then=silence))

    def drop_connection(self, times: int = 1) -> None:
        """Carry the next changes out, then break the connection instead of answering."""
        self._from_now_on(ConnectionLost(), self.writes, times)

    def meanwhile(self, act: Callable[[], None], then_silent: bool = True) -> None:
        """Carry the next change out, then let `act` happen before it is answered.

        `then_silent`: nothing after it is answered until `recover`.
        """
        silence: Rule[Effect] | None = Rule(SlowEffect()) if then_silent else None
        self.script.connection.add(Rule(Meanwhile(act), self.writes, times=1, then=silence))

    def hold(self, calls: int = 2) -> None:
        """Answer no change until so many are waiting together, or 0.3 s have passed: makes calls meet."""
        self._from_now_on(Held(calls), self.writes)

    def recover(self) -> None:
        """Behave normally from now on."""
        self.script.recover()

    def release(self) -> None:
        """Wake every call that is kept waiting; each fails as if its time-out had passed."""
        self.script.release()

    def reset(self) -> None:
        """As on the first day: no state, no script."""
        self.script.recover()
        self.script.release()
        with self._lock:
            self.clear()

    def _from_now_on(
        self, effect: Effect, operations: Collection[str] | None = None, times: int | None = None
    ) -> None:
        chosen = frozenset(operations) if operations is not None else None
        self.script.connection.add(Rule(effect, chosen, times))


def _outcome(trouble: requests.RequestException) -> Outcome:
    if isinstance(trouble, requests.Timeout):
        return "no answer"
    lost = bool(trouble.args) and isinstance(trouble.args[0], ProtocolError)
    return "connection lost" if lost else "refused connection"
