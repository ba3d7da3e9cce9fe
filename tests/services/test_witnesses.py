"""What the library believes of its witnesses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import NotSigned
from lending.ledger.notes import Note, Signature
from lending.ledger.tree import EMPTY_ROOT, verify_consistency
from lending.ledger.witnessing import NotWhatWasSeen, Rewritten, cosigned
from lending.ports.witnesses import WitnessAnswer, WitnessAway, Witnessed
from lending.services.witness_rounds import AGAIN_AFTER, Messenger
from lending.services.witnesses import NothingSigned, UnknownCheckpoint
from tests.ledger.signing import Keeper, a_witness
from tests.services.conftest import House

ORIGIN = "library.example/log"


@pytest.fixture
def begun(house: House) -> House:
    """Ana's library has a book, and its log is signed."""
    with house.library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin(ORIGIN)
    grow(house)
    return house


def grow(house: House) -> int:
    name = f"{len(house.library.cabinet.copies)}.pdf"
    house.shelve(name=name, second_copy=bool(house.library.cabinet.copies))
    signed = house.logkeeping.checkpoint()
    assert signed is not None
    return signed.size


def witnessed(house: House, note: Note | None = None, by: Keeper | None = None) -> Note:
    witness, note = by or house.witness, note or house.witnesses.checkpoint()
    return note.with_signatures([cosigned(note, witness.verifier, house.clock.now(), witness.sign)])


def promised(house: House, size: int, root: bytes = bytes(32), origin: str = ORIGIN) -> Note:
    """What the log's own key has signed, whatever is in the log."""
    checkpoint = Checkpoint(origin, size, root)
    return Note(checkpoint.text).signed(house.log_keys.verifier(origin), house.log_keys.sign)


def test_before_anything_is_signed_there_is_nothing_to_witness(house: House) -> None:
    with pytest.raises(NothingSigned):
        house.witnesses.checkpoint()
    with pytest.raises(NothingSigned):
        house.witnesses.growth(0)
    (one,) = house.witnesses.standing()
    assert (one.cosigned_at, one.is_late) == (None, False)


def test_growth_is_what_a_witness_can_check(begun: House) -> None:
    before = Checkpoint.parsed(begun.witnesses.checkpoint().text)
    after = grow(begun)
    submission = begun.witnesses.growth(before.size)
    now = Checkpoint.parsed(submission.checkpoint.text)
    assert (submission.old, now.size) == (before.size, after)
    verify_consistency(before.size, before.root, now.size, now.root, submission.proof)
    assert begun.witnesses.growth(0).proof == begun.witnesses.growth(after).proof == ()
    with pytest.raises(NotWhatWasSeen) as refusal:
        begun.witnesses.growth(after + 1)
    assert refusal.value.seen == after


def test_a_cosignature_is_kept_below_the_checkpoint_and_in_every_receipt(begun: House) -> None:
    for _ in range(2):
        begun.witnesses.take(witnessed(begun))
    note = begun.witnesses.checkpoint()
    assert [one.name for one in note.signatures] == [ORIGIN, begun.witness.name]
    with begun.library.read() as desk:
        (entry,) = desk.ledger.entries(0, 1)
    assert begun.logkeeping.prove(entry).checkpoint == note
    (one,) = begun.witnesses.standing()
    assert (one.size, one.cosigned_at, one.alarm) == (1, begun.clock.now(), "")
    assert begun.verifying.verify().faults == []


def test_of_several_cosignatures_by_one_witness_the_latest_is_kept(begun: House) -> None:
    first = witnessed(begun)
    begun.clock.go_on(timedelta(hours=1))
    second = witnessed(begun)
    for note in (second, first):
        begun.witnesses.take(note)
    assert begun.witnesses.checkpoint() == second
    assert begun.witnesses.standing()[0].cosigned_at == begun.clock.now()


def test_an_older_checkpoint_gets_its_cosignature_and_turns_nothing_back(begun: House) -> None:
    older = witnessed(begun)
    size = grow(begun)
    begun.witnesses.take(witnessed(begun))
    begun.witnesses.take(older)
    assert begun.witnesses.standing()[0].size == size
    with begun.library.read() as desk:
        kept = desk.ledger.checkpoint_of(ORIGIN, 1)
    assert kept is not None
    assert kept.note == older


