"""What the doctor finds, and what it leaves alone."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from lending.bootstrap import Services
from lending.ledger.witnessing import cosigned
from lending.ports.checks import LogCheck
from lending.ports.records import Edition
from lending.sealing.bookfile import CHUNKS_AT
from tests.cli.conftest import Terminal
from tests.ledger.signing import a_witness
from tests.real.mail import mail_server

DAY = 86_400


@pytest.fixture
def shelf(terminal: Terminal, book: Path) -> Terminal:
    """Where Maria has a book."""
    terminal.add_book(book)
    return terminal


def edition(shelf: Terminal) -> Edition:
    with shelf.services() as services:
        return services.shelf.page(services.accounts.actor_named("maria")).entries[0].edition


def sealed(shelf: Terminal, file_id: str) -> Path:
    return shelf.home / "books" / file_id[:2] / f"{file_id}.lbk"


def age(path: Path, days: float) -> None:
    then = path.stat().st_mtime - days * DAY
    os.utime(path, (then, then))


def findings(terminal: Terminal, *options: str, **settings: str) -> dict[str, str]:
    """What was said of each subject, the last time it was named."""
    lines = terminal.type("doctor", *options, **settings).stdout.splitlines()
    return {line[6:15].strip(): f"{line[:4].strip()}: {line[17:]}" for line in lines}


def orphan(shelf: Terminal) -> Path:
    """A sealed file that no record names, as a server leaves that is killed at the wrong moment."""
    with shelf.services() as services, Path(__file__).open("rb") as source:
        file_id = services.upkeep.files.put(source, Path(__file__).stat().st_size)
    return sealed(shelf, file_id)


def test_a_sound_library_has_nothing_bad(shelf: Terminal) -> None:
    said = findings(shelf)
    assert not {subject for subject in said if said[subject].startswith("bad")}
    assert said["books"].startswith("ok: 1 of 1 book open; 2 sealed files")
    assert said["stacks"].startswith("ok")
    assert shelf.type("doctor").exit_code == 0


def test_where_there_is_no_library_that_is_said_and_none_made(empty: Terminal) -> None:
    assert empty.type("doctor").exit_code == 1
    assert findings(empty)["library"].startswith("bad")
    assert not empty.home.exists()


def test_a_missing_file_is_found_by_its_books_title(shelf: Terminal) -> None:
    sealed(shelf, edition(shelf).finding_aid_id).unlink()
    result = shelf.type("doctor")
    assert result.exit_code == 1
    assert "“The Lantern Keeper”: a sealed file, or its key, is missing." in result.stdout


def test_a_shortened_file_is_found(shelf: Terminal) -> None:
    os.truncate(sealed(shelf, edition(shelf).file_id), CHUNKS_AT + 40)
    assert findings(shelf)["books"].startswith("warn: 0 of 1 book open")
    assert shelf.type("doctor").exit_code == 1


def test_a_lost_database_is_not_made_anew(shelf: Terminal) -> None:
    (shelf.home / "library.db").unlink()
    assert "library.db is missing" in findings(shelf)["database"]
    assert not (shelf.home / "library.db").exists()


def test_lost_and_wrong_keys_are_found(shelf: Terminal) -> None:
    key = shelf.home / "keys" / "kek-0001"
    key.chmod(0o600)
    assert "kek-0001 should be readable" in shelf.type("doctor").stdout
    key.write_bytes(bytes(32))
    assert findings(shelf)["keys"].startswith("bad: A book's key can't be unwrapped")
    key.unlink()
    assert findings(shelf)["keys"].startswith("bad")


def test_a_lost_link_key_is_found(shelf: Terminal) -> None:
    (shelf.home / "keys" / "link-0001.jwk").unlink()
    assert findings(shelf)["links"].startswith("bad")


def test_an_open_data_folder_is_found(shelf: Terminal) -> None:
    shelf.home.chmod(0o755)
    assert "chmod go-rwx" in findings(shelf)["folder"]


def test_an_address_without_https_is_found(shelf: Terminal) -> None:
    assert findings(shelf, LENDING_BASE_URL="http://books.example.org")["settings"].startswith("warn")
    assert findings(shelf, LENDING_BASE_URL="https://books.example.org")["settings"].startswith("ok")


def test_a_redis_that_doesnt_answer_is_no_disaster(shelf: Terminal, tmp_path: Path) -> None:
    said = findings(shelf, LENDING_REDIS_URL=f"unix://{tmp_path}/nobody.sock")
    assert said["redis"].startswith("warn")


def test_older_keys_that_no_book_needs_are_named(shelf: Terminal) -> None:
    shelf.do("keys", "rotate", "sealing")
    assert "No book needs kek-0001 any more" in findings(shelf)["keys"]


def test_repair_removes_what_no_book_needs_once_it_is_old(shelf: Terminal) -> None:
    lies_about = orphan(shelf)
    assert findings(shelf)["stacks"].startswith("ok"), "it may be somebody's upload of this minute"
    age(lies_about, 1.1)
    assert findings(shelf)["stacks"].startswith("warn: No book needs 1 sealed file and 0 uploads")
    assert lies_about.exists()
    assert findings(shelf, "--repair")["repair"].startswith("ok: Removed 1 sealed file")
    assert not lies_about.exists()
    assert findings(shelf)["books"].startswith("ok: 1 of 1 book open")


def test_repair_removes_remains_of_uploads_but_none_under_way(shelf: Terminal) -> None:
    with shelf.services() as services:
        actor = services.accounts.actor_named("maria")
        under_way = services.acquisitions.begin(actor, "a.epub", 10).id
        services.acquisitions.parts.create(services.accounts.ids.new())
    for parts in (shelf.home / "uploads").glob("*.parts"):
        age(parts, 8)
    assert "and 1 upload" in findings(shelf, "--repair")["repair"]
    assert [path.stem for path in (shelf.home / "uploads").glob("*.parts")] == [under_way]


def test_repair_leaves_books_of_another_database_alone(shelf: Terminal) -> None:
    books = [sealed(shelf, file_id) for file_id in (edition(shelf).file_id, edition(shelf).finding_aid_id)]
    for book in books:
        age(book, 30)
    for part in shelf.home.glob("library.db*"):
        part.unlink()
    (shelf.home / "keys").rename(shelf.home / "keys.away")
    shelf.do("user", "invite")
    assert "Without a key in this database: 2 sealed files" in findings(shelf)["stacks"]
    findings(shelf, "--repair")
    assert all(book.exists() for book in books)


def test_the_doctor_says_whether_mail_is_set_up_and_its_server_answers(shelf: Terminal) -> None:
    assert findings(shelf)["mail"].startswith("ok: None is sent")
    with mail_server() as server:
        mail = {"LENDING_SMTP_URL": server.url, "LENDING_MAIL_FROM": "library@example.org"}
        assert findings(shelf, **mail)["mail"].startswith("ok: 127.0.0.1")
    assert findings(shelf, **mail)["mail"].startswith("bad: 127.0.0.1")


def test_a_file_that_was_taken_out_and_waits_is_no_remains(shelf: Terminal) -> None:
    files = [sealed(shelf, file_id) for file_id in edition(shelf).file_ids]
    with shelf.services() as services:
        actor = services.accounts.actor_named("maria")
        (entry,) = services.shelf.page(actor).entries
        services.taking_out.take_out(actor, entry.copy.id)
    for file in files:
        age(file, 30)
    said = findings(shelf, "--repair")
    assert said["books"].startswith("ok: 1 of 1 book open")
    assert all(file.exists() for file in files)


def checked(services: Services, *faults: str, hours_ago: float = 0) -> None:
    """The auditor was there."""
    at = services.log_checking.clock.now() - timedelta(hours=hours_ago)
    with services.upkeep.library.change() as desk:
        size = desk.ledger.head().frontier.size
        desk.checks.keep_log_check(LogCheck(at, size, faults), 9, at)


def test_the_doctor_says_when_the_log_was_checked_and_what_was_found(shelf: Terminal) -> None:
    said = findings(shelf)
    assert said["auditor"].startswith("warn: It has not checked the log yet, which has 1 entry")
    assert "log" not in said
    with shelf.services() as services:
        checked(services, hours_ago=5)
    said = findings(shelf)
    assert said["log"].startswith("ok: Checked at 20")
    assert said["log"].endswith("UTC: 1 entry, as they were entered.")
    assert said["auditor"].startswith("ok: It is at work")
    with shelf.services() as services:
        checked(services, "entry 0: it is missing", "the log's end is elsewhere")
    result = shelf.type("doctor")
    assert result.exit_code == 1
    assert "not as it was kept: entry 0: it is missing, and 1 more." in result.stdout


def test_the_doctor_notices_an_auditor_that_does_not_run(shelf: Terminal) -> None:
    with shelf.services() as services:
        checked(services, hours_ago=13)
    said = findings(shelf)
    assert said["log"].startswith("ok")
    assert said["auditor"].startswith("warn: It seems not to run: it should check the log every 6 hours")


def test_the_doctor_notices_that_nobody_makes_the_check_that_was_asked_for(shelf: Terminal) -> None:
    with shelf.services() as services:
        checked(services, hours_ago=3)
        for hours, verdict in ((0, "ok: It is at work"), (2, "warn: It seems not to run: a check was asked")):
            asked_at = services.log_checking.clock.now() - timedelta(hours=hours)
            with services.upkeep.library.change() as desk:
                desk.checks.ask_for_log_check(asked_at)
            assert findings(shelf)["auditor"].startswith(verdict)


def test_a_library_without_entries_has_nothing_to_check(terminal: Terminal) -> None:
    said = findings(terminal)
    assert said["log"] == "ok: It has no entries yet."
    assert "auditor" not in said


def test_the_doctor_says_how_it_stands_with_each_witness(shelf: Terminal) -> None:
    assert findings(shelf)["witness"].startswith("ok: None")
    witness = a_witness()
    named = {"LENDING_WITNESSES": str(witness.verifier)}
    assert findings(shelf, **named)["witness"] == f"ok: {witness.name} has cosigned nothing yet."
    with shelf.services(**named) as services:
        services.logkeeping.checkpoint()
    assert findings(shelf, **named)["witness"] == f"warn: {witness.name} has cosigned nothing yet."

    with shelf.services(**named) as services:
        note, now = services.witnesses.checkpoint(), services.witnesses.clock.now()
        long_ago = cosigned(note, witness.verifier, now - timedelta(days=3), witness.sign)
        services.witnesses.take(note.with_signatures([long_ago]))
    assert findings(shelf, **named)["witness"].startswith(f"warn: {witness.name} cosigned 1 entry, at 20")
    with shelf.services(**named) as services:
        services.witnesses.take(note.with_signatures([cosigned(note, witness.verifier, now, witness.sign)]))
    assert findings(shelf, **named)["witness"].startswith(f"ok: {witness.name} cosigned 1 entry, at 20")

    with shelf.services(**named) as services:
        services.witnesses.alarm(services.witnesses.known[0], "it saw 9 entries, and the log has 1")
    result = shelf.type("doctor", **named)
    assert result.exit_code == 1
    assert "it saw 9 entries, and the log has 1." in result.stdout
