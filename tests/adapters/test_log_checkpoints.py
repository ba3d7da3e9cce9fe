"""Whoever has the database can write into its checkpoints, and has no key. The log tells."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lending.adapters.log_outpost_file import FileOutpost
from lending.adapters.sql.ledger_tables import checkpoint, log_entry
from lending.adapters.sql.library import SqlLibrary
from lending.circulation.events import Event, EventKind
from lending.ledger.errors import Malformed
from lending.ledger.leaves import Field, Leaf, Opening
from lending.ledger.notes import Note
from lending.ledger.tree import Frontier
from lending.services import facts
from lending.services.logkeeping import LogDamaged
from tests.adapters.tampering import rows_of, tamper, unguarded, write_in
from tests.services.conftest import House

NAME = "library.example/log"


@pytest.fixture
def library(migrated_sqlite: bytes, tmp_path: Path) -> Iterator[SqlLibrary]:
    (tmp_path / "library.db").write_bytes(migrated_sqlite)
    library = unguarded(tmp_path / "library.db")
    yield library
    library.engine.dispose()


@pytest.fixture
def house(library: SqlLibrary) -> House:
    """Ana's library, of which two checkpoints are signed."""
    house = House(library=library)
    with library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin(NAME)
    house.claim(house.offer(house.shelve(), for_whom="Eva"))
    house.logkeeping.checkpoint()
    house.clock.go_on(timedelta(days=3))
    house.shelve(name="second.pdf", second_copy=True)
    house.logkeeping.checkpoint()
    return house


def faults(house: House) -> list[str]:
    return [fault.what for fault in house.verifying.verify().faults]


def rewrite(house: House, library: SqlLibrary, number: int) -> None:
    """Another time of one event, with all hashes as if it had always been so; and as if whoever does it could
    also write entries as the library does: then only what was signed is against them."""
    (row,) = [one for one in rows_of(library, log_entry) if one["number"] == number]
    tamper(library, "UPDATE event SET at = at + 60000 WHERE number = :it", it=row["event_number"])
    with library.read() as desk:
        ((entry, changed),) = desk.ledger.walk(number, 1)
        leaves = [one.leaf for one in desk.ledger.entries(0, 99)]
    assert changed is not None
    rest = Opening(Field.REST, entry.blind, facts.rest_fact(changed, entry.rows))
    leaf = Leaf.parsed(entry.leaf)
    leaves[number] = bytes(replace(leaf, at=leaf.at + 60000, rest=rest.commitment))
    mac = house.sealer.mac(leaves[number])
    changes = "UPDATE log_entry SET leaf = :leaf, mac = :mac WHERE number = :it"
    tamper(library, changes, leaf=leaves[number], mac=mac, it=number)
    tree = Frontier.of(Leaf.parsed(one).hash for one in leaves)
    tamper(library, "UPDATE log_head SET peaks = :peaks", peaks=b"".join(tree.peaks))


def test_a_log_that_is_rewritten_with_its_checkpoints_gone_was_not_put_back(
    house: House, library: SqlLibrary
) -> None:
    size = house.verifying.verify().entries
    rewrite(house, library, 2)
    tamper(library, "DELETE FROM checkpoint")
    assert house.log_restarting.lost() is None
    assert faults(house) == [f"the first {size} entries are not those that were signed"]
    with pytest.raises(LogDamaged):
        house.logkeeping.checkpoint()


def test_nor_was_it_if_somebody_writes_so_into_it(house: House, library: SqlLibrary) -> None:
    assert house.outpost.note is not None
    text = house.outpost.note.text
    rewrite(house, library, 2)
    tamper(library, "DELETE FROM checkpoint")
    with house.recording.change() as desk:
        told = Event(EventKind.LOG_RESTARTED, house.clock.now(), None, 0, detail=text)
        desk.circulation.record(told)
    tamper(library, "UPDATE log_head SET origin = 'library.example/another'")
    assert house.log_restarting.lost() is None
    first, last = faults(house)
    assert "are not those that were signed" in first
    assert "nobody has said that they know" in last
    with pytest.raises(LogDamaged, match="was signed as"):
        house.logkeeping.checkpoint()