def test_who_is_not_known_is_not_believed_and_leaves_nothing(begun: House) -> None:
    before = begun.witnesses.checkpoint()
    impostor = Keeper(begun.witness.name, begun.witness.algorithm)
    with pytest.raises(NotSigned):
        begun.witnesses.take(witnessed(begun, by=impostor))
    with pytest.raises(NotSigned):
        begun.witnesses.take(before)
    other = witnessed(begun, by=a_witness())
    begun.witnesses.take(witnessed(begun, other))
    assert [one.name for one in begun.witnesses.checkpoint().signatures] == [ORIGIN, begun.witness.name]
    assert len(begun.witnesses.checkpoint().signatures) == 2


def test_a_cosignature_for_another_text_is_not_by_its_key(begun: House) -> None:
    moved = witnessed(begun).signatures[-1]
    grow(begun)
    with pytest.raises(NotSigned):
        begun.witnesses.take(begun.witnesses.checkpoint().with_signatures([moved]))


def test_a_witness_from_tomorrow_is_not_believed_and_one_a_little_ahead_is(begun: House) -> None:
    now = begun.clock.now()
    begun.clock.go_on(timedelta(hours=25))
    far = witnessed(begun)
    begun.clock.moment = now + timedelta(hours=1)
    near = witnessed(begun)
    begun.clock.moment = now
    with pytest.raises(NotSigned, match="a day ahead"):
        begun.witnesses.take(far)
    begun.witnesses.take(near)
    assert begun.witnesses.standing()[0].cosigned_at == now


def test_what_the_log_signed_and_has_not_is_an_alarm(begun: House, caplog: pytest.LogCaptureFixture) -> None:
    for size, why in ((9, "it saw 9 entries, and the log has 1"), (1, "its first 1 entries are not those")):
        with pytest.raises(Rewritten) as refusal:
            begun.witnesses.take(witnessed(begun, promised(begun, size)))
        assert refusal.value.seen == 1
        (one,) = begun.witnesses.standing()
        assert why in one.alarm
        assert one.alarm_at == begun.clock.now()
    assert "ALARM" in caplog.text


def test_a_damaged_log_that_cannot_show_what_it_signed_is_an_alarm_too(begun: House) -> None:
    grow(begun)
    seen = witnessed(begun)
    with begun.library.change() as desk:
        desk.ledger.drop_checkpoints([(ORIGIN, 2)])
        lost = desk.ledger._book.entries.pop(0)
    with pytest.raises(Rewritten) as refusal:
        begun.witnesses.take(seen)
    assert refusal.value.seen == 2
    (one,) = begun.witnesses.standing()
    assert one.alarm == (
        "the log is damaged, and can't show the first 2 entries that it saw "
        "(of the 2 entries from 0 on, some are missing)"
    )
    assert one.alarm_at == begun.clock.now()
    with begun.library.change() as desk:
        desk.ledger._book.entries.insert(0, lost)
    begun.logkeeping.checkpoint()


def test_an_alarm_is_over_when_its_witness_has_cosigned_the_log_since(begun: House) -> None:
    before = witnessed(begun)
    begun.clock.go_on(timedelta(minutes=1))
    with pytest.raises(Rewritten):
        begun.witnesses.take(witnessed(begun, promised(begun, 9)))
    begun.witnesses.take(before)
    assert begun.witnesses.standing()[0].alarm, "that was before"
    begun.clock.go_on(timedelta(minutes=1))
    begun.witnesses.take(witnessed(begun))
    assert begun.witnesses.standing()[0].alarm == ""


def plant(house: House, size: int, line: Signature) -> None:
    """Somebody writes a line below a checkpoint that is kept."""
    with house.library.change() as desk:
        kept = desk.ledger.checkpoint_of(ORIGIN, size)
        assert kept is not None
        desk.ledger.add_checkpoint(replace(kept, note=kept.note.with_signatures([line])))


def test_a_cosignature_that_was_changed_is_told_and_shown_to_nobody(begun: House) -> None:
    note = witnessed(begun)
    begun.witnesses.take(note)
    line = note.signatures[-1]
    with begun.library.change() as desk:
        kept = desk.ledger.checkpoint_of(ORIGIN, 1)
        assert kept is not None
        changed = replace(line, blob=line.blob[:-1] + bytes([line.blob[-1] ^ 1]))
        desk.ledger.add_checkpoint(replace(kept, note=Note(note.text, (*note.signatures[:-1], changed))))
    (fault,) = begun.verifying.verify().faults
    assert (
        fault.what == f"the checkpoint of 1 entries: the signature of {begun.witness.name} is not by its key"
    )
    assert begun.witnesses.checkpoint().signatures == note.signatures[:-1]
    begun.witnesses.take(witnessed(begun))
    assert begun.verifying.verify().faults == [], "what is wrong goes when the witness cosigns again"


