"""What a witness cosigns, and what alarms it."""

import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from lending.adapters.log_keys_ed25519 import is_signed
from lending.ledger.errors import NotProven, NotSigned
from lending.ledger.witnessing import (
    NotWhatWasSeen,
    Rewritten,
    Submission,
    UnknownLog,
    check_cosignature,
)
from lending.witness.alarms import MOST_ALARMS
from lending.witness.witness import Witness
from tests.ledger.signing import ORIGIN, Keeper
from tests.ledger.test_witnessing import KEEPER, submitted
from tests.services.fakes import NOON
from tests.witness.conftest import Bench

KILLED = """
import os, signal, sys
from pathlib import Path
from lending.ledger.notes import Verifier
from lending.ledger.witnessing import Submission
from lending.witness.memory import Memory
from tests.witness.conftest import Bench

def keep(self, origin, note, kept=Memory.keep):
    kept(self, origin, note)
    os.kill(os.getpid(), signal.SIGKILL)

Memory.keep = keep
bench = Bench(Path(sys.argv[1]), (Verifier.parsed(sys.argv[2]),))
bench.start().add(Submission.parsed(sys.stdin.read()))
"""


def size_seen(witness: Witness) -> int:
    note = witness.seen(ORIGIN)
    return int(note.text.split("\n")[1]) if note else 0


def test_a_log_that_grows_is_cosigned_each_time(bench: Bench, witness: Witness) -> None:
    for old, new in ((0, 5), (5, 19), (19, 19)):
        submission = submitted(old, new)
        line = witness.add(submission)
        at = check_cosignature(submission.checkpoint, line, witness.key.verifier, is_signed)
        assert at == NOON.timestamp()
        assert size_seen(bench.start()) == new
    assert bench.told == []


def test_what_others_wrote_below_a_checkpoint_is_not_kept(witness: Witness) -> None:
    submission = submitted(0, 5)
    other = Keeper("other.example")
    crowded = submission.checkpoint.signed(other.verifier, other.sign)
    witness.add(Submission(0, (), crowded))
    seen = witness.seen(ORIGIN)
    assert seen is not None
    assert [one.name for one in seen.signatures] == [ORIGIN, witness.key.name]


def test_it_says_since_when_a_log_shows_the_same_and_when_it_has_fallen_silent(
    bench: Bench, witness: Witness
) -> None:
    assert witness.watched() == []
    witness.add(submitted(0, 5))
    first = bench.clock.now()
    bench.clock.go_on(timedelta(hours=20))
    for _ in range(3):
        witness.add(submitted(5, 5))
        bench.clock.go_on(timedelta(hours=20))
    last = bench.clock.now() - timedelta(hours=20)
    (one,) = bench.start().watched()
    assert (one.size, one.since, one.seen_at) == (5, first, last)
    assert "5 entries, the same since " in one.told(bench.clock.now())
    assert "(3 days)" in one.told(bench.clock.now())
    assert witness.remind() == 0
    assert bench.told == [], "a library in which nothing happens is none that is silent"
    bench.clock.go_on(timedelta(hours=5))
    assert witness.remind() == 0
    assert "NOTHING HEARD since" in bench.told[0]
    witness.add(submitted(5, 19))
    (one,) = witness.watched()
    assert (one.size, one.since, one.seen_at) == (19, bench.clock.now(), bench.clock.now())


def test_two_histories_of_one_length_are_proof_with_both_notes(bench: Bench, witness: Witness) -> None:
    honest, forged = submitted(0, 19), submitted(19, 19, "forged")
    witness.add(honest)
    with pytest.raises(Rewritten):
        witness.add(forged)
    ((alarm_id, line),) = witness.alarms.waiting()
    assert "its keeper signed two logs of 19 entries (proof)" in line
    evidence = witness.alarms.evidence(alarm_id)
    assert str(honest.checkpoint) in evidence
    assert str(forged.checkpoint) in evidence
    assert alarm_id in bench.told[0]
    assert size_seen(witness) == 19


def test_a_history_that_was_put_back_and_grew_otherwise_is_proof_too(witness: Witness) -> None:
    """What was cosigned before the latest is not forgotten."""
    for old, new in ((0, 5), (5, 19)):
        witness.add(submitted(old, new))
    with pytest.raises(Rewritten):
        witness.add(submitted(0, 5, "forged"))
    assert "two logs of 5 entries (proof)" in witness.alarms.waiting()[0][1]


def test_an_old_checkpoint_that_anybody_may_send_again_is_no_alarm(bench: Bench, witness: Witness) -> None:
    for old, new in ((0, 5), (5, 19)):
        witness.add(submitted(old, new))
    with pytest.raises(NotWhatWasSeen) as refusal:
        witness.add(submitted(0, 5))
    assert refusal.value.seen == 19
    assert not isinstance(refusal.value, Rewritten)
    assert (bench.told, witness.alarms.waiting()) == ([], [])


