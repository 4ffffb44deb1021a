"""Failures of stubs must look to an app exactly like failures of the network."""

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests
import urllib3

from support.providers import wire
from support.providers.journal import Journal
from support.providers.payments import PaymentProvider
from tests.unit.providers_kit import KEYS, SetClock


def anatomy(error: BaseException | None) -> object:
    """Types and texts of an exception and of what it was made of, without addresses in memory."""
    if error is None:
        return None
    inner = [anatomy(one) if isinstance(one, BaseException) else None for one in error.args]
    reason = anatomy(getattr(error, "reason", None))
    return type(error), re.sub(r"0x[0-9a-f]+", "0x", str(error)), inner, reason


def failure(send: Callable[[], object]) -> requests.RequestException:
    with pytest.raises(requests.RequestException) as caught:
        send()
    return caught.value


@contextmanager
def peer(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that accepts one connection and then does as told."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                behave(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def stub_at(port: int, clock: SetClock) -> PaymentProvider:
    return PaymentProvider(
        f"http://127.0.0.1:{port}", KEYS.payment_api_key, KEYS.webhook_secret, clock, Journal()
    )


def prepared(port: int) -> requests.PreparedRequest:
    return requests.Request("POST", f"http://127.0.0.1:{port}/v1/charges", data={"amount": 1}).prepare()


def compare(port: int, timeout: float, real: Exception, script: Callable[[PaymentProvider], None]) -> None:
    stub = stub_at(port, SetClock())
    script(stub)
    played = failure(lambda: stub.answer(prepared(port), timeout))
    assert anatomy(played) == anatomy(real)
    assert isinstance(played.request, requests.PreparedRequest)
    assert played.response is None


def send(port: int, timeout: float) -> requests.Response:
    return requests.Session().send(prepared(port), timeout=timeout)


def test_refused_connection_is_the_real_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    real = failure(lambda: send(port, 0.5))
    compare(port, 0.5, real, PaymentProvider.be_down)


def test_lost_connection_is_the_real_one() -> None:
    with peer(lambda connection: None) as port:
        real = failure(lambda: send(port, 0.5))
    compare(port, 0.5, real, PaymentProvider.drop_connection)


def test_time_out_is_the_real_one() -> None:
    over = threading.Event()
    with peer(lambda connection: bool(over.wait(2)) and None) as port:
        real = failure(lambda: send(port, 0.05))
        over.set()
    compare(port, 0.05, real, PaymentProvider.be_slow)


@pytest.mark.parametrize(
    ("given", "seconds"),
    [
        (0.5, 0.5),
        (2, 2.0),
        ((1, 3), 3.0),
        ((1, None), None),
        (None, None),
        (urllib3.Timeout(connect=1, read=4), 4.0),
    ],
)
def test_read_timeout_is_found_in_every_form(given: object, seconds: float | None) -> None:
    assert wire.read_timeout(given) == seconds


def test_forms_are_read_with_their_nesting() -> None:
    form = wire.parse_form("a=1&m[x]=2&m[y]=&expand[]=p&expand[]=q&deep[a][b]=%C3%A9")
    assert form == {
        "a": "1",
        "m": {"x": "2", "y": ""},
        "expand": {"0": "p", "1": "q"},
        "deep": {"a": {"b": "é"}},
    }


@pytest.mark.parametrize("text", ["a=1&a[b]=2", "a[b]=2&a=1", "a[b]=2&a[b][c]=1"])
def test_a_form_that_contradicts_itself_is_still_read(text: str) -> None:
    assert isinstance(wire.parse_form(text), dict)


def test_broken_json_is_kept_as_text() -> None:
    assert wire.parse_body("application/json", b"{no") == "{no"
    assert wire.parse_body("application/json", b"") is None
