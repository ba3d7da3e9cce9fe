"""A page turn with and without slow uploads and open readers beside it, in one run, round by round.

Slow uploads: five owners' connections, each sending one part by tus at 10 KB/s. Open
readers: five borrowers' pages as they are while nobody touches them: each asks its loan's
status every second (twenty times as often as the real page; there is no stream to hold).
A page turn: one chapter of an EPUB and one page image of a PDF, fetched over HTTP.

    .venv/bin/python benchmarks/page_turn_under_load.py [rounds]
"""

import base64
import http.client
import itertools
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import requests

sys.path.insert(0, str(Path(__file__).parents[1]))

from lending import bootstrap
from lending.config import Settings
from lending.ports.records import Role
from lending.services.accounts import NewAccount
from tests.browser.sample_books import epub, pdf

CLIENTS = 5
BYTES_PER_SECOND = 10_000
TURNS_IN_A_ROUND = 60


@dataclass
class Reader:
    """A borrower's connection, and where their book is."""

    session: requests.Session
    base: str
    parts: Iterator[str]

    def turn(self) -> float:
        """Fetch the next part; seconds."""
        begun = time.perf_counter()
        self.session.get(self.base + next(self.parts), timeout=30).raise_for_status()
        return time.perf_counter() - begun


def main(rounds: int) -> None:
    """Measure and tell."""
    with library() as (address, token):
        readers = [borrow(address, token, epub(f"Load {n}", 30), "load.epub") for n in range(CLIENTS)]
        turners = [
            borrow(address, token, epub("Turned", 30), "turned.epub"),
            borrow(address, token, pdf(60), "turned.pdf"),
        ]
        for turner in turners:
            measure(turner)
        quiet: list[float] = []
        loaded: list[float] = []
        for number in range(rounds):
            quiet += [seconds for turner in turners for seconds in measure(turner)]
            with load(address, token, readers) as sent:
                loaded += [seconds for turner in turners for seconds in measure(turner)]
            print(f"round {number + 1}: {sent()} bytes of uploads arrived meanwhile", flush=True)
    tell("median", statistics.median(quiet), statistics.median(loaded))
    tell("95th percentile", percentile(quiet), percentile(loaded))


def measure(reader: Reader) -> list[float]:
    """Turn some pages."""
    return [reader.turn() for _ in range(TURNS_IN_A_ROUND)]


def tell(what: str, quiet: float, loaded: float) -> None:
    """One line of result."""
    print(f"{what}: quiet {quiet * 1e3:.1f} ms, under load {loaded * 1e3:.1f} ms, ratio {loaded / quiet:.2f}")


def percentile(values: list[float]) -> float:
    """The 95th."""
    return statistics.quantiles(values, n=20)[-1]


@contextmanager
def library() -> Iterator[tuple[str, str]]:
    """`lending serve` over a fresh data folder: its address and an owner's token."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(home=Path(folder) / "data", bind=f"127.0.0.1:{free_port()}")
        bootstrap.prepare(settings)
        services = bootstrap.build(settings)
        services.accounts.add(NewAccount("owner", "Owner", "a long password"), frozenset({Role.OWNER}))
        token = services.accounts.make_token(services.accounts.actor_named("owner"), "load", read_only=False)[
            1
        ]
        services.upkeep.close()
        environment = {**os.environ, "LENDING_HOME": str(settings.home), "LENDING_BIND": settings.bind}
        server = subprocess.Popen(
            [sys.executable, "-m", "lending.cli", "serve"], env=environment, stdout=subprocess.DEVNULL
        )
        address = f"http://{settings.bind}"
        try:
            wait_for(lambda: requests.get(address + "/readyz", timeout=2).status_code == 200)
            yield address, token
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def borrow(address: str, token: str, book: bytes, name: str) -> Reader:
    """Add a book, lend it, borrow it; a reader of all its parts."""
    owner = requests.Session()
    owner.headers["Authorization"] = f"Bearer {token}"
    query = {"filename": name, "second_copy": "true"}
    headers = {"Content-Type": "application/octet-stream"}
    copy = owner.post(
        f"{address}/api/v1/copies", params=query, data=book, headers=headers, timeout=60
    ).json()["copy"]
    # Its readers turn pages faster than anyone reads, and are not to be slowed for it.
    terms = {"quotation_limit": None, "slows_down": False, "guards_printing": False, "names_reader": False}
    owner.put(f"{address}/api/v1/copies/{copy['id']}/reading-terms", json=terms, timeout=10)
    link = owner.post(f"{address}/api/v1/copies/{copy['id']}/link", json={}, timeout=10).json()
    session = requests.Session()
    binding = {"kind": "ticket", "ticket": base64.urlsafe_b64encode(os.urandom(32)).decode()}
    claimed = session.post(
        f"{address}/api/v1/claims", json={"token": link["token"], "binding": binding}, timeout=10
    ).json()
    base = f"{address}/api/v1/loans/{claimed['loan']['id']}/"
    manifest = session.get(base + "manifest", timeout=10).json()
    if "sections" in manifest:
        return Reader(session, base, itertools.cycle(section["href"] for section in manifest["sections"]))
    # Each page at several widths, so that most turns are drawn and not remembered.
    widths, numbers = range(800, 2000, 100), range(1, manifest["pages"] + 1)
    return Reader(session, base, itertools.cycle(f"pages/{n}?w={w}" for w in widths for n in numbers))


@contextmanager
def load(address: str, token: str, readers: list[Reader]) -> Iterator[Callable[[], int]]:
    """Slow uploads and open readers for as long as the block lasts; tells how many bytes were sent."""
    stopping = threading.Event()
    sent = [0] * CLIENTS
    threads = [
        threading.Thread(target=upload_slowly, args=(address, token, stopping, sent, n))
        for n in range(CLIENTS)
    ]
    threads += [threading.Thread(target=stay_open, args=(reader, stopping)) for reader in readers]
    for thread in threads:
        thread.start()
    wait_for(lambda: all(sent))
    yield lambda: sum(sent)
    stopping.set()
    for thread in threads:
        thread.join()


def upload_slowly(address: str, token: str, stopping: threading.Event, sent: list[int], number: int) -> None:
    """One long part by tus, a tenth of a second's worth at a time."""
    host = urlsplit(address).netloc
    length = 100_000_000
    headers = {
        "Authorization": f"Bearer {token}",
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(length),
        "Upload-Metadata": "filename " + base64.b64encode(b"slow.epub").decode(),
    }
    made = requests.post(f"{address}/api/v1/uploads", headers=headers, timeout=10)
    connection = http.client.HTTPConnection(host, timeout=30)
    connection.putrequest("PATCH", urlsplit(made.headers["Location"]).path)
    for name, value in headers.items():
        if not name.startswith("Upload"):
            connection.putheader(name, value)
    connection.putheader("Upload-Offset", "0")
    connection.putheader("Content-Type", "application/offset+octet-stream")
    connection.putheader("Content-Length", str(length))
    connection.endheaders()
    while not stopping.wait(0.1):
        connection.send(b"x" * (BYTES_PER_SECOND // 10))
        sent[number] += BYTES_PER_SECOND // 10
    connection.close()


def stay_open(reader: Reader, stopping: threading.Event) -> None:
    """What an open reader asks while nobody touches it."""
    while not stopping.wait(1):
        reader.session.get(reader.base + "status", timeout=30)


def wait_for(done: Callable[[], bool]) -> None:
    """Until it is so; half a minute at most."""
    for _ in range(300):
        try:
            if done():
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise TimeoutError


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