def test_an_old_checkpoint_that_the_log_itself_shows_is_a_rollback(bench: Bench, witness: Witness) -> None:
    for old, new in ((0, 5), (5, 19)):
        witness.add(submitted(old, new))
    for _ in range(2):
        with pytest.raises(Rewritten, match="has 5 entries and had 19"):
            witness.add(submitted(0, 5), from_the_log=True)
    assert len(witness.alarms.waiting()) == 1
    assert len(bench.told) == 2, "it is told as long as it is so"


def test_a_checkpoint_that_was_never_seen_and_is_older_is_kept_for_whoever_can_tell(witness: Witness) -> None:
    witness.add(submitted(0, 19))
    with pytest.raises(Rewritten):
        witness.add(submitted(0, 7))
    assert "(sent by somebody)" in witness.alarms.waiting()[0][1]


def test_another_history_that_is_longer_is_kept(witness: Witness) -> None:
    witness.add(submitted(0, 19))
    with pytest.raises(NotProven):
        witness.add(submitted(19, 25, "forged"), from_the_log=True)
    assert (
        "its 25 entries begin with the 19 that were seen (shown by the log)"
        in (witness.alarms.waiting()[0][1])
    )
    witness.add(submitted(19, 30))
    assert size_seen(witness) == 30, "it goes on from what it saw"


def test_what_is_signed_by_nobody_that_is_known_is_no_alarm_and_leaves_nothing(
    bench: Bench, witness: Witness
) -> None:
    witness.add(submitted(0, 19))
    with pytest.raises(NotSigned):
        witness.add(submitted(0, 5, keeper=Keeper()))
    stranger = Keeper("other.example")
    with pytest.raises(UnknownLog):
        witness.add(Submission(0, (), stranger.promise(5, bytes(32))))
    assert bench.told == []
    assert witness.memory.origins() == [ORIGIN]


def test_an_alarm_is_told_at_each_start_until_it_is_acknowledged(bench: Bench, witness: Witness) -> None:
    witness.add(submitted(0, 19))
    with pytest.raises(Rewritten):
        witness.add(submitted(19, 19, "forged"))
    ((alarm_id, _),) = witness.alarms.waiting()
    bench.told.clear()
    assert bench.start().remind() == bench.start().remind() == 1
    assert len(bench.told) == 2
    witness.alarms.acknowledge(alarm_id)
    assert bench.start().remind() == 0
    assert "forged" not in witness.alarms.evidence(alarm_id)
    assert ORIGIN in witness.alarms.evidence(alarm_id), "the evidence stays"
    with pytest.raises(Rewritten):
        witness.add(submitted(19, 19, "forged"))
    assert witness.alarms.waiting() == [], "the same again is nothing new"
    for unknown in (alarm_id, "../key", "nothing"):
        with pytest.raises(KeyError):
            witness.alarms.acknowledge(unknown)
    with pytest.raises(KeyError):
        witness.alarms.evidence("../key")


def test_nobody_fills_the_disk_with_alarms(
    bench: Bench, witness: Witness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.witness.alarms.MOST_ALARMS", 3)
    assert MOST_ALARMS > 3
    witness.add(submitted(0, 19))
    for size in range(1, 8):
        with pytest.raises(Rewritten):
            witness.add(submitted(0, size))
    assert len(witness.alarms.waiting()) == 3
    assert len(bench.told) == 7


def test_of_two_requests_at_once_none_turns_the_memory_back(bench: Bench) -> None:
    bench.start().add(submitted(0, 5))
    barrier, seen = threading.Barrier(8), list[str]()

    def add(new: int) -> None:
        witness = bench.start()
        barrier.wait()
        try:
            witness.add(submitted(5, new))
            seen.append(f"cosigned {new}")
        except (NotWhatWasSeen, Rewritten):
            seen.append("refused")

    threads = [threading.Thread(target=add, args=(new,)) for new in range(10, 18)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    (cosigned,) = [one for one in seen if one != "refused"]
    assert cosigned == f"cosigned {size_seen(bench.start())}"


def test_who_is_killed_after_remembering_cosigns_again_when_asked_again(bench: Bench) -> None:
    bench.start().add(submitted(0, 5))
    command = [sys.executable, "-c", KILLED, str(bench.folder), str(KEEPER.verifier)]
    ended = subprocess.run(command, input=str(submitted(5, 19)), text=True, timeout=60, check=False)
    assert ended.returncode == -9
    witness = bench.start()
    assert size_seen(witness) == 19
    with pytest.raises(NotWhatWasSeen) as refusal:
        witness.add(submitted(5, 19))
    bench.clock.go_on(timedelta(minutes=1))
    line = witness.add(submitted(refusal.value.seen, 19))
    assert check_cosignature(submitted(0, 19).checkpoint, line, witness.key.verifier, is_signed)
    assert bench.told == []
