"""A copy: one purchased unit of an edition, and who has it."""

from dataclasses import dataclass
from datetime import datetime

from lending.circulation.holds import Hold
from lending.circulation.links import Link, LinkKind
from lending.circulation.loans import Loan
from lending.circulation.policy import HOUSE_RULES, LoanRules
from lending.circulation.transitions import CopyState


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy with its waiting link and its open loan, if any, and the rules by which it is lent: all that
    the desk needs to decide.

    `epoch` counts check-outs. A loan is open only while its epoch is the copy's, so
    whatever an earlier loan still holds is recognised as stale (a fencing number). `line`
    is who waits for the title, the first first; `hold` is whose turn it is, while the copy
    is kept for them. Both are known where the copy was locked to decide on it, and only there.
    `file_until` is until when the owner can download the file of a copy that was taken out.
    """

    id: str
    owner_id: str
    epoch: int = 0
    link: Link | None = None
    loan: Loan | None = None
    withdrawn_at: datetime | None = None
    lost_at: datetime | None = None
    rules: LoanRules = HOUSE_RULES
    line: tuple[Hold, ...] = ()
    hold: Hold | None = None
    file_until: datetime | None = None

    def has_file(self, now: datetime) -> bool:
        """Whether the copy was taken out, and its file can be downloaded at `now`."""
        return self.file_until is not None and now < self.file_until

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
            return _BEHIND_A_LINK[self.link.kind]
        return CopyState.ON_SHELF


_BEHIND_A_LINK = {
    LinkKind.LOAN: CopyState.LINK_OUT,
    LinkKind.HOLD: CopyState.HELD,
    LinkKind.PASS_ON: CopyState.ON_SHELF,  # it passes on a loan, and that is over
    LinkKind.GIFT: CopyState.GIFT_OUT,
}
