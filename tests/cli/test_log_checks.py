"""The log checked from a terminal, here and on another machine."""

import json
import sqlite3
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from lending.circulation.passing import Words
from lending.services.actors import Actor
from lending.services.passes import ClaimRequest
from lending.services.receipts import ReceiptOf
from tests.cli.conftest import Terminal, a_book


@pytest.fixture
def lent(terminal: Terminal, tmp_path: Path) -> Terminal:
    """Where Eva had a book, and returned it."""
    copy_id = terminal.add_book(a_book(tmp_path / "Alpha.epub", "Alpha"))
    token = terminal.do("lend", copy_id, "--to", "Eva").splitlines()[0].partition("#")[2]
    with terminal.services() as services:
        loan = services.lending.claim(token, ClaimRequest(ticket="eva"), "").reading_pass.loan
        services.lending.check_in(loan.id, "", "")
    return terminal


def tamper(terminal: Terminal, statement: str) -> None:
    with sqlite3.connect(terminal.home / "library.db") as database:
        database.execute(statement)


def receipt(terminal: Terminal, path: Path) -> Path:
    with terminal.services() as services:
        account = services.accounts.all()[0]
        ((loan, copy_id),) = _loans(terminal)
        found = services.receipts.for_owner(Actor(account), copy_id, loan, ReceiptOf.RETURN)
    path.write_text(found.text)
    return path


def _loans(terminal: Terminal) -> list[tuple[str, str]]:
    with sqlite3.connect(terminal.home / "library.db") as database:
        return database.execute("SELECT id, copy_id FROM loan").fetchall()


def test_a_log_that_nobody_touched_is_told_to_be_right(lent: Terminal) -> None:
    said = lent.do("log", "verify")
    assert "4 entries, 0 checkpoints and 4 rows are as they were entered." in said
    lent.do("log", "checkpoint")
    assert "1 checkpoint" in lent.do("log", "verify")


def test_what_is_wrong_is_named_with_its_entry(lent: Terminal) -> None:
    tamper(lent, "UPDATE loan SET ended_at = ended_at - 1000")
    result = lent.type("log", "verify")
    assert result.exit_code == 1
    assert "WRONG  entry 3: the loan " in result.output


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("DELETE FROM log_entry WHERE number = 1", "WRONG  entry 1: it is missing"),
        ("UPDATE log_entry SET leaf = zeroblob(128) WHERE number = 1", "WRONG  entry 1: that is no entry"),
    ],
)
def test_a_signed_log_that_was_broken_is_opened_and_told(lent: Terminal, tampering: str, said: str) -> None:
    lent.do("log", "checkpoint")
    tamper(lent, tampering)
    for _ in range(2):
        result = lent.type("log", "verify")
        assert (result.exit_code, said in result.output) == (1, True), result.output
        assert "older state" not in result.output


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("DELETE FROM log_entry WHERE number = 1", "of the 4 entries from 0 on, some are missing"),
        ("UPDATE log_entry SET rows = '{' WHERE number = 1", ""),
        ("UPDATE log_head SET peaks = zeroblob(32)", "not those that were entered"),
    ],
)
def test_a_damaged_log_is_not_signed_and_says_so_plainly(lent: Terminal, tampering: str, said: str) -> None:
    tamper(lent, tampering)
    result = lent.type("log", "checkpoint")
    assert (result.exit_code, result.output.startswith("Error: The log is damaged: ")) == (1, True)
    assert said in result.output
    assert "`lending log verify` names the first entry that is wrong." in result.output


def test_a_log_whose_key_is_lost_is_not_given_another(lent: Terminal) -> None:
    (lent.home / "keys" / "log-signing").unlink()
    assert "log-signing is missing" in lent.type("log", "verify").output


