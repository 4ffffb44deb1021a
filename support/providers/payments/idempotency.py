"""Idempotency keys as Stripe documents them.

The first answer to a key is kept for 24 hours and given again, provided that path and parameters are the
same. Kept is what was decided while the call was carried out: successes, declines, refusals of a refund. Not
kept is what happened before: a bad API key, parameters that fail validation, a call refused because another
with its key is under way, and every failure that a script makes up (`fail`, `be_down`, `be_slow`), as nothing
had begun.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from support.providers.payments import errors
from support.providers.wire import Answer

KEPT = timedelta(hours=24)


@dataclass(frozen=True)
class _First:
    path: str
    parameters: str
    at: datetime
    answer: Answer


class IdempotencyKeys:
    """The keys of one account. Not thread-safe by itself: the stub's lock guards it."""

    def __init__(self) -> None:
        self._kept: dict[str, _First] = {}
        self._under_way: dict[str, object] = {}

    def begin(self, key: str, path: str, parameters: Any, now: datetime, who: object) -> Answer | None:
        """The kept answer, or None where the call is to be carried out. Raises Refusal."""
        if len(key) > 255:
            raise errors.invalid("Idempotency keys may be at most 255 characters long.")
        first = self._kept.get(key)
        if first and now - first.at < KEPT:
            return _replay(first, key, path, _text(parameters))
        if self._under_way.setdefault(key, who) is not who:
            raise errors.key_in_use(key)
        return None

    def keep(self, key: str, path: str, parameters: Any, now: datetime, answer: Answer) -> None:
        """Give `answer` to whoever comes with this key."""
        self._kept[key] = _First(path, _text(parameters), now, answer)

    def end(self, key: str, who: object) -> None:
        """The call is over."""
        if self._under_way.get(key) is who:
            del self._under_way[key]


def _replay(first: _First, key: str, path: str, parameters: str) -> Answer:
    if path != first.path:
        raise errors.key_of_another_endpoint(key, path, first.path)
    if parameters != first.parameters:
        raise errors.key_reused(key)
    headers = {
        **first.answer.headers,
        "Idempotent-Replayed": "true",
        "Original-Request": first.answer.headers["Request-Id"],
    }
    return Answer(first.answer.status, headers, first.answer.body)


def _text(parameters: Any) -> str:
    return json.dumps(parameters, sort_keys=True)
