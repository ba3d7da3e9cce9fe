"""A Redis or Valkey that every process of the library shares, and that may be away at any moment.

It is a help here, never a need: whoever asks it knows what to do without an answer.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

T = TypeVar("T")

TIMEOUT = 0.25
"""Seconds that a request may lose to a Redis that hangs."""
_REST = 2.0  # seconds for which a Redis that failed isn't asked
_log = logging.getLogger(__name__)


class RedisAway(Exception):
    """Redis doesn't answer, or failed a moment ago and isn't asked just now."""


class SharedRedis:
    """Redis 7 or Valkey. Threads and adapters may share it: so one that hangs costs a process one short wait.

    What a key is about is hashed under `pepper`, a secret of the library: a dump of Redis names no account,
    no loan and no address.
    """

    def __init__(self, url: str, *, pepper: bytes, timeout: float = TIMEOUT) -> None:
        """Nothing is connected yet: `url` need not answer. `pepper` has at most 64 bytes."""
        self.client: Redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=Retry(NoBackoff(), 0),  # to do without is our second try
        )
        self._pepper = pepper
        self._breaker = _Breaker()

    def ask(self, question: Callable[[], T]) -> T:
        """What `question`, put to `client`, is answered. Raises RedisAway."""
        try:
            with self._breaker:
                return question()
        except (RedisError, OSError) as error:
            raise RedisAway from error

    def key(self, kind: str, whom: str) -> str:
        """The name under which something of a `kind` is kept about somebody or something."""
        digest = hashlib.blake2b(whom.encode(), key=self._pepper, digest_size=16).hexdigest()
        return f"lending:{kind}:{digest}"


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
            _log.warning("Redis doesn't answer: the library does without it (%s)", error)
        elif changed:
            _log.info("Redis answers again")