def test_a_receipt_is_checked_where_there_is_no_library(lent: Terminal, tmp_path: Path) -> None:
    key, path = lent.do("log", "key").strip(), receipt(lent, tmp_path / "kept.tlog-proof")
    elsewhere = Terminal(tmp_path / "another machine")
    said = elsewhere.do("log", "verify-receipt", path, "--key", key)
    assert "PROVEN       returned, " in said
    assert "Book         Alpha" in said
    assert "Borrower     Eva" in said
    assert not elsewhere.home.exists()
    path.write_text(path.read_text().replace("index 3", "index 2"))
    result = elsewhere.type("log", "verify-receipt", path, "--key", key)
    assert (result.exit_code, "NOT PROVEN" in result.output) == (1, True)
    result = elsewhere.type("log", "verify-receipt", path, "--key", "no key")
    assert (result.exit_code, "NOT PROVEN" in result.output) == (1, True)


def with_extra(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The receipt with something else in it than what it opens."""
    lines = path.read_text().split("\n")
    (at,) = [number for number, line in enumerate(lines) if line.startswith("extra ")]
    lines[at] = "extra " + b64encode(change(b64decode(lines[at].removeprefix("extra ")))).decode()
    changed = path.with_name("changed.tlog-proof")
    changed.write_text("\n".join(lines))
    return changed


def test_what_a_receipt_does_not_open_is_not_said_to_be_nothing(lent: Terminal, tmp_path: Path) -> None:
    key, path = lent.do("log", "key").strip(), receipt(lent, tmp_path / "kept.tlog-proof")

    def without(field: str) -> str:
        def strip(extra: bytes) -> bytes:
            said = json.loads(extra)
            del said["opened"][field]
            return json.dumps(said).encode()

        return lent.do("log", "verify-receipt", with_extra(path, strip), "--key", key)

    assert "Borrower     (not opened)" in without("patron")
    assert "Due          (not opened)" in without("rest")
    assert "Book         (not opened)" in without("copy")


@pytest.mark.parametrize("extra", [b"[" * 20_000, b'{"leaf":1}', b"\xff", b""], ids=lambda it: repr(it[:9]))
def test_a_receipt_of_nonsense_is_refused_in_words(lent: Terminal, tmp_path: Path, extra: bytes) -> None:
    key, path = lent.do("log", "key").strip(), receipt(lent, tmp_path / "kept.tlog-proof")
    result = lent.type("log", "verify-receipt", with_extra(path, lambda _: extra), "--key", key)
    assert (result.exit_code, result.output.startswith("NOT PROVEN  ")) == (1, True)


def test_who_is_erased_is_nowhere_any_more_and_all_is_still_proven(lent: Terminal, tmp_path: Path) -> None:
    path, key = receipt(lent, tmp_path / "kept.tlog-proof"), lent.do("log", "key").strip()
    lent.do("log", "checkpoint")
    save_searches(lent, ("Eva’s loans", "long=30"), ("Long ones", "owner=Eva+"))
    said = lent.do("user", "erase", "eva", "--yes")
    assert said == (
        "2 loans, places in lines or links erased.\n"
        "2 saved searches of librarians had the name, and went too.\n"
    )
    for file in lent.home.rglob("*"):
        if file.is_file():
            assert b"Eva" not in file.read_bytes(), file
    said = lent.do("log", "verify")
    assert "are as they were entered" in said
    assert "nobody can tell any more whom it was about" in said
    assert "Borrower     Eva" in lent.do("log", "verify-receipt", path, "--key", key)


def test_an_owner_who_is_erased_is_nowhere_any_more_and_all_is_still_proven(
    lent: Terminal, tmp_path: Path
) -> None:
    lent.add_user("zoe", "--name", "Zoë")
    lent.do("user", "token", "maria", "--label", "the script of Maria Sol")
    path, key = receipt(lent, tmp_path / "kept.tlog-proof"), lent.do("log", "key").strip()
    given = lent.add_book(a_book(tmp_path / "Beta.epub", "Beta"), "--owner", "maria")
    with lent.services() as services:
        maria, zoe = (services.accounts.actor_named(name) for name in ("maria", "zoe"))
        gift = services.giving.offer(maria, given, Words("Zoë", "Yours, Maria Sol"))
        services.giving.accept(zoe, gift.token)
        (entry,) = services.shelf.page(maria).entries
        services.lending.take_off_shelf(maria, entry.copy.id)
        services.acquisitions.begin(maria, "Maria Sol.epub", 100)
    lent.do("log", "checkpoint")
    save_searches(lent, ("Late ones of Maria Sol", "long=30"), ("Long ones", "owner=maria%20sol"))
    save_searches(lent, ("maria", "long=7"))
    assert named_in(lent.home, "maria"), "what is looked for can be found"
    with lent.services() as services:  # a server that goes on meanwhile keeps SQLite's journal open
        assert services.upkeep.is_ready()
        said = lent.do("user", "erase", "--account", "Maria", "--yes")
        assert named_in(lent.home, "maria") == []
    assert "Maria Sol (owner) signs in as maria." in said
    assert "Erased. 1 copy withdrawn" in said
    assert "3 saved searches of librarians had the name" in said
    assert named_in(lent.home, "maria") == []
    said = lent.do("log", "verify")
    assert "are as they were entered" in said
    assert "nobody can tell any more whom it was about" in said
    read = lent.do("log", "verify-receipt", path, "--key", key)
    assert "PROVEN       returned" in read
    assert "Owner        Maria Sol" in read
    assert "  somebody  " in lent.do("log")
    assert "maria" not in lent.do("user", "list")
    with lent.services() as services:
        (kept,) = services.shelf.page(zoe).entries
        assert set(services.upkeep.files.list()) == set(kept.edition.file_ids), "the book that is Zoë's"


def save_searches(terminal: Terminal, *searches: tuple[str, str]) -> None:
    """A librarian keeps filters of the log, each under a name."""
    if "lola" not in terminal.do("user", "list"):
        terminal.add_user("lola", "--role", "librarian")
    with terminal.services() as services:
        lola = services.accounts.actor_named("lola")
        for name, query in searches:
            services.searches.save(lola, name, query)


def named_in(folder: Path, name: str) -> list[Path]:
    """Files with the name in them, in small letters or large, as programs write it."""
    forms = [
        form.encode(encoding)
        for form in (name, name.title(), name.upper())
        for encoding in ("utf-8", "utf-16-le", "utf-16-be")
    ]
    files = [file for file in folder.rglob("*") if file.is_file()]
    return [file for file in files if any(form in file.read_bytes() for form in forms)]


def test_an_erasure_excuses_nothing_that_somebody_else_takes_away(lent: Terminal, tmp_path: Path) -> None:
    lent.add_user("zoe")
    lent.add_book(a_book(tmp_path / "Beta.epub", "Beta"), "--owner", "zoe")
    lent.do("user", "erase", "--account", "maria", "--yes")
    assert "are as they were entered" in lent.do("log", "verify")
    tamper(lent, "DELETE FROM log_opening WHERE number = 4")
    result = lent.type("log", "verify")
    assert result.exit_code == 1
    assert "WRONG  entry 4: which copy it is about can't be told" in result.output


def test_an_erasure_that_was_rewritten_is_told(lent: Terminal) -> None:
    lent.do("user", "erase", "--account", "maria", "--yes")
    tamper(lent, """UPDATE event SET detail = '{"copy":[[0,99]]}' WHERE "to" IS NOT NULL""")
    result = lent.type("log", "verify")
    assert (result.exit_code, "of the record is not what was entered" in result.output) == (1, True)


@pytest.fixture
def older(lent: Terminal, tmp_path: Path) -> Terminal:
    """Where a database of before the last book was put back."""
    backup = tmp_path / "old.db"
    copied(lent.home / "library.db", backup)
    lent.add_book(a_book(tmp_path / "Beta.epub", "Beta"))
    lent.do("log", "checkpoint")
    copied(backup, lent.home / "library.db")
    return lent


def copied(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as database, sqlite3.connect(target) as copy:
        database.backup(copy)


def test_an_older_database_that_was_put_back_is_told_for_good(older: Terminal) -> None:
    for _ in range(2):
        result = older.type("log", "verify")
        assert (result.exit_code, "there are 4 entries, and 5 were signed" in result.output) == (1, True)
        assert "Entry 4" not in result.output, "who only looks changes nothing"
    older.do("log", "checkpoint")
    for _ in range(2):
        result = older.type("log", "verify")
        assert result.exit_code == 1
        assert "WRONG  entry 4: the library was put back to an older state; 5 entries of" in result.output
        assert "Entry 4: on " in result.output


def test_a_restart_that_the_operator_knows_of_is_right_and_told_for_good(older: Terminal) -> None:
    assert (
        "bad   log        It does not begin with the 5 entries of lending/log/" in older.type("doctor").output
    )
    assert older.type("log", "acknowledge", stdin="n\n").exit_code == 1
    assert "bad   log        Put back to an older state at " in older.type("doctor").output
    assert older.type("log", "verify").exit_code == 1
    result = older.type("log", "acknowledge", stdin="y\n")
    assert (result.exit_code, "5 entries of lending/log/" in result.output) == (0, True)
    for _ in range(2):
        said = older.do("log", "verify")
        assert "Entry 4: on " in said
        assert "the library was put back to an older state; 5 entries of lending/log/" in said
    assert "nothing to acknowledge" in older.do("log", "acknowledge")
    assert "bad   log" not in older.type("doctor").output


def test_a_receipt_of_before_a_restart_is_proven_by_the_former_key(lent: Terminal, tmp_path: Path) -> None:
    backup, path = tmp_path / "old.db", receipt(lent, tmp_path / "kept.tlog-proof")
    key = lent.do("log", "key").strip()
    copied(lent.home / "library.db", backup)
    lent.add_book(a_book(tmp_path / "Beta.epub", "Beta"))
    lent.do("log", "checkpoint")
    copied(backup, lent.home / "library.db")
    lent.do("log", "acknowledge", "--yes")
    now, before = lent.do("log", "key").splitlines()
    assert before == key
    keys = ("--key", now, "--key", before)
    assert "PROVEN       returned, " in lent.do("log", "verify-receipt", path, *keys)


EMPTIED = ("log_opening", "patron_key", "log_tile", "checkpoint", "log_entry", "log_head")


def test_a_log_that_somebody_emptied_is_not_entered_anew_unseen(lent: Terminal) -> None:
    lent.do("log", "checkpoint")
    for table in EMPTIED:
        tamper(lent, f"DELETE FROM {table}")
    tamper(lent, "UPDATE loan SET borrower_name = 'Mallory'")
    result = lent.type("log", "verify")
    assert (result.exit_code, "there are 0 entries, and 4 were signed" in result.output) == (1, True)
    lent.do("log")
    result = lent.type("log", "verify")
    assert result.exit_code == 1
    assert "WRONG  entry 0: the library was put back to an older state; 4 entries of" in result.output
    assert "never entered" not in result.output


def test_a_log_that_lost_its_head_is_told_and_not_begun_anew(lent: Terminal) -> None:
    lent.do("log", "checkpoint")
    tamper(lent, "DELETE FROM log_head")
    lent.do("log")
    assert "WRONG  the log's end is not where its head says" in lent.type("log", "verify").output


def test_a_log_under_another_name_is_told(lent: Terminal) -> None:
    lent.do("log", "checkpoint")
    tamper(lent, "DELETE FROM checkpoint")
    tamper(lent, "UPDATE log_head SET origin = 'evil.example/log'")
    assert "was signed as lending/log/" in lent.type("log", "checkpoint").output
    for _ in range(2):
        result = lent.type("log", "verify")
        assert result.exit_code == 1
        assert "WRONG  the log is called evil.example/log, and was signed as lending/log/" in result.output


def test_what_lies_beside_the_database_and_can_not_be_read_is_told(lent: Terminal) -> None:
    lent.do("log", "checkpoint")
    (lent.home / "log" / "checkpoint").write_text("nothing\n")
    result = lent.type("log", "verify")
    assert (result.exit_code, "log/checkpoint can't be read" in result.output) == (1, True)
