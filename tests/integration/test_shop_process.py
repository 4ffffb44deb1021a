"""The reference shop as a process of its own: what no feature can see from inside."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from support import wait
from support.data import people
from support.database.database import Database
from support.stack.postgres import PostgresServer
from support.stack.server import free_port
from support.stack.valkey import ValkeyServer

ROOT = Path(__file__).parents[2]
NOT_YET = ("/orders", "/subscriptions")
PROVIDERS_OWN = ("/v1/", "/v3/", "/2010-04-01/")


class SlowPayments(BaseHTTPRequestHandler):
    """A payment provider that takes its time, and then charges."""

    asked = threading.Event()
    answer = threading.Event()

    def do_POST(self) -> None:
        self.asked.set()
        self.answer.wait(10)
        body = b'{"id": "ch_1", "object": "charge", "status": "succeeded", "paid": true}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def payments() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowPayments)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def shop(
    postgres: PostgresServer, valkey: ValkeyServer, payments: str
) -> Iterator[tuple[subprocess.Popen[bytes], str, str]]:
    """The shop's process, its base URL and its database."""
    postgres.start()
    valkey.start()
    database_url = postgres.create_database()
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "DATABASE_URL": database_url,
        "REDIS_URL": valkey.url,
        "APP_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PAYMENT_API_URL": payments,
        "EMAIL_API_URL": "http://127.0.0.1:9",
        "SMS_API_URL": "http://127.0.0.1:9",
        "PAYMENT_TIMEOUT_S": "8",
        **dict.fromkeys(
            (
                "PAYMENT_API_KEY",
                "PAYMENT_WEBHOOK_SECRET",
                "EMAIL_API_KEY",
                "SMS_ACCOUNT_SID",
                "SMS_AUTH_TOKEN",
            ),
            "a-secret-of-the-test",
        ),
        "SESSION_SECRET": "another-secret-of-the-test-that-is-long-enough",
    }
    process = subprocess.Popen([sys.executable, "-m", "reference_shop"], cwd=ROOT, env=environment)
    base_url = f"http://127.0.0.1:{port}"
    wait.until(lambda: answers(base_url), 20, "the shop to be healthy")
    yield process, base_url, database_url
    process.kill()
    process.wait()


def answers(base_url: str) -> bool:
    try:
        return requests.get(f"{base_url}/health", timeout=2).status_code == 200
    except requests.ConnectionError:
        return False


def test_sigterm_ends_it_within_five_seconds_with_requests_in_flight_finished(
    shop: tuple[subprocess.Popen[bytes], str, str],
) -> None:
    process, base_url, database_url = shop
    ada = people.find("Ada")
    database = Database(database_url)
    database.insert("users", [people.account_row(ada, datetime.now(UTC))])
    login = requests.post(
        f"{base_url}/auth/login", json={"email": ada.email, "password": people.PASSWORD}, timeout=5
    )
    headers = {"Authorization": f"Bearer {login.json()['token']}"}
    answered: list[requests.Response] = []

    def pay() -> None:
        body = {"amount": 4000, "cardToken": "tok_visa"}
        answered.append(requests.post(f"{base_url}/payments/charge", json=body, headers=headers, timeout=15))

    customer = threading.Thread(target=pay)
    customer.start()
    assert SlowPayments.asked.wait(5)
    process.send_signal(signal.SIGTERM)
    told = time.monotonic()
    wait.until(lambda: not listens(base_url), 5, "the shop to take no more customers")
    SlowPayments.answer.set()
    process.wait(timeout=6)
    customer.join()
    assert time.monotonic() - told < 5
    assert answered[0].status_code == 200 and answered[0].json()["status"] == "succeeded"
    assert database.row("payments", user_id=ada.id)["amount"] == 4000
    database.close()


def listens(base_url: str) -> bool:
    port = int(base_url.rpartition(":")[2])
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_the_openapi_page_describes_every_call_of_the_contract(
    shop: tuple[subprocess.Popen[bytes], str, str],
) -> None:
    _, base_url, _ = shop
    page = requests.get(f"{base_url}/openapi.json", timeout=5).json()
    described = {
        (method.upper(), re.sub(r"\{\w+\}", "{id}", path))
        for path, calls in page["paths"].items()
        for method in calls
    }
    contract = (ROOT / "docs/contract.md").read_text()
    promised = {
        (method, path)
        for method, path in re.findall(r"\b(GET|POST|PATCH|DELETE) (/[\w/{}.-]*)", contract)
        if not path.startswith((*NOT_YET, *PROVIDERS_OWN)) and path != "/openapi.json"
    }
    assert len(promised) > 15
    assert promised - described == set()
    for path, calls in page["paths"].items():
        for method, call in calls.items():
            assert set(call["responses"]) - {"200", "201", "202", "204"}, f"{method} {path} never fails?"
