"""A link: the offer of one copy to one friend, once, until a given time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LinkState(StrEnum):
    """What has become of a link. `WAITING` ends by itself when `claim_by` passes."""

    WAITING = "waiting"
    USED = "used"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Link:
    """An offer. `for_whom` and `note` are the owner's words to the friend, perhaps empty."""

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

    def is_waiting(self, now: datetime) -> bool:
        """Whether a friend may still borrow with it at `now`."""
        return self.state is LinkState.WAITING and now < self.claim_by
