"""A loan: one reader having one copy, from check-out to check-in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class LoanEnd(StrEnum):
    """How a loan ended."""

    RETURNED = "returned"
    EXPIRED = "expired"
    PASSED_ON = "passed-on"
    """Its borrower handed the copy to another."""


@dataclass(frozen=True, slots=True)
class Loan:
    """One reader having one copy.

    `due_at` is None for the owner's own reading, which lasts until they put the copy
    back. `binding` names what the borrower's browser proved at check-out ("key:…", a
    key's thumbprint; "ticket:…", the hash of a random ticket, where browsers offer no
    keys; "account:…" for the owner): the same binding may claim again and gets the same
    loan, any other is somebody else. `period` is how long it was lent for at
    first; `renewals` counts those that the borrower made;
    `recalled_at` is when the owner asked for the copy back, if they did. `due_number`
    counts how often the due date was decided anew. `passed_from` is the loan that was passed on to it.
    """

    id: str
    copy_id: str
    epoch: int
    checked_out_at: datetime
    due_at: datetime | None
    binding: str
    borrower_name: str = ""
    link_id: str | None = None
    to_owner: bool = False
    period: timedelta | None = None
    renewals: int = 0
    recalled_at: datetime | None = None
    due_number: int = 0
    passed_from: str | None = None
    ended_at: datetime | None = None
    end: LoanEnd | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether the reader may have the copy at `now`: not returned, and not past due."""
        return self.ended_at is None and not self.is_past_due(now)

    def is_past_due(self, now: datetime) -> bool:
        """Whether the due date has come. The moment itself is past: a loan until noon ends at noon."""
        return self.due_at is not None and now >= self.due_at

    def ended_by(self, now: datetime) -> datetime | None:
        """When it ended, as recorded or, where nobody has noticed yet, as its due date says; None while it is
        open."""
        return self.ended_at or (self.due_at if self.is_past_due(now) else None)

    @property
    def has_key(self) -> bool:
        """Whether the borrower's browser holds a key, so that passes can be short-lived."""
        return self.binding.startswith("key:")
