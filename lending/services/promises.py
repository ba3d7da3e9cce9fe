"""The part of a check of the log that looks at checkpoints: what was signed must be in the log.

A walk through the entries tells it the root after each. At the end it knows which promises were not kept, and
which of them the log and the operator excuse: `services.log_restarts`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self

from lending.circulation.events import Event
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError
from lending.ledger.notes import Note
from lending.ledger.witnessing import KnownWitness, check_cosignature
from lending.ports.ledger import Head, LogKeys, Outpost, SignedCheckpoint
from lending.services.log_restarts import Restart, is_excused

_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER: Final = timedelta(days=1)
"""A clock may have been set back; nobody's is so wrong for long."""

Tell = Callable[[str, int | None], None]
"""Hears of each fault, with the entry that shows it."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside the database. `trouble`: why it can't be read."""

    note: Note | None = None
    acknowledged: frozenset[str] = frozenset()
    trouble: str = ""

    @classmethod
    def seen(cls, outpost: Outpost) -> Self:
        """As it is now. To be looked at before the database: what lies there was in it first."""
        acknowledged = outpost.acknowledged()
        try:
            note = outpost.kept()
            if note is not None:
                Checkpoint.parsed(note.text)
        except LedgerError as why:
            return cls(None, acknowledged, str(why))
        return cls(note, acknowledged)


class Promises:
    """All checkpoints that were signed, as far as they are kept."""

    def __init__(
        self,
        signed: Sequence[SignedCheckpoint],
        beside: Beside,
        keys: LogKeys,
        witnesses: Sequence[KnownWitness],
        tell: Tell,
    ) -> None:
        self.checked = 0
        self.restarts: list[Restart] = []
        self._signed = signed
        self._beside = beside
        self._keys = keys
        self._witnesses = witnesses
        self._tell = tell
        self._by_size: dict[int, list[SignedCheckpoint]] = {}
        for one in (*signed, *self._lonely()):
            self._by_size.setdefault(one.size, []).append(one)
        self._kept: list[SignedCheckpoint] = []
        self._broken: list[SignedCheckpoint] = []

    def restarted(self, number: int, event: Event) -> None:
        """An entry says that the log was put back."""
        try:
            self.restarts.append(Restart.told(number, event))
        except LedgerError:
            self._tell("it says that the log was put back, and not what was lost", number)

    def at(self, size: int, root: bytes) -> None:
        """That is the root of so many entries."""
        for one in self._by_size.pop(size, []):
            if self._is_signed(one):
                is_kept = Checkpoint.parsed(one.note.text).root == root
                (self._kept if is_kept else self._broken).append(one)

    def end(self, size: int, head: Head) -> None:
        """There are no more entries: tell what was promised and is not there."""
        for one in self._broken:
            if not self._excuses(one):
                self._tell(f"the first {one.size} entries are not those that were signed", one.size - 1)
        for beyond in sorted(self._by_size):
            left = [one for one in self._by_size[beyond] if self._is_signed(one)]
            self._broken += left
            if not all(map(self._excuses, left)):
                self._tell(f"there are {size} entries, and {beyond} were signed", size)
        self._look_beside()
        self._names(head.origin)
        self._order()
        for restart in self.restarts:
            if restart.lost.text not in self._beside.acknowledged:
                self._tell(_in_words(restart), restart.number)

    def _lonely(self) -> list[SignedCheckpoint]:
        """What lies beside the database and is not in it."""
        note = self._beside.note
        if note is None or note.text in {one.note.text for one in self._signed}:
            return []
        kept = Checkpoint.parsed(note.text)
        return [SignedCheckpoint(kept.origin, kept.size, note, _LONG_AGO)]

    def _is_signed(self, one: SignedCheckpoint) -> bool:
        self.checked += 1
        try:
            promised = Checkpoint.parsed(one.note.text)
            one.note.check([self._keys.verifier(one.origin)], self._keys.check)
        except LedgerError as why:
            self._tell(f"the checkpoint of {one.size} entries: {why}", one.size - 1)
            return False
        if (promised.origin, promised.size) != (one.origin, one.size):
            self._tell(f"the checkpoint of {one.size} entries is of another log", one.size - 1)
            return False
        self._check_cosignatures(one)
        return True

    def _check_cosignatures(self, one: SignedCheckpoint) -> None:
        for witness in self._witnesses:
            for line in one.note.by(witness.verifier):
                try:
                    check_cosignature(one.note, line, witness.verifier, self._keys.check)
                except LedgerError as why:
                    self._tell(f"the checkpoint of {one.size} entries: {why}", one.size - 1)

    def _excuses(self, one: SignedCheckpoint) -> bool:
        lost = Checkpoint.parsed(one.note.text)
        return is_excused(lost, self.restarts, self._beside.acknowledged)

    def _look_beside(self) -> None:
        if self._beside.trouble:
            self._tell(f"the checkpoint beside the database: {self._beside.trouble}", None)
        elif self._beside.note is None and self._signed:
            self._tell("no checkpoint lies beside the database, and some were signed", None)
        for one in self._lonely():
            newest = max((row.size for row in self._signed if row.origin == one.origin), default=0)
            if one in self._kept and one.size > newest:  # pruned is never the newest
                self._tell(
                    f"the checkpoint of {one.size} entries lies beside the database alone", one.size - 1
                )

    def _names(self, name: str) -> None:
        """The log was signed under its present name, and under those of which it says that they are over."""
        known = {name, *(one.lost.origin for one in self.restarts)}
        others = {one.origin for one in (*self._kept, *self._broken)} - known
        for other in sorted(others):
            self._tell(f"the log is called {name}, and was signed as {other}", None)

    def _order(self) -> None:
        """More is signed later. Whoever changes the times makes a checkpoint look older than it is."""
        latest: dict[str, datetime] = {}
        for one in sorted((*self._kept, *self._broken), key=lambda one: one.size):
            before = latest.get(one.origin, _LONG_AGO)
            if one.signed_at is not _LONG_AGO and one.signed_at < before - _CLOCKS_DIFFER:
                self._tell(
                    f"the checkpoint of {one.size} entries says it is older than one of less", one.size - 1
                )
            latest[one.origin] = max(before, one.signed_at)


def _in_words(restart: Restart) -> str:
    return (
        f"the library was put back to an older state; {restart.lost.size} entries of {restart.lost.origin} "
        "had been signed, and nobody has said that they know (`lending log acknowledge`)"
    )
