"""What the tests of the stub third parties share."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from support.providers import Providers
from support.providers.stub import Stub
from support.stack.base import ProviderKeys, ProviderUrls

URLS = ProviderUrls("https://payments.invalid", "https://email.invalid", "https://sms.invalid")
KEYS = ProviderKeys("sk_test_4eC39HqLyjWDarjtT1zdp7dc", "whsec_secret", "SG.key", "AC" + "0" * 32, "token")
BEARER = {"Authorization": f"Bearer {KEYS.payment_api_key}"}
CHARGES = f"{URLS.payments}/v1/charges"
REFUNDS = f"{URLS.payments}/v1/refunds"


class SetClock:
    """The app's clock, moved by hand."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 1, 5, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.instant

    def advance(self, delta: timedelta) -> None:
        self.instant += delta


@pytest.fixture(name="clock")
def clock_fixture() -> SetClock:
    return SetClock()


@pytest.fixture(name="providers")
def providers_fixture(clock: SetClock) -> Iterator[Providers]:
    providers = Providers(clock, URLS, KEYS)
    providers.start()
    yield providers
    providers.stop()


def charge(key: str | None = None, timeout: object = 0.2, **form: object) -> requests.Response:
    """POST a charge of $40.00; a form value of None leaves the field out."""
    whole = {"amount": 4000, "currency": "usd", "source": "tok_visa", **form}
    headers = {**BEARER, "Idempotency-Key": key} if key else BEARER
    given = {name: value for name, value in whole.items() if value is not None}
    return requests.post(CHARGES, data=given, headers=headers, timeout=timeout)


def refund(key: str | None = None, **form: object) -> requests.Response:
    """POST a refund."""
    headers = {**BEARER, "Idempotency-Key": key} if key else BEARER
    return requests.post(REFUNDS, data=form, headers=headers, timeout=0.2)


def search(query: str, **more: object) -> requests.Response:
    return requests.get(f"{CHARGES}/search", params={"query": query, **more}, headers=BEARER, timeout=0.2)


@contextmanager
def served(stub: Stub) -> Iterator[str]:
    """The stub behind a real HTTP server, as a gateway would serve it; gives the base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = requests.Request("POST", f"{stub.url}{self.path}", dict(self.headers), data=body)
            answer = stub.answer(request.prepare(), timeout=1)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