def test_a_log_that_is_cut_short_is_told_as_put_back_and_wrong(house: House, library: SqlLibrary) -> None:
    """An honest backup looks just the same, so the operator is asked."""
    with library.read() as desk:
        entries = desk.ledger.entries(0, 99)
    cut = len(entries) - 1
    for table, column in (("log_opening", "number"), ("log_entry", "number"), ("checkpoint", "size")):
        tamper(library, f'DELETE FROM "{table}" WHERE "{column}" >= :cut', cut=cut)
    tamper(library, "DELETE FROM event WHERE number = :it", it=entries[-1].event_number)
    tree = Frontier.of(Leaf.parsed(one.leaf).hash for one in entries[:-1])
    tamper(library, "UPDATE log_head SET size = :size, peaks = :peaks", size=cut, peaks=b"".join(tree.peaks))
    lost = house.log_restarting.lost()
    assert lost is not None
    house.log_restarting.begin_anew(lost, "library.example/another")
    house.logkeeping.checkpoint()
    assert f"{lost.size} entries of {NAME} had been signed, and nobody has said" in " ".join(faults(house))


def test_a_head_that_says_less_than_there_is_was_not_put_back(house: House, library: SqlLibrary) -> None:
    tamper(library, "DELETE FROM checkpoint")
    tamper(library, "UPDATE log_head SET size = 1")
    assert house.log_restarting.lost() is None
    assert "the log's end is not where its head says" in faults(house)


def test_the_newest_checkpoint_that_is_deleted_is_told_until_it_is_signed_again(
    house: House, library: SqlLibrary
) -> None:
    newest = rows_of(library, checkpoint)[-1]
    tamper(library, "DELETE FROM checkpoint WHERE size = :size", size=newest["size"])
    assert faults(house) == [f"the checkpoint of {newest['size']} entries lies beside the database alone"]
    house.logkeeping.checkpoint()
    assert faults(house) == []


def test_an_old_checkpoint_that_says_it_is_the_latest_is_told_and_not_shown(
    house: House, library: SqlLibrary
) -> None:
    old, new = rows_of(library, checkpoint)
    tamper(library, "UPDATE checkpoint SET signed_at = :at WHERE size = :size", at=1 << 45, size=old["size"])
    assert faults(house) == [f"the checkpoint of {new['size']} entries says it is older than one of less"]
    assert house.witnesses.checkpoint() == Note.parsed(new["note"])
    with library.read() as desk:
        assert [one.size for one in desk.ledger.newest_checkpoints(9)] == [new["size"], old["size"]]


def test_a_checkpoint_under_a_name_that_the_log_never_had_is_told(house: House, library: SqlLibrary) -> None:
    (row, _) = rows_of(library, checkpoint)
    tamper(library, "UPDATE log_head SET origin = 'evil.example/log'")
    assert f"the log is called evil.example/log, and was signed as {NAME}" in faults(house)
    tamper(library, "UPDATE log_head SET origin = :name", name=NAME)
    write_in(library, checkpoint, {**row, "origin": "evil.example/log"})
    assert len(faults(house)) == 1


def test_what_is_kept_in_files_is_there_again_and_what_can_not_be_read_is_said(tmp_path: Path) -> None:
    outpost = FileOutpost(tmp_path / "log")
    assert (outpost.kept(), outpost.acknowledged()) == (None, frozenset())
    note = Note.parsed("library.example\n1\nAAAA\n\n— library.example MTIzNDU2\n")
    outpost.keep(note)
    for text in ("one\n1\nAAAA\n", "an óther\n2\nAAAA\n", "one\n1\nAAAA\n"):
        outpost.acknowledge(text)
    again = FileOutpost(tmp_path / "log")
    assert again.kept() == note
    assert again.acknowledged() == {"one\n1\nAAAA\n", "an óther\n2\nAAAA\n"}
    for content in (b"nothing", b"\xff"):
        (tmp_path / "log" / "checkpoint").write_bytes(content)
        (tmp_path / "log" / "acknowledged").write_bytes(content)
        with pytest.raises(Malformed, match="can't be read"):
            again.kept()
        assert again.acknowledged() == frozenset()
