"""What goes wrong while people lend and borrow."""

import random
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from redis import RedisError

from tests.proving.failpoints import Step
from tests.proving.fleet import Fleet
from tests.proving.history import Kind
from tests.proving.houses import House

CRASHING: Final = (Kind.CLAIM, Kind.CHECK_IN, Kind.RECALL)
"""Acts at whose every step a server dies."""
STEPS: Final = tuple((kind, step) for kind in CRASHING for step in Step)
BETWEEN_CRASHES: Final = 1.0  # seconds
PAUSE: Final = (0.3, 1.2)  # seconds between two troubles


class Crashes:
    """Says of an act at which of its steps the server shall kill itself: each in turn, now and then."""

    def __init__(self, fleet: Fleet, dice: random.Random) -> None:
        self._fleet = fleet
        self._lock = threading.Lock()
        self._turns = {kind: deque(dice.sample(list(Step), len(Step))) for kind in CRASHING}
        self._next = 0.0

    def wanted(self, kind: Kind) -> Step | None:
        """The step, if it is time for one."""
        if kind not in CRASHING:
            return None
        with self._lock:
            now = time.monotonic()
            if now < self._next or not self._fleet.is_whole:
                return None
            self._next = now + BETWEEN_CRASHES
            return self._turns[kind][0]

    def came(self, kind: Kind, step: Step, *, answered: bool) -> None:
        """What became of it. An act that is refused never comes to most steps: then the next is asked."""
        with self._lock:
            if answered and step is not Step.AFTER_RESPONSE:
                self._next = 0.0
            elif self._turns[kind][0] is step:
                self._turns[kind].rotate(-1)


class Nemesis:
    """Makes trouble, one after the other."""

    def __init__(self, house: House, fleet: Fleet, dice: random.Random) -> None:
        self._house, self._fleet, self._dice = house, fleet, dice
        self._troubles: list[Callable[[], None]] = [
            self._kill_server,
            self._kill_server,
            self._move_clock,
            self._flush_redis,
            self._kill_redis,
            self._halt_redis,
        ]
        if house.postgres is not None:
            self._troubles.append(self._stop_postgres)

    def go_on(self, over: threading.Event) -> None:
        """Until it is over. Whatever was stopped has been started again then."""
        while not over.wait(self._dice.uniform(*PAUSE)):
            self._dice.choice(self._troubles)()

    def _kill_server(self) -> None:
        server = self._fleet.any(self._dice)
        if server is not None:
            server.kill()

    def _move_clock(self) -> None:
        self._house.clock.move(self._dice.randint(200, 2500))

    def _flush_redis(self) -> None:
        with suppress(RedisError):
            self._house.redis.client().flushall()

    def _kill_redis(self) -> None:
        self._house.redis.kill()
        time.sleep(self._dice.uniform(0, 0.5))
        self._house.redis.start()

    def _halt_redis(self) -> None:
        self._house.redis.halt()
        time.sleep(self._dice.uniform(0.1, 1))
        self._house.redis.go_on()

    def _stop_postgres(self) -> None:
        assert self._house.postgres is not None
        self._house.postgres.stop()
        darkness = self._house.darkness
        darkness.since = time.monotonic_ns()
        time.sleep(self._dice.uniform(0, 0.3))
        darkness.is_starting, darkness.since = True, None
        self._house.postgres.start()
        darkness.is_starting = False
