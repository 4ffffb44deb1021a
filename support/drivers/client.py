"""HTTP to the app: sends, records what went over the wire, and sorts answers into values and outages."""

import json
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from support.drivers.refusals import BY_CODE, Refused
from support.evidence.recorder import Recorder

CONNECTIONS = 16  # kept open; more calls at once than that open further ones
PATIENCE_S = 15.0  # far above anything the contract allows: an app that hangs must not hang the suite


class ContractBroken(AssertionError):
    """The app answered in a way that the contract does not allow."""


class AppDown(Exception):
    """The app did not answer at all."""


@dataclass(frozen=True)
class Answer:
    """What came back: `body` parsed from JSON (None where empty), `raw` its bytes, `took` in seconds."""

    call: str
    status: int
    body: Any
    raw: bytes
    headers: Mapping[str, str]
    took: float

    def expect(self, *statuses: int) -> "Answer | Refused":
        """Return the answer if it has one of the statuses, a Refused if the contract knows that refusal.

        Anything else (a 500, a refusal with the wrong status or shape) raises ContractBroken.
        """
        if self.status in statuses:
            return self
        if self.status < 400:
            raise ContractBroken(f"{self.call} answered {self.status}, expected {_either(statuses)}.")
        return self._refusal()

    def saying(self, **promised: Any) -> "Answer":
        """Return the answer itself; raise ContractBroken where its body does not hold what was promised."""
        told = self.body if isinstance(self.body, dict) else {}
        differing = [
            f"{name} {told.get(name)!r} instead of {value!r}"
            for name, value in promised.items()
            if told.get(name) != value
        ]
        if differing:
            raise ContractBroken(f"{self.call} answered {self.status} with {', '.join(differing)}.")
        return self

    def _refusal(self) -> Refused:
        shape = self.body if isinstance(self.body, dict) else {}
        if not isinstance(shape.get("code"), str) or not isinstance(shape.get("message"), str):
            raise ContractBroken(
                f"{self.call} answered {self.status} without a code and a message a customer could be shown: "
                f"{self.raw[:300]!r}."
            )
        if not isinstance(shape.get("details"), dict):
            raise ContractBroken(
                f"{self.call} answered {self.status} {shape['code']!r} without an object of details."
            )
        known = BY_CODE.get(shape["code"])
        if known is None or known.status != self.status:
            wanted = f"that code goes with {known.status}" if known else "the contract has no such code"
            raise ContractBroken(
                f"{self.call} answered {self.status} {shape['code']!r} ({shape['message']}), but {wanted}."
            )
        return Refused(
            code=shape["code"],
            status=self.status,
            message=shape["message"],
            details=shape["details"],
            retry_after=_seconds(self.headers.get("Retry-After")),
            idempotency_key=self.headers.get("Idempotency-Key"),
            took=self.took,
            raw=self.raw,
        )


class Client:
    """The one way from a driver to the app. Safe to use from several threads at once."""

    def __init__(self, base_url: str, recorder: Recorder) -> None:
        self.base_url = base_url
        self._recorder = recorder
        self._local = threading.local()
        # Shared by all threads: calls that start at once find their connections open already.
        self._connections = HTTPAdapter(pool_maxsize=CONNECTIONS)

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | bytes | None = None,
        session: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one call. `body` goes as JSON, bytes as they are; `session` is a bearer token.

        Raises AppDown where no answer came within PATIENCE_S.
        """
        sent = dict(headers or {})
        if session is not None:
            sent["Authorization"] = f"Bearer {session}"
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        data = json.dumps(body).encode() if isinstance(body, Mapping) else body
        started = time.perf_counter()
        try:
            response = self._session().request(
                method, self.base_url + path, data=data, headers=sent, timeout=PATIENCE_S
            )
        except requests.RequestException as error:
            raise AppDown(
                f"The app at {self.base_url} did not answer {method} {path} ({type(error).__name__}); "
                "its log is with the evidence."
            ) from None
        took = time.perf_counter() - started
        self._recorder.exchange(
            method,
            path,
            body.decode(errors="replace") if isinstance(body, bytes) else body,
            response.status_code,
            response.text,
            took * 1000,
            request_headers=sent,
            response_headers=dict(response.headers),
        )
        return Answer(
            call=f"{method} {path.partition('?')[0]}",
            status=response.status_code,
            body=_parsed(response),
            raw=response.content,
            headers=response.headers,
            took=took,
        )

    def _session(self) -> requests.Session:
        # requests' sessions are not made for several threads, so each thread has its own.
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
            self._local.session.mount(self.base_url, self._connections)
            self._local.session.trust_env = False  # a proxy or .netrc of the machine has no say here
        session: requests.Session = self._local.session
        return session


def _parsed(response: requests.Response) -> Any:
    try:
        return response.json() if response.content else None
    except ValueError:
        return None


def _seconds(header: str | None) -> int | None:
    return int(header) if header and header.isdigit() else None


def _either(statuses: Collection[int]) -> str:
    return " or ".join(map(str, statuses))
