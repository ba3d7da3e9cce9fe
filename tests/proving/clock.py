"""A clock that can be moved ahead, for all processes at once, and when it passed a due date."""

import mmap
import struct
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from lending.adapters.clock_system import SystemClock

_OFFSET: Final = struct.Struct("=q")
SLACK_NS: Final = 5_000_000
"""What times are rounded to, and more."""


class MovedClock:
    """The `Clock` port: the system's clock, and ahead of it by what a small file says in milliseconds."""

    def __init__(self, path: Path) -> None:
        with path.open("r+b") as file:
            self._offset = mmap.mmap(file.fileno(), _OFFSET.size)

    def now(self) -> datetime:
        """See `ports.world.Clock`."""
        return SystemClock().now() + timedelta(milliseconds=_OFFSET.unpack_from(self._offset)[0])


class ClockMover:
    """Moves that clock, and remembers when. Only ahead: that time never runs back is taken for granted."""

    def __init__(self, path: Path) -> None:
        path.write_bytes(_OFFSET.pack(0))
        with path.open("r+b") as file:
            self._file = mmap.mmap(file.fileno(), _OFFSET.size)
        self._epoch_ns = time.time_ns() - time.monotonic_ns()
        self._moves = [(0, 0, 0)]

    def move(self, milliseconds: int) -> None:
        """Put the clock ahead by so much more."""
        offset = self._moves[-1][2] + milliseconds
        before = time.monotonic_ns()
        _OFFSET.pack_into(self._file, 0, offset)
        self._moves.append((before, time.monotonic_ns(), offset))

    def passes(self, due: int) -> tuple[int, int]:
        """Between which two monotonic nanoseconds the clock comes to `due`, in milliseconds since 1970."""
        drift = abs(time.time_ns() - time.monotonic_ns() - self._epoch_ns)
        earliest, latest = passing(due, self._epoch_ns, self._moves)
        return earliest - drift, latest + drift


def passing(due: int, epoch_ns: int, moves: list[tuple[int, int, int]]) -> tuple[int, int]:
    """The same, for a clock whose moves are (begun, ended, milliseconds ahead from then on), in order."""
    reached = [
        (begun, ended, due * 1_000_000 - ahead * 1_000_000 - epoch_ns) for begun, ended, ahead in moves
    ]
    earliest = min(max(begun, at) for begun, _, at in reached)
    latest = min(max(ended, at) for _, ended, at in reached)
    return earliest - SLACK_NS, latest + SLACK_NS
