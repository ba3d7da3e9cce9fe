"""What the log promises is signed, and can be proven."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.proofs import KeptProof
from lending.ledger.tree import leaf_hash, verify_consistency
from lending.ports.ledger import Entry, SignedCheckpoint
from lending.ports.library import Library, Transaction
from lending.services.logkeeping import LogDamaged
from tests.services.conftest import House

HOUR = timedelta(hours=1)


@pytest.fixture
def begun(house: House) -> House:
    with house.library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin("library.example/log")
    return house


def signed(house: House) -> SignedCheckpoint:
    found = house.logkeeping.checkpoint()
    assert found is not None
    return found


def many(house: House, count: int) -> None:
    """Something happens so often."""
    copy_id = house.shelve(second_copy=True)
    for _ in range(count // 2):
        house.shelf.mark_lost(house.ana, copy_id)
        house.shelf.find(house.ana, copy_id)


def test_a_log_without_entries_is_not_signed(begun: House) -> None:
    assert begun.logkeeping.checkpoint() is None


def test_a_checkpoint_is_signed_once_for_what_has_happened(begun: House) -> None:
    begun.shelve()
    first = signed(begun)
    assert signed(begun) == first
    first.note.check([begun.logkeeping.verifier()], begun.log_keys.check)
    assert Checkpoint.parsed(first.note.text).origin == "library.example/log"
    begun.shelve(name="more.pdf", second_copy=True)
    assert signed(begun).size > first.size


@pytest.mark.parametrize("count", [2, 254, 256, 600])
def test_any_entry_is_proven_and_any_growth(begun: House, count: int) -> None:
    many(begun, 10)
    old = signed(begun)
    many(begun, count)
    new = signed(begun)
    with begun.library.read() as desk:
        entries = desk.ledger.entries(0, 9999)
    for entry in (entries[0], entries[len(entries) // 2], entries[-1]):
        proof = KeptProof.parsed(str(begun.logkeeping.prove(entry)))
        proof.verify(leaf_hash(entry.leaf), [begun.logkeeping.verifier()], begun.log_keys.check)
    roots = [Checkpoint.parsed(one.note.text).root for one in (old, new)]
    proof_of_growth = begun.logkeeping.prove_growth(old.size, new.size)
    verify_consistency(old.size, roots[0], new.size, roots[1], proof_of_growth)
    with pytest.raises(ValueError, match="has no"):
        begun.logkeeping.prove_growth(old.size, new.size + 1)
    assert begun.verifying.verify().checkpoints == 2


def test_a_log_that_was_changed_is_signed_no_more(begun: House) -> None:
    begun.shelve()
    signed(begun)
    book = begun.library.cabinet.log_book  # type: ignore[attr-defined]  # the one in memory
    kept = book.entries[0]
    book.entries[0] = type(kept)(0, kept.event_number, bytes(128), kept.blind, kept.rows)
    begun.shelve(name="more.pdf", second_copy=True)
    with pytest.raises(LogDamaged):
        begun.logkeeping.checkpoint()
    begun.library.cabinet.log_book.entries[0] = kept  # type: ignore[attr-defined]  # likewise


def lose(house: House, entry: Entry) -> None:
    house.library.cabinet.log_book.entries.remove(entry)  # type: ignore[attr-defined]  # the one in memory


def put_back(house: House, entry: Entry) -> None:
    house.library.cabinet.log_book.entries.insert(entry.number, entry)  # type: ignore[attr-defined]  # likewise


def test_a_log_with_a_missing_entry_is_damaged_whoever_asks(begun: House) -> None:
    many(begun, 4)
    with begun.library.read() as desk:
        first, second, *_ = desk.ledger.entries(0, 9)
    lose(begun, second)
    with pytest.raises(LogDamaged, match="some are missing"):
        begun.logkeeping.checkpoint()
    put_back(begun, second)
    signed(begun)
    lose(begun, second)
    for entry in (first, second):
        with pytest.raises(LogDamaged, match="some are missing"):
            begun.logkeeping.prove(entry)
    put_back(begun, second)


@dataclass(frozen=True)
class Slow:
    """A library to which something happens before the next change."""

    library: Library
    meanwhile: Callable[[], object]

    def change(self) -> AbstractContextManager[Transaction]:
        self.meanwhile()
        return self.library.change()

    def read(self) -> AbstractContextManager[Transaction]:
        return self.library.read()


def test_of_two_who_sign_at_once_none_turns_the_log_back(begun: House) -> None:
    begun.shelve()

    def more() -> None:
        begun.shelve(name="more.pdf", second_copy=True)
        signed(begun)

    slow = replace(begun.logkeeping, library=Slow(begun.recording, more))
    assert slow.checkpoint() == signed(begun)
    assert begun.verifying.verify().checkpoints == 1


def test_a_log_under_a_name_that_nobody_gave_it_is_not_signed(begun: House) -> None:
    begun.shelve()
    signed(begun)
    with begun.library.change() as desk:
        desk.ledger.drop_checkpoints([("library.example/log", 1)])
        desk.ledger.begin("evil.example/log")
    assert begun.log_restarting.lost() is None
    for _ in range(2):
        with pytest.raises(LogDamaged, match="and was signed as library"):
            begun.logkeeping.checkpoint()
        begun.shelve(name="more.pdf", second_copy=True)
    with begun.library.change() as desk:
        desk.ledger.begin("library.example/log")
    signed(begun)


def test_what_lies_beside_the_database_is_put_there_again_if_it_is_gone(begun: House) -> None:
    begun.shelve()
    note = signed(begun).note
    begun.outpost.note = None
    assert "no checkpoint lies beside" in begun.verifying.verify().faults[0].what
    assert signed(begun).note == begun.outpost.note == note
    assert begun.verifying.verify().faults == []


def test_nothing_is_signed_while_what_lies_beside_can_not_be_read(begun: House) -> None:
    begun.shelve()
    signed(begun)
    begun.outpost.trouble = "log/checkpoint can't be read"
    with pytest.raises(LogDamaged, match="log/checkpoint can't be read"):
        begun.logkeeping.checkpoint()
    assert "log/checkpoint can't be read" in begun.verifying.verify().faults[0].what
    assert begun.log_restarting.lost() is None
    assert begun.log_pruning.prune() == 0
    begun.outpost.trouble = ""


def test_a_log_that_grew_by_whole_tiles_since_it_was_signed_is_not_taken_for_another(begun: House) -> None:
    many(begun, 600)
    old = signed(begun)
    many(begun, 300)
    assert begun.log_restarting.lost() is None
    with begun.library.read() as desk:
        size = desk.ledger.head().frontier.size
    proof, root = begun.logkeeping.prove_growth(old.size, size), begun.verifying.verify().root
    verify_consistency(old.size, Checkpoint.parsed(old.note.text).root, size, root, proof)
