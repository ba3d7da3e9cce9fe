"""The `Limits` port in this process's memory: for tests, and for when Redis can't be reached."""

import heapq
import threading
from datetime import datetime, timedelta
from typing import Final

from lending.ports.world import Clock

SWEPT_EVERY: Final = timedelta(minutes=10)
"""What counts no more is forgotten by then, as soon as something else is counted."""


class InProcessLimits:
    """Counts within one process. Threads may share it; a restart forgets everything.

    The rule is the "generic cell rate algorithm": all that is kept of a key is the moment at which its tries
    are paid off. Each try puts it off by `per / limit`; one that would put it more than `per` ahead has to
    wait. So `limit` tries go through at once, and after that one more each `per / limit`.
    """

    def __init__(self, clock: Clock, most: int = 100_000) -> None:
        """`most` bounds the memory: past it, what would soonest be forgotten anyway is forgotten at once."""
        self._clock = clock
        self._most = most
        self._until: dict[tuple[str, str, str], datetime] = {}
        self._swept = clock.now()
        self._lock = threading.Lock()

    def allow(
        self, name: str, who: str, limit: int, per: timedelta, *, tries: int = 1, what: str = ""
    ) -> timedelta | None:
        """None if allowed (and counted), else how long to wait: see the port."""
        key, now, cost = ("try", name, who), self._clock.now(), per // limit * tries
        free = ("free", name, f"{who} {what}")
        with self._lock:
            if what and self._until.get(free, now) > now:
                return None
            # No further ahead than `per`: a clock that was set back must not lock anyone out for long.
            paid_off = max(now, min(self._until.get(key, now), now + per))
            wait = paid_off + cost - (now + per)
            if wait > timedelta(0):
                return wait
            self._keep(key, paid_off + cost, now)
            if what:
                self._keep(free, now + per, now)
            return None

    def clear(self, name: str, who: str) -> None:
        """Forget what was counted."""
        with self._lock:
            self._until.pop(("try", name, who), None)

    def first_time(self, name: str, value: str, keep: timedelta, *, renews: bool = False) -> bool:
        """True once for each value within `keep`: see the port."""
        key, now = ("seen", name, value), self._clock.now()
        with self._lock:
            is_new = self._until.get(key, now) <= now
            if is_new or renews:
                self._keep(key, now + keep, now)
            return is_new

    def _keep(self, key: tuple[str, str, str], until: datetime, now: datetime) -> None:
        if now - self._swept >= SWEPT_EVERY:
            self._until = {one: moment for one, moment in self._until.items() if moment > now}
            self._swept = now
        if len(self._until) >= self._most and key not in self._until:
            soonest = heapq.nsmallest(max(1, self._most // 10), self._until, key=self._until.__getitem__)
            for forgotten in soonest:
                del self._until[forgotten]
        self._until[key] = until
