"""What happened during a step, collected as it happens and rendered for the report when the step is over."""

import csv
import html
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl

from support.database.changes import TableChanges
from support.evidence import changes as footprint
from support.evidence.meter import measure
from support.evidence.redaction import redact, redact_value

HTTP = "application/vnd.allure.http+json"
CSV = "text/csv"
HTML = "text/html"
JSON = "application/json"
TEXT = "text/plain"


class Evidence(NamedTuple):
    """One piece of evidence, already masked: its name in the report, its media type and its content."""

    name: str
    media_type: str
    body: str


class ProviderCall(Protocol):
    """What the recorder reads of a call to a third party."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any
    status: int | None
    outcome: Any
    response: Any
    milliseconds: float
    unexpected: str | None

    def sentence(self) -> str:
        """The call in business words."""


class Mail(Protocol):
    """What the recorder reads of an e-mail."""

    @property
    def to(self) -> str:
        """The address it was sent to."""

    @property
    def subject(self) -> str:
        """Its subject line."""

    @property
    def body(self) -> str:
        """Its text."""

    @property
    def at(self) -> datetime:
        """The app's time when it was taken."""


@dataclass
class Recorder:
    """Collects the evidence of one step; one recorder serves a run and is emptied by `drain`."""

    def __post_init__(self) -> None:
        self._pending: list[Callable[[], Evidence]] = []
        self._last_rows: dict[str, list[Mapping[str, Any]]] = {}

    def exchange(
        self,
        method: str,
        path: str,
        request_body: Any,
        status: int | None,
        response_body: Any,
        milliseconds: float,
        request_headers: Mapping[str, str] | None = None,
        response_headers: Mapping[str, str] | None = None,
    ) -> None:
        """Record one exchange with the app; a status of None means that no answer came."""
        answer = "no answer" if status is None else str(status)
        name = f"{method} {path} → {answer} ({milliseconds:.0f} ms)"
        request = (method, path, request_headers, request_body)
        response = (status, response_headers, response_body)
        self._pending.append(lambda: _http(name, request, response, milliseconds))

    def rows(self, title: str, rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | int) -> None:
        """Record rows that were read from the database, one row, or only their number."""
        if isinstance(rows, int):
            counted = rows
            self._pending.append(lambda: Evidence(_counted(title, counted), TEXT, _counted(title, counted)))
            return
        found = [rows] if isinstance(rows, Mapping) else list(rows)
        if self._last_rows.get(title) == found:
            return  # somebody waits and looks again: nothing new was seen
        self._last_rows[title] = found
        self._pending.append(lambda: Evidence(redact(_counted(title, len(found))), CSV, _table(found)))

    def provider_calls(self, calls: Sequence[ProviderCall]) -> None:
        """Record calls that the app made to third parties."""
        for call in calls:
            self._pending.append(lambda call=call: _provider_call(call))  # type: ignore[misc]

    def mail(self, mail: Mail) -> None:
        """Record an e-mail as its reader would see it."""
        name = f"E-mail to {mail.to}: {mail.subject}"
        self._pending.append(lambda: Evidence(redact(name), HTML, _letter(mail)))

    def changes(self, changes: Sequence[TableChanges], since: str) -> None:
        """Record which rows came, went or changed; where none did, there is nothing to show."""
        if changes:
            name = footprint.title(changes, since)
            self._pending.append(lambda: Evidence(redact(name), HTML, footprint.page(changes)))

    def note(self, title: str, text: str) -> None:
        """Record a text, such as the last lines of the app's log."""
        self._pending.append(lambda: Evidence(redact(title), TEXT, redact(text)))

    def drain(self) -> list[Evidence]:
        """Everything recorded since the last call, in order and masked; the recorder is empty afterwards."""
        pending, self._pending = self._pending, []
        self._last_rows.clear()
        with measure("evidence"):
            return [render() for render in pending]


def _counted(title: str, number: int) -> str:
    return f"{title}: {number} {'row' if number == 1 else 'rows'}"


def _http(
    name: str,
    request: tuple[str, str, Mapping[str, str] | None, Any],
    response: tuple[int | None, Mapping[str, str] | None, Any],
    milliseconds: float,
    error: str | None = None,
) -> Evidence:
    method, path, request_headers, request_body = request
    status, response_headers, response_body = response
    shown: dict[str, Any] = {
        "start": 0,
        "stop": round(milliseconds),
        "request": {"method": method, "url": redact(path), **_message(request_headers, request_body)},
    }
    if status is None:
        shown["error"] = {"name": "No answer", "message": redact(error or "No answer came back.")}
    else:
        shown["response"] = {"status": status, **_message(response_headers, response_body)}
    return Evidence(redact(name), HTTP, json.dumps(shown, ensure_ascii=False, default=str))


def _message(headers: Mapping[str, str] | None, body: Any) -> dict[str, Any]:
    message: dict[str, Any] = {}
    if headers:
        message["headers"] = [
            {"name": name, "value": redact_value(value, name)} for name, value in headers.items()
        ]
    if body not in (None, "", b""):
        content_type, value = _body(body, _content_type(headers))
        message["body"] = {"contentType": content_type, "value": value}
    return message


def _content_type(headers: Mapping[str, str] | None) -> str:
    for name, value in (headers or {}).items():
        if name.lower() == "content-type":
            return value
    return ""


def _body(body: Any, content_type: str) -> tuple[str, str]:
    """Media type and masked text of a body: JSON is laid out, a form is shown field by field."""
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str):
        if "x-www-form-urlencoded" in content_type:
            body = dict(parse_qsl(body, keep_blank_values=True))
        else:
            try:
                body = json.loads(body)
            except ValueError:
                return content_type or TEXT, redact(body)
    return JSON, json.dumps(redact_value(body), indent=2, ensure_ascii=False, default=str)


def _table(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "(no rows)\n"
    columns = list(dict.fromkeys(column for row in rows for column in row))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(column, row.get(column)) for column in columns] for row in rows)
    return text.getvalue()


def _cell(column: str, value: Any) -> str:
    value = redact_value(value, column)
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _provider_call(call: ProviderCall) -> Evidence:
    sentence = call.sentence().replace(" -> ", " → ")
    return _http(
        sentence[:1].upper() + sentence[1:],
        (call.method, call.url, call.headers, call.body),
        (call.status, None, call.response),
        call.milliseconds,
        error=call.unexpected or call.outcome,
    )


# Compact: a report opened from disk shows the first 150 pixels of a letter, and scrolls the rest.
_LETTER = """<!doctype html><meta charset="utf-8"><style>
body {{ font: 14px/1.45 system-ui, sans-serif; margin: 0; background: #fff; color: #1d2129 }}
.head {{ padding: 6px 12px; border-bottom: 1px solid #d9dce1; color: #5b6470 }}
.head b {{ color: #1d2129; font-size: 15px; display: block }}
.text {{ padding: 8px 12px; white-space: pre-wrap; max-width: 640px }}
</style><div class="head"><b>{subject}</b>To {to} · {at}</div><div class="text">{text}</div>
"""


def _letter(mail: Mail) -> str:
    body = redact(mail.body)
    text = body if "</" in body else html.escape(body)
    return _LETTER.format(
        subject=html.escape(redact(mail.subject)),
        to=html.escape(str(mail.to)),
        at=mail.at.strftime("%-d %B %Y, %H:%M UTC"),
        text=text,
    )
