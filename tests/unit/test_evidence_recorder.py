"""What a step did is told by the names of its evidence alone, and its content is masked."""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from support.evidence.recorder import CSV, HTML, HTTP, Evidence, Recorder

AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@dataclass
class Letter:
    to: str = "ada@example.test"
    subject: str = "Confirm your address"
    body: str = "Welcome <Ada>!\nhttps://shop.test/verify?token=abcdefgh12345678"
    at: datetime = AT


@dataclass
class Call:
    method: str = "POST"
    url: str = "https://payments.test/v1/charges"
    headers: dict[str, str] = field(default_factory=lambda: {"Authorization": "Bearer sk_test_abc"})
    body: Any = field(default_factory=lambda: {"amount": "4000", "source": "tok_visa"})
    status: int | None = 402
    outcome: str = "answered"
    response: Any = field(default_factory=lambda: {"error": {"decline_code": "generic_decline"}})
    milliseconds: float = 3.4
    unexpected: str | None = None

    def sentence(self) -> str:
        return "payment provider: charge $40.00 -> declined"


def only(recorder: Recorder) -> Evidence:
    (piece,) = recorder.drain()
    return piece


def test_an_exchange_shows_both_messages_laid_out_and_masked() -> None:
    recorder = Recorder()
    request = {"email": "ada@example.test", "password": "Correct-Horse-1"}
    recorder.exchange(
        "POST", "/auth/register", request, 201, b'{"userId": "u1"}', 12.4, {"Authorization": "Bearer x"}
    )
    piece = only(recorder)
    assert (piece.name, piece.media_type) == ("POST /auth/register → 201 (12 ms)", HTTP)
    shown = json.loads(piece.body)
    assert "Correct-Horse-1" not in piece.body
    assert json.loads(shown["request"]["body"]["value"])["email"] == "ada@example.test"
    assert shown["request"]["headers"] == [{"name": "Authorization", "value": "***"}]
    assert shown["response"]["body"]["value"] == '{\n  "userId": "u1"\n}'


def test_an_exchange_without_an_answer_says_so() -> None:
    recorder = Recorder()
    recorder.exchange("GET", "/verify?token=abcdefgh12345678", None, None, None, 200)
    piece = only(recorder)
    assert piece.name == "GET /verify?token=*** → no answer (200 ms)"
    assert "abcdefgh12345678" not in piece.body
    assert "response" not in json.loads(piece.body)


def test_a_form_is_shown_field_by_field() -> None:
    recorder = Recorder()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    recorder.exchange("POST", "/x", "amount=4000&source=tok_visa", 200, "plain words", 1, form)
    shown = json.loads(only(recorder).body)
    assert json.loads(shown["request"]["body"]["value"]) == {"amount": "4000", "source": "***"}
    assert shown["response"]["body"]["value"] == "plain words"


def test_rows_are_a_table_with_masked_columns() -> None:
    recorder = Recorder()
    recorder.rows(
        "users", [{"id": "u1", "password_hash": "$argon2id$x", "created_at": AT, "banned_until": None}]
    )
    piece = only(recorder)
    assert (piece.name, piece.media_type) == ("users: 1 row", CSV)
    (row,) = csv.DictReader(io.StringIO(piece.body))
    assert row == {
        "id": "u1",
        "password_hash": "***",
        "created_at": "2026-01-05 09:00:00+00:00",
        "banned_until": "",
    }


def test_one_row_and_no_rows_are_told() -> None:
    recorder = Recorder()
    recorder.rows("payments", {"id": "p1"})
    recorder.rows("refunds", [])
    recorder.rows("charges", 3)
    assert [piece.name for piece in recorder.drain()] == [
        "payments: 1 row",
        "refunds: 0 rows",
        "charges: 3 rows",
    ]


def test_rows_seen_again_while_waiting_are_shown_once() -> None:
    recorder = Recorder()
    for status in ("queued", "queued", "sent", "sent"):
        recorder.rows("email_outbox", [{"status": status}])
    assert len(recorder.drain()) == 2


def test_a_provider_call_is_named_in_business_words() -> None:
    recorder = Recorder()
    recorder.provider_calls([Call(), Call(status=None, outcome="no answer", response=None)])
    declined, silent = recorder.drain()
    assert declined.name == "Payment provider: charge $40.00 → declined"
    assert "tok_visa" not in declined.body
    assert "sk_test_abc" not in declined.body
    assert json.loads(silent.body)["error"]["message"] == "no answer"


def test_a_letter_looks_like_a_letter_and_gives_no_link_away() -> None:
    recorder = Recorder()
    recorder.mail(Letter())
    piece = only(recorder)
    assert (piece.name, piece.media_type) == ("E-mail to ada@example.test: Confirm your address", HTML)
    assert "Welcome &lt;Ada&gt;!" in piece.body
    assert "token=***" in piece.body
    assert "5 January 2026, 09:00 UTC" in piece.body


def test_draining_empties_the_recorder() -> None:
    recorder = Recorder()
    recorder.note("The app's log", "password=Correct-Horse-1")
    assert only(recorder).body == "password=***"
    assert recorder.drain() == []
