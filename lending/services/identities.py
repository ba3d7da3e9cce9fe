"""Readers' names are covered on librarians' pages. Who has them shown says what for, and it is recorded.

A librarian's work is with books, loans and dates, and seldom with who somebody is. So a name is seen only by
whoever asked for it: that of one loan, or all, for an hour. Asking is an event of the log like any other: the
copy's owner finds it there, and nobody can take it out again.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lending import refusals
from lending.circulation.events import Event, EventKind, Purpose
from lending.circulation.loans import Loan
from lending.ports.library import Library, Transaction
from lending.ports.records import EventLine, LogLine, LogQuery, Role, ShelfEntry, charge_text
from lending.ports.world import Clock
from lending.services.actors import Actor

SHOWN_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose names somebody sees: those of some loans, or all, until a moment."""

    loans: Collection[str] = ()
    all_until: datetime | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all names are seen."""
        return self.all_until is not None

    def sees(self, loan_id: str | None) -> bool:
        """Whether the name of a loan's reader is seen."""
        return self.is_whole or loan_id in self.loans

    def of_line(self, line: LogLine) -> LogLine:
        """A line of the log as it is seen. An owner who reads their own copy is named by the copy."""
        hides_borrower = bool(line.loan.borrower_name) and not (line.loan.to_owner or self.sees(line.loan.id))
        hides_passer = bool(line.passed_by) and not self.sees(line.loan.passed_from)
        if not (hides_borrower or hides_passer):
            return line
        return replace(
            line,
            loan=replace(line.loan, borrower_name="") if hides_borrower else line.loan,
            passed_by="" if hides_passer else line.passed_by,
            is_covered=hides_borrower,
        )

    def of_entry(self, entry: ShelfEntry) -> ShelfEntry:
        """A copy as it is seen: whom it is lent, held or offered to is told as far as names are."""
        copy = entry.copy
        loan, link = copy.loan, copy.link
        if loan is not None and not self.sees(loan.id):
            loan = replace(loan, borrower_name="")
        if link is not None and not self.is_whole:
            link = replace(link, for_whom="", note="")
        passed_by = [one if self.sees(one.id) else replace(one, borrower_name="") for one in entry.passed_by]
        return replace(entry, copy=replace(copy, loan=loan, link=link), passed_by=tuple(passed_by))

    def of_event(self, line: EventLine, of_loan: str | None = None) -> EventLine:
        """An entry as it is seen. `of_loan` is the loan that it is told of, where it is not the entry's own:
        the waiting that came before it."""
        hides_borrower = bool(line.borrower_name) and not (
            line.to_owner or self.sees(line.event.loan_id or of_loan)
        )
        hides_next = bool(line.passed_to) and not self.is_whole
        if not (hides_borrower or hides_next):
            return line
        return replace(
            line,
            borrower_name="" if hides_borrower else line.borrower_name,
            passed_to="" if hides_next else line.passed_to,
            is_covered=hides_borrower,
        )


@dataclass(frozen=True, slots=True)
class Identities:
    """Has names shown, and that recorded."""

    library: Library
    clock: Clock

    def show(self, actor: Actor, purpose: Purpose, loan_id: str | None = None) -> Sight:
        """Have the name of a loan's reader shown to the actor, or without a loan all names, for `SHOWN_FOR`.

        What is shown already isn't recorded again, and where no name is known there is nothing to show.
        Raises NotAllowed, for a read-only token too, or NotFound.
        """
        actor.acts_as(Role.LIBRARIAN)
        now = self.clock.now()
        with self.library.change() as desk:
            if loan_id is None:
                if not sight(desk, actor, now).is_whole:
                    desk.circulation.record(_shown(actor, purpose, now))
            else:
                line = _line(desk, actor, loan_id, now)
                if sight(desk, actor, now).of_line(line).is_covered:
                    desk.circulation.record(_shown(actor, purpose, now, line.loan))
            return sight(desk, actor, now)


def sight(desk: Transaction, actor: Actor, now: datetime) -> Sight:
    """Whose names the actor sees at a moment. A read-only token sees none, whatever its account does."""
    if not actor.may_change:
        return Sight()
    shown = desk.log.names_shown_to(actor.id or None, now - SHOWN_FOR)
    whole = [event.at + SHOWN_FOR for event in shown if event.loan_id is None]
    return Sight({event.loan_id for event in shown if event.loan_id}, max(whole, default=None))


def _line(desk: Transaction, actor: Actor, loan_id: str, now: datetime) -> LogLine:
    found = desk.log.loans(LogQuery(loan_id=loan_id, limit=1, owners=actor.charge()), now)
    if not found:
        raise refusals.NotFound
    return found[0]


def _shown(actor: Actor, purpose: Purpose, now: datetime, loan: Loan | None = None) -> Event:
    by = actor.id or None
    if loan is None:
        told = charge_text(actor.charge())
        return Event(EventKind.IDENTITY_SHOWN, now, None, 0, by=by, detail=told, reason=purpose)
    return Event(
        EventKind.IDENTITY_SHOWN, now, loan.copy_id, loan.epoch, loan_id=loan.id, by=by, reason=purpose
    )
