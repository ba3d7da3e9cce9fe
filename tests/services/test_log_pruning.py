"""Checkpoints of which newer ones say as much are forgotten, and nothing is lost by it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from lending.ledger.witnessing import cosigned
from lending.ports.checks import LogCheck
from lending.ports.ledger import SignedCheckpoint
from lending.ports.library import Library, Transaction
from lending.services.receipts import read_receipt
from tests.services.conftest import DAY, House

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


def every(house: House, step: timedelta, count: int, copy_id: str) -> None:
    """Something happens, and is signed, so often."""
    for at in range(count):
        (house.shelf.find if at % 2 else house.shelf.mark_lost)(house.ana, copy_id)
        signed(house)
        house.clock.go_on(step)


def ages(house: House) -> list[timedelta]:
    with house.library.read() as desk:
        return [house.clock.now() - one.signed_at for one in desk.ledger.checkpoints()]


def test_of_a_day_all_checkpoints_are_kept_then_one_an_hour_then_one_a_day(begun: House) -> None:
    copy_id = begun.shelve()
    every(begun, HOUR / 4, 4 * 24 * 3, copy_id)
    begun.clock.go_on(29 * DAY)
    every(begun, HOUR / 4, 4 * 24 * 2, copy_id)
    before = len(ages(begun))
    gone = begun.log_pruning.prune()
    assert len(ages(begun)) == before - gone
    kept = ages(begun)
    assert len([age for age in kept if age <= DAY]) == 4 * 24
    hours = [age for age in kept if DAY < age <= 30 * DAY]
    assert len(hours) in (24, 25)
    days = [age for age in kept if age > 30 * DAY]
    assert len(days) in (3, 4)
    assert begun.log_pruning.prune() == 0
    assert begun.verifying.verify().faults == []
    assert begun.verifying.verify().checkpoints == len(kept)


def test_of_an_hour_and_of_a_day_the_newest_that_a_witness_cosigned_is_kept_too(begun: House) -> None:
    """A laptop that is asleep most of the time cosigns what is hardly ever the newest."""
    copy_id = begun.shelve()
    for _ in range(2):
        every(begun, HOUR / 4, 2, copy_id)
        note = begun.witnesses.checkpoint()
        line = cosigned(note, begun.witness.verifier, begun.clock.now(), begun.witness.sign)
        begun.witnesses.take(note.with_signatures([line]))
        every(begun, HOUR / 4, 2, copy_id)
    begun.clock.go_on(2 * DAY)
    assert begun.log_pruning.prune() == 4
    assert cosigned_sizes(begun) == {3: True, 5: False, 7: True, 9: False}
    begun.clock.go_on(30 * DAY)
    assert begun.log_pruning.prune() == 2
    assert cosigned_sizes(begun) == {7: True, 9: False}


def cosigned_sizes(house: House) -> dict[int, bool]:
    """Which checkpoints are kept, each with whether it is cosigned."""
    with house.library.read() as desk:
        return {one.size: len(one.note.signatures) > 1 for one in desk.ledger.checkpoints()}


@dataclass
class Hurried:
    """A library of which somebody else changes something first, once."""

    library: Library
    first: Callable[[], None] | None

    def read(self) -> AbstractContextManager[Transaction]:
        return self.library.read()

    def change(self) -> AbstractContextManager[Transaction]:
        first, self.first = self.first, None
        if first:
            first()
        return self.library.change()


def test_a_checkpoint_that_is_cosigned_while_others_are_pruned_is_not_lost(begun: House) -> None:
    every(begun, HOUR / 60, 3, begun.shelve())
    begun.clock.go_on(2 * DAY)
    with begun.library.read() as desk:
        oldest = desk.ledger.checkpoints()[0].note
    line = cosigned(oldest, begun.witness.verifier, begun.clock.now(), begun.witness.sign)
    hurried = Hurried(begun.library, lambda: begun.witnesses.take(oldest.with_signatures([line])))
    assert replace(begun.log_pruning, library=hurried).prune() == 1
    assert cosigned_sizes(begun) == {2: True, 4: False}


def test_the_newest_checkpoint_is_kept_however_old_it_is(begun: House) -> None:
    copy_id = begun.shelve()
    every(begun, HOUR / 60, 3, copy_id)
    latest = signed(begun)
    begun.clock.go_on(400 * DAY)
    assert begun.log_pruning.prune() == 2
    assert signed(begun) == latest
    assert begun.log_restarting.lost() is None


def test_what_lies_beside_the_database_is_not_pruned(begun: House) -> None:
    """A server that was killed between the two has left the one before there."""
    copy_id = begun.shelve()
    beside = signed(begun).note
    every(begun, HOUR / 60, 3, copy_id)
    begun.outpost.keep(beside)
    begun.clock.go_on(40 * DAY)
    assert begun.log_pruning.prune() == 2
    assert begun.log_pruning.prune() == 0, "and that one is not looked for again and again"
    assert begun.log_restarting.lost() is None


def test_an_old_checkpoint_beside_the_database_that_is_pruned_there_is_no_sign_of_restoring(
    begun: House,
) -> None:
    copy_id = begun.shelve()
    old = signed(begun)
    every(begun, HOUR / 60, 3, copy_id)
    begun.clock.go_on(40 * DAY)
    begun.log_pruning.prune()
    begun.outpost.keep(old.note)  # from a backup of its folder alone
    with begun.library.read() as desk:
        assert desk.ledger.checkpoint_of(old.origin, old.size) is None
    assert begun.log_restarting.lost() is None
    assert begun.verifying.verify().faults == []


def test_old_receipts_prove_what_they_proved(begun: House) -> None:
    copy_id = begun.shelve()
    reader = begun.let_in(begun.lend(copy_id).reading_pass)
    kept = begun.receipts.of_check_out(reader).text
    for title in ("more.pdf", "and more.pdf"):
        begun.clock.go_on(HOUR / 60)
        begun.shelve(name=title, second_copy=True)
        signed(begun)
    begun.clock.go_on(40 * DAY)
    assert begun.log_pruning.prune() == 2
    assert read_receipt(kept, [begun.logkeeping.verifier()], begun.log_keys.check).number == 2


def test_while_the_log_is_known_to_be_damaged_nothing_is_pruned(begun: House) -> None:
    every(begun, HOUR / 60, 3, begun.shelve())
    begun.clock.go_on(40 * DAY)
    with begun.library.change() as desk:
        desk.checks.keep_log_check(
            LogCheck(begun.clock.now(), 4, ("entry 2: it is missing",)), 9, begun.clock.now()
        )
    assert begun.log_pruning.prune() == 0
    begun.clock.go_on(HOUR)
    with begun.library.change() as desk:
        desk.checks.keep_log_check(LogCheck(begun.clock.now(), 4), 9, begun.clock.now())
    assert begun.log_pruning.prune() == 2
