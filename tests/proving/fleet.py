"""Servers started, killed and started again. Each incarnation has a process and a port of its own."""

import http.client
import multiprocessing
import os
import random
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from types import TracebackType
from typing import Self

from tests.proving.server import Plan, serve
from tests.real.ports import free_port

_LOOK_EVERY = 0.02  # seconds
_READY_WITHIN = 60.0


@dataclass
class Server:
    """One incarnation."""

    process: multiprocessing.process.BaseProcess
    port: int
    since: float = field(default_factory=time.monotonic)

    @property
    def is_alive(self) -> bool:
        """Whether its process is there."""
        return self.process.is_alive()

    def kill(self) -> None:
        """As by kill -9, workers and all."""
        assert self.process.pid is not None
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)  # one just forked leads no group yet
            os.killpg(self.process.pid, signal.SIGKILL)

    def answers(self) -> bool:
        """Whether it is ready."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


class Fleet:
    """Keeps so many servers of a library running, for as long as the block lasts."""

    def __init__(self, plan: Plan, size: int) -> None:
        self._plan = plan
        self._size = size
        self._lock = threading.Lock()
        self._ready: list[Server] = []
        self._coming: list[Server] = []
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="fleet")
        self.died = 0

    def __enter__(self) -> Self:
        self._context = fork_context()
        self._keeper.start()
        until = time.monotonic() + _READY_WITHIN
        while len(self._ready) < self._size:
            if time.monotonic() > until:
                self.__exit__(None, None, None)
                log = self._plan.log_file
                raise AssertionError(
                    f"the servers don't start: {log.read_text()[-2000:] if log.exists() else ''}"
                )
            time.sleep(_LOOK_EVERY)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.set()
        self._keeper.join()
        for server in (*self._ready, *self._coming):
            server.kill()
            server.process.join()
            self.died += 1

    def any(self, dice: random.Random) -> Server | None:
        """A server that was ready a moment ago."""
        with self._lock:
            return dice.choice(self._ready) if self._ready else None

    @property
    def is_whole(self) -> bool:
        """Whether all are ready."""
        return len(self._ready) == self._size

    def _keep(self) -> None:
        while not self._closing.wait(_LOOK_EVERY):
            self._bury()
            while len(self._ready) + len(self._coming) < self._size:
                self._coming.append(self._start())
            for server in [one for one in self._coming if one.answers()]:
                self._coming.remove(server)
                with self._lock:
                    self._ready.append(server)

    def _bury(self) -> None:
        with self._lock:
            dead = [server for server in self._ready if not server.is_alive]
            self._ready = [server for server in self._ready if server not in dead]
        dead += [server for server in self._coming if not server.is_alive]
        self._coming = [server for server in self._coming if server not in dead]
        for server in dead:
            server.kill()  # a worker that outlived its parent
            server.process.join()
            self.died += 1

    def _start(self) -> Server:
        port = free_port()
        process = self._context.Process(target=serve, args=(self._plan, port))
        process.start()
        return Server(process, port)


def fork_context() -> ForkServerContext:
    """Processes forked from one that has imported the whole program, and has no threads."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.proving.server"])
    return context
