"""How long a writer of SQLite waits for its turn, while eight processes write as fast as they can."""

import statistics
import tempfile
import time
from bisect import bisect
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Final

from sqlalchemy import text

from lending.adapters.sql.engine import connect, writers_in_turn, writing
from tests.proving.fleet import fork_context

WRITERS: Final = 8
MOST: Final = 20
"""No writer waits longer than so many times the median."""

Wait = tuple[int, int]
"""When a writer asked for its turn and when it had it, in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Fairness:
    """What was measured."""

    waits: int
    median: float
    longest: float
    overtaken: int
    """How many others had their turn while one waited, at most."""

    @property
    def is_fair(self) -> bool:
        """Whether nobody waited far longer than most do."""
        return self.longest <= MOST * self.median

    def __str__(self) -> str:
        times = f"median {self.median * 1000:.1f} ms, longest {self.longest * 1000:.1f} ms"
        ratio = self.longest / self.median
        return f"{self.waits} turns, {times}: {ratio:.1f} times; at most {self.overtaken} others came first"


def judged(waits: list[Wait]) -> Fairness:
    """What so many waits say."""
    lengths = [(had - asked) / 1e9 for asked, had in waits]
    turns = sorted(had for _, had in waits)
    overtaken = max(bisect(turns, had) - bisect(turns, asked) - 1 for asked, had in waits)
    return Fairness(len(waits), statistics.median(lengths), max(lengths), overtaken)


def measured(seconds: float) -> Fairness:
    """Let them write for so long."""
    context = fork_context()
    with tempfile.TemporaryDirectory(prefix="proving-") as folder:
        database = Path(folder) / "library.db"
        url = f"sqlite:///{database}"
        engine = connect(url)
        with writing(engine, None) as connection:
            connection.execute(text("CREATE TABLE page (written INTEGER)"))
            connection.execute(text("INSERT INTO page VALUES (0)"))
        engine.dispose()
        barrier = context.Barrier(WRITERS)
        pipes = [context.Pipe(duplex=False) for _ in range(WRITERS)]
        writers = [context.Process(target=write, args=(url, seconds, barrier, there)) for _, there in pipes]
        for writer in writers:
            writer.start()
        waits: list[Wait] = [wait for here, _ in pipes for wait in here.recv()]
        for writer in writers:
            writer.join()
    return judged(waits)


def write(url: str, seconds: float, barrier: Barrier, there: Connection) -> None:
    """One process: write, and tell every wait."""
    engine = connect(url)
    queue = writers_in_turn(engine)
    waits = []
    barrier.wait(60)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        asked = time.monotonic_ns()
        with writing(engine, queue) as connection:
            waits.append((asked, time.monotonic_ns()))
            connection.execute(text("UPDATE page SET written = written + 1"))
    there.send(waits)
    there.close()
    engine.dispose()
