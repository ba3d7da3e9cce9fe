"""What is kept of witnesses: on SQLite, on PostgreSQL and in memory."""

from datetime import timedelta

from lending.ledger.notes import Note, Signature
from lending.ports.ledger import SignedCheckpoint
from lending.ports.library import Library
from lending.ports.witnesses import Witnessed
from tests.services.fakes import NOON

ORIGIN = "library.example/log"
LAPTOP = Witnessed(ORIGIN, "laptop.example+0a1b2c3d", 5, NOON)


def test_each_witness_of_each_log_is_kept_once(library: Library) -> None:
    friend = Witnessed(ORIGIN, "friend.example+00000000", alarm="it saw more", alarm_at=NOON)
    elsewhere = Witnessed("older.example/log", LAPTOP.witness, 99, NOON)
    with library.change() as desk:
        for one in (LAPTOP, friend, elsewhere):
            desk.witnesses.keep(one)
    later = Witnessed(ORIGIN, LAPTOP.witness, 9, NOON + timedelta(days=1))
    with library.change() as desk:
        desk.witnesses.keep(later)
    with library.read() as desk:
        assert desk.witnesses.of(ORIGIN) == {LAPTOP.witness: later, friend.witness: friend}
        assert desk.witnesses.of("nowhere") == {}


def test_a_checkpoint_is_found_by_its_log_and_size(library: Library) -> None:
    signed = SignedCheckpoint(ORIGIN, 5, Note("a\n5\nb\n", (Signature("a", b"1234", b"x"),)), NOON)
    with library.change() as desk:
        desk.ledger.add_checkpoint(signed)
    with library.read() as desk:
        assert desk.ledger.checkpoint_of(ORIGIN, 6) is None
        assert desk.ledger.checkpoint_of("older", 5) is None
        found = desk.ledger.checkpoint_of(ORIGIN, 5)
    assert found is not None
    assert found.signed_at == NOON
