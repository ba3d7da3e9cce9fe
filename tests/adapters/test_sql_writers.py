"""Writers of SQLite stand in line, whatever becomes of those before them."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lending.adapters.sql.writers import WriterQueue

STAND_IN_LINE = """
import sys, time
from pathlib import Path
from lending.adapters.sql.writers import WriterQueue
with WriterQueue(Path(sys.argv[1])).turn():
    print("writes", flush=True)
    time.sleep(60)
"""


class Line:
    """Writers that come one after another, and write down when it is their turn."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.served: list[str] = []
        self._threads: list[threading.Thread] = []

    def come(self, name: str) -> None:
        """As a thread with a queue of its own. Returns once it stands in the line."""
        before = self.drawn()
        self._threads.append(threading.Thread(target=self._write, args=(name,)))
        self._threads[-1].start()
        self.wait_for(before + 1)

    def process(self) -> "subprocess.Popen[str]":
        """Another process that comes to write, and does so for a long time."""
        before = self.drawn()
        command = [sys.executable, "-c", STAND_IN_LINE, str(self.path)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.wait_for(before + 1)
        return process

    def drawn(self) -> int:
        """How many numbers were drawn."""
        return int.from_bytes(self.path.read_bytes(), sys.byteorder) if self.path.exists() else 0

    def wait_for(self, number: int) -> None:
        until = time.monotonic() + 20
        while self.drawn() < number:
            assert time.monotonic() < until, "nobody came"
            time.sleep(0.001)

    def all_served(self) -> list[str]:
        for thread in self._threads:
            thread.join(20)
        return self.served

    def _write(self, name: str) -> None:
        with WriterQueue(self.path).turn():
            self.served.append(name)


@pytest.fixture
def line(tmp_path: Path) -> Line:
    return Line(tmp_path / "pen")


def killed(process: "subprocess.Popen[str]") -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_who_comes_first_is_served_first(line: Line) -> None:
    names = [f"writer {number}" for number in range(12)]
    with WriterQueue(line.path).turn():
        for name in names:
            line.come(name)
        assert line.served == []
    assert line.all_served() == names


def test_a_process_that_dies_while_it_writes_holds_nobody_up(line: Line) -> None:
    process = line.process()
    assert process.stdout is not None
    assert process.stdout.readline() == "writes\n"
    line.come("next")
    assert line.served == []
    killed(process)
    assert line.all_served() == ["next"]


def test_a_process_that_dies_in_the_line_lets_nobody_in_too_early(line: Line) -> None:
    with WriterQueue(line.path).turn():
        line.come("first")
        process = line.process()
        line.come("second")
        killed(process)
        time.sleep(0.1)
        assert line.served == []
    assert sorted(line.all_served()) == ["first", "second"]


def test_there_is_one_writer_at_a_time_across_queues(tmp_path: Path) -> None:
    """Queues of the same file, as several processes have them."""
    queues = [WriterQueue(tmp_path / "pen") for _ in range(2)]
    inside: list[int] = []
    most = [0]

    def write(number: int) -> None:
        for _ in range(50):
            with queues[number % 2].turn():
                inside.append(number)
                most[0] = max(most[0], len(inside))
                inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert most == [1]


def test_a_turn_that_ends_badly_is_given_back(line: Line) -> None:
    with pytest.raises(ValueError, match="blot"), WriterQueue(line.path).turn():
        raise ValueError("blot")
    line.come("next")
    assert line.all_served() == ["next"]


def test_a_writer_leaves_no_file_open(line: Line) -> None:
    def opened() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = opened()
    for _ in range(5):
        with WriterQueue(line.path).turn():
            pass
    assert opened() == before
