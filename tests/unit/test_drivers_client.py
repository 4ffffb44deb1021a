"""The client: what goes out, and how what comes back is sorted."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from support.drivers.client import Answer, AppDown, Client, ContractBroken
from support.drivers.refusals import Refused
from support.evidence.recorder import Recorder

TAKEN = {"code": "email_taken", "message": "Taken.", "details": {}}


def answer(status: int, body: object, **headers: str) -> Answer:
    return Answer("POST /auth/register", status, body, str(body).encode(), headers, 0.1)


def test_an_expected_answer_is_returned_as_it_is() -> None:
    created = answer(201, {"userId": "1"})
    assert created.expect(200, 201) is created


def test_a_refusal_of_the_contract_is_a_value() -> None:
    refused = answer(409, TAKEN).expect(201)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.status, refused.took) == ("email_taken", 409, 0.1)
    assert "that address is taken" in str(refused)


def test_a_refusal_says_when_to_try_again() -> None:
    body = {"code": "service_unavailable", "message": "Later.", "details": {}}
    refused = answer(503, body, **{"Retry-After": "7"}).expect(201)
    assert isinstance(refused, Refused) and refused.retry_after == 7


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (200, {}, "answered 200, expected 201"),
        (500, None, "without a code and a message"),
        (409, {"code": "email_taken"}, "without a code and a message"),
        (409, {"code": "email_taken", "message": "Taken."}, "without an object of details"),
        (400, TAKEN, "that code goes with 409"),
        (418, {**TAKEN, "code": "teapot"}, "the contract has no such code"),
    ],
)
def test_an_answer_that_the_contract_does_not_allow_is_told(status: int, body: object, told: str) -> None:
    with pytest.raises(ContractBroken, match=told):
        answer(status, body).expect(201)


def test_an_answer_that_says_something_else_is_told() -> None:
    with pytest.raises(ContractBroken, match=r"role 'owner' instead of 'member'"):
        answer(200, {"role": "owner"}).saying(role="member")


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        (["email", "password"], {"email", "password"}),
        ({"email": "wrong"}, {"email"}),
        ([{"field": "email", "problem": "wrong"}], {"email"}),
        (None, set()),
    ],
)
def test_the_entries_to_correct_are_read_from_every_form_of_details(fields: object, names: set[str]) -> None:
    details = {} if fields is None else {"fields": fields}
    body = {"code": "validation_failed", "message": "No.", "details": details}
    refused = answer(422, body).expect(201)
    assert isinstance(refused, Refused) and refused.fields == names


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_POST(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(200)
        self.send_header("Seen-Authorization", self.headers.get("Authorization", "none"))
        self.send_header("Seen-Type", self.headers.get("Content-Type", "none"))
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def echo() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_form_goes_out_as_json_with_the_session(echo: str) -> None:
    seen = Client(echo, Recorder()).send("POST", "/x", {"name": "Ada"}, session="s3cret")
    assert seen.body == {"name": "Ada"}
    assert seen.headers["Seen-Authorization"] == "Bearer s3cret"
    assert seen.headers["Seen-Type"] == "application/json"


def test_bytes_go_out_as_they_are_and_without_a_session(echo: str) -> None:
    seen = Client(echo, Recorder()).send("POST", "/x", b'{"cut')
    assert (seen.raw, seen.body, seen.headers["Seen-Authorization"]) == (b'{"cut', None, "none")


def test_what_went_over_the_wire_is_recorded(echo: str) -> None:
    recorder = Recorder()
    Client(echo, recorder).send("POST", "/x?token=abc", {"name": "Ada"})
    (evidence,) = recorder.drain()
    assert "POST /x" in evidence.name


def test_an_app_that_does_not_answer_is_an_outage() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(AppDown, match="did not answer POST /x"):
            Client(url, Recorder()).send("POST", "/x")
