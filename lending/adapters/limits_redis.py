"""The `Limits` port on a Redis or Valkey that every process of the library shares.

Redis is a help here, never a need. When it doesn't answer, the limits of this process's own memory do: each
process then counts for itself, so a limit is at most as many times too generous as there are processes. It is
never off, and nobody is locked out.
"""

import hashlib
import logging
import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Self

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from lending.ports.people import Limits

_TIMEOUT = 0.25  # seconds that a request may lose to a Redis that hangs
_REST = 2.0  # seconds for which a Redis that failed isn't asked
_log = logging.getLogger(__name__)

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
    """Counts in Redis 7 or Valkey, else in `fallback`. Threads may share it.

    Whom a counter is about is hashed under `pepper`, a secret of the library: a dump of Redis names no
    account and no address.
    """

    def __init__(self, url: str, fallback: Limits, *, pepper: bytes) -> None:
        """Nothing is connected yet: `url` need not answer. `pepper` has at most 64 bytes."""
        redis: Redis = Redis.from_url(
            url,
            socket_timeout=_TIMEOUT,
            socket_connect_timeout=_TIMEOUT,
            retry=Retry(NoBackoff(), 0),  # the fallback is our second try
        )
        self._redis = redis
        self._script = redis.register_script(_ALLOW)
        self._fallback = fallback
        self._pepper = pepper
        self._breaker = _Breaker()

    def allow(
        self, name: str, who: str, limit: int, per: timedelta, *, tries: int = 1, what: str = ""
    ) -> timedelta | None:
        """None if allowed (and counted), else how long to wait: see the port."""
        microseconds = per // timedelta(microseconds=1)
        keys = [self._key("try", name, who)]
        if what:
            keys.append(self._key("free", name, f"{who} {what}"))
        try:
            with self._breaker:
                wait = self._script(keys, [microseconds, microseconds // limit * tries])
        except (RedisError, OSError):
            return self._fallback.allow(name, who, limit, per, tries=tries, what=what)
        return timedelta(microseconds=wait) if wait else None

    def clear(self, name: str, who: str) -> None:
        """Forget what was counted."""
        self._fallback.clear(name, who)
        try:
            with self._breaker:
                self._redis.delete(self._key("try", name, who))
        except (RedisError, OSError):
            return

    def first_time(self, name: str, value: str, keep: timedelta) -> bool:
        """True once for each value within `keep`.

        This process's memory is asked first, always: so what it saw while Redis was away stays seen when
        Redis is back, and the other way round.
        """
        if not self._fallback.first_time(name, value, keep):
            return False
        try:
            with self._breaker:
                return bool(self._redis.set(self._key("seen", name, value), 1, nx=True, px=keep))
        except (RedisError, OSError):
            return True

    def _key(self, kind: str, name: str, whom: str) -> str:
        digest = hashlib.blake2b(whom.encode(), key=self._pepper, digest_size=16).hexdigest()
        return f"lending:{kind}:{name}:{digest}"


class _RestingError(RedisError):
    """Redis failed a moment ago and isn't asked just now."""


class _Breaker:
    """Wraps a question to Redis, so that a dead one costs a request nothing.

    After a failure nobody asks for two seconds; then one caller tries, and the others go on without until it
    has its answer.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tripped = False
        self._rests_until = 0.0

    def __enter__(self) -> Self:
        with self._lock:
            now = time.monotonic()
            if now < self._rests_until:
                raise _RestingError
            if self._tripped:
                self._rests_until = now + _REST
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        failed = isinstance(error, RedisError | OSError)
        with self._lock:
            changed, self._tripped = failed is not self._tripped, failed
            self._rests_until = time.monotonic() + _REST if failed else 0.0
        if changed and failed:
            _log.warning("Redis doesn't answer: each process counts for itself (%s)", error)
        elif changed:
            _log.info("Redis answers again")
