"""Idempotency keys: whoever sends a thing again with the same key gets the first answer, not a second deed.

A key belongs to a user and an endpoint. It is `in_progress` until the outcome of its attempt is known, then
`finished` with an answer that is replayed byte for byte, or `free` for another try of the same attempt.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update
from sqlalchemy.engine import Connection

from reference_shop import clock, ids
from reference_shop.errors import RETRY_AFTER_S, ShopError, invalid
from reference_shop.storage.database import insert_new
from reference_shop.storage.tables.payments import idempotency_keys as keys

HEADER = "Idempotency-Key"
KEPT_FOR = timedelta(hours=24)
WELL_FORMED = re.compile(r"[ -~]{1,255}")


@dataclass(frozen=True)
class Answer:
    """An answer as it goes over the wire, kept so that a replay is the same to the byte."""

    status: int
    body: bytes

    @classmethod
    def of(cls, status: int, content: Mapping[str, Any]) -> "Answer":
        """Write the content as JSON."""
        return cls(status, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


@dataclass(frozen=True)
class Submission:
    """What a customer sends under a key."""

    user_id: str
    endpoint: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Claim:
    """The right to do the thing. `attempt_id` is the attempt of an earlier try that is to be reopened."""

    submission: Submission
    attempt_id: str | None = None


def key_or_new(sent: str | None) -> str:
    """Return the key that the customer sent, or a new one. Raises 422 for one that is not well-formed."""
    if sent is None:
        return ids.new("key")
    if not WELL_FORMED.fullmatch(sent):
        raise invalid({HEADER: "It must be 1 to 255 printable ASCII characters."})
    return sent


def fingerprint(content: Mapping[str, Any]) -> str:
    """Tell one request's content from another without keeping it: it may hold a card's token."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def claim(connection: Connection, submission: Submission) -> Claim | Answer:
    """Claim a key for this transaction's owner, or return the answer that is already known.

    Of two at once one waits here until the other has committed. Raises 422 `idempotency_key_reused`, or
    409 `in_progress` while the outcome of the first is not known.
    """
    now = clock.now()
    _forget_over_age(connection, submission.user_id)
    if insert_new(connection, keys, **vars(submission), state="in_progress", created_at=now):
        return Claim(submission)
    return _claim_known(connection, submission)


def _claim_known(connection: Connection, submission: Submission) -> Claim | Answer:
    known = connection.execute(select(keys).where(_is(submission)).with_for_update()).one_or_none()
    if known is not None and known.fingerprint != submission.fingerprint:
        raise _reused()
    if known is None or known.state == "in_progress":
        raise in_progress()
    if known.state == "finished":
        return Answer(known.answer_status, known.answer_body)
    connection.execute(update(keys).where(_is(submission)).values(state="in_progress"))
    return Claim(submission, known.payment_attempt_id)


def attach(connection: Connection, claimed: Claim, attempt_id: str) -> None:
    """Bind a claimed key to its attempt: whatever settles the attempt settles the key."""
    connection.execute(update(keys).where(_is(claimed.submission)).values(payment_attempt_id=attempt_id))


def lock(connection: Connection, attempt_id: str) -> None:
    """Keep the attempt's key to this transaction. Keys are locked before attempts, everywhere."""
    connection.execute(select(keys.c.key).where(keys.c.payment_attempt_id == attempt_id).with_for_update())


def finish(connection: Connection, attempt_id: str, answer: Answer) -> None:
    """Keep the attempt's answer: from now on it is replayed."""
    connection.execute(
        update(keys)
        .where(keys.c.payment_attempt_id == attempt_id)
        .values(state="finished", answer_status=answer.status, answer_body=answer.body)
    )


def finish_unpaid(connection: Connection, claimed: Claim, answer: Answer) -> None:
    """Keep the answer of a claim that came to nothing before anything was charged."""
    connection.execute(
        update(keys)
        .where(_is(claimed.submission))
        .values(state="finished", answer_status=answer.status, answer_body=answer.body)
    )


def free(connection: Connection, attempt_id: str) -> None:
    """Let the customer try the attempt again under its key."""
    connection.execute(update(keys).where(keys.c.payment_attempt_id == attempt_id).values(state="free"))


def kept_answer(connection: Connection, attempt_id: str) -> Answer | None:
    """Return the answer that the attempt's key replays, if there is one by now."""
    kept = connection.execute(
        select(keys.c.answer_status, keys.c.answer_body).where(
            keys.c.payment_attempt_id == attempt_id, keys.c.state == "finished"
        )
    ).one_or_none()
    return Answer(kept.answer_status, kept.answer_body) if kept else None


def in_progress() -> ShopError:
    """The outcome is not known yet; asking again is safe."""
    return ShopError(
        409,
        "in_progress",
        "This is still being worked on. Please ask again in a moment; nothing is done twice.",
        headers={"Retry-After": str(RETRY_AFTER_S)},
    )


def _reused() -> ShopError:
    return ShopError(
        422,
        "idempotency_key_reused",
        f"This {HEADER} was already used for another request. Send a new one with a new request.",
    )


def _is(submission: Submission) -> ColumnElement[bool]:
    return and_(
        keys.c.user_id == submission.user_id,
        keys.c.endpoint == submission.endpoint,
        keys.c.key == submission.key,
    )


def _forget_over_age(connection: Connection, user_id: str) -> None:
    """Drop the user's old keys, though none whose attempt is still open."""
    connection.execute(
        delete(keys).where(
            keys.c.user_id == user_id,
            keys.c.created_at <= clock.now() - KEPT_FOR,
            keys.c.state != "in_progress",
        )
    )
