"""Telling the payment provider's events from anybody else's, by Stripe's signature scheme."""

import hashlib
import hmac
from datetime import datetime, timedelta

from reference_shop.errors import ShopError

OLDEST = timedelta(minutes=5)


def check(secret: str, header: str | None, body: bytes, now: datetime) -> None:
    """Check a `Stripe-Signature` header: `t=…` and one or more `v1=…`, each an HMAC-SHA256 of `t.body`.

    Raises 400 `invalid_signature`, or 400 `signature_expired` for a good one of more than five minutes ago.
    """
    parts = [part.strip().partition("=") for part in (header or "").split(",")]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12):
        raise _invalid()
    expected = hmac.new(secret.encode(), f"{times[0]}.".encode() + body, hashlib.sha256).hexdigest()
    signatures = [value for name, _, value in parts if name == "v1"]
    if not any(hmac.compare_digest(expected.encode(), signature.encode()) for signature in signatures):
        raise _invalid()
    if now.timestamp() - int(times[0]) > OLDEST.total_seconds():
        raise ShopError(400, "signature_expired", "The event was signed more than five minutes ago.")


def _invalid() -> ShopError:
    return ShopError(400, "invalid_signature", "The event's signature is missing or wrong.")
