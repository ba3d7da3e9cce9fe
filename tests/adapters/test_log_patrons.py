"""Whoever has the database can write other names into it, or those that were erased. The log tells."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lending.adapters.sql.ledger_tables import log_opening, log_tile, patron_key
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.tables import hold, link, loan
from lending.circulation.events import Event, EventKind
from lending.services import facts
from tests.adapters.tampering import a_signed_house, faults, rows_of, tamper, unguarded, write_in
from tests.services.conftest import House
from tests.services.making import a_pdf


@pytest.fixture
def library(migrated_sqlite: bytes, tmp_path: Path) -> Iterator[SqlLibrary]:
    (tmp_path / "library.db").write_bytes(migrated_sqlite)
    library = unguarded(tmp_path / "library.db")
    yield library
    library.engine.dispose()


@pytest.fixture
def house(library: SqlLibrary) -> House:
    return a_signed_house(library)


def loan_of(library: SqlLibrary, name: str) -> str:
    return next(str(row["id"]) for row in rows_of(library, loan) if row["borrower_name"] == name)


def end(house: House, library: SqlLibrary, name: str) -> str:
    """Somebody brings back what they have; which loan it was."""
    found = loan_of(library, name)
    path = f"/api/loans/{found}/return"
    house.lending.check_in(found, house.proof(name.lower(), path), path)
    return found


def keep_as(library: SqlLibrary, patron_id: str, another: str) -> None:
    """The key under another id, and with it whatever it opens."""
    for table in ("patron_key", "log_opening"):
        statement = f"UPDATE {table} SET patron_id = :another WHERE patron_id = :id"
        tamper(library, statement, id=patron_id, another=another)


def test_what_opens_an_entry_can_not_be_kept_as_somebody_elses(house: House, library: SqlLibrary) -> None:
    """Else it would outlive whom it is about."""
    for patron_id in (loan_of(library, "Eva"), "ana"):
        keep_as(library, patron_id, "nobody")
        assert faults(house)[0].what.startswith("what opens its ")
        keep_as(library, "nobody", patron_id)
    assert faults(house) == []


def test_a_key_that_opens_nothing_is_a_fault(house: House, library: SqlLibrary) -> None:
    write_in(library, patron_key, {"patron_id": "nobody", "salt": b"s" * 32})
    assert [one.what for one in faults(house)] == ["1 keys are kept of patrons, and open nothing"]


def test_who_was_erased_gets_no_other_name(house: House, library: SqlLibrary) -> None:
    luis = end(house, library, "Luis")
    house.erasing.borrower("Luis")
    assert faults(house) == []
    for column in ("borrower_name", "borrower_folded", "email", "language"):
        was = "''" if column.startswith("borrower") else "NULL"
        tamper(library, f"UPDATE loan SET {column} = 'mallory' WHERE id = :id", id=luis)
        (found,) = faults(house)
        assert found.what == f"the loan {luis} names somebody, and nobody was entered"
        tamper(library, f"UPDATE loan SET {column} = {was} WHERE id = :id", id=luis)
    assert faults(house) == []


def test_an_owner_who_reads_is_no_friend(house: House, library: SqlLibrary) -> None:
    own = house.lending.take_off_shelf(house.ana, house.shelve(a_pdf("third"), "third.pdf"))
    assert faults(house) == []
    tamper(library, "UPDATE loan SET borrower_name = 'Mallory', borrower_folded = 'mallory' WHERE to_owner")
    (found,) = faults(house)
    assert found.what == f"the loan {own.id} names somebody, and nobody was entered"


def test_what_was_erased_can_not_be_put_back(house: House, library: SqlLibrary) -> None:
    luis = end(house, library, "Luis")
    (row,) = [row for row in rows_of(library, loan) if row["id"] == luis]
    kept = [(table, row) for table in (log_opening, patron_key) for row in rows_of(library, table)]
    house.erasing.borrower("Luis")
    for table, of_luis in kept:
        if of_luis["patron_id"] == luis:
            write_in(library, table, of_luis)
    (found,) = faults(house)
    assert found.what.startswith(f"the loan {luis} was erased, and entry ")
    statement = "UPDATE loan SET borrower_name = :name, borrower_folded = :folded WHERE id = :id"
    tamper(library, statement, name=row["borrower_name"], folded=row["borrower_folded"], id=luis)
    assert len(faults(house)) == 2


def test_what_was_erased_with_an_account_can_not_be_put_back(house: House, library: SqlLibrary) -> None:
    kept = [(table, row) for table in (log_opening, patron_key) for row in rows_of(library, table)]
    house.clock.go_on(timedelta(days=60))  # nobody has a copy any more
    house.erasing_accounts.erase(house.ana)
    assert faults(house) == []
    tamper(library, "DELETE FROM patron_key WHERE patron_id = 'ana'")
    for table, of_ana in kept:
        if of_ana["patron_id"] == "ana":
            write_in(library, table, of_ana)
    found = [one.what for one in faults(house)]
    assert "what opens its copy was erased with an account, and is there" in found


@pytest.mark.parametrize(
    ("runs", "what"),
    [
        ({"copy": [[0, 7]]}, "the account zoe was erased, and is there"),
        ({"copy": [[0, 8]]}, "it says of entries to come that they can't be opened"),
    ],
)
def test_an_erasing_excuses_only_what_it_can(
    house: House, library: SqlLibrary, runs: dict[str, list[list[int]]], what: str
) -> None:
    tamper(library, "DELETE FROM log_opening WHERE number = 0 AND field = 'copy'")
    detail = facts.canonical(runs).decode()
    event = Event(EventKind.ERASED, house.clock.now(), None, 0, to="zoe", detail=detail)
    with house.recording.change() as desk:
        desk.circulation.record(event)
    assert [one.what for one in faults(house)] == [what, "which copy it is about can't be told"]


def test_the_name_on_the_link_of_whoever_waited_is_theirs(house: House, library: SqlLibrary) -> None:
    end(house, library, "Eva")
    (kim,) = [row["id"] for row in rows_of(library, hold)]
    assert kim in [row["id"] for row in rows_of(library, link)]
    tamper(library, "UPDATE link SET for_whom = 'Mallory' WHERE id = :id", id=kim)
    assert [one.what for one in faults(house)] == [f"the link {kim} is under another name"]


def test_a_name_is_sorted_as_it_is_written(house: House, library: SqlLibrary) -> None:
    tamper(library, "UPDATE loan SET borrower_folded = 'mallory' WHERE borrower_name = 'Eva'")
    assert [one.what.partition(" is ")[2] for one in faults(house)] == ["sorted under another name"]


@pytest.mark.parametrize("number", [99, -1, 3.5])
def test_what_opens_no_entry_is_a_fault(house: House, library: SqlLibrary, number: float) -> None:
    row = {"number": number, "field": "copy", "patron_id": "ana", "sealed": b"x"}
    write_in(library, log_opening, row)
    assert "something is kept that opens no entry" in [one.what for one in faults(house)]


@pytest.mark.parametrize(("level", "index"), [(0, 0), (0, -1), (3, 0)])
def test_a_tile_that_is_not_full_has_no_root(
    house: House, library: SqlLibrary, level: int, index: int
) -> None:
    write_in(library, log_tile, {"level": level, "index": index, "root": b"r" * 32})
    assert [one.what for one in faults(house)] == ["more is kept of the tree than its entries make"]
