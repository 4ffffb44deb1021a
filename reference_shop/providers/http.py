"""Calling a third party, with its trouble sorted by what is known afterwards."""

from typing import Any

import requests
from urllib3.exceptions import NewConnectionError


class ProviderTrouble(Exception):
    """A call to a third party did not go well."""


class Unreachable(ProviderTrouble):
    """Refused, no such host, or no connection in time: the request was never sent."""


class NoAnswer(ProviderTrouble):
    """Sent, and then silence or a broken connection: whether it took effect is unknown."""


class ErrorAnswer(ProviderTrouble):
    """The provider answered with another status than 2xx. `body` is parsed JSON, or {} where it is none."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"the provider answered {status}")
        self.status = status
        self.body = body


class BearerAuth(requests.auth.AuthBase):
    """Bearer key as an auth object, because a netrc file would win over a plain header."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header."""
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def call(
    method: str,
    url: str,
    *,
    timeout_s: float,
    auth: requests.auth.AuthBase,
    headers: dict[str, str] | None = None,
    json: Any = None,
    data: Any = None,
    params: Any = None,
) -> dict[str, Any]:
    """Call a provider and return its 2xx answer as parsed JSON ({} where there is none).

    Raises Unreachable, NoAnswer or ErrorAnswer. Nothing is tried twice.
    """
    try:
        response = requests.request(
            method,
            url,
            timeout=timeout_s,
            auth=auth,
            headers=headers,
            json=json,
            data=data,
            params=params,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        raise _sorted(error) from error
    body = _parsed(response)
    if not 200 <= response.status_code < 300:
        raise ErrorAnswer(response.status_code, body)
    return body


def _sorted(error: requests.RequestException) -> ProviderTrouble:
    kind = type(error).__name__
    if _never_sent(error):
        return Unreachable(f"the provider cannot be reached ({kind})")
    return NoAnswer(f"the provider gave no answer ({kind})")


def _never_sent(error: requests.RequestException) -> bool:
    if isinstance(
        error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError
    ):
        return True
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)  # MaxRetryError wraps what really happened
    return isinstance(reason, NewConnectionError)  # no such host is one, too


def _parsed(response: requests.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
