"""A real PostgreSQL for tests: set up in a temp folder, thrown away with it.

Each test process (xdist has several) has a server of its own, on a unix socket
in that folder and on no port, so nothing meets anything else on the machine.
`fsync` is off, unless asked for: these tests prove the SQL, not the disk.
"""

import itertools
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

NewDatabase = Callable[[], str]
"""Makes an empty database and answers its SQLAlchemy URL."""


class RealPostgres:
    """One server process over one folder."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """A durable server writes as PostgreSQL does by default: what it committed outlives it."""
        self._folder = folder
        self._options = [] if durable else ["-c", "fsync=off"]
        self._programs = _programs()
        self._as_user = _as_user()
        self._numbers = itertools.count(1)
        if self._as_user:
            shutil.chown(folder, self._as_user["user"])
        self._make_cluster()
        self.start()

    def new_database(self) -> str:
        name = f"test_{next(self._numbers)}"
        with self._connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[call-overload]
        return f"postgresql+psycopg://postgres@/{name}?host={self._folder}"

    def stop(self) -> None:
        """At once: what it held is thrown away."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)

    def _make_cluster(self) -> None:
        command = [str(self._programs / "initdb"), "--pgdata", str(self._folder / "data"), "--no-sync"]
        command += ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        made = subprocess.run(
            command, check=False, capture_output=True, text=True, cwd=self._folder, **self._as_user
        )
        assert made.returncode == 0, made.stdout + made.stderr

    def start(self) -> None:
        """Over the folder as it was left."""
        command = [
            str(self._programs / "postgres"),
            "-D",
            str(self._folder / "data"),
            "-k",
            str(self._folder),
        ]
        command += ["-c", "listen_addresses=", *self._options, "-c", "max_connections=100"]
        with (self._folder / "log").open("wb") as log:
            self.process = process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._folder, **self._as_user
            )
        deadline = time.monotonic() + 30
        while not self._answers():
            said = (self._folder / "log").read_text()
            assert process.poll() is None, f"PostgreSQL ended: {said}"
            assert time.monotonic() < deadline, f"PostgreSQL doesn't answer: {said}"
            time.sleep(0.05)

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(f"user=postgres dbname=postgres host={self._folder}", autocommit=True)


@pytest.fixture(scope="session")
def real_postgres() -> Iterator[RealPostgres]:
    """This test process's PostgreSQL, started when a test first asks for it."""
    with tempfile.TemporaryDirectory(
        prefix="lending-pg-"
    ) as folder:  # pytest's own are too long for a socket
        server = RealPostgres(Path(folder))
        try:
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def new_postgres_database(real_postgres: RealPostgres) -> NewDatabase:
    """Call it for the SQLAlchemy URL of an empty database that is the test's own."""
    return real_postgres.new_database


def _programs() -> Path:
    """The newest PostgreSQL of the machine; Debian keeps its server off the PATH."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0), default=None)
    found = newest or shutil.which("initdb")
    assert found, "No PostgreSQL on this machine: scripts/test-system-packages installs it"
    return Path(found).parent


def _as_user() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root starts it as the user that Debian's package made."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
