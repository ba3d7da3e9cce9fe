"""One drawing process, seen from the server."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from lending.pdf import wire
from lending.pdf.wire import Garbled, Json

_CODE: Final = Path(__file__).parents[2]


class ChildLost(Exception):
    """The drawing process crashed, ran out of time or answered nonsense. It is dead now."""


class Child:
    """A running drawing process. One question at a time; not thread-safe.

    Start it from a thread that lives as long as the server: Linux ends it with that thread.
    """

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-B", "-m", "lending.pdf.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what PDFium prints may quote the book
            bufsize=0,
            env={"PYTHONPATH": str(_CODE)},  # none of the server's environment
            start_new_session=True,  # a Ctrl-C in the server's terminal is the server's to handle
        )
        self.asked = 0

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still runs, as far as is known."""
        return self._process.poll() is None

    @property
    def memory(self) -> int:
        """Bytes of memory that it holds now; 0 where the system doesn't tell (other than Linux)."""
        try:
            pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        except OSError:
            return 0
        return pages * os.sysconf("SC_PAGE_SIZE")

    def ask(self, question: Json, seconds: float) -> tuple[Json, bytes]:
        """The answer and its data. Raises `ChildLost` if there is none within `seconds`."""
        until = time.monotonic() + seconds
        self.asked += 1
        try:
            self._send(wire.pack({**question, "seconds": int(seconds) + 2}))
            body, data = wire.lengths(self._receive(wire.LENGTHS.size, until))
            return wire.parse(self._receive(body, until)), self._receive(data, until)
        except (OSError, EOFError, TimeoutError, Garbled) as error:
            self.kill()
            raise ChildLost(f"{type(error).__name__} {error}, exit {self._process.returncode}") from None

    def _send(self, message: bytes) -> None:
        """A question fits into a pipe's buffer, and the process has read all earlier ones: no wait."""
        assert self._process.stdin
        self._process.stdin.write(message)

    def _receive(self, size: int, until: float) -> bytes:
        assert self._process.stdout
        pipe = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(pipe, select.POLLIN)
        received = bytearray()
        while len(received) < size:
            if not poll.poll(max(0, until - time.monotonic()) * 1000):
                raise TimeoutError
            piece = os.read(pipe, min(size - len(received), 1 << 20))
            if not piece:
                raise EOFError
            received += piece
        return bytes(received)

    def kill(self) -> None:
        """End the process at once, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
