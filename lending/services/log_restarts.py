"""A library that was put back to an older state: its log begins anew under another name, and tells of it.

Nobody can tell an honest backup from a database that somebody has cut short. So the log goes on, and whoever
checks it is told until the operator says that they know. That is kept beside the database: who can write into
the database can't say it for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lending.circulation.events import Event, EventKind
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError
from lending.ledger.notes import Note, Verifier
from lending.ledger.tree import root_of
from lending.ports.ledger import Ledger, LogKeys, Outpost, SignedCheckpoint
from lending.ports.library import Library
from lending.ports.world import Clock
from lending.services.log_tiles import LogTiles


@dataclass(frozen=True, slots=True)
class Restart:
    """What an entry says: `lost` had been signed, and is not in the log any more."""

    number: int
    at: datetime
    lost: Checkpoint

    @classmethod
    def told(cls, number: int, event: Event) -> "Restart":
        """Raises Malformed if the event does not say what was lost: no restart of this program's does so."""
        return cls(number, event.at, Checkpoint.parsed(event.detail or ""))

    @property
    def is_of_older(self) -> bool:
        """Whether the library was older than what it lost. Else it had gone another way meanwhile, or
        somebody only says that there was a restart."""
        return self.lost.size > self.number


def restarts_of(ledger: Ledger) -> list[Restart]:
    """The restarts that a log tells of, as far as they can be read."""
    found = []
    for number, event in ledger.restarts():
        try:
            found.append(Restart.told(number, event))
        except LedgerError:
            continue  # the auditor names it
    return found


def is_excused(lost: Checkpoint, restarts: Iterable[Restart], acknowledged: frozenset[str]) -> bool:
    """Whether a signed checkpoint need not be in the log: it was lost, and the log says so.

    Where the log has as much as was signed, saying so is not enough: the operator must have agreed. Else
    whoever rewrites an entry had only to add that there was a restart.
    """
    told = [one for one in restarts if one.lost == lost]
    return any(one.is_of_older for one in told) or (bool(told) and lost.text in acknowledged)


@dataclass(frozen=True, slots=True)
class LogRestarting:
    """For the start of a program, and for the operator."""

    library: Library
    clock: Clock
    keys: LogKeys
    outpost: Outpost

    def lost(self) -> Checkpoint | None:
        """The checkpoint beside the database, if the log is shorter than it and does not say so yet.

        One that is as long and says something else was not put back but rewritten, or went another way
        since: that is for the auditor to name, and for the operator to decide (`contradicted`).
        """
        kept = self._beside()
        if kept is None:
            return None
        with self.library.read() as desk:
            size = desk.ledger.head().frontier.size
            if kept.size <= size or desk.ledger.checkpoint_of(kept.origin, kept.size) is not None:
                return None  # it was in the database before it lay beside it
            if desk.ledger.entries(size, 1):
                return None  # the entries are there: only the head says that they are not
            return None if is_excused(kept, restarts_of(desk.ledger), frozenset()) else kept

    def contradicted(self) -> Checkpoint | None:
        """The checkpoint beside the database, if the log does not begin with it, or not under its name, and
        that is not excused."""
        kept = self._beside()
        if kept is None:
            return None
        with self.library.read() as desk:
            head = desk.ledger.head()
            is_there = kept.origin == head.origin and _begins_with(desk.ledger, kept)
            excused = is_excused(kept, restarts_of(desk.ledger), self.outpost.acknowledged())
        return None if is_there or excused else kept

    def begin_anew(self, lost: Checkpoint, new_origin: str) -> None:
        """The log tells that it was put back, and goes on under another name: two histories of one name would
        look like a fraud. One that has no name yet is given none.

        What was lost is kept in the database, as it was signed. Nothing happens if it is told already.
        """
        note = self.outpost.kept()
        with self.library.change() as desk:
            head = desk.ledger.lock()
            if any(one.lost == lost for one in restarts_of(desk.ledger)):
                return
            now = self.clock.now()
            desk.circulation.record(Event(EventKind.LOG_RESTARTED, now, None, 0, detail=lost.text))
            if note is not None and note.text == lost.text:
                desk.ledger.add_checkpoint(SignedCheckpoint(lost.origin, lost.size, note, now))
            if head.origin:
                desk.ledger.begin(new_origin)

    def unacknowledged(self) -> list[Restart]:
        """The restarts that the operator has not said they know of."""
        known = self.outpost.acknowledged()
        with self.library.read() as desk:
            return [one for one in restarts_of(desk.ledger) if one.lost.text not in known]

    def acknowledge(self, restarts: Iterable[Restart]) -> None:
        """The operator knows of these. The log is checked soon, so that librarians hear of it."""
        for one in restarts:
            self.outpost.acknowledge(one.lost.text)
        with self.library.change() as desk:
            desk.checks.ask_for_log_check(self.clock.now())

    def verifiers(self) -> list[Verifier]:
        """The log's public key under its name, and then under each that it had before: receipts and witnesses
        of then know it so."""
        with self.library.read() as desk:
            now = desk.ledger.head().origin
            before = [one.lost.origin for one in restarts_of(desk.ledger)]
        return [self.keys.verifier(one) for one in dict.fromkeys((now, *before[::-1]))]

    def _beside(self) -> Checkpoint | None:
        try:
            note = self.outpost.kept()
            return Checkpoint.parsed(note.text) if note and is_ours(note, self.keys) else None
        except LedgerError:
            return None  # the auditor names it


def is_ours(note: Note, keys: LogKeys) -> bool:
    """Whether a checkpoint is signed by the log's key, under whatever name."""
    try:
        note.check([keys.verifier(Checkpoint.parsed(note.text).origin)], keys.check)
    except LedgerError:
        return False
    return True


def _begins_with(ledger: Ledger, kept: Checkpoint) -> bool:
    if kept.size > ledger.head().frontier.size:
        return False
    tiles = LogTiles(ledger, kept.size)
    try:
        for _ in tiles.fill():
            pass
        return root_of(kept.size, tiles.subtrees) == kept.root
    except (LedgerError, ValueError):
        return False
