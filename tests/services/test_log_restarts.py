"""A library that was put back to an older state says so, and is called wrong until somebody knows."""

import pytest

from lending.circulation.events import Event, EventKind
from lending.ledger.checkpoints import Checkpoint
from lending.ports.ledger import SignedCheckpoint
from lending.services.log_restarts import Restart
from lending.services.logkeeping import LogDamaged
from tests.services.conftest import House

NAME, OTHER, THIRD = (f"library.example/{name}" for name in ("log", "other", "third"))


@pytest.fixture
def begun() -> House:
    """One of which the log may be wrong at the end."""
    house = House()
    with house.library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin(NAME)
    house.shelve()
    return house


def signed(house: House) -> SignedCheckpoint:
    found = house.logkeeping.checkpoint()
    assert found is not None
    return found


def faults(house: House) -> list[str]:
    return [fault.what for fault in house.verifying.verify().faults]


def put_back(house: House) -> Checkpoint:
    """An older database is there again; what it has lost."""
    backup = house.library.cabinet.duplicate()  # type: ignore[attr-defined]  # the one in memory
    house.shelve(name="more.pdf", second_copy=True)
    lost = signed(house)
    house.library.cabinet = backup  # type: ignore[attr-defined]  # likewise
    return Checkpoint.parsed(lost.note.text)


def tell(house: House, detail: str) -> None:
    """Somebody writes into the record that there was a restart."""
    with house.recording.change() as desk:
        desk.circulation.record(Event(EventKind.LOG_RESTARTED, house.clock.now(), None, 0, detail=detail))


def test_a_database_that_is_older_than_what_was_signed_begins_its_log_anew(begun: House) -> None:
    assert begun.log_restarting.lost() is None
    lost = put_back(begun)
    assert begun.log_restarting.lost() == lost
    begun.log_restarting.begin_anew(lost, OTHER)
    assert begun.log_restarting.lost() is None, "it is told once, also before anything is signed"
    begun.log_restarting.begin_anew(lost, THIRD)
    assert signed(begun).origin == OTHER
    assert begun.log_restarting.lost() is None
    assert [str(one) for one in begun.log_restarting.verifiers()] == [
        str(begun.log_keys.verifier(name)) for name in (OTHER, NAME)
    ]


def test_a_restart_is_wrong_until_it_is_acknowledged(begun: House) -> None:
    lost = put_back(begun)
    assert faults(begun) == [f"there are 1 entries, and {lost.size} were signed"]
    begun.log_restarting.begin_anew(lost, OTHER)
    signed(begun)
    (said,) = faults(begun)
    assert f"{lost.size} entries of {NAME} had been signed, and nobody has said that they know" in said
    told = begun.log_restarting.unacknowledged()
    assert told == [Restart(1, begun.clock.now(), lost)]
    begun.log_restarting.acknowledge(told)
    assert (faults(begun), begun.log_restarting.unacknowledged()) == ([], [])
    with begun.library.read() as desk:
        assert desk.checks.log_check_asked_at() == begun.clock.now(), "librarians hear of it soon"
        kept = desk.ledger.checkpoint_of(NAME, lost.size)
    assert kept is not None
    assert kept.note.text == lost.text, "what was lost is kept as it was signed"


def test_a_database_that_went_another_way_begins_anew_only_if_the_operator_says_so(begun: House) -> None:
    lost = put_back(begun)
    for number in range(9):
        begun.shelve(name=f"{number}.pdf", second_copy=True)
    with pytest.raises(LogDamaged):
        begun.logkeeping.checkpoint()
    assert begun.log_restarting.lost() is None
    assert faults(begun) == [f"the first {lost.size} entries are not those that were signed"]
    assert begun.log_restarting.contradicted() == lost
    begun.log_restarting.begin_anew(lost, OTHER)
    assert f"the first {lost.size} entries are not those that were signed" in faults(begun)
    begun.log_restarting.acknowledge(begun.log_restarting.unacknowledged())
    assert begun.log_restarting.contradicted() is None
    assert signed(begun).origin == OTHER
    assert faults(begun) == []


def test_a_log_that_is_all_there_can_not_be_said_to_have_been_put_back(begun: House) -> None:
    """As somebody does who rewrites an entry and writes a restart behind it."""
    said = signed(begun)
    tell(begun, said.note.text)
    with begun.library.change() as desk:
        desk.ledger.begin("evil.example/log")
        desk.ledger.drop_checkpoints([(NAME, said.size)])
    assert begun.log_restarting.lost() is None
    assert begun.log_restarting.contradicted() == Checkpoint.parsed(said.note.text)
    with pytest.raises(LogDamaged, match="was signed as"):
        begun.logkeeping.checkpoint()
    assert "nobody has said that they know" in faults(begun)[-1]


def test_a_restart_that_does_not_say_what_was_lost_is_wrong(begun: House) -> None:
    signed(begun)
    tell(begun, "nothing")
    assert faults(begun) == ["it says that the log was put back, and not what was lost"]
    assert begun.log_restarting.unacknowledged() == []


def test_a_log_that_is_gone_is_not_entered_anew_unseen(begun: House) -> None:
    """Somebody has emptied the log's tables, so that others be entered in their place."""
    begun.shelve(name="more.pdf", second_copy=True)
    lost = Checkpoint.parsed(signed(begun).note.text)
    begun.library.cabinet.log_book = type(begun.library.cabinet.log_book)()  # type: ignore[attr-defined]  # the one in memory
    assert begun.log_restarting.lost() == lost
    begun.log_restarting.begin_anew(lost, OTHER)
    with begun.library.read() as desk:
        assert desk.ledger.head().origin == "", "it gets its name when all is entered"
        assert [number for number, _ in desk.ledger.restarts()] == [0]
    assert begun.log_restarting.lost() is None