def test_a_cosignature_of_another_checkpoint_is_told_and_counts_for_nothing(begun: House) -> None:
    note = witnessed(begun)
    begun.witnesses.take(note)
    size = grow(begun)
    plant(begun, size, note.signatures[-1])
    assert len(begun.verifying.verify().faults) == 1
    assert begun.witnesses.standing()[0].size == 1
    begun.witnesses.take(witnessed(begun))
    assert (begun.witnesses.standing()[0].size, begun.verifying.verify().faults) == (size, [])


def test_a_planted_line_of_a_time_to_come_shuts_no_cosignature_out(begun: House) -> None:
    verifier = begun.witness.verifier
    plant(begun, 1, Signature(verifier.name, verifier.key_id, b"\xff" * 72))
    begun.witnesses.take(witnessed(begun))
    assert begun.witnesses.standing()[0].cosigned_at == begun.clock.now()
    assert begun.verifying.verify().faults == []


def test_what_the_database_says_of_a_witness_is_believed_only_with_its_cosignature(begun: House) -> None:
    known = begun.witnesses.known[0].id
    forged = Witnessed(ORIGIN, known, 99, begun.clock.now() + timedelta(days=9000))
    with begun.library.change() as desk:
        desk.witnesses.keep(forged)
    (one,) = begun.witnesses.standing()
    assert (one.size, one.cosigned_at, one.is_late) == (0, None, True)
    begun.witnesses.take(witnessed(begun))
    with begun.library.read() as desk:
        assert desk.witnesses.of(ORIGIN)[known].size == 1
    with begun.library.change() as desk:
        desk.witnesses.keep(forged)
    for _ in range(9):
        grow(begun)
    (one,) = begun.witnesses.standing()
    assert (one.size, one.cosigned_at) == (1, begun.clock.now())


def test_what_the_log_never_signed_alarms_nobody(begun: House) -> None:
    forger = Keeper(ORIGIN)
    with pytest.raises(NotSigned):
        begun.witnesses.take(witnessed(begun, forger.promise(9, bytes(32))))
    stranger = Keeper("library.example/older")
    with pytest.raises(UnknownCheckpoint):
        begun.witnesses.take(witnessed(begun, stranger.promise(9, bytes(32))))
    assert begun.witnesses.standing()[0].alarm == ""


def restarted(house: House) -> tuple[Note, Note]:
    """A database was put back, and the log goes on under another name. What was signed before: the last that
    is in it, and what was lost."""
    kept = house.witnesses.checkpoint()
    backup = house.library.cabinet.duplicate()
    grow(house)
    lost = house.witnesses.checkpoint()
    house.library.cabinet = backup
    house.log_restarting.begin_anew(Checkpoint.parsed(lost.text), "library.example/other")
    grow(house)
    house.log_restarting.acknowledge(house.log_restarting.unacknowledged())
    return kept, lost


def test_what_was_signed_under_a_former_name_and_is_there_or_told_as_lost_alarms_nobody(begun: House) -> None:
    for note in restarted(begun):
        with pytest.raises(UnknownCheckpoint):
            begun.witnesses.take(witnessed(begun, note))
    assert begun.witnesses.standing()[0].alarm == ""


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (1, "its first 1 entries are not those that are in the log now"),
        (2, f"it saw other 2 entries of {ORIGIN} than the log says it lost"),
        (9, f"it saw 9 entries of {ORIGIN}, and the log says it lost 2"),
    ],
)
def test_a_witness_of_a_former_name_is_heard(begun: House, size: int, said: str) -> None:
    restarted(begun)
    with pytest.raises(Rewritten):
        begun.witnesses.take(witnessed(begun, promised(begun, size)))
    assert begun.witnesses.standing()[0].alarm == said


def test_a_name_that_the_log_does_not_tell_of_is_an_alarm(begun: House) -> None:
    """The log's own key has signed it: somebody has given the log another name since."""
    with pytest.raises(Rewritten):
        begun.witnesses.take(witnessed(begun, promised(begun, 9, origin="library.example/older")))
    assert "does not say that it was ever called so" in begun.witnesses.standing()[0].alarm


def test_a_true_checkpoint_that_is_not_kept_is_unknown(begun: House) -> None:
    grow(begun)
    with begun.library.read() as desk:
        root = Checkpoint.parsed(begun.witnesses.checkpoint().text).root
        size = desk.ledger.head().frontier.size
    note = promised(begun, size, root)
    with begun.library.change() as desk:
        desk.ledger._book.checkpoints.pop((ORIGIN, size))
    with pytest.raises(UnknownCheckpoint, match="is kept"):
        begun.witnesses.take(witnessed(begun, note))
    begun.logkeeping.checkpoint()


