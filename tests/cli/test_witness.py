"""`lending log witness` in a terminal, and what `lending log verify` says of witnesses."""

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lending.adapters.clock_system import SystemClock
from lending.adapters.http_bounded import Answer, Unreachable
from lending.cli import main
from lending.ledger.notes import Note, Verifier
from lending.ledger.witnessing import KnownWitness, Submission, cosigned
from tests.cli.conftest import Terminal, a_book
from tests.ledger.signing import Keeper, a_witness
from tests.ledger.test_witnessing import KEEPER, submitted

URL = "https://books.example.org"


def type_(folder: Path, *words: str) -> Result:
    """On a machine where there is no library, and never will be."""
    home = {"LENDING_HOME": "/nowhere/at/all"}
    result = CliRunner().invoke(main, ["log", "witness", *words, "--folder", str(folder)], env=home)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "witness"


class Library:
    """What the witness gets to see."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown = [submitted(0, 5)]
        self.taken: list[str] = []
        monkeypatch.setattr("lending.cli.witness.ask", self.ask)

    def ask(self, url: str, body: bytes | None) -> Answer:
        if body is not None:
            self.taken.append(body.decode())
            return Answer(204, "text/plain", b"")
        if not self.shown:
            raise Unreachable("no answer")
        return Answer(200, "text/plain", str(self.shown.pop(0)).encode())


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Library:
    return Library(monkeypatch)


def once(folder: Path) -> Result:
    return type_(folder, "watch", URL, "--log", str(KEEPER.verifier), "--once")


def test_status_says_since_when_a_log_shows_the_same_and_which_has_fallen_silent(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No log was seen yet." in type_(folder, "status").stdout
    once(folder)
    now = SystemClock().now()
    result = type_(folder, "status")
    assert (result.exit_code, "5 entries, the same since" in result.stdout) == (0, True)
    monkeypatch.setattr(SystemClock, "now", lambda _: now + timedelta(days=2, hours=1))
    result = type_(folder, "status")
    assert result.exit_code == 1
    assert "NOTHING HEARD since" in result.stdout
    library.shown = [submitted(5, 5)]
    assert "5 entries, the same since" in once(folder).stdout
    assert type_(folder, "status").exit_code == 0


def test_a_witness_has_one_key_whose_name_it_keeps(folder: Path) -> None:
    printed = type_(folder, "key", "--name", "laptop.example").stdout
    assert KnownWitness.parsed(printed.strip()).name == "laptop.example"
    assert type_(folder, "key").stdout == printed
    other = type_(folder, "key", "--name", "other.example")
    assert other.exit_code == 1
    assert "is called laptop.example" in other.stderr
    assert "no spaces" in type_(folder / "new", "key", "--name", "my laptop").stderr


def test_a_round_says_what_was_cosigned(folder: Path, library: Library) -> None:
    result = once(folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "5 entries, cosigned" in result.stdout
    (sent,) = library.taken
    assert len(Note.parsed(sent).signatures) == 2


def test_an_alarm_is_loud_until_it_is_acknowledged(folder: Path, library: Library) -> None:
    library.shown += [submitted(5, 5, "forged"), submitted(5, 9), submitted(9, 9)]
    once(folder)
    forked = once(folder)
    assert forked.exit_code == 1
    assert "ALARM" in forked.stderr
    honest = once(folder)
    assert honest.exit_code == 1, "cron tells again"
    assert "Not acknowledged" in honest.stderr
    assert "9 entries, cosigned" in honest.stdout
    listed = type_(folder, "alarms")
    assert listed.exit_code == 1
    alarm_id = listed.stdout.split()[1].rstrip(":")
    assert str(submitted(0, 5).checkpoint) in type_(folder, "alarms", alarm_id).stdout
    assert "stays in" in type_(folder, "acknowledge", alarm_id).stdout
    assert type_(folder, "acknowledge", alarm_id).exit_code == 1
    assert type_(folder, "alarms").stdout == "No alarms.\n"
    assert once(folder).exit_code == 0


def test_a_library_that_is_away_is_said_in_words(folder: Path, library: Library) -> None:
    library.shown.clear()
    result = once(folder)
    assert result.exit_code == 1
    assert f"{URL} can't be reached" in result.stderr


def test_what_another_machine_says_is_nothing_that_a_terminal_obeys(folder: Path, library: Library) -> None:
    library.shown = [Submission(0, (), Keeper("other\x9b31m.example").promise(1, bytes(32)))]
    result = once(folder)
    assert result.exit_code == 1
    assert "is not known here" in result.stderr
    assert "\x9b" not in result.stderr


@pytest.mark.parametrize(
    "key", ["", "nonsense", str(a_witness().verifier)], ids=["empty", "nonsense", "a witness's"]
)
def test_what_is_no_key_of_a_log_is_refused(folder: Path, key: str) -> None:
    for words in (("watch", URL, "--once"), ("serve",)):
        assert type_(folder, *words, "--log", key).exit_code == 2


def test_verify_tells_of_each_witness(terminal: Terminal, tmp_path: Path) -> None:
    terminal.add_book(a_book(tmp_path / "alpha.epub", "Alpha"))
    laptop = a_witness()
    environment = {"LENDING_WITNESSES": str(laptop.verifier)}
    note = Note.parsed(terminal.do("log", "checkpoint"))
    early = terminal.type("log", "verify", **environment)
    assert early.exit_code == 0
    assert f"Witness {laptop.name}: has not cosigned yet." in early.stdout
    assert "for a day" in early.stderr
    line = cosigned(note, laptop.verifier, SystemClock().now(), laptop.sign)
    with terminal.services(**environment) as services:
        services.witnesses.take(note.with_signatures([line]))
    late = terminal.type("log", "verify", **environment)
    assert (late.exit_code, late.stderr) == (0, "")
    assert f"Witness {laptop.name}: up to 1 entries, at " in late.stdout
    with terminal.services(**environment) as services:
        services.witnesses.alarm(services.witnesses.known[0], "it saw 9 entries, and the log has 1")
    alarmed = terminal.type("log", "verify", **environment)
    assert alarmed.exit_code == 1
    assert "WRONG" in alarmed.stdout
    assert "it saw 9 entries" in alarmed.stdout
    assert Verifier.parsed(terminal.do("log", "key")).name == note.text.split("\n")[0]
