"""Who else remembers the loan log: what it gives to its witnesses, and what it believes of them.

A witness is believed in two ways. Its cosignature says that the log only grew, up to where it saw it. And a
checkpoint that it kept, signed by the log's own key, which is not in the log any more, says that the log was
put back or rewritten: that is an alarm, and is kept. So it is where the log is damaged and can't show that
it has it.
"""

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Final

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError, NotSigned
from lending.ledger.notes import Note, Signature
from lending.ledger.tree import root_of
from lending.ledger.witnessing import (
    KnownWitness,
    NotWhatWasSeen,
    Rewritten,
    Submission,
    check_cosignature,
)
from lending.ports.ledger import Head, Ledger, LogKeys, SignedCheckpoint
from lending.ports.library import Library, Transaction
from lending.ports.people import Limits
from lending.ports.witnesses import Witnessed
from lending.ports.world import Clock
from lending.services.households import household
from lending.services.log_restarts import is_ours, restarts_of
from lending.services.log_tiles import LogTiles
from lending.services.logkeeping import LogDamaged, LogKeeping, damage_named, told_if_damaged

LATE_AFTER: Final = timedelta(days=1)
"""A witness that has not cosigned for so long watches nothing."""

TIMES_ASKED: Final = 60
ASKED_WITHIN: Final = timedelta(minutes=1)

_FUTURE: Final = timedelta(days=1)
_LOOKED_AT_FIRST: Final = 4
_LOOKED_AT: Final = 300
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_log = logging.getLogger(__name__)


class NothingSigned(LedgerError):
    """The log has no signed checkpoint yet."""


