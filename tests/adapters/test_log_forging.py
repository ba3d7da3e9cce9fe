"""Whoever has the database can write into the log as the library does. It is not the library's."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lending.adapters.sql.ledger_tables import log_entry
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.tables import loan
from lending.circulation.events import Event, EventKind, Purpose
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.leaves import Field, Leaf, Opening, fingerprint
from lending.ledger.notes import Note
from lending.ledger.tree import Frontier
from lending.ports.ledger import Covered, RowName, SignedCheckpoint
from lending.services import facts
from lending.services.logkeeping import LogDamaged
from tests.adapters.tampering import a_signed_house, faults, rows_of, tamper, unguarded, write_in
from tests.services.conftest import House
from tests.services.fakes import FakeSealer


@pytest.fixture
def library(migrated_sqlite: bytes, tmp_path: Path) -> Iterator[SqlLibrary]:
    (tmp_path / "library.db").write_bytes(migrated_sqlite)
    library = unguarded(tmp_path / "library.db")
    yield library
    library.engine.dispose()


@pytest.fixture
def house(library: SqlLibrary) -> House:
    return a_signed_house(library)


def forge(
    library: SqlLibrary, told: Event, rows: list[RowName], mac: bytes | FakeSealer | None = b"m" * 32
) -> None:
    """Enter an event as the program does, with all that can be computed, and vouch for rows as they are."""
    with library.change() as desk:
        event_number = desk.circulation.record(told)
        left = {name: fingerprint(text) for name, text in desk.ledger.stand(rows).items()}
        head, entries = desk.ledger.head(), desk.ledger.entries(0, 99)
    blinds = {field: bytes([at]) * 32 for at, field in enumerate(Field)}
    said = dict.fromkeys(Field, b"") | {Field.REST: facts.rest_fact(told, left)}
    leaf = facts.leaf_of(
        head.frontier.size, told, {one: Opening(one, blinds[one], said[one]) for one in Field}
    )
    tree = Frontier.of([*(Leaf.parsed(one.leaf).hash for one in entries), leaf.hash])
    row: dict[str, Any] = {
        "number": leaf.number,
        "event_number": event_number,
        "leaf": bytes(leaf),
        "blind": blinds[Field.REST],
        "rows": json.dumps({str(name): left[name] for name in left}, sort_keys=True),
        "mac": mac.mac(bytes(leaf)) if isinstance(mac, FakeSealer) else mac,
    }
    write_in(library, log_entry, row)
    tamper(
        library,
        "UPDATE log_head SET size = :size, peaks = :peaks",
        size=tree.size,
        peaks=b"".join(tree.peaks),
    )


@pytest.mark.parametrize("mac", [None, b"", b"m" * 32])
def test_an_entry_that_the_library_did_not_write_is_found_and_never_signed(
    house: House, library: SqlLibrary, mac: bytes | None
) -> None:
    eva = next(row["id"] for row in rows_of(library, loan) if row["borrower_name"] == "Eva")
    tamper(library, "UPDATE loan SET due_at = due_at + 1 WHERE id = :id", id=eva)
    shown = Event(EventKind.IDENTITY_SHOWN, house.clock.now(), None, 0, by="lib", reason=Purpose.AUDIT)
    forge(library, shown, [RowName(Covered.LOAN, eva)], mac)
    assert [str(one) for one in faults(house)] == ["entry 8: this library did not write it"]
    with pytest.raises(LogDamaged, match="entry 8 is not this library's own"):
        house.logkeeping.checkpoint()


def test_an_entry_of_another_place_is_not_the_librarys_own_there(house: House, library: SqlLibrary) -> None:
    (mac,) = [row["mac"] for row in rows_of(library, log_entry) if row["number"] == 7]
    shown = Event(EventKind.IDENTITY_SHOWN, house.clock.now(), None, 0, by="lib", reason=Purpose.AUDIT)
    forge(library, shown, [], mac)
    assert faults(house)[0].entry == 8


def test_a_checkpoint_that_somebody_wrote_in_makes_no_entry_the_librarys(
    house: House, library: SqlLibrary
) -> None:
    shown = Event(EventKind.IDENTITY_SHOWN, house.clock.now(), None, 0, by="lib", reason=Purpose.AUDIT)
    forge(library, shown, [])
    with library.read() as desk:
        head, last = desk.ledger.head(), desk.ledger.latest_checkpoint()
    assert last is not None
    text = Checkpoint(head.origin, head.frontier.size, head.frontier.root).text
    forged = Note(text, last.note.signatures)
    with library.change() as desk:
        desk.ledger.add_checkpoint(
            SignedCheckpoint(head.origin, head.frontier.size, forged, house.clock.now())
        )
    house.lending.recall(house.ana, rows_of(library, loan)[0]["copy_id"])
    with pytest.raises(LogDamaged, match="entry 8 is not this library's own"):
        house.logkeeping.checkpoint()


def test_an_entry_vouches_for_no_row_that_it_is_not_about(house: House, library: SqlLibrary) -> None:
    """Not even one of the library's own."""
    eva = next(row["id"] for row in rows_of(library, loan) if row["borrower_name"] == "Eva")
    shown = Event(EventKind.IDENTITY_SHOWN, house.clock.now(), None, 0, by="lib", reason=Purpose.AUDIT)
    forge(library, shown, [RowName(Covered.LOAN, eva)], house.sealer)
    assert faults(house) == [], "it may say that nothing has changed"
    tamper(library, "UPDATE loan SET due_at = due_at + 1 WHERE id = :id", id=eva)
    forge(library, shown, [RowName(Covered.LOAN, eva)], house.sealer)
    (found,) = faults(house)
    assert str(found) == f"entry 9: it tells of the loan {eva}, which it is not about"


def test_a_loan_begins_with_its_check_out(house: House, library: SqlLibrary) -> None:
    eva = next(row for row in rows_of(library, loan) if row["borrower_name"] == "Eva")
    invented = {
        **eva,
        "id": "invented",
        "borrower_name": "",
        "borrower_folded": "",
        "link_id": None,
        "ended_at": 1,
        "end": "returned",
    }
    write_in(library, loan, invented)
    told = Event(EventKind.READ_FAST, house.clock.now(), eva["copy_id"], 1, loan_id="invented")
    forge(library, told, [RowName(Covered.LOAN, "invented")], house.sealer)
    assert "entry 8: it tells of the loan invented, which it is not about" in map(str, faults(house))
