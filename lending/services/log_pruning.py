"""Forgets checkpoints of which newer ones say as much: one is signed whenever something has happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError
from lending.ports.ledger import Outpost
from lending.ports.library import Library, Transaction
from lending.ports.world import Clock

ALL_KEPT_FOR: Final = timedelta(days=1)
HOURLY_KEPT_FOR: Final = timedelta(days=30)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
_PRUNED_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class LogPruning:
    """For the housekeeper."""

    library: Library
    clock: Clock
    outpost: Outpost

    def prune(self) -> int:
        """Forget checkpoints of which newer ones say as much; how many there were.

        All of the last day are kept; of thirty days of each hour the newest, and the newest that a witness
        has cosigned; before that these two of each day. None goes while the last check found the log damaged,
        or what lies beside the database can't be read: then each may show since when.
        """
        now = self.clock.now()
        with self.library.read() as desk:
            check = desk.checks.last_log_check(now)
        if check is not None and check.faults:
            return 0
        try:
            beside = self._beside()
        except LedgerError:
            return 0  # the auditor names it
        spans = ((now - ALL_KEPT_FOR, HOUR), (now - HOURLY_KEPT_FOR, DAY))
        return sum(self._prune(before, span, beside) for before, span in spans)

    def _prune(self, before: datetime, span: timedelta, beside: tuple[str, int] | None) -> int:
        def found(desk: Transaction) -> list[tuple[str, int]]:
            # What lies beside the database is in it, so that nobody takes it for one that was restored.
            return [one for one in desk.ledger.superseded(before, span, _PRUNED_AT_ONCE) if one != beside]

        count = 0
        while True:
            with self.library.read() as desk:
                if not found(desk):
                    return count
            with self.library.change() as desk:
                desk.ledger.lock()  # whoever takes a cosignature looks at a checkpoint before it keeps it
                gone = found(desk)  # one of them may have been cosigned since
                desk.ledger.drop_checkpoints(gone)
            count += len(gone)

    def _beside(self) -> tuple[str, int] | None:
        note = self.outpost.kept()
        checkpoint = Checkpoint.parsed(note.text) if note else None
        return (checkpoint.origin, checkpoint.size) if checkpoint else None
