"""What shows that nobody has rewritten the log: its latest checkpoint, that it grew, an entry's proof."""

from dataclasses import dataclass

from lending import refusals
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError
from lending.ledger.notes import Verifier
from lending.ledger.tree import verify_consistency
from lending.ports.ledger import SignedCheckpoint
from lending.ports.library import Library
from lending.ports.records import Role
from lending.services.actors import Actor
from lending.services.logkeeping import LogKeeping, told_if_damaged
from lending.services.overview import Integrity


@dataclass(frozen=True, slots=True)
class Growth:
    """That the log grew from the checkpoint before: the hashes that prove it, or why it can't be proven."""

    before: SignedCheckpoint
    hashes: tuple[bytes, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class LogEvidence:
    """The log as it was signed last, and what the last check has found. `growth` is None where nothing was
    signed before."""

    integrity: Integrity
    verifier: Verifier
    latest: SignedCheckpoint | None
    growth: Growth | None


@dataclass(frozen=True, slots=True)
class EntryProof:
    """The proof of one entry as a file (C2SP tlog-proof). Its extra data are the entry's 128 bytes, so that
    it can be checked by itself; they name nobody."""

    entry: int
    text: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """For librarians."""

    library: Library
    logkeeping: LogKeeping

    def of_log(self, actor: Actor) -> LogEvidence:
        """What is signed, and that it grew. Raises NotAllowed."""
        actor.reads_as(Role.LIBRARIAN)
        with self.library.read() as desk:
            integrity = Integrity.seen(desk, self.logkeeping.clock.now())
            signed = desk.ledger.newest_checkpoints(2)
        latest, before = (*signed, None, None)[:2]
        growth = self._growth(before, latest) if before and latest else None
        return LogEvidence(integrity, self.logkeeping.verifier(), latest, growth)

    def of_event(self, actor: Actor, event_number: int) -> EntryProof:
        """That an event of the record is in the log. Raises NotAllowed, NotFound or LogDamaged."""
        actor.reads_as(Role.LIBRARIAN)
        with told_if_damaged():
            with self.library.read() as desk:
                entry = desk.ledger.of_events([event_number]).get(event_number)
            if entry is None:
                raise refusals.NotFound
            return EntryProof(entry.number, str(self.logkeeping.prove(entry, entry.leaf)))

    def _growth(self, before: SignedCheckpoint, latest: SignedCheckpoint) -> Growth:
        try:
            old, new = Checkpoint.parsed(before.note.text), Checkpoint.parsed(latest.note.text)
            hashes = self.logkeeping.prove_growth(old.size, new.size)
            verify_consistency(old.size, old.root, new.size, new.root, hashes)
        except (LedgerError, ValueError) as why:
            return Growth(before, trouble=str(why))
        return Growth(before, tuple(hashes))
