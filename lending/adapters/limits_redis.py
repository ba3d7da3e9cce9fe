"""The `Limits` port on a Redis or Valkey that every process of the library shares.

When it doesn't answer, the limits of this process's own memory do: each process then counts for itself, so a
limit is at most as many times too generous as there are processes. It is never off, and nobody is locked out.
"""

from contextlib import suppress
from datetime import timedelta

from lending.adapters.redis_shared import RedisAway, SharedRedis
from lending.ports.people import Limits

# The rule of InProcessLimits, in microseconds of the server's own clock. Answers how long to wait; 0 is "go".
# The second key, if there is one, stands for what is free once it was allowed.
_ALLOW = """
if KEYS[2] and redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
local per, cost = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local paid_off = math.max(now, math.min(tonumber(redis.call('GET', KEYS[1]) or now), now + per))
local wait = paid_off + cost - (now + per)
if wait > 0 then return wait end
redis.call('SET', KEYS[1], string.format('%.0f', paid_off + cost), 'PX', math.ceil(per / 1000))
if KEYS[2] then redis.call('SET', KEYS[2], 1, 'PX', math.ceil(per / 1000)) end
return 0
"""


class RedisLimits:
    """Counts in Redis, else in `fallback`. Threads may share it."""

    def __init__(self, redis: SharedRedis, fallback: Limits) -> None:
        self._redis = redis
        self._script = redis.client.register_script(_ALLOW)
        self._fallback = fallback

    def allow(
        self, name: str, who: str, limit: int, per: timedelta, *, tries: int = 1, what: str = ""
    ) -> timedelta | None:
        """None if allowed (and counted), else how long to wait: see the port."""
        microseconds = per // timedelta(microseconds=1)
        keys = [self._redis.key(f"try:{name}", who)]
        if what:
            keys.append(self._redis.key(f"free:{name}", f"{who} {what}"))
        try:
            wait = self._redis.ask(lambda: self._script(keys, [microseconds, microseconds // limit * tries]))
        except RedisAway:
            return self._fallback.allow(name, who, limit, per, tries=tries, what=what)
        return timedelta(microseconds=wait) if wait else None

    def clear(self, name: str, who: str) -> None:
        """Forget what was counted."""
        self._fallback.clear(name, who)
        with suppress(RedisAway):
            self._redis.ask(lambda: self._redis.client.delete(self._redis.key(f"try:{name}", who)))

    def first_time(self, name: str, value: str, keep: timedelta, *, renews: bool = False) -> bool:
        """True once for each value within `keep`: see the port.

        This process's memory is asked first, always: so what it saw while Redis was away stays seen when
        Redis is back, and the other way round.
        """
        is_new = self._fallback.first_time(name, value, keep, renews=renews)
        if not is_new and not renews:
            return False
        key = self._redis.key(f"seen:{name}", value)
        try:
            if renews:
                return self._redis.ask(lambda: self._renewed(key, keep)) and is_new
            return bool(self._redis.ask(lambda: self._redis.client.set(key, 1, nx=True, px=keep)))
        except RedisAway:
            return is_new

    def _renewed(self, key: str, keep: timedelta) -> bool:
        """Whether it was not there. It is now, for as long as `keep`."""
        return self._redis.client.set(key, 1, px=keep, get=True) is None
