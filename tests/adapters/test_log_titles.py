"""Whoever has the database can write other titles into it, or delete them. The log tells, and lists loans."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from lending.adapters.sql.engine import connect
from lending.adapters.sql.library import SqlLibrary
from lending.circulation.events import Denial, Event, EventKind
from lending.ports.records import LogQuery
from lending.services.shelf import Correction
from tests.services.conftest import House
from tests.services.fakes import NOON
from tests.services.making import a_pdf, an_edition


@pytest.fixture
def library(migrated_sqlite: bytes, tmp_path: Path) -> Iterator[SqlLibrary]:
    """One in which rows can be deleted that others name."""
    (tmp_path / "library.db").write_bytes(migrated_sqlite)
    library = SqlLibrary(connect(f"sqlite:///{tmp_path / 'library.db'}"))
    event.listen(library.engine, "connect", lambda dbapi, _: dbapi.execute("PRAGMA foreign_keys=OFF"))
    yield library
    library.engine.dispose()


@pytest.fixture
def house(library: SqlLibrary) -> House:
    house = House(library=library)
    house.lend(house.shelve())
    return house


def faults(house: House) -> list[str]:
    return [one.what for one in house.verifying.verify().faults]


def tamper(library: SqlLibrary, statement: str, **values: str) -> None:
    with library.engine.begin() as connection:
        connection.execute(text(statement), values)


def test_who_swaps_the_titles_of_two_books_is_found_out(house: House, library: SqlLibrary) -> None:
    copies = house.shelve(a_pdf("Nada")), house.shelve(a_pdf("Luciérnagas"))
    first, second = (house.shelf.entry(house.ana, copy_id).edition for copy_id in copies)
    assert faults(house) == []
    for one, title in ((first, second.title), (second, first.title)):
        tamper(library, "UPDATE edition SET title = :title WHERE id = :id", title=title, id=one.id)
    assert sorted(faults(house)) == sorted(
        f"the edition {one.id} is not as it was left" for one in (first, second)
    )
    house.offer(copies[0])
    told = f"it tells of the edition {first.id}, which it is not about"
    assert told in faults(house), "what happens later doesn't hide it"


def test_a_title_that_no_entry_has_named_yet_is_not_checked_until_one_does(
    house: House, library: SqlLibrary
) -> None:
    with library.change() as desk:
        desk.collection.add_edition(an_edition("older"))
    tamper(library, "UPDATE edition SET title = 'Another' WHERE id = 'older'")
    assert faults(house) == []
    away = Event(EventKind.TURNED_AWAY, NOON, None, 0, edition_id="older", reason=Denial.NO_LICENSE)
    with house.recording.change() as desk:
        desk.circulation.record(away)
    tamper(library, "UPDATE edition SET title = 'Yet another' WHERE id = 'older'")
    assert faults(house) == ["the edition older is not as it was left"]


@pytest.mark.parametrize("table", ["account", "edition"])
def test_a_loan_of_which_all_else_was_deleted_is_still_in_the_log(
    house: House, library: SqlLibrary, table: str
) -> None:
    before = house.audit.loans(house.lib, LogQuery()).lines
    tamper(library, f"DELETE FROM {table} WHERE id NOT IN ('zoe', 'lib')")
    after = house.audit.loans(house.lib, LogQuery()).lines
    assert [line.loan.id for line in after] == [line.loan.id for line in before]
    assert {line.title for line in after} == ({""} if table == "edition" else {before[0].title})
    assert any(one.startswith(f"the {table} ") and " is gone" in one for one in faults(house))


def test_an_account_that_only_events_name_must_be_there(house: House, library: SqlLibrary) -> None:
    shown = Event(EventKind.IDENTITY_SHOWN, NOON, None, 0, by="lib")
    with house.recording.change() as desk:
        desk.circulation.record(shown)
    assert faults(house) == []
    tamper(library, "DELETE FROM account WHERE id = 'lib'")
    assert faults(house) == ["the account lib is gone, and something names it"]


def test_what_an_owner_corrects_is_right(house: House) -> None:
    copy_id = house.shelve(a_pdf("Nada"))
    house.shelf.correct(house.ana, copy_id, Correction(title="Nada, o casi"))
    house.shelf.replace_cover(house.ana, copy_id, b"picture")
    assert faults(house) == []
