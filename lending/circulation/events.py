"""What happened: the record's entries. Written in the same transaction as the change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of circulation event. A kind's word never changes: it is kept for ever."""

    TITLE_ADDED = "title-added"
    COPY_ADDED = "copy-added"
    """The owner said that they bought this very file a second time."""
    COPY_WITHDRAWN = "copy-withdrawn"
    LINK_MADE = "link-made"
    LINK_CANCELLED = "link-cancelled"
    LINK_EXPIRED = "link-expired"
    CHECKED_OUT = "checked-out"
    RETURNED = "returned"
    EXPIRED = "expired"
    RENEWED = "renewed"
    RECALLED = "recalled"
    CARRIED = "carried"
    """The loan goes on in another browser, and no longer in the first."""
    COPY_LOST = "copy-lost"
    COPY_FOUND = "copy-found"
    READ_FAST = "read-fast"
    """A loan's pages were asked for faster than a person can leaf through them. It isn't kept which."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. It names things by id only; names of people are looked up, so they can be erased.

    `at` is when it took effect (a loan expires at its due date, whenever that is noticed).
    `by` is the account that acted; None for a borrower or for time itself. `due_at` is when the loan is
    due from then on, where that was decided.
    """

    kind: EventKind
    at: datetime
    copy_id: str
    epoch: int
    link_id: str | None = None
    loan_id: str | None = None
    by: str | None = None
    due_at: datetime | None = None