def test_a_cosigned_checkpoint_that_was_pruned_alarms_nobody(begun: House) -> None:
    cosigned = witnessed(begun)
    begun.witnesses.take(cosigned)
    seen = Checkpoint.parsed(cosigned.text).size
    begun.clock.go_on(timedelta(minutes=1))
    grow(begun)
    begun.clock.go_on(timedelta(days=40))
    assert begun.log_pruning.prune() == 0, "no newer one is cosigned"
    begun.witnesses.take(witnessed(begun))
    assert begun.log_pruning.prune() == 1
    with pytest.raises(UnknownCheckpoint, match="is kept"):
        begun.witnesses.take(cosigned)
    assert begun.witnesses.standing()[0].alarm == ""
    assert begun.witnesses.growth(seen).old == seen, "and it is shown how the log grew from there"


def test_a_witness_is_late_after_a_day(begun: House) -> None:
    assert begun.witnesses.standing()[0].is_late, "it has never cosigned"
    begun.witnesses.take(witnessed(begun))
    begun.clock.go_on(timedelta(days=1))
    assert not begun.witnesses.standing()[0].is_late
    begun.clock.go_on(timedelta(seconds=1))
    assert begun.witnesses.standing()[0].is_late


def test_signing_again_loses_no_cosignature(begun: House) -> None:
    begun.witnesses.take(witnessed(begun))
    note = begun.witnesses.checkpoint()
    with begun.library.change() as desk:
        latest = desk.ledger.latest_checkpoint()
        assert latest is not None
        other = promised(begun, 0, EMPTY_ROOT, "older/log")
        begun.clock.go_on(timedelta(hours=1))
        desk.ledger.add_checkpoint(type(latest)("older/log", 0, other, begun.clock.now()))
    signed = begun.logkeeping.checkpoint()
    assert signed is not None
    assert signed.note == note
    with begun.library.change() as desk:
        desk.ledger._book.checkpoints.pop(("older/log", 0))


class Scripted:
    """A witness that answers as it was told to, or is away."""

    def __init__(self, *answers: WitnessAnswer | None) -> None:
        self.answers = list(answers)
        self.sent: list[int] = []

    def add_checkpoint(self, url: str, submission: object) -> WitnessAnswer:
        assert url == "http://laptop.example"
        self.sent.append(submission.old)  # type: ignore[attr-defined]
        answer = self.answers.pop(0)
        if answer is None:
            raise WitnessAway("no answer")
        return answer


def messenger(house: House, post: Scripted) -> Messenger:
    return Messenger(house.witnesses, post, house.witnesses.known[0])


def test_a_messenger_goes_again_only_with_news_or_after_an_hour(begun: House) -> None:
    lines = witnessed(begun).signatures[1:]
    post = Scripted(None, *(WitnessAnswer(200, lines) for _ in range(3)))
    rounds = messenger(begun, post)
    for _ in range(4):
        rounds.round()
    assert post.sent == [0, 0], "once in vain"
    begun.clock.go_on(AGAIN_AFTER)
    rounds.round()
    grow(begun)
    rounds.round()
    assert post.sent == [0, 0, 1, 1]


@pytest.mark.parametrize(
    ("answers", "alarm"),
    [
        ([WitnessAnswer(409, seen=7)], "it saw 7 entries, and the log has 1"),
        ([WitnessAnswer(409, seen=1)] * 2, "it saw another log of 1 entries"),
        ([WitnessAnswer(409, seen=1), WitnessAnswer(422)], "the first 1 entries that it saw are not those"),
        ([WitnessAnswer(403)], ""),
        ([WitnessAnswer(404)], ""),
        ([WitnessAnswer(409)], ""),
        ([WitnessAnswer(200)], ""),
    ],
)
def test_what_a_witness_answers_is_heard(begun: House, answers: list[WitnessAnswer], alarm: str) -> None:
    messenger(begun, Scripted(*answers)).round()
    heard = begun.witnesses.standing()[0].alarm
    assert heard.startswith(alarm) if alarm else heard == ""


def test_a_witness_that_saw_what_another_process_brought_is_no_alarm(begun: House) -> None:
    begun.shelve(name="more.pdf", second_copy=True)  # entered, and not signed here yet
    messenger(begun, Scripted(WitnessAnswer(409, seen=2))).round()
    assert begun.witnesses.standing()[0].alarm == ""
