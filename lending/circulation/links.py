"""A link: the offer of one copy to one person, once, until a given time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LinkState(StrEnum):
    """What has become of a link. `WAITING` ends by itself when `claim_by` passes."""

    WAITING = "waiting"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class LinkKind(StrEnum):
    """What a link offers."""

    LOAN = "loan"
    HOLD = "hold"
    """A loan too, to the friend whose turn it is in the line. The link has the id of their hold."""
    PASS_ON = "pass-on"  # noqa: S105 - what a link is for, no password
    """What is left of a loan, by the borrower who has it."""
    GIFT = "gift"
    """The copy itself, to another owner."""


@dataclass(frozen=True, slots=True)
class Link:
    """An offer, made in the name of the owner `made_by`. `for_whom` and `note` are words to whom it is
    for, perhaps empty. `loan_id` is the loan that is passed on by it."""

    id: str
    copy_id: str
    made_by: str
    made_at: datetime
    claim_by: datetime
    loan_period: timedelta
    for_whom: str = ""
    note: str = ""
    state: LinkState = LinkState.WAITING
    closed_at: datetime | None = None
    kind: LinkKind = LinkKind.LOAN
    loan_id: str | None = None

    def is_waiting(self, now: datetime) -> bool:
        """Whether a friend may still borrow with it at `now`."""
        return self.state is LinkState.WAITING and now < self.claim_by
