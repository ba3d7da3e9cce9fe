"""What was read lately, kept in this process's memory and nowhere else.

A page is drawn or a chapter cleaned once for a reader who turns back and forth, or
for two workers' worth of requests at the same time. Books never go to a cache on disk
or in Redis: both would hold their text in the clear.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Recent:
    """The latest values, up to `capacity` bytes together. Threads may share it."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._weight = 0

    def peek(self, key: Hashable) -> Any | None:
        """The value for `key` if it is kept, else None."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def get(self, key: Hashable, make: Callable[[], T], weigh: Callable[[T], int | None]) -> T:
        """The value for `key`, made now if it isn't kept. One that weighs None is not kept.

        Two threads may make the same value at once; that costs time, never correctness.
        """
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                value: T = self._kept[key][0]
                return value
        value = make()
        weight = weigh(value)
        if weight is not None and weight <= self._capacity:
            self._keep(key, value, weight)
        return value

    def _keep(self, key: Hashable, value: object, weight: int) -> None:
        with self._lock:
            self._weight += weight - self._kept.pop(key, (None, 0))[1]
            self._kept[key] = (value, weight)
            while self._weight > self._capacity:
                self._weight -= self._kept.popitem(last=False)[1][1]
