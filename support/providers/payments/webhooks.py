"""Webhook events signed as Stripe signs them: HMAC-SHA256 over `timestamp.body`, scheme v1."""

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple


class SignedEvent(NamedTuple):
    """A webhook as it goes over the wire. Send the same one twice for a repeated event."""

    body: bytes
    headers: dict[str, str]


def sign(body: bytes, secret: str, at: datetime) -> SignedEvent:
    """Sign `body` as having been sent at `at`."""
    timestamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": f"t={timestamp},v1={digest}",
    }
    return SignedEvent(body, headers)
