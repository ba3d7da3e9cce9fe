"""What happened: the record's entries. Written in the same transaction as the change."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EventKind(StrEnum):
    """The kinds of circulation event. A kind's word never changes: it is kept for ever."""

    TITLE_ADDED = "title-added"
    TITLE_CORRECTED = "title-corrected"
    """The owner corrected the catalogue record: title, authors, language or description."""
    COPY_ADDED = "copy-added"
    """The owner said that they bought this very file a second time."""
    COPY_WITHDRAWN = "copy-withdrawn"
    TAKEN_OUT = "taken-out"
    """The owner took the copy out of the library, and its file with it."""
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
    PASSED_ON = "passed-on"
    """The borrower handed the copy to another, whose loan begins with it."""
    COPY_LOST = "copy-lost"
    COPY_FOUND = "copy-found"
    HOLD_ASKED = "hold-asked"
    """Somebody asked to borrow the title, and waits for the owner's yes."""
    HOLD_PLACED = "hold-placed"
    """Somebody joined the line for the title: by themselves, or by the owner's yes."""
    HELD = "held"
    """The copy is kept for the first in line."""
    HOLD_LAPSED = "hold-lapsed"
    HOLD_LEFT = "hold-left"
    HOLD_DECLINED = "hold-declined"
    GIFT_OFFERED = "gift-offered"
    GIVEN = "given"
    """The copy belongs to the account `to` from now on; with its giver it was one of the title `edition_id`
    (gifts from before this was kept don't say it)."""
    READ_FAST = "read-fast"
    """A loan's pages were asked for faster than a person can leaf through them. It isn't kept which."""
    ERASED = "erased"
    """Who borrowed, waited or was offered the copy can't be named any more: by their wish, or by time. Or the
    account `to` was erased; `detail` says of which entries of the log nothing can be told since."""
    LOG_RESTARTED = "log-restarted"
    """The library was put back to an older state: the log goes on under another name. `detail` is the
    checkpoint that was lost."""
    TURNED_AWAY = "turned-away"
    """Somebody wanted the book and could not have it; `reason` says why. It isn't kept who."""
    IDENTITY_SHOWN = "identity-shown"
    """A librarian (`by`) had the name of a loan's reader shown, or without a loan those of all; `reason` says
    what for, and `detail`, of all, whose books they looked after then (`ports.records.charge_text`)."""


class Denial(StrEnum):
    """Why somebody was turned away, in COUNTER's words. These don't change either."""

    LIMIT_EXCEEDED = "limit-exceeded"
    """Others have it or wait for it, or whoever asked has as many as they may."""
    NO_LICENSE = "no-license"
    """What they came with lends nothing, or nothing any more."""


class Purpose(StrEnum):
    """What a librarian has a reader's name shown for. A word of this list and no text of theirs: a text could
    itself name somebody, in a record that nobody can be taken out of."""

    READER_ASKED = "reader-asked"
    OWNER_ASKED = "owner-asked"
    MISUSE = "misuse"
    """A loan looks as if it was not one person's reading."""
    LAW = "law"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry. It names things by id only; names of people are looked up, so they can be erased.

    `at` is when it took effect (a loan expires at its due date, whenever that is noticed).
    `by` is the account that acted; None for a borrower or for time itself. `due_at` is when the loan is
    due from then on, or until when the copy is held, where that was decided. What happens in the line for a
    title happens to no copy: it has an `edition_id` and no `copy_id`. Where somebody was turned away from a
    copy it has both: they wanted the title, and the copy may become another title's. So has a gift.
    """

    kind: EventKind
    at: datetime
    copy_id: str | None
    epoch: int
    link_id: str | None = None
    loan_id: str | None = None
    by: str | None = None
    due_at: datetime | None = None
    hold_id: str | None = None
    edition_id: str | None = None
    to: str | None = None
    detail: str | None = None
    reason: Denial | Purpose | None = None
