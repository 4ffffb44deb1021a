"""The e-mail provider: a stand-in for SendGrid's v3 mail send, with a mailbox.

Modelled: POST /v3/mail/send with personalizations, from, reply_to, subject, content, categories and
custom_args. Everything else (templates, attachments, scheduling, …) is refused and fails the scenario.
Source: the vendor's public reference of mail send and its page of mail send errors.
"""

import html
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from support.providers import wire
from support.providers.journal import Journal, ProviderCall
from support.providers.stub import Asked, NotModelled, Route, Stub
from support.providers.wire import Answer

HELP = "http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html"
LARGEST_MAIL = 30 * 1024 * 1024
MOST_RECIPIENTS = 1000
ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(\.[^@\s,;<>\".]+)+")
URL = re.compile(r"https?://[^\s\"'<>]+")

MODELLED = {"personalizations", "from", "reply_to", "subject", "content", "categories", "custom_args"}
MODELLED_PERSONALIZATION = {"to", "subject", "custom_args"}


@dataclass(frozen=True)
class Mail:
    """One message in somebody's mailbox."""

    to: str
    subject: str
    text: str
    html: str
    sender: str
    at: datetime
    """The app's time when the provider took it."""

    @property
    def body(self) -> str:
        """The text part, or the HTML where there is no text."""
        return self.text or self.html

    def link(self) -> str:
        """The first absolute URL that carries a `token`. Raises AssertionError where there is none."""
        for url in URL.findall(f"{self.text}\n{html.unescape(self.html)}"):
            if parse_qs(urlsplit(url).query).get("token"):
                return str(url).rstrip(".,;:!?)")
        raise AssertionError(
            f"The e-mail '{self.subject}' to {self.to} holds no link with a token:\n{self.body}"
        )

    def token(self) -> str:
        """The `token` of the link."""
        return parse_qs(urlsplit(self.link()).query)["token"][0]


@dataclass(frozen=True)
class Problem:
    """One entry of the vendor's list of errors."""

    message: str
    field: str | None = None
    anchor: str | None = None

    def shape(self) -> dict[str, str | None]:
        return {"message": self.message, "field": self.field, "help": self.anchor and f"{HELP}#{self.anchor}"}


class EmailProvider(Stub):
    """SendGrid, as far as sending mail goes."""

    name = "email"
    title = "e-mail provider"
    setting = "EMAIL_API_URL"
    writes = frozenset({"send mail"})

    def __init__(self, url: str, api_key: str, now: Callable[[], datetime], journal: Journal) -> None:
        super().__init__(url, now, journal)
        self.api_key = api_key
        self.routes = (Route("POST", re.compile("/v3/mail/send"), "send mail", self._send),)
        self.clear()

    def clear(self) -> None:
        self._mailbox: list[Mail] = []
        self._rejected: set[str] = set()

    @property
    def sent(self) -> list[Mail]:
        """All mail that the provider took, oldest first."""
        with self._lock:
            return list(self._mailbox)

    def to(self, address: str) -> list[Mail]:
        """The mail to one address, oldest first."""
        return [mail for mail in self.sent if mail.to.lower() == address.lower()]

    def reject_address(self, address: str) -> None:
        """Call this address invalid (400) until `recover`."""
        with self._lock:
            self._rejected.add(address.lower())

    def recover(self) -> None:
        """Behave normally from now on."""
        super().recover()
        with self._lock:
            self._rejected.clear()

    # ---- serving -----------------------------------------------------------------------------------------

    def reserve(self, asked: Asked) -> Answer | None:
        """Check the key of the account."""
        authorization = asked.call.headers.get("Authorization", "")
        if not authorization:
            return _errors(401, Problem("authorization required"))
        if authorization != f"Bearer {self.api_key}":
            return _errors(401, Problem("The provided authorization grant is invalid, expired, or revoked"))
        return None

    def error(self, status: int) -> Answer:
        """The vendor's error shape; a 429 tells when the limit is lifted."""
        if status != 429:
            return _errors(status, Problem(f"The request failed with status {status}."))
        answer = _errors(429, Problem("too many requests"))
        reset = str(int(self.now().timestamp()) + 60)
        limits = {"X-RateLimit-Limit": "600", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
        return Answer(429, {**answer.headers, **limits}, answer.body)

    def not_modelled(self, asked: Asked, sentence: str) -> Answer:
        """The vendor's error shape with the sentence."""
        return _errors(404, Problem(sentence))

    def phrase(self, entry: ProviderCall) -> tuple[str, str]:
        """`send "Confirm your address" to ada@example.com` and `accepted`."""
        if entry.operation != "send mail" or not isinstance(entry.body, dict):
            return f"{entry.operation} {entry.method} {entry.url}", ""
        recipients = ", ".join(
            str(one.get("email")) for one in _objects(entry.body, "personalizations", "to")
        )
        asked = f'send "{entry.body.get("subject")}" to {recipients}'
        return asked, "accepted" if entry.status == 202 else f"refused with {entry.status}"

    def _send(self, asked: Asked) -> Answer:
        if len(asked.call.content) > LARGEST_MAIL:
            return _errors(413, Problem("The request body exceeds the maximum size of 30 MB."))
        if asked.call.content_type != wire.JSON:
            return _errors(415, Problem("Content-Type should be application/json."))
        message = asked.call.body
        if not isinstance(message, dict):
            return _errors(400, Problem("Bad Request"))
        problems = [*_check(message), *self._rejections(message)]
        if problems:
            return _errors(400, *problems)
        self._mailbox += [
            self._mail(message, to, one) for one in message["personalizations"] for to in one["to"]
        ]
        return Answer(202, {"X-Message-Id": uuid.uuid4().hex[:22], "Content-Length": "0"}, b"")

    def _rejections(self, message: dict[str, Any]) -> Iterator[Problem]:
        for one in _objects(message, "personalizations", "to"):
            if str(one.get("email")).lower() in self._rejected:
                yield Problem(
                    "Does not contain a valid address.",
                    "personalizations.0.to.0.email",
                    "message.personalizations.to",
                )

    def _mail(self, message: dict[str, Any], to: dict[str, str], personalization: dict[str, Any]) -> Mail:
        parts = {part["type"]: part["value"] for part in message["content"]}
        return Mail(
            to=to["email"],
            subject=personalization.get("subject") or message["subject"],
            text=parts.get("text/plain", ""),
            html=parts.get("text/html", ""),
            sender=message["from"]["email"],
            at=self.now(),
        )


def _errors(status: int, *problems: Problem) -> Answer:
    return wire.json_answer(status, {"errors": [problem.shape() for problem in problems]})


def _objects(message: dict[str, Any], *names: str) -> list[dict[str, Any]]:
    """The objects found by following lists of objects, whatever is malformed left out."""
    found: list[dict[str, Any]] = [message]
    for name in names:
        inner = [one.get(name) for one in found]
        found = [
            item for items in inner if isinstance(items, list) for item in items if isinstance(item, dict)
        ]
    return found


def _check(message: dict[str, Any]) -> list[Problem]:
    for name in message:
        if name not in MODELLED:
            raise NotModelled(f"sent the field '{name}', which the stub does not model.")
    return [
        *_check_personalizations(message.get("personalizations")),
        *_check_from(message.get("from")),
        *_check_subject(message),
        *_check_content(message.get("content")),
    ]


def _check_personalizations(personalizations: Any) -> Iterator[Problem]:
    field = "personalizations"
    if not isinstance(personalizations, list) or not personalizations:
        text = "The personalizations field is required and must have at least one personalization."
        yield Problem(text, field, "-Personalizations-Errors")
        return
    for place, one in enumerate(personalizations):
        if not isinstance(one, dict):
            yield Problem("Invalid type. Expected: object.", f"{field}.{place}")
            continue
        for name in one:
            if name not in MODELLED_PERSONALIZATION:
                raise NotModelled(f"sent the field '{field}.{name}', which the stub does not model.")
        yield from _check_recipients(one.get("to"), f"{field}.{place}")


def _check_recipients(to: Any, field: str) -> Iterator[Problem]:
    anchor = "message.personalizations.to"
    if not isinstance(to, list) or not to:
        text = "The to array is required for all personalization objects, and must have at least one email"
        yield Problem(f"{text} object with a valid email address.", f"{field}.to", anchor)
        return
    if len(to) > MOST_RECIPIENTS:
        yield Problem("There is a limit of 1000 total recipients (to + cc + bcc) per request.", field, anchor)
    seen: set[str] = set()
    for place, one in enumerate(to):
        address = one.get("email") if isinstance(one, dict) else None
        if not _is_address(address):
            yield Problem("Does not contain a valid address.", f"{field}.to.{place}.email", anchor)
        elif str(address).lower() in seen:
            text = "Each email address in the personalization block should be unique between to, cc, and bcc."
            where = f"We found the first duplicate instance of [{address}] in the {field}.to field."
            yield Problem(f"{text} {where}", field)
        seen.add(str(address).lower())


def _check_from(sender: Any) -> Iterator[Problem]:
    if not isinstance(sender, dict) or not sender.get("email"):
        text = (
            "The from object must be provided for every email send. It is an object that requires the email"
        )
        yield Problem(
            f"{text} parameter, but may also contain a name parameter.", "from.email", "message.from"
        )
    elif not _is_address(sender["email"]):
        yield Problem("The from email does not contain a valid address.", "from.email", "message.from")


def _check_subject(message: dict[str, Any]) -> Iterator[Problem]:
    personalizations = _objects(message, "personalizations")
    everywhere = bool(personalizations) and all(one.get("subject") for one in personalizations)
    if not everywhere and not (isinstance(message.get("subject"), str) and message["subject"]):
        text = "The subject is required. You can get around this requirement if you use a template with a"
        yield Problem(
            f"{text} subject defined or if every personalization has a subject defined.",
            "subject",
            "message.subject",
        )


def _check_content(content: Any) -> Iterator[Problem]:
    if not isinstance(content, list) or not content:
        text = "Unless a valid template_id is provided, the content parameter is required."
        yield Problem(
            f"{text} There must be at least one defined content block.", "content", "message.content"
        )
        return
    kinds = [part.get("type") if isinstance(part, dict) else None for part in content]
    for place, part in enumerate(content):
        if kinds[place] not in ("text/plain", "text/html"):
            raise NotModelled(f"sent content of the type {kinds[place]!r}, which the stub does not model.")
        if not isinstance(part.get("value"), str) or not part["value"]:
            text = "The content value must be a string at least one character in length."
            yield Problem(text, f"content.{place}.value", "message.content.value")
    if len(kinds) > 1 and kinds != ["text/plain", "text/html"]:
        text = "If present, text/plain must be first, followed by text/html, each at most once."
        yield Problem(text, "content", "message.content")


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and bool(ADDRESS.fullmatch(value))
