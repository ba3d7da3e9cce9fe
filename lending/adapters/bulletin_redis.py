"""The `Bulletin` port on a Redis or Valkey. While it is away, no version is known."""

import threading
from collections.abc import Set as AbstractSet

from lending.adapters.redis_shared import RedisAway, SharedRedis
from lending.ports.bulletin import HOLDS_FOR

# Versions are moments of the server's own clock, in microseconds: one that was forgotten is never made again.
_MOMENT = """
local function moment()
  local time = redis.call('TIME')
  return time[1] * 1000000 + time[2]
end
local function put(key, version)
  redis.call('SET', key, string.format('%.0f', version), 'PX', ARGV[1])
end
"""
_BUMP = (
    _MOMENT
    + """
for _, key in ipairs(KEYS) do
  put(key, math.max(moment(), tonumber(redis.call('GET', key) or 0) + 1))
end
"""
)
_VERSION = (
    _MOMENT
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then put(KEYS[1], moment()) end
return redis.call('GET', KEYS[1])
"""
)


class RedisBulletin:
    """Keeps versions, each for a minute. Threads may share it."""

    def __init__(self, redis: SharedRedis) -> None:
        self._redis = redis
        self._bump = redis.client.register_script(_BUMP)
        self._version = redis.client.register_script(_VERSION)
        self._holds_for = int(HOLDS_FOR.total_seconds() * 1000)
        self._lock = threading.Lock()
        self._owed: set[str] = set()
        """What has changed and Redis was not told yet: at most a topic for each owner."""

    def bump(self, topics: AbstractSet[str]) -> None:
        """See the port."""
        with self._lock:
            self._owed |= topics
        self._pay()

    def version(self, topic: str) -> int | None:
        """See the port. What Redis missed while it was away or slow it is told first."""
        self._pay()
        try:
            return int(self._redis.ask(lambda: self._version([self._key(topic)], [self._holds_for])))
        except RedisAway:
            return None

    def _pay(self) -> None:
        with self._lock:
            owed, self._owed = self._owed, set()
        if not owed:
            return
        keys = [self._key(topic) for topic in sorted(owed)]
        try:
            self._redis.ask(lambda: self._bump(keys, [self._holds_for]))
        except RedisAway:
            with self._lock:
                self._owed |= owed

    def _key(self, topic: str) -> str:
        return self._redis.key("new", topic)
