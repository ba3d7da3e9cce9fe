"""`lending demo`, as people start it, and what they find."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from lending.cli.people import operator
from lending.ports.records import LoanState, LogQuery
from tests.cli.conftest import Terminal
from tests.real.ports import free_port

SECONDS = 180


def test_a_library_with_people_is_left_alone(terminal: Terminal) -> None:
    assert "`lending serve` serves it" in terminal.refused("demo", "--no-serve")
    assert len(terminal.do("user", "list").splitlines()) == 2


def test_a_taken_port_is_told_before_anything_is_made(empty: Terminal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "Can't serve" in empty.refused("demo", "--port", taken.getsockname()[1])
    assert not empty.home.exists()


def test_without_serving_the_library_is_made_and_the_addresses_printed(empty: Terminal) -> None:
    said = empty.do("demo", "--no-serve")
    assert len(re.findall(r"^    http://127\.0\.0\.1:8080/", said, re.MULTILINE)) == 3
    with empty.services() as services:
        marina = services.accounts.actor_named("marina")
        shelf = services.shelf.page(marina).entries
        assert len(shelf) == 7
        assert all(entry.edition.cover_id for entry in shelf)
        log = services.audit.loans(operator(services), LogQuery())
        states = [line.state(log.now) for line in log.lines]
    assert states == [LoanState.OUT, LoanState.EXPIRED, LoanState.RETURNED]
    assert empty.type("doctor").exit_code == 0


@dataclass(frozen=True)
class Demo:
    """What a running demo printed."""

    owner: tuple[str, str, str]
    borrower: str
    librarian: tuple[str, str, str]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """`lending demo` in a process of its own."""
    environment = {
        **os.environ,  # noqa: TID251 - a child process needs a PATH
        "LENDING_HOME": str(tmp_path_factory.mktemp("demo") / "data"),
        "LENDING_BIND": f"127.0.0.1:{free_port()}",
        "LENDING_WORKERS": "1",
    }
    command = [sys.executable, "-m", "lending.cli", "demo"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        give_up = threading.Timer(SECONDS, process.kill)
        give_up.start()
        try:
            said = _read(process)
            give_up.cancel()
            yield said
            process.send_signal(signal.SIGTERM)
            process.communicate()
        finally:
            give_up.cancel()
            process.kill()


def _read(process: "subprocess.Popen[str]") -> Demo:
    """The three addresses, as they come last."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Tomás Vidal" in line:
            break
    addresses = re.findall(r"^    (http\S+)$", said, re.MULTILINE)
    people = re.findall(r"Name: (\S+)   Password: (\S+)", said)
    assert (len(addresses), len(people)) == (3, 2), said
    owner, borrower, librarian = addresses
    return Demo((owner, *people[0]), borrower, (librarian, *people[1]))


def test_all_three_addresses_answer(demo: Demo) -> None:
    for address in (demo.owner[0], demo.borrower, demo.librarian[0]):
        assert requests.get(address, timeout=10).status_code == 200


def test_the_owner_signs_in_and_sees_the_shelf(demo: Demo) -> None:
    shelf = _signed_in(*demo.owner)
    assert shelf.url.endswith("/shelf")
    for title in ("Æsop’s Fables", "Rimas", "The Raven and Other Poems"):
        assert title in shelf.text
    assert "Ben" in shelf.text
    assert "Clara" in shelf.text


def test_the_librarian_signs_in_and_sees_the_overview_and_the_log(demo: Demo) -> None:
    overview = _signed_in(*demo.librarian)
    assert overview.url.endswith("/overview")
    assert "Loans each week" in overview.text


def test_the_borrowers_link_lends_the_book(demo: Demo) -> None:
    base, _, token = demo.borrower.partition("/b#")
    seen = requests.post(f"{base}/api/v1/links/look", json={"token": token}, timeout=10)
    assert seen.status_code == 200, seen.text
    assert (seen.json()["title"], seen.json()["for_whom"]) == ("Æsop’s Fables", "Clara")


def _signed_in(address: str, name: str, password: str) -> requests.Response:
    return requests.post(address, data={"name": name, "password": password}, timeout=10)
