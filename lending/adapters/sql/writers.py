"""The line in which the writers of SQLite wait: first come, first served, across threads and processes.

SQLite's own busy handler polls, and one lock for all is had by whoever is quickest, which is mostly the one
that just gave it back: on a fast disk some writers waited a thousand times longer than most. So each writer
draws a number and waits for the one before.

All is kept in locks on bytes of one file, which belong to whoever opened it (`man 2 fcntl`, "open file
description locks"): the kernel gives them back when a process dies, wherever it stood in the line, and wakes
exactly the next.
"""

import fcntl
import os
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_DRAWING: Final = 0
"""The byte that is locked while a number is drawn. The last number drawn stands in the file's first eight."""
_PEN: Final = 8
"""The byte that the writer has locked. Were somebody in the line to die, the one behind would come too early
and would still have to wait for this."""
_PLACES: Final = 16
"""From here on each number has a byte, locked by whoever drew it until they have written."""

_NUMBER: Final = struct.Struct("=q")
_LOCK: Final = struct.Struct("hhqqi0q")  # struct flock, as Linux has it
_WHOLE_FILE: Final = 0


class WriterQueue:
    """One writer at a time, in the order in which they asked.

    A writer that dies gives its turn, or its place in the line, back at once. Only Linux has such locks for
    certain: elsewhere writers take turns too, in no particular order.
    """

    def __init__(self, path: Path) -> None:
        """`path` is the file that all writers share. It is made when the first one comes."""
        self._path = path

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the pen."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if sys.platform == "linux":
                _wait_in_line(file)
            else:
                fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            if sys.platform == "linux":  # a process forked meanwhile may have it open for a while yet
                _change(file, fcntl.F_UNLCK, 0, _WHOLE_FILE)
            os.close(file)


def _wait_in_line(file: int) -> None:
    mine = _PLACES + _draw(file)
    _change(file, fcntl.F_WRLCK, mine - 1)
    _change(file, fcntl.F_WRLCK, _PEN)


def _draw(file: int) -> int:
    """The next number, whose place is locked before the one after it can be drawn."""
    _change(file, fcntl.F_WRLCK, _DRAWING)
    last = os.pread(file, _NUMBER.size, 0)
    number = (_NUMBER.unpack(last)[0] if last else 0) + 1
    _change(file, fcntl.F_WRLCK, _PLACES + number)
    os.pwrite(file, _NUMBER.pack(number), 0)
    _change(file, fcntl.F_UNLCK, _DRAWING)
    return number


def _change(file: int, kind: int, start: int, length: int = 1) -> None:
    """Lock or unlock some bytes, waiting for as long as another has them."""
    fcntl.fcntl(file, fcntl.F_OFD_SETLKW, _LOCK.pack(kind, os.SEEK_SET, start, length, 0))
