"""The `Seats` port on a Redis or Valkey. While it is away, nobody is known to sit anywhere."""

from contextlib import suppress

from lending.adapters.redis_shared import RedisAway, SharedRedis
from lending.ports.seats import KEPT_FOR

_SIT = """
local there = redis.call('GET', KEYS[1])
if there and there ~= ARGV[1] then return there end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]
"""
_LEAVE = """
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""


class RedisSeats:
    """Keeps the name of the window that sits, until it isn't heard of any more."""

    def __init__(self, redis: SharedRedis) -> None:
        self._redis = redis
        self._sit = redis.client.register_script(_SIT)
        self._leave = redis.client.register_script(_LEAVE)

    def sit(self, seat: str, window: str) -> str | None:
        """See the port."""
        milliseconds = int(KEPT_FOR.total_seconds() * 1000)
        try:
            return str(self._redis.ask(lambda: self._sit([self._key(seat)], [window, milliseconds])))
        except RedisAway:
            return None

    def take(self, seat: str, window: str) -> None:
        """See the port."""
        with suppress(RedisAway):
            self._redis.ask(lambda: self._redis.client.set(self._key(seat), window, px=KEPT_FOR))

    def holder(self, seat: str) -> str | None:
        """See the port."""
        try:
            there = self._redis.ask(lambda: self._redis.client.get(self._key(seat)))
        except RedisAway:
            return None
        return None if there is None else str(there)

    def leave(self, seat: str, window: str) -> None:
        """See the port."""
        with suppress(RedisAway):
            self._redis.ask(lambda: self._leave([self._key(seat)], [window]))

    def _key(self, seat: str) -> str:
        return self._redis.key("seat", seat)
