"""Puts the stubs in the place of the network: `requests` is patched through `responses`, once per process.

One response is registered that serves every host, so that a reset of the stubs need not touch the registry.
"""

import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import responses

from support.providers import wire
from support.providers.journal import Journal, ProviderCall
from support.providers.stub import Stub

if TYPE_CHECKING:
    from requests import PreparedRequest


class Interception:
    """Sends each call of `requests` to the stub at its address, or to the network where that is allowed."""

    def __init__(self, stubs: Sequence[Stub], journal: Journal, now: Callable[[], datetime]) -> None:
        self._stubs = [(_prefix(stub.url), stub) for stub in stubs]
        self._journal = journal
        self._now = now
        self._let_through: tuple[str, ...] = ()
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False)
        self._served = _EveryCall(self)
        self._mock.add(self._served)

    def start(self) -> None:
        """Patch `requests`. Idempotent."""
        self._mock.start()

    def stop(self) -> None:
        """Give `requests` its network back. Idempotent."""
        self._mock.stop(allow_assert=False)

    def let_through(self, base_url: str) -> None:
        """Send calls under `base_url` to the real network: the app's own address."""
        if _prefix(base_url) not in self._let_through:
            self._let_through += (_prefix(base_url),)
            self._mock.add_passthru(_prefix(base_url))

    def forget_calls(self) -> None:
        """Drop what `responses` itself keeps of past calls, which would grow for ever."""
        self._mock.calls.reset()
        self._served.calls.reset()

    def serves(self, url: str) -> bool:
        """Whether a call to `url` is kept from the network."""
        return not url.startswith(self._let_through)

    def answer(self, prepared: "PreparedRequest") -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for `responses`. Raises what `requests` would raise."""
        timeout: Any = getattr(prepared, "req_kwargs", {}).get("timeout")
        url = str(prepared.url)
        for prefix, stub in self._stubs:
            if url.startswith(prefix):
                answer = stub.answer(prepared, timeout)
                return answer.status, answer.headers, answer.body
        self._enter_unknown(prepared, url)
        raise wire.refused(prepared, f"nobody plays {_host(url)} in this run")

    def _enter_unknown(self, prepared: "PreparedRequest", url: str) -> None:
        call = wire.read_call(prepared, url)
        known = ", ".join(f"{stub.setting}={stub.url}" for _, stub in self._stubs)
        entry = ProviderCall(
            provider=_host(url),
            operation="unknown call",
            method=call.method,
            url=url,
            headers=call.headers,
            body=call.body,
            at=self._now(),
            unexpected=f"The app called {call.method} {url}, which no stub plays. It was given {known}: "
            "does it ignore one of them? Otherwise add a stub for this third party.",
        )
        started = time.perf_counter()
        self._journal.begin(entry)
        self._journal.end(entry, "refused connection", (time.perf_counter() - started) * 1000)


class _EveryCall(responses.CallbackResponse):
    """The one registered response: any method, any address that is not let through."""

    def __init__(self, interception: Interception) -> None:
        super().__init__("GET", re.compile(""), interception.answer, content_type=None)
        self._interception = interception

    def matches(self, request: "PreparedRequest") -> tuple[bool, str]:
        return self._interception.serves(str(request.url)), ""


def _prefix(base_url: str) -> str:
    """With its slash, so that port 80 does not let port 8080 through."""
    return base_url.rstrip("/") + "/"


def _host(url: str) -> str:
    return url.split("/")[2]
