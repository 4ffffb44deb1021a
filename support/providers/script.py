"""How a third party is told to behave: one small mechanism that all stubs share.

A script is a list of rules, oldest first. A rule says what happens to a call (its effect), to which
operations it applies, how often, and what comes after it. Without a rule a call is simply answered.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, NoReturn, Protocol, TypeVar

import requests

from support.providers import wire
from support.providers.wire import Answer

LONGEST_SILENCE_S = 5.0
"""How long a call without any time-out is kept waiting before it is failed."""
HOLD_PATIENCE_S = 0.3
"""How long `hold` waits for further calls."""
HOLD_SHARE_OF_TIMEOUT = 0.6
"""At most this share of the client's time-out is spent on holding: it must never look like silence."""

T = TypeVar("T")


@dataclass
class Exchange:
    """One call under way, and what can be done with it."""

    prepared: requests.PreparedRequest
    timeout: float | None
    reserve: Callable[[], Answer | None]
    execute: Callable[[], Answer]
    error: Callable[[int], Answer]
    flag: Callable[[str], None]
    wake: threading.Event

    def be_silent(self) -> NoReturn:
        """Say nothing until the client gives up, or until all silences are ended by `Script.release`."""
        if self.timeout is None:
            self.flag("set no time-out: it would have waited for ever. Give the call a time-out.")
        seconds = LONGEST_SILENCE_S if self.timeout is None else self.timeout
        self.wake.wait(seconds)
        raise wire.timed_out(self.prepared, seconds)


class Effect(Protocol):
    """What happens to a call."""

    def play(self, exchange: Exchange) -> Answer: ...


class Answering:
    """The normal case."""

    def play(self, exchange: Exchange) -> Answer:
        return exchange.execute()


@dataclass(frozen=True)
class Slow:
    """Answer after so many seconds; None, or longer than the client waits: do nothing and stay silent."""

    seconds: float | None = None

    def play(self, exchange: Exchange) -> Answer:
        outlasts = (
            exchange.timeout is not None and self.seconds is not None and self.seconds >= exchange.timeout
        )
        if self.seconds is None or outlasts or exchange.wake.wait(self.seconds):
            exchange.be_silent()
        return exchange.execute()


class Down:
    """Nobody listens."""

    def play(self, exchange: Exchange) -> Answer:
        raise wire.refused(exchange.prepared)


@dataclass(frozen=True)
class Failing:
    """An error answer in the vendor's shape; the call has not begun to be carried out."""

    status: int

    def play(self, exchange: Exchange) -> Answer:
        return exchange.error(self.status)


class AnswerLost:
    """The call is carried out, the answer never comes."""

    def play(self, exchange: Exchange) -> Answer:
        exchange.execute()
        exchange.be_silent()


class ConnectionLost:
    """The call is carried out, then the connection breaks."""

    def play(self, exchange: Exchange) -> Answer:
        exchange.execute()
        raise wire.connection_lost(exchange.prepared)


@dataclass(frozen=True)
class Meanwhile:
    """The call is carried out, something else happens, and only then comes the answer."""

    act: Callable[[], None]

    def play(self, exchange: Exchange) -> Answer:
        answer = exchange.execute()
        self.act()
        return answer


@dataclass
class Held:
    """Answer nobody until `calls` calls are waiting, or patience is at an end; then everybody at once."""

    calls: int
    _arrived: int = 0
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def play(self, exchange: Exchange) -> Answer:
        with self._changed:
            self._arrived += 1
            self._changed.notify_all()
        early = exchange.reserve()
        if early is not None:
            return early
        self._wait(exchange)
        if exchange.wake.is_set():
            exchange.be_silent()
        return exchange.execute()

    def _wait(self, exchange: Exchange) -> None:
        share = HOLD_PATIENCE_S if exchange.timeout is None else exchange.timeout * HOLD_SHARE_OF_TIMEOUT
        deadline = time.monotonic() + min(HOLD_PATIENCE_S, share)
        with self._changed:
            while self._arrived < self.calls and not exchange.wake.is_set():
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self._changed.wait(
                    min(left, 0.02)
                )  # wakes at times, as `release` cannot notify this condition


@dataclass
class Rule(Generic[T]):
    """`effect` for calls of `operations` (None: all), `times` times (None: until recovery), then `then`."""

    effect: T
    operations: frozenset[str] | None = None
    times: int | None = None
    then: "Rule[T] | None" = None


class Rules(Generic[T]):
    """Rules of one kind, oldest first; a lasting one is replaced by whatever is said after it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule[T]] = []

    def add(self, rule: Rule[T]) -> None:
        """Apply `rule` once those before it are used up."""
        with self._lock:
            self._rules = [r for r in self._rules if r.times is not None or not _overlap(r, rule)]
            self._rules.append(rule)

    def next(self, operation: str) -> T | None:
        """The effect for a call that has just come in, or None. Uses the rule up by one."""
        with self._lock:
            for place, rule in enumerate(self._rules):
                if rule.operations is None or operation in rule.operations:
                    self._use(place, rule)
                    return rule.effect
            return None

    def _use(self, place: int, rule: Rule[T]) -> None:
        if rule.times is None:
            return
        rule.times -= 1
        if rule.times == 0:
            self._rules[place : place + 1] = [rule.then] if rule.then else []

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()


def _overlap(one: Rule[T], other: Rule[T]) -> bool:
    return one.operations is None or other.operations is None or bool(one.operations & other.operations)


class Script:
    """What one stub was told: how its connections behave, and how it decides."""

    def __init__(self) -> None:
        self.connection: Rules[Effect] = Rules()
        self.verdicts: Rules[str] = Rules()
        self.wake = threading.Event()

    def effect(self, operation: str) -> Effect:
        """What happens to the call that has just come in."""
        return self.connection.next(operation) or ANSWERING

    def recover(self) -> None:
        """Behave normally from now on; calls that are being kept waiting stay so until their time-out."""
        self.connection.clear()
        self.verdicts.clear()

    def release(self) -> None:
        """End all waiting at once: those calls fail as if their time-out had passed."""
        held, self.wake = self.wake, threading.Event()
        held.set()


ANSWERING = Answering()
