"""The SMS provider: a stand-in for Twilio's Messages resource, with an inbox.

Modelled: POST /2010-04-01/Accounts/{sid}/Messages.json with To, From and Body; the vendor's magic numbers.
Source: the vendor's public reference of the Message resource, its error dictionary and its page on testing.
"""

import base64
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from support.providers import wire
from support.providers.journal import Journal, ProviderCall
from support.providers.stub import Asked, NotModelled, Route, Stub
from support.providers.wire import Answer

VERSION = "2010-04-01"
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
LONGEST_BODY = 1600
MODELLED = {"To", "From", "Body"}

MAGIC_NUMBERS = {
    "+15005550001": (21211, "Invalid 'To' Phone Number: {to}"),
    "+15005550002": (
        21612,
        "The message cannot be sent with the current combination of 'To' and/or 'From' parameters.",
    ),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by 'To': {to}",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number is not a valid mobile number: {to}"),
}
"""Numbers of the vendor's test mode that are always refused, and how."""


@dataclass(frozen=True)
class Sms:
    """One text message on somebody's phone."""

    to: str
    sender: str
    body: str
    at: datetime
    """The app's time when the provider took it."""


class SmsProvider(Stub):
    """Twilio, as far as sending text messages goes."""

    name = "sms"
    title = "SMS provider"
    setting = "SMS_API_URL"
    writes = frozenset({"send SMS"})

    def __init__(
        self, url: str, account_sid: str, auth_token: str, now: Callable[[], datetime], journal: Journal
    ) -> None:
        super().__init__(url, now, journal)
        self.account_sid = account_sid
        self.auth_token = auth_token
        path = re.compile(f"/{VERSION}/Accounts/([^/]+)/Messages\\.json")
        self.routes = (Route("POST", path, "send SMS", self._send),)
        self.clear()

    def clear(self) -> None:
        self._inbox: list[Sms] = []
        self._rejected: set[str] = set()

    @property
    def sent(self) -> list[Sms]:
        """All messages that the provider took, oldest first."""
        with self._lock:
            return list(self._inbox)

    def to(self, number: str) -> list[Sms]:
        """The messages to one number, oldest first."""
        return [message for message in self.sent if message.to == number]

    def reject_number(self, number: str) -> None:
        """Call this number invalid until `recover`."""
        with self._lock:
            self._rejected.add(number)

    def recover(self) -> None:
        """Behave normally from now on."""
        super().recover()
        with self._lock:
            self._rejected.clear()

    # ---- serving -----------------------------------------------------------------------------------------

    def reserve(self, asked: Asked) -> Answer | None:
        """Check the account and its token."""
        secret = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if asked.call.headers.get("Authorization", "") != f"Basic {secret}":
            return _error(401, 20003, "Authenticate")
        return None

    def error(self, status: int) -> Answer:
        """The vendor's error shape."""
        codes = {404: 20404, 429: 20429}
        messages = {429: "Too Many Requests", 500: "An internal server error has occurred"}
        code = codes.get(status, 20500 if status >= 500 else 20001)
        return _error(status, code, messages.get(status, f"The request failed with status {status}"))

    def not_modelled(self, asked: Asked, sentence: str) -> Answer:
        """The vendor's error shape with the sentence."""
        return _error(404, 20404, sentence)

    def phrase(self, entry: ProviderCall) -> tuple[str, str]:
        """`text "Your parcel …" to +12025550123` and `queued`."""
        if entry.operation != "send SMS" or not isinstance(entry.body, dict):
            return f"{entry.operation} {entry.method} {entry.url}", ""
        told = "queued" if entry.status == 201 else f"refused with {entry.status}"
        return f'text "{entry.body.get("Body")}" to {entry.body.get("To")}', told

    def _send(self, asked: Asked) -> Answer:
        form = asked.call.body if isinstance(asked.call.body, dict) else {}
        for name in form:
            if name not in MODELLED:
                raise NotModelled(f"sent the parameter '{name}', which the stub does not model.")
        if asked.arguments != (self.account_sid,):
            return _error(404, 20404, f"The requested resource {asked.call.path} was not found")
        problem = self._problem(form)
        if problem:
            return _error(400, *problem)
        message = Sms(form["To"], form["From"], form["Body"], self.now())
        self._inbox.append(message)
        return wire.json_answer(201, self._resource(message))

    def _problem(self, form: dict[str, Any]) -> tuple[int, str] | None:
        to, sender, body = (str(form.get(name, "")) for name in ("To", "From", "Body"))
        if not to:
            return 21604, "A 'To' phone number is required."
        if not sender:
            return 21603, "A 'From' phone number is required."
        if not body:
            return 21602, "Message body is required."
        if to in MAGIC_NUMBERS:
            code, message = MAGIC_NUMBERS[to]
            return code, message.format(to=to)
        if not NUMBER.fullmatch(to) or to in self._rejected:
            return 21211, f"Invalid 'To' Phone Number: {to}"
        if not NUMBER.fullmatch(sender):
            return 21212, f"Invalid From Number (caller ID): {sender}"
        if to == sender:
            return 21266, "'To' and 'From' number cannot be the same"
        if len(body) > LONGEST_BODY:
            return 21617, "The concatenated message body exceeds the 1600 character limit"
        return None

    def _resource(self, message: Sms) -> dict[str, Any]:
        sid = f"SM{uuid.uuid4().hex}"
        uri = f"/{VERSION}/Accounts/{self.account_sid}/Messages/{sid}"
        at = format_datetime(message.at)
        return {
            "account_sid": self.account_sid,
            "api_version": VERSION,
            "body": message.body,
            "date_created": at,
            "date_sent": None,
            "date_updated": at,
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": message.sender,
            "messaging_service_sid": None,
            "num_media": "0",
            "num_segments": str(segments(message.body)),
            "price": None,
            "price_unit": "USD",
            "sid": sid,
            "status": "queued",
            "subresource_uris": {"media": f"{uri}/Media.json"},
            "to": message.to,
            "uri": f"{uri}.json",
        }


def segments(body: str) -> int:
    """How many short messages a text takes: one holds 160 ASCII characters, else 70; of many, 153 or 67."""
    one, many = (160, 153) if body.isascii() else (70, 67)
    return 1 if len(body) <= one else -(-len(body) // many)


def _error(status: int, code: int, message: str) -> Answer:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return wire.json_answer(status, {"code": code, "message": message, "more_info": more, "status": status})
