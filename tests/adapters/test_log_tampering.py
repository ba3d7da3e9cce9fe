"""Whoever has the database can write into it. The log tells."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Integer, Table, text
from sqlalchemy.exc import DatabaseError

from lending.adapters.sql.ledger_tables import checkpoint, log_entry, log_head, log_opening
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.tables import copy, edition, hold, link, loan
from lending.adapters.sql.tables import event as record
from lending.ledger.leaves import Field, Leaf, Opening
from lending.ledger.tree import Frontier
from lending.services import facts
from lending.services.logkeeping import LogDamaged
from lending.services.verifying import Fault
from tests.adapters.tampering import a_signed_house, faults, kind_of, rows_of, tamper, unguarded, write_in
from tests.services.conftest import House

COVERED = (record, log_entry, log_opening, log_head, checkpoint, copy, link, loan, hold, edition)
OPEN = {
    ("copy", "file_until"),
    *(("loan", name) for name in ("email", "language")),
    *(("hold", name) for name in ("email", "language")),
    ("link", "note"),
    *(("edition", name) for name in ("cover_id", "search_text", "title_folded", "author_folded")),
    ("checkpoint", "signed_at"),
}
"""Columns of which the log says nothing: `ports.ledger.Covered` and docs/log.md say why."""


@pytest.fixture
def library(migrated_sqlite: bytes, tmp_path: Path) -> Iterator[SqlLibrary]:
    (tmp_path / "library.db").write_bytes(migrated_sqlite)
    library = unguarded(tmp_path / "library.db")
    yield library
    library.engine.dispose()


@pytest.fixture
def house(library: SqlLibrary) -> House:
    return a_signed_house(library)


def test_a_log_that_nobody_touched_is_right(house: House) -> None:
    findings = house.verifying.verify()
    assert findings.faults == []
    assert findings.entries == 8
    assert findings.checkpoints == 2


@pytest.mark.parametrize("table", COVERED, ids=lambda table: table.name)
def test_no_byte_of_a_table_that_it_covers_can_be_changed(
    house: House, library: SqlLibrary, table: Table
) -> None:
    rows = rows_of(library, table)
    assert rows
    for row in rows:
        for column in table.c:
            if (table.name, column.name) not in OPEN:
                _refuse_to_overlook(house, library, table, column.name, row)
    assert faults(house) == [], "all is put back"


def _refuse_to_overlook(house: House, library: SqlLibrary, table: Table, column: str, row: Any) -> None:
    before = row[column]
    statement = f'UPDATE "{table.name}" SET "{column}" = :value WHERE rowid = :row'
    for changed in _changes(before):
        is_row_number = isinstance(table.c[column].type, Integer) and len(table.primary_key) == 1
        at = changed if is_row_number and table.c[column].primary_key else row["at_row"]
        try:
            tamper(library, statement, value=changed, row=row["at_row"])
        except DatabaseError:
            continue  # the database doesn't take that
        now = _value(library, table, column, at)
        if (type(now), now) != (type(before), before):
            assert faults(house), f"{table.name}.{column} was {before!r} and is {now!r}"
        tamper(library, statement, value=before, row=at)


def _value(library: SqlLibrary, table: Table, column: str, at: Any) -> Any:
    with library.engine.connect() as connection:
        query = text(f'SELECT "{column}" FROM "{table.name}" WHERE rowid = :at')
        return connection.execute(query, {"at": at}).scalar_one()


def _changes(value: Any) -> list[Any]:
    """What somebody might write there instead. SQLite keeps anything in any column."""
    if isinstance(value, bytes):
        return [bytes([value[0] ^ 1]) + value[1:] if value else b"x", b"", "x", None]
    if isinstance(value, int):
        return [value + 1000, value + 1, value + 0.5, 1 - value, 0, "", "soon", 9 * 10**18, b"x", None]
    if isinstance(value, str):
        ending = "b" if value[-1:] == "a" else "a"
        return [value[:-1] + ending, value + " ", value.encode(), "", "0", None]
    return [0, "", 1, "a", b"x"]


@pytest.mark.parametrize(
    "nonsense",
    [
        "UPDATE event SET kind = 'nonsense' WHERE number = 4",
        "UPDATE event SET reason = 'nonsense' WHERE number = 4",
        "UPDATE event SET at = 'yesterday' WHERE number = 4",
        "UPDATE event SET detail = x'ff' WHERE number = 4",
        "UPDATE event SET detail = CAST(x'ff' AS TEXT) WHERE number = 4",
        "UPDATE log_entry SET rows = '{' WHERE number = 3",
        """UPDATE log_entry SET rows = '{"account:ana": "0"}' WHERE number = 3""",
        "UPDATE log_entry SET rows = '[]' WHERE number = 3",
        "UPDATE log_opening SET field = 'copz' WHERE number = 3 AND field = 'copy'",
    ],
)
def test_an_entry_that_can_not_be_read_is_named(house: House, library: SqlLibrary, nonsense: str) -> None:
    tamper(library, nonsense)
    assert faults(house)[0].entry == 3


@pytest.mark.parametrize("nonsense", ["due_at = 'soon'", "due_at = 9000000000000000000", "\"end\" = x'ff'"])
def test_a_row_that_can_not_be_read_is_named_with_its_entry(
    house: House, library: SqlLibrary, nonsense: str
) -> None:
    tamper(library, f"UPDATE loan SET {nonsense} WHERE borrower_name = 'Luis'")
    (found,) = faults(house)
    assert found.what.endswith(" is not as it was left")
    assert kind_of(library, found.entry) == "checked-out"


def test_a_text_that_is_none_and_a_checkpoint_that_can_not_be_read_are_faults(
    house: House, library: SqlLibrary
) -> None:
    tamper(library, "UPDATE loan SET binding = CAST(x'ff' AS TEXT)")
    assert "a row of the loans can't be read" in faults(house)[0].what
    tamper(library, "UPDATE checkpoint SET note = 'x'")
    assert "a checkpoint can't be read" in faults(house)[0].what


def test_who_ends_a_loan_before_its_day_by_writing_a_zero_is_found_out(
    house: House, library: SqlLibrary
) -> None:
    """It would let a second reader have the copy: the index of open loans knows NULL alone."""
    tamper(library, "UPDATE loan SET ended_at = 0 WHERE borrower_name = 'Luis'")
    assert [one.what.split()[-1] for one in faults(house)] == ["left"]


# A checkpoint that is gone is kept beside the database, and by witnesses.
@pytest.mark.parametrize(
    "table", [one for one in COVERED if one is not checkpoint], ids=lambda table: table.name
)
def test_no_row_can_be_deleted(house: House, library: SqlLibrary, table: Table) -> None:
    for row in rows_of(library, table):
        tamper(library, f'DELETE FROM "{table.name}" WHERE rowid = :at_row', at_row=row["at_row"])
        assert faults(house), f"{table.name} has lost {row}"
        write_in(library, table, row)
    assert faults(house) == [], "all is put back"


@pytest.mark.parametrize("table", [record, log_entry], ids=lambda table: table.name)
def test_no_two_rows_can_be_swapped(house: House, library: SqlLibrary, table: Table) -> None:
    key = {"event": "number", "log_entry": "number"}[table.name]
    first, second = (row[key] for row in rows_of(library, table)[2:4])
    for was, shall_be in ((first, -1), (second, first), (-1, second)):
        tamper(library, f'UPDATE "{table.name}" SET "{key}" = :to WHERE "{key}" = :was', was=was, to=shall_be)
    found = faults(house)
    assert found
    assert found[0].entry == 2, "the first of them is named"


def test_a_fault_is_named_by_the_first_entry_that_shows_it(house: House, library: SqlLibrary) -> None:
    tamper(library, "UPDATE event SET epoch = epoch + 1 WHERE number = 4")
    assert [str(one) for one in faults(house)] == ["entry 3: event 4 of the record is not what was entered"]
    tamper(library, "UPDATE event SET epoch = epoch - 1 WHERE number = 4")
    tamper(library, "UPDATE loan SET due_at = due_at + 86400000 WHERE borrower_name = 'Luis'")
    (found,) = faults(house)
    assert found.what.startswith("the loan ")
    assert found.what.endswith(" is not as it was left")
    assert kind_of(library, found.entry) == "checked-out"


def test_a_row_that_somebody_wrote_in_is_in_no_entry(house: House, library: SqlLibrary) -> None:
    (luis,) = [row for row in rows_of(library, loan) if row["borrower_name"] == "Luis"]
    forged = {**luis, "id": "forged", "link_id": None, "ended_at": 1, "end": "returned"}
    write_in(library, loan, forged)
    assert [one.what for one in faults(house)] == ["the loan forged is in no entry"]


def test_an_event_that_somebody_wrote_in_was_never_entered(house: House, library: SqlLibrary) -> None:
    tamper(
        library,
        "INSERT INTO event (kind, at, copy_id, epoch) SELECT kind, at, copy_id, epoch FROM event LIMIT 1",
    )
    (found,) = faults(house)
    assert found.what.endswith("of the record was never entered")


def test_an_entry_that_is_written_anew_with_all_hashes_is_not_what_was_signed(
    house: House, library: SqlLibrary
) -> None:
    """Somebody who knows the program, and has all of the database, but not the key."""
    with library.change() as desk:
        entries = desk.ledger.entries(0, 99)
        last = Leaf.parsed(entries[1].leaf)
        forged = [one.leaf for one in entries]
        forged[1] = bytes(replace(last, at=last.at + 1))
    for number, leaf in enumerate(forged):
        tamper(library, "UPDATE log_entry SET leaf = :leaf WHERE number = :number", leaf=leaf, number=number)
    tamper(library, "UPDATE event SET at = at + 1 WHERE number = 2")
    tree = Frontier.of(Leaf.parsed(leaf).hash for leaf in forged)
    tamper(library, "UPDATE log_head SET peaks = :peaks", peaks=b"".join(tree.peaks))
    assert faults(house) == [Fault("this library did not write it", 1)]
    _say_that_it_is_own(house, library, forged[1])
    assert "event 2 of the record is not what was entered" in faults(house)[0].what

    # ... and who computes the commitment to the event too, and has the other keys, still can't sign.
    blind = entries[1].blind
    with library.read() as desk:
        ((_, event_now),) = desk.ledger.walk(1, 1)
    assert event_now is not None
    rest = Opening(Field.REST, blind, facts.rest_fact(event_now, entries[1].rows))
    forged[1] = bytes(replace(Leaf.parsed(forged[1]), rest=rest.commitment))
    tamper(library, "UPDATE log_entry SET leaf = :leaf WHERE number = 1", leaf=forged[1])
    _say_that_it_is_own(house, library, forged[1])
    tree = Frontier.of(Leaf.parsed(leaf).hash for leaf in forged)
    tamper(library, "UPDATE log_head SET peaks = :peaks", peaks=b"".join(tree.peaks))
    assert "are not those that were signed" in faults(house)[0].what
    house.lending.recall(house.ana, rows_of(library, loan)[0]["copy_id"])
    with pytest.raises(LogDamaged, match="are not those that were signed"):
        house.logkeeping.checkpoint()


def _say_that_it_is_own(house: House, library: SqlLibrary, leaf: bytes) -> None:
    mac = house.sealer.mac(leaf)
    tamper(library, "UPDATE log_entry SET mac = :mac WHERE number = 1", mac=mac)