class UnknownCheckpoint(LedgerError):
    """It is none of this log."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with one witness. `size`: it saw the log's first so many entries, last at `cosigned_at`.
    `alarm`: what it saw that is not in the log. It is late when it cosigned nothing for a day, or ever."""

    name: str
    size: int
    cosigned_at: datetime | None
    alarm: str
    alarm_at: datetime | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class _Good:
    """A cosignature that was checked."""

    witness: KnownWitness
    line: Signature
    at: datetime


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The witnesses that the operator has named."""

    library: Library
    clock: Clock
    keys: LogKeys
    logkeeping: LogKeeping
    limits: Limits
    known: tuple[KnownWitness, ...] = ()

    def wait(self, address: str) -> timedelta | None:
        """How long whoever asks from an address has to wait; None: not at all."""
        return self.limits.allow("log", household(address), TIMES_ASKED, ASKED_WITHIN)

    def checkpoint(self) -> Note:
        """The latest signed checkpoint, with all cosignatures but those that somebody wrote below it in the
        name of a witness. It signs nothing. Raises NothingSigned."""
        with self.library.read() as desk:
            latest = desk.ledger.latest_checkpoint()
        if latest is None:
            raise NothingSigned("the log has no entries yet")
        note = latest.note
        for one in self.known:
            wrong = set(note.by(one.verifier)) - set(self._lines(note, one))
            note = Note(note.text, tuple(line for line in note.signatures if line not in wrong))
        return note

    def growth(self, old: int) -> Submission:
        """That the log grew from its first `old` entries to the latest checkpoint: what a witness is sent.

        Raises NothingSigned; NotWhatWasSeen, with the checkpoint's size, if the log has less than `old`;
        LogDamaged.
        """
        note = self.checkpoint()
        size = Checkpoint.parsed(note.text).size
        if old > size:
            raise NotWhatWasSeen(size, f"the log has {size} entries")
        with told_if_damaged():
            return Submission(old, tuple(self.logkeeping.prove_growth(old, size)), note)

    def entries(self) -> int:
        """How many entries the log has now."""
        with self.library.read() as desk:
            return desk.ledger.head().frontier.size

    def take(self, note: Note) -> None:
        """Keep the cosignatures of witnesses that are known; all others are let be. Twice is as good as once.

        Raises Malformed; NotSigned if no known witness has cosigned it; UnknownCheckpoint; Rewritten if it is
        signed by the log's own key and is not in the log, or the log is too damaged to show that it is: then
        the alarm is kept. So it is with one that has a name by which the log was called before.
        """
        good = self._good(note)
        claimed = Checkpoint.parsed(note.text)
        with self.library.change() as desk:
            head = desk.ledger.lock()  # so no two merge at once, and none with whoever signs
            if claimed.origin != head.origin and not is_ours(note, self.keys):
                raise UnknownCheckpoint(f"{claimed.origin} is not this log")
            kept = desk.ledger.checkpoint_of(claimed.origin, claimed.size)
            if claimed.origin == head.origin and kept is not None and kept.note.text == note.text:
                self._merge(desk, kept, good)
                return
            note.check([self.keys.verifier(claimed.origin)], self.keys.check)
            is_former = claimed.origin != head.origin
            why = (_contradicts_before if is_former else _contradiction)(desk.ledger, head, claimed)
            for one in good if why else ():
                self._keep_alarm(desk, one.witness, why)
        if why:
            raise Rewritten(head.frontier.size, why)
        raise UnknownCheckpoint(f"no checkpoint of {claimed.size} entries is kept")

    def alarm(self, witness: KnownWitness, why: str) -> None:
        """A witness has said that the log is not what it saw."""
        with self.library.change() as desk:
            desk.ledger.lock()
            self._keep_alarm(desk, witness, why)

    def standing(self) -> list[Standing]:
        """How it stands with each witness, in the order in which they were named."""
        with self.library.read() as desk:
            origin = desk.ledger.head().origin
            said = desk.witnesses.of(origin)
            has_checkpoint = desk.ledger.latest_checkpoint() is not None
            rows = [
                self._believed(desk.ledger, one, said.get(one.id, Witnessed(origin, one.id)))
                for one in self.known
            ]
        now = self.clock.now()
        found = []
        for one, row in zip(self.known, rows, strict=True):
            late = has_checkpoint and now - (row.cosigned_at or _NEVER) > LATE_AFTER
            found.append(Standing(one.name, row.size, row.cosigned_at, row.alarm, row.alarm_at, late))
        return found

    def _good(self, note: Note) -> list[_Good]:
        """The newest good cosignature of each known witness. Raises NotSigned if there is none, or one that
        says to be of a known witness and is not by its key."""
        newest: dict[str, _Good] = {}
        now = self.clock.now()
        for witness in self.known:
            for line in note.by(witness.verifier):
                seconds = check_cosignature(note, line, witness.verifier, self.keys.check)
                if seconds > (now + _FUTURE).timestamp():
                    raise NotSigned(f"the clock of {witness.name} is more than a day ahead")
                at = min(now, datetime.fromtimestamp(seconds, UTC))
                if witness.id not in newest or newest[witness.id].at < at:
                    newest[witness.id] = _Good(witness, line, at)
        if not newest:
            raise NotSigned("no witness that is known here has cosigned it")
        return list(newest.values())

    def _lines(self, note: Note, witness: KnownWitness) -> list[Signature]:
        """The cosignatures by a witness that are good."""
        good = []
        for line in note.by(witness.verifier):
            with contextlib.suppress(NotSigned):
                check_cosignature(note, line, witness.verifier, self.keys.check)
                good.append(line)
        return good

    def _believed(self, ledger: Ledger, witness: KnownWitness, row: Witnessed) -> Witnessed:
        """How far a witness saw, by the newest of its cosignatures that are kept: the row says so too, but
        whoever can write into the database could have written that."""
        there = ledger.checkpoint_of(row.origin, row.size)
        for signed in chain(_newest(ledger), [there] if there else []):
            text = Checkpoint.parsed(signed.note.text)
            lines = self._lines(signed.note, witness)
            if lines and text.origin == row.origin:
                at = datetime.fromtimestamp(max(_seconds(line) for line in lines), UTC)
                return replace(row, size=text.size, cosigned_at=min(self.clock.now(), at))
        return replace(row, size=0, cosigned_at=None)

    def _merge(self, desk: Transaction, kept: SignedCheckpoint, good: list[_Good]) -> None:
        """Put cosignatures below the checkpoint, of each witness the newest good one, and note how far it
        saw."""
        note = kept.note
        said = desk.witnesses.of(kept.origin)
        for one in good:
            newest = max((*self._lines(note, one.witness), one.line), key=_seconds)
            of_it = note.by(one.witness.verifier)
            note = Note(note.text, (*(line for line in note.signatures if line not in of_it), newest))
            row = said.get(one.witness.id, Witnessed(kept.origin, one.witness.id))
            now = before = self._believed(desk.ledger, one.witness, row)
            if (kept.size, one.at) > (before.size, before.cosigned_at or _NEVER):
                now = replace(before, size=kept.size, cosigned_at=one.at)
            if before.alarm_at is not None and one.at > before.alarm_at:
                # It has cosigned the log since: whatever it saw is in it.
                now = replace(now, alarm="", alarm_at=None)
            if now != row:
                desk.witnesses.keep(now)
        if note != kept.note:
            desk.ledger.add_checkpoint(replace(kept, note=note))

    def _keep_alarm(self, desk: Transaction, witness: KnownWitness, why: str) -> None:
        origin = desk.ledger.head().origin
        before = desk.witnesses.of(origin).get(witness.id, Witnessed(origin, witness.id))
        if before.alarm != why:
            desk.witnesses.keep(replace(before, alarm=why, alarm_at=self.clock.now()))
        _log.error("ALARM: the log is not what the witness %s saw: %s", witness.name, why)


def _newest(ledger: Ledger) -> Iterator[SignedCheckpoint]:
    """The newest checkpoints, few at first: a witness has mostly cosigned one of these."""
    few = ledger.newest_checkpoints(_LOOKED_AT_FIRST)
    yield from few
    if len(few) == _LOOKED_AT_FIRST:
        yield from ledger.newest_checkpoints(_LOOKED_AT)[_LOOKED_AT_FIRST:]


def _seconds(line: Signature) -> int:
    """When a good cosignature says it was made (C2SP tlog-cosignature)."""
    return int.from_bytes(line.blob[:8])


def _contradicts_before(ledger: Ledger, head: Head, claimed: Checkpoint) -> str:
    """Why the log is not one that once had that checkpoint under a former name; empty if it is.

    What it says that it lost need not be in it: the entries of before must.
    """
    told = [one for one in restarts_of(ledger) if one.lost.origin == claimed.origin]
    if not told:
        return f"it saw {claimed.origin}, and the log does not say that it was ever called so"
    restart = told[0]
    if claimed.size > restart.lost.size:
        return (
            f"it saw {claimed.size} entries of {claimed.origin}, and the log says it lost {restart.lost.size}"
        )
    if claimed.size == restart.lost.size and claimed != restart.lost:
        return f"it saw other {claimed.size} entries of {claimed.origin} than the log says it lost"
    if claimed.size > restart.number or not restart.is_of_older:
        return ""
    return _contradiction(ledger, head, claimed)


def _contradiction(ledger: Ledger, head: Head, claimed: Checkpoint) -> str:
    """Why the log is not one that has that checkpoint; empty if it is.

    A log that is damaged can't show that it is. Then the checkpoint is evidence of what it was, and is heard.
    """
    size = head.frontier.size
    if claimed.size > size:
        return f"it saw {claimed.size} entries, and the log has {size}"
    tiles = LogTiles(ledger, claimed.size)
    try:
        with damage_named():
            for _ in tiles.fill():
                pass
            root = root_of(claimed.size, tiles.subtrees)
    except LogDamaged as why:
        return f"the log is damaged, and can't show the first {claimed.size} entries that it saw ({why})"
    if root != claimed.root:
        return f"its first {claimed.size} entries are not those that are in the log now"
    return ""
