"""What the app asked of third parties, in the order in which it asked."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Outcome = Literal["in flight", "answered", "no answer", "refused connection", "connection lost"]


@dataclass
class ProviderCall:
    """One call of the app to a third party. Values are raw: whoever shows them redacts them."""

    provider: str
    """`payments`, `email` or `sms`; for a host that nobody plays, its name."""
    operation: str
    """What was asked in one or two words: `charge`, `refund`, `find charges`, `send mail`, …"""
    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    at: datetime
    """The app's time when the call came in."""
    idempotency_key: str | None = None
    status: int | None = None
    """HTTP status that the app received; None where it received none."""
    outcome: Outcome = "in flight"
    response: Any = None
    milliseconds: float = 0.0
    """Real time from call to outcome."""
    executed: bool = False
    """The provider decided on it (did it, or declined the card), whether or not the app ever learnt so."""
    replayed: bool = False
    """The provider only repeated its first answer to the same idempotency key."""
    unexpected: str | None = None
    """A sentence where this call should not have been made, or not in this way; else None."""
    phrase: Callable[["ProviderCall"], tuple[str, str]] | None = field(
        default=None, repr=False, compare=False
    )
    title: str = field(default="", repr=False)
    _taken: bool = field(default=False, repr=False, compare=False)

    def sentence(self) -> str:
        """The call in business words: `payment provider: charge $40.00 to tok_visa -> succeeded`."""
        asked, told = self.phrase(self) if self.phrase else (f"{self.method} {self.url}", "")
        return f"{self.title or self.provider}: {asked} -> {self._ending(told)}"

    def _ending(self, told: str) -> str:
        if self.outcome == "answered":
            return (told or f"answered {self.status}") + (", as before" if self.replayed else "")
        if self.executed:
            return f"carried out, but the app got no answer ({self.outcome})"
        return "still in flight" if self.outcome == "in flight" else self.outcome


class Journal:
    """Every call to a third party since the last reset; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[ProviderCall] = []
        self._in_flight = 0

    @property
    def calls(self) -> list[ProviderCall]:
        """All calls, first come first, those still in flight included."""
        with self._lock:
            return list(self._calls)

    @property
    def in_flight(self) -> int:
        """Calls under way at this moment, those from before the last reset included."""
        with self._lock:
            return self._in_flight

    def of(self, provider: str, operation: str | None = None) -> list[ProviderCall]:
        """The calls to one provider, all or of one operation."""
        return [c for c in self.calls if c.provider == provider and operation in (None, c.operation)]

    def unexpected(self) -> list[ProviderCall]:
        """The calls that nobody modelled, or that were made in a way which no scenario should accept."""
        return [call for call in self.calls if call.unexpected]

    def describe(self) -> str:
        """All calls as numbered sentences, one a line."""
        calls = self.calls
        if not calls:
            return "No third party was called."
        return "\n".join(f"{number}. {call.sentence()}" for number, call in enumerate(calls, start=1))

    def take_finished(self) -> list[ProviderCall]:
        """The calls that ended since this was asked last: what a step's evidence shows."""
        with self._lock:
            finished = [c for c in self._calls if c.outcome != "in flight" and not c._taken]
            for call in finished:
                call._taken = True
            return finished

    def begin(self, call: ProviderCall) -> None:
        """Enter a call that has just come in."""
        with self._lock:
            self._calls.append(call)
            self._in_flight += 1

    def end(self, call: ProviderCall, outcome: Outcome, milliseconds: float) -> None:
        """Enter how a call ended."""
        with self._lock:
            call.milliseconds = milliseconds
            call.outcome = outcome
            self._in_flight -= 1

    def reset(self) -> None:
        """Forget all calls. Those under way are still counted until they end."""
        with self._lock:
            self._calls = []
