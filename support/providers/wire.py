"""What passes between an app and a third party: calls, answers, and the ways in which none comes."""

import errno
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError, ReadTimeoutError

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, ready to be sent."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def parsed(self) -> Any:
        """The body as JSON where it is JSON, as text otherwise, None where it is empty."""
        return parse_body(self.headers.get("Content-Type", ""), self.body)


def json_answer(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer that carries `value` as JSON."""
    return Answer(status, {"Content-Type": JSON, **(headers or {})}, json.dumps(value).encode())


@dataclass(frozen=True)
class Call:
    """One call as the third party receives it. `path` is relative to the provider's base URL."""

    method: str
    url: str
    path: str
    query: dict[str, Any]
    headers: CaseInsensitiveDict[str]
    content: bytes
    body: Any

    @property
    def content_type(self) -> str:
        """The media type alone, in lower case."""
        return str(self.headers.get("Content-Type", "")).split(";")[0].strip().lower()


def read_call(prepared: requests.PreparedRequest, base_url: str) -> Call:
    """Read what the app is about to send to the provider at `base_url`."""
    url = str(prepared.url)
    parts = urlsplit(url)
    base_path = urlsplit(base_url).path.rstrip("/")
    content = prepared.body or b""
    content = content.encode() if isinstance(content, str) else bytes(content)
    headers = CaseInsensitiveDict({name: _text(value) for name, value in prepared.headers.items()})
    return Call(
        method=str(prepared.method),
        url=url,
        path=parts.path.removeprefix(base_path),
        query=parse_form(parts.query),
        headers=headers,
        content=content,
        body=parse_body(headers.get("Content-Type", ""), content),
    )


def parse_body(content_type: str, content: bytes) -> Any:
    """JSON or a form as Python values, anything else (broken JSON too) as text, nothing as None."""
    if not content:
        return None
    text = content.decode("utf-8", "replace")
    if content_type.startswith(FORM):
        return parse_form(text)
    if "json" in content_type:
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def parse_form(text: str) -> dict[str, Any]:
    """Form fields by name; `a[b]=1` becomes {"a": {"b": "1"}} and `a[]=1` {"a": {"0": "1"}}."""
    form: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        _put(form, [name.split("[")[0], *re.findall(r"\[([^\]]*)\]", name)], value)
    return form


def _put(form: dict[str, Any], keys: list[str], value: str) -> None:
    for key in keys[:-1]:
        inner = form.get(key)
        form = form.setdefault(key, {}) if not isinstance(inner, str) else form
    form[keys[-1] or str(len(form))] = value


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def read_timeout(timeout: Any) -> float | None:
    """Seconds that a client waits for an answer, from whatever `requests` was given as its time-out."""
    if isinstance(timeout, Timeout):
        running = timeout.clone()
        running.start_connect()  # a total time-out is counted from here
        timeout = running.read_timeout
    elif isinstance(timeout, tuple):
        timeout = timeout[1]
    return float(timeout) if isinstance(timeout, int | float) else None


# The exceptions below have the shape, causes included, that `requests` gives them on a real socket: apps look
# inside to tell "may have happened" from "cannot have happened".


def timed_out(prepared: requests.PreparedRequest, seconds: float) -> requests.ReadTimeout:
    """The client's time-out passed before an answer came."""
    reason = ReadTimeoutError(_pool(prepared), _target(prepared), f"Read timed out. (read timeout={seconds})")
    return requests.ReadTimeout(reason, request=prepared)


def refused(prepared: requests.PreparedRequest, why: str = "") -> requests.ConnectionError:
    """Nobody listens there: the call cannot have reached anybody."""
    pool = _pool(prepared)
    cause = ConnectionRefusedError(errno.ECONNREFUSED, why or "Connection refused")
    connection = (HTTPSConnection if pool.scheme == "https" else HTTPConnection)(pool.host, pool.port)
    reason = NewConnectionError(connection, f"Failed to establish a new connection: {cause}")
    reason.__cause__ = cause
    return requests.ConnectionError(MaxRetryError(pool, _target(prepared), reason), request=prepared)


def connection_lost(prepared: requests.PreparedRequest) -> requests.ConnectionError:
    """The connection broke after the call had been sent: it may have been carried out."""
    cause = RemoteDisconnected("Remote end closed connection without response")
    return requests.ConnectionError(ProtocolError("Connection aborted.", cause), request=prepared)


def _pool(prepared: requests.PreparedRequest) -> HTTPConnectionPool:
    parts = urlsplit(str(prepared.url))
    kind = HTTPSConnectionPool if parts.scheme == "https" else HTTPConnectionPool
    return kind(parts.hostname or "", port=parts.port or (443 if parts.scheme == "https" else 80))


def _target(prepared: requests.PreparedRequest) -> str:
    return str(prepared.path_url)
