"""What the app keeps in its token store, and its getting older."""

import math
from datetime import timedelta

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

# The store's clock is real; a clock that the app sees move leaves it behind. Keys lose what time has passed.
AGE = """
    for _, key in ipairs(redis.call('KEYS', '*')) do
        local left = redis.call('PTTL', key)
        if left >= 0 then
            if left <= tonumber(ARGV[1]) then
                redis.call('DEL', key)
            else
                redis.call('PEXPIRE', key, left - tonumber(ARGV[1]))
            end
        end
    end
"""
KEYS_WITH_LIFE = """
    local found = {}
    for _, key in ipairs(redis.call('KEYS', ARGV[1])) do
        table.insert(found, key)
        table.insert(found, redis.call('PTTL', key))
    end
    return found
"""


class TokenStore:
    """The app's token store, as the suite sees it."""

    def __init__(self, url: str) -> None:
        # Again at once, for a store that was restarted; the client's own pauses are seconds.
        self._client = redis.Redis.from_url(url, decode_responses=True, retry=Retry(NoBackoff(), 2))
        self._age = self._client.register_script(AGE)
        self._keys = self._client.register_script(KEYS_WITH_LIFE)

    def empty(self) -> None:
        """Delete everything."""
        self._client.flushdb()

    def keys(self, pattern: str) -> dict[str, float]:
        """The keys that match a pattern such as `verify:*`, each with its seconds to live (inf: no end)."""
        found = list(self._keys(args=[pattern]))
        pairs = zip(found[::2], found[1::2], strict=True)
        return {str(key): left / 1000 if left >= 0 else math.inf for key, left in pairs}

    def age(self, delta: timedelta) -> None:
        """Let every key get `delta` older; those whose time is up are gone."""
        self._age(args=[round(delta.total_seconds() * 1000)])

    def forget(self, pattern: str) -> int:
        """Lose the keys that match a pattern; returns how many there were."""
        keys = list(self.keys(pattern))
        return int(self._client.delete(*keys)) if keys else 0

    def close(self) -> None:
        """Close the connections."""
        self._client.close()
