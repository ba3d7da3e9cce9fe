"""What a witness does with a checkpoint: judge it by what it remembers, remember it, cosign it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lending.adapters.log_keys_ed25519 import is_signed
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError, NotProven, NotSigned
from lending.ledger.notes import Note, Signature, Verifier
from lending.ledger.witnessing import (
    NotWhatWasSeen,
    Rewritten,
    Submission,
    check_cosignature,
    cosigned,
    judge,
)
from lending.ports.world import Clock
from lending.witness.alarms import Alarm, Alarms, Weight
from lending.witness.keys import WitnessKey
from lending.witness.memory import Memory, MemoryDamaged

SILENT_AFTER: Final = timedelta(days=1)
"""A library sends its checkpoint each hour, and one that is asked is asked more often."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A log as it was seen last, at `seen_at`: it has shown the same `since` then."""

    origin: str
    size: int
    since: datetime
    seen_at: datetime

    def told(self, now: datetime) -> str:
        """One line."""
        entries = "1 entry" if self.size == 1 else f"{self.size} entries"
        text = f"{self.origin}: {entries}, the same since {_moment(self.since)}{_days(now - self.since)}"
        if self.is_silent(now):
            return f"{text}. NOTHING HEARD since {_moment(self.seen_at)}{_days(now - self.seen_at)}"
        return f"{text}; seen last at {_moment(self.seen_at)}"

    def is_silent(self, now: datetime) -> bool:
        """Whether the log has stopped showing anything."""
        return now - self.seen_at > SILENT_AFTER


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"


def _days(period: timedelta) -> str:
    return f" ({period.days} day{'s' * (period.days != 1)})" if period.days else ""


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of some logs. `tell` is how its operator hears of an alarm, at once."""

    key: WitnessKey
    memory: Memory
    alarms: Alarms
    logs: tuple[Verifier, ...]
    clock: Clock
    tell: Callable[[str], None]

    def seen(self, origin: str) -> Note | None:
        """The latest checkpoint of a log that it cosigned, with that cosignature. Raises MemoryDamaged."""
        note = self.memory.latest(origin)
        if note is None:
            return None
        try:
            for line in note.by(self.key.verifier) or [Signature(self.key.name, b"", b"")]:
                check_cosignature(note, line, self.key.verifier, is_signed)
        except NotSigned as why:
            raise MemoryDamaged(f"what is remembered of {origin} was not cosigned here: {why}") from why
        return note

    def watched(self) -> list[Watched]:
        """Of each log that it remembers, how long nothing has come. Raises MemoryDamaged."""
        found = []
        for origin in self.memory.origins():
            latest, first = self.seen(origin), self.memory.first(origin)
            if latest and first:
                size = Checkpoint.parsed(latest.text).size
                found.append(Watched(origin, size, self._cosigned_at(first), self._cosigned_at(latest)))
        return found

    def _cosigned_at(self, note: Note) -> datetime:
        line = note.by(self.key.verifier)[-1]
        return datetime.fromtimestamp(check_cosignature(note, line, self.key.verifier, is_signed), UTC)

    def add(self, submission: Submission, *, from_the_log: bool = False) -> Signature:
        """The cosignature, once the checkpoint is durably remembered (tlog-witness, "add-checkpoint").

        `from_the_log`: the log itself was asked for it, so an old checkpoint is nobody's replay. Raises what
        `ledger.witnessing.judge` does, and MemoryDamaged. A log that was rewritten is an alarm before it is
        an error.
        """
        origin = Checkpoint.parsed(submission.checkpoint.text).origin
        known = [key for key in self.logs if key.name == origin]
        with self.memory.alone():
            seen = self.seen(origin) if known else None
            before = Checkpoint.parsed(seen.text) if seen else None
            try:
                judge(submission, self.logs, before, is_signed)
            except (Rewritten, NotProven) as why:
                assert seen is not None, "nothing contradicts what was never seen"
                self._contradicted(seen, submission.checkpoint, why, from_the_log=from_the_log)
                raise
            line = cosigned(submission.checkpoint, self.key.verifier, self.clock.now(), self.key.sign)
            self.memory.keep(origin, self._witnessed(submission.checkpoint, line))
        return line

    def remind(self) -> int:
        """Tell again what nobody has acknowledged, and which log shows nothing any more; how many alarms
        there are."""
        waiting = self.alarms.waiting()
        for alarm_id, line in waiting:
            self.tell(f"{line}\n  Not acknowledged. See: lending log witness alarms {alarm_id}")
        self._remind_of_silence()
        return len(waiting)

    def _remind_of_silence(self) -> None:
        now = self.clock.now()
        try:
            watched = self.watched()
        except MemoryDamaged as why:
            self.tell(f"This witness can't work: {why}")
            return
        for one in watched:
            if one.is_silent(now):
                self.tell(f"{one.told(now)}. Does the library still run?")

    def _witnessed(self, checkpoint: Note, line: Signature) -> Note:
        """With the log's own signatures and the one cosignature: what others added is not ours to keep."""
        keys = {(key.name, key.key_id) for key in self.logs}
        of_the_log = [one for one in checkpoint.signatures if (one.name, one.key_id) in keys]
        return Note(checkpoint.text, (*of_the_log, line))

    def _contradicted(self, seen: Note, shown: Note, why: LedgerError, *, from_the_log: bool) -> None:
        """Raise the alarm. An old checkpoint that was cosigned here, and that somebody sends again, is none:
        raises NotWhatWasSeen then."""
        new, latest = Checkpoint.parsed(shown.text), Checkpoint.parsed(seen.text)
        then = self.memory.then(new.origin, new.size)
        weight = Weight.SHOWN if from_the_log else Weight.SENT
        what = str(why)
        if then is not None and Checkpoint.parsed(then.text).root != new.root:
            weight, seen, what = Weight.PROOF, then, f"its keeper signed two logs of {new.size} entries"
        elif then is not None and not from_the_log and isinstance(why, Rewritten):
            raise NotWhatWasSeen(latest.size, f"the log has grown to {latest.size} entries since") from why
        elif isinstance(why, NotProven):
            what = f"nothing proves that its {new.size} entries begin with the {latest.size} that were seen"
        alarm = Alarm(new.origin, what, weight, self.clock.now(), seen, shown)
        is_new = self.alarms.keep(alarm)
        if is_new or from_the_log:
            self.tell(f"{alarm.told}\n  Evidence: lending log witness alarms {alarm.id}")
