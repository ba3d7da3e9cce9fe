"""A copy: one purchased unit of an edition, and who has it."""

from dataclasses import dataclass
from datetime import datetime

from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.transitions import CopyState


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy with its waiting link and its open loan, if any: all that the desk needs to decide.

    `epoch` counts check-outs. A loan is open only while its epoch is the copy's, so
    whatever an earlier loan still holds is recognised as stale (a fencing number).
    """

    id: str
    owner_id: str
    epoch: int = 0
    link: Link | None = None
    loan: Loan | None = None
    withdrawn_at: datetime | None = None
    lost_at: datetime | None = None

    def state(self, now: datetime) -> CopyState:
        """Where the copy is at `now`, due dates and claim windows taken into account."""
        if self.withdrawn_at is not None:
            return CopyState.WITHDRAWN
        if self.loan is not None and self.loan.is_open(now):
            if self.loan.to_owner:
                return CopyState.WITH_OWNER
            return CopyState.ON_LOAN if self.loan.recalled_at is None else CopyState.RECALLED
        if self.lost_at is not None:
            return CopyState.LOST
        if self.link is not None and self.link.is_waiting(now):
            return CopyState.LINK_OUT
        return CopyState.ON_SHELF
