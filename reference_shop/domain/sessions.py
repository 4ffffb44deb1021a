"""Sessions: signed bearer tokens that need no table.

A token names the user, the user's session epoch and its end. Raising the epoch ends all older sessions.
"""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from reference_shop.domain.users import User

LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Session:
    """What a genuine token says."""

    user_id: str
    epoch: int


def issue(secret: str, user: User, now: datetime) -> str:
    """Make the token of a new session that begins now."""
    claims = {"user": user.id, "epoch": user.session_epoch, "ends": (now + LIFETIME).timestamp()}
    payload = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return f"{payload}.{_signature(secret, payload)}"


def read(secret: str, token: str, now: datetime) -> Session | None:
    """Return what the token says, or None where it is forged, garbled or over."""
    payload, _, signature = token.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(secret, payload).encode()):
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload))
    except (ValueError, binascii.Error):  # the empty token's signature, say
        return None
    if now.timestamp() >= claims["ends"]:
        return None
    return Session(claims["user"], claims["epoch"])


def _signature(secret: str, payload: str) -> str:
    digest = hmac.new(secret.encode(), b"session." + payload.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
