"""Redis: what lives for a while only. One key for each kind of token and owner."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from reference_shop.errors import unavailable

TIMEOUT_S = 0.4


class TokenStore:
    """Short-lived tokens by kind and owner, such as `verify:usr_1`. An outage raises ShopError 503."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=TIMEOUT_S,
            socket_timeout=TIMEOUT_S,
            retry=Retry(NoBackoff(), 1),  # once, at once: a restarted store leaves dead connections behind
        )

    def remember(self, kind: str, owner: str, value: str, lifetime: timedelta) -> None:
        """Keep the value for its lifetime, in place of the owner's last one of this kind."""
        with _outage_told():
            self._redis.set(_key(kind, owner), value, ex=lifetime)

    def recall(self, kind: str, owner: str) -> str | None:
        """Return the value, or None once its lifetime is over or it was lost."""
        with _outage_told():
            return cast(str | None, self._redis.get(_key(kind, owner)))

    def forget(self, kind: str, owner: str) -> None:
        """Drop the value, if there is one."""
        with _outage_told():
            self._redis.delete(_key(kind, owner))

    def ping(self) -> None:
        """Raise ShopError 503 unless the store answers."""
        with _outage_told():
            self._redis.ping()

    def close(self) -> None:
        """Close all connections of the pool."""
        self._redis.close()


def _key(kind: str, owner: str) -> str:
    return f"{kind}:{owner}"


@contextmanager
def _outage_told() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise unavailable("token store") from error
