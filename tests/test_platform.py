"""The server as a process: slow clients, broken clients, killed workers, killed parents.

A plain app stands in for the library's (tests/real/plain_app.py): these are granian's
and the launcher's promises, on which upload and reading rest.
"""

import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest


class Served:
    """The plain app, served by a process of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.port = port
        self._log = home.parent / "log"
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.real.plain_app", str(home), str(port)],
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(self.answers, "the server answers")

    def answers(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        try:
            return bool(self.get("/"))
        except OSError:
            return False

    def get(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def workers(self) -> set[int]:
        """The process ids that answer, asked often enough to meet every one.

        A connection that a killed worker had not yet accepted is reset: the kernel had dealt it that one.
        """
        met = set()
        for _ in range(40):
            with suppress(ConnectionResetError):
                met.add(int(self.get("/")))
        return met

    def sends(self, length: int) -> socket.socket:
        """A connection that has promised a body of `length` bytes and sent none of it."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=10)
        connection.sendall(f"PATCH /body HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        return connection

    def log(self) -> list[dict[str, str]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def said(self, message: str) -> list[dict[str, str]]:
        return [line for line in self.log() if line["message"] == message]


@pytest.fixture
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lending-") as folder:
        (Path(folder) / "home").mkdir()
        yield Path(folder) / "home"


@pytest.fixture
def served(home: Path) -> Iterator[Served]:
    server = Served(home, free_port())
    yield server
    server.process.kill()
    server.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def wait_until(true: object, what: str, seconds: float = 60) -> None:
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"Not so within {seconds} s: {what}"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def milliseconds_of(served: Served, times: int) -> list[float]:
    took = []
    for _ in range(times):
        began = time.perf_counter()
        served.get("/")
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(0.005)
    return took


def send_slowly(served: Served, bytes_a_second: int, stop: threading.Event) -> None:
    with served.sends(10_000_000) as connection:
        while not stop.wait(0.1):
            connection.sendall(b"a" * (bytes_a_second // 10))


def test_clients_that_send_slowly_hold_up_nobody_else(served: Served) -> None:
    quiet = statistics.median(milliseconds_of(served, 100))
    stop = threading.Event()
    senders = [threading.Thread(target=send_slowly, args=(served, 10_000, stop)) for _ in range(10)]
    for sender in senders:
        sender.start()
    time.sleep(0.5)
    try:
        busy = statistics.median(milliseconds_of(served, 100))
    finally:
        stop.set()
        for sender in senders:
            sender.join()

    assert busy <= max(3 * quiet, 20), f"{quiet:.1f} ms without them, {busy:.1f} ms with them"


def test_the_app_has_each_piece_of_a_body_as_it_arrives(served: Served) -> None:
    with served.sends(3000) as connection:
        for _ in range(3):
            connection.sendall(b"a" * 1000)
            time.sleep(0.3)
        answer = connection.recv(10_000).decode()

    pieces = [piece.split(":") for piece in answer.rpartition("\r\n")[2].split()]
    assert [int(size) for _, size in pieces] == [1000, 1000, 1000]
    assert float(pieces[0][0]) < 0.25 < float(pieces[1][0]) < 0.55 < float(pieces[2][0])


def test_a_body_that_breaks_off_just_ends(served: Served) -> None:
    """No error tells the app: whoever reads a body must compare what came with Content-Length."""
    with served.sends(5000) as connection:
        connection.sendall(b"a" * 2500)
        time.sleep(0.2)

    wait_until(lambda: served.said("Body ended"), "the app is told that the body is over")
    (ended,) = served.said("Body ended")
    assert [piece.split(":")[1] for piece in ended["pieces"].split()] == ["1000", "1000", "500"]


def test_a_killed_worker_is_replaced(served: Served) -> None:
    wait_until(lambda: len(served.workers()) == 2, "both workers answer")
    killed = min(served.workers())

    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: len(served.workers() - {killed}) == 2, "two workers answer again")


def test_a_killed_valkey_is_started_again(served: Served) -> None:
    killed = int(served.get("/redis"))

    os.kill(killed, signal.SIGKILL)

    wait_until(lambda: served.get("/redis") not in {"", str(killed)}, "another Valkey answers")


def test_a_killed_server_leaves_nothing_behind_and_starts_again(served: Served, home: Path) -> None:
    wait_until(lambda: len(served.workers()) == 2, "both workers answer")
    left = [*served.workers(), int(served.get("/redis"))]

    served.process.kill()
    served.process.wait()

    wait_until(lambda: not any(map(is_alive, left)), "its workers and its Valkey are gone")
    again = Served(home, served.port)
    assert int(again.get("/redis")) not in left
    again.process.terminate()
    assert again.process.wait(10) == 0


def test_without_a_valkey_the_library_opens_all_the_same_and_says_so(home: Path) -> None:
    (home / "valkey").write_text("a file where its folder should be")

    server = Served(home, free_port())

    assert server.get("/redis") == "none"
    (said,) = [line["message"] for line in server.log() if line["level"] == "error"]
    assert "each worker counts tries for itself" in said
    server.process.terminate()
    assert server.process.wait(10) == 0


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_seconds_though_a_body_is_still_arriving(
    served: Served, stop: signal.Signals
) -> None:
    valkey = int(served.get("/redis"))
    with served.sends(5000) as connection:
        connection.sendall(b"a" * 100)
        time.sleep(0.1)
        began = time.monotonic()

        served.process.send_signal(stop)

        assert served.process.wait(10) == 0
        assert time.monotonic() - began < 7
    assert not is_alive(valkey)


def test_a_taken_port_is_said_plainly(served: Served, home: Path) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "tests.real.plain_app", str(home), str(served.port)],
        check=False,
        capture_output=True,
        text=True,
    )

    assert second.returncode != 0
    assert f"Can't serve on 127.0.0.1 port {served.port}: Address already in use." in second.stderr


def test_its_log_is_json_and_says_nothing_of_whom_it_served(served: Served) -> None:
    served.get("/fault?name=Ana")

    wait_until(lambda: served.said("Application callable raised an exception"), "the fault is logged")
    (fault,) = served.said("Application callable raised an exception")
    assert fault["level"] == "error"
    assert "Ana" not in served._log.read_text()
