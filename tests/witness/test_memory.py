"""What a witness remembers survives whatever happens to its process."""

import stat
import threading

import pytest

from lending.ledger.notes import Note
from lending.witness.memory import Memory, MemoryDamaged
from lending.witness.witness import Witness
from tests.ledger.signing import ORIGIN
from tests.ledger.test_witnessing import submitted
from tests.witness.conftest import Bench


def note(size: int) -> Note:
    return submitted(0, size).checkpoint


def test_nothing_is_remembered_of_a_log_that_was_never_seen(bench: Bench) -> None:
    memory = Memory(bench.folder)
    assert memory.latest(ORIGIN) is None
    assert memory.then(ORIGIN, 5) is None
    assert memory.origins() == []
    assert not bench.folder.exists(), "asking leaves no trace"


def test_the_latest_is_remembered_and_all_before_it_can_be_found(bench: Bench) -> None:
    memory = Memory(bench.folder)
    for size in (5, 19, 19, 25):
        with memory.alone():
            memory.keep(ORIGIN, note(size))
    again = Memory(bench.folder)
    assert again.latest(ORIGIN) == note(25)
    assert [again.then(ORIGIN, size) for size in (5, 19, 25)] == [note(5), note(19), note(25)]
    assert again.then(ORIGIN, 9) is None
    assert again.origins() == [ORIGIN]
    (home,) = (bench.folder / "logs").iterdir()
    assert (home / "history").read_text().count("\n") == 3
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (home, home / "checkpoint")} == {0}


def test_a_line_of_the_history_that_was_broken_off_harms_no_other(bench: Bench) -> None:
    memory = Memory(bench.folder)
    memory.folder.mkdir()
    memory.keep(ORIGIN, note(5))
    (home,) = (bench.folder / "logs").iterdir()
    with (home / "history").open("a") as file:
        file.write('"broken \\n19\\n')
    memory.keep(ORIGIN, note(25))
    memory.keep(ORIGIN, note(30))
    assert memory.then(ORIGIN, 19) is None
    assert memory.then(ORIGIN, 25) == note(25)


def test_a_memory_that_was_damaged_is_no_new_one(bench: Bench, witness: Witness) -> None:
    witness.add(submitted(0, 5))
    (home,) = (bench.folder / "logs").iterdir()
    kept = (home / "checkpoint").read_text()
    for damaged in ("", kept[:50], kept.replace("\n5\n", "\n4\n"), kept.replace("5", "9", 1)):
        (home / "checkpoint").write_text(damaged)
        with pytest.raises(MemoryDamaged):
            witness.add(submitted(0, 5))
    (home / "checkpoint").unlink()
    with pytest.raises(MemoryDamaged, match="is gone"):
        witness.add(submitted(0, 5))


def test_one_holds_the_memory_at_a_time(bench: Bench) -> None:
    memory, order = Memory(bench.folder), list[str]()

    def second() -> None:
        with Memory(bench.folder).alone():
            order.append("second")

    with memory.alone():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
