"""Unusual loans, told to librarians: which book, which loan, when, and what was noticed; not whose it is.

It is found in the record when somebody asks; nothing is kept of it, and of what was read nobody knows.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from lending.circulation.noticing import Noticed, notice
from lending.ports.library import Library, Transaction
from lending.ports.unusual import LoanInBrief
from lending.ports.world import Clock
from lending.services.actors import Actor

SIGNS_AT_ONCE: Final = 250
"""So many events are looked at for one page: it costs no more in a library of a million."""
LOANS_ON_A_PAGE: Final = 50
LATELY: Final = timedelta(days=30)
MOST_NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class UnusualLoan:
    """A loan, and what is unusual about it, the latest first. `number` is that of its latest sign."""

    loan: LoanInBrief
    noticed: tuple[Noticed, ...]
    number: int

    @property
    def last_at(self) -> datetime:
        """When something unusual was noticed last."""
        return self.noticed[0].last_at


@dataclass(frozen=True, slots=True)
class UnusualPage:
    """Some unusual loans, the latest first. `before` asks for the next page; 0 at the end. Where this page
    came to the end of what is looked at for one, `looked_back_to` says until when that was."""

    loans: tuple[UnusualLoan, ...]
    before: int
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lately:
    """How many unusual loans there were in the last `LATELY`, and the latest few. `or_more`: not all that may
    be a sign was looked at."""

    count: int
    or_more: bool
    latest: tuple[UnusualLoan, ...]


@dataclass(frozen=True, slots=True)
class UnusualLoans:
    """For librarians."""

    library: Library
    clock: Clock

    def page(self, actor: Actor, before: int = 0) -> UnusualPage:
        """Some of them, with signs below a number of the record (0: the latest). Raises NotAllowed."""
        owners = actor.charge()
        with self.library.read() as desk:
            return _page(desk, before, owners, self.clock.now())

    def lately(self, actor: Actor) -> Lately:
        """Those of the last thirty days. Raises NotAllowed."""
        owners = actor.charge()
        now = self.clock.now()
        since = now - LATELY
        with self.library.read() as desk:
            page = _page(desk, 0, owners, now)
        recent = [one for one in page.loans if one.last_at >= since]
        or_more = bool(page.before) and len(recent) == len(page.loans)
        if page.looked_back_to is not None and page.looked_back_to < since:
            or_more = False
        return Lately(len(recent), or_more, tuple(recent[:MOST_NAMED]))


def _page(desk: Transaction, before: int, owners: Collection[str] | None, now: datetime) -> UnusualPage:
    stretch = desk.signs.latest(before, SIGNS_AT_ONCE)
    all_signs = desk.signs.of_loans({sign.loan_id for sign in stretch.signs})
    links = {sign.event.link_id: sign.loan_id for sign in all_signs if sign.event.link_id}
    newest = {sign.loan_id: sign.number for sign in all_signs}
    noticed: dict[str, list[Noticed]] = {}
    for one in notice((sign.event for sign in all_signs), links):
        # A loan stands where its latest sign is: one with later signs stood on a page before.
        if not before or newest[one.loan_id] < before:
            noticed.setdefault(one.loan_id, []).append(one)
    loans = desk.signs.loans(noticed, owners)
    found = sorted(loans, key=lambda loan_id: newest[loan_id], reverse=True)
    shown = found[:LOANS_ON_A_PAGE]
    told = tuple(
        UnusualLoan(_as_it_stands(loans[one], now), tuple(noticed[one]), newest[one]) for one in shown
    )
    if len(found) > len(shown):
        return UnusualPage(told, newest[shown[-1]])
    return UnusualPage(told, stretch.before, stretch.reaches_to)


def _as_it_stands(loan: LoanInBrief, now: datetime) -> LoanInBrief:
    """One that is past due has ended, whether or not anybody has noticed (`Loan.ended_by`)."""
    is_past_due = loan.ended_at is None and loan.due_at is not None and now >= loan.due_at
    return replace(loan, ended_at=loan.due_at) if is_past_due else loan
