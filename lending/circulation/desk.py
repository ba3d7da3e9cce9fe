"""The lending desk: every rule of circulation, each a function from what is so to what shall be so.

A function takes a `Copy` as it stands, checks the rules, and answers with a
`Decision`: the copy as it shall stand and the events to record. It refuses by
raising from `lending.refusals`. Nothing is stored here; the caller stores the whole
decision in one transaction or nothing of it.

What time has ended (a loan past its due date, a link nobody used) is closed by
`settle`, which every other rule applies first. So no sweeper is needed for
correctness: whoever comes next finds the copy as time has left it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.events import Event, EventKind
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.policy import LendingPolicy


@dataclass(frozen=True, slots=True)
class Decision:
    """What the desk decided: how the copy shall stand, which rows changed, what to record."""

    copy: Copy
    links: tuple[Link, ...] = ()
    loans: tuple[Loan, ...] = ()
    events: tuple[Event, ...] = ()

    def then(self, after: "Decision") -> "Decision":
        """Both decisions as one, `after` being the later."""
        return Decision(
            after.copy, self.links + after.links, self.loans + after.loans, self.events + after.events
        )


@dataclass(frozen=True, slots=True)
class Offer:
    """What an owner says when lending."""

    loan_period: timedelta
    for_whom: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who presses the button: their name, if given, and what their browser proved."""

    binding: str
    name: str = ""


def settle(copy: Copy, now: datetime) -> Decision:
    """Close what time has ended by `now`: a loan past due, a link nobody used. Never refuses."""
    decision = Decision(copy)
    loan, link = copy.loan, copy.link
    if loan is not None and loan.due_at is not None and loan.is_past_due(now):
        decision = decision.then(_end(copy, loan, loan.due_at, LoanEnd.EXPIRED, by=None))
    if link is not None and not link.is_waiting(now):
        lapsed = replace(link, state=LinkState.EXPIRED, closed_at=link.claim_by)
        decision = decision.then(_close_link(decision.copy, lapsed, EventKind.LINK_EXPIRED, by=None))
    return decision


def make_link(copy: Copy, offer: Offer, link_id: str, policy: LendingPolicy, now: datetime) -> Decision:
    """Offer the copy to one friend.

    Refuses with LoanPeriodOutOfRange, LinkAlreadyOut, CopyIsOut (lend it when it is
    back) or NotFound (the copy was withdrawn).
    """
    settled = settle(copy, now)
    copy = settled.copy
    _refuse_withdrawn(copy)
    if not policy.shortest_loan <= offer.loan_period <= policy.longest_loan:
        raise refusals.LoanPeriodOutOfRange
    if copy.loan is not None and not copy.loan.to_owner:
        raise refusals.CopyIsOut
    if copy.link is not None:
        raise refusals.LinkAlreadyOut
    link = Link(
        id=link_id,
        copy_id=copy.id,
        made_by=copy.owner_id,
        made_at=now,
        claim_by=now + policy.claim_window,
        loan_period=offer.loan_period,
        for_whom=offer.for_whom,
        note=offer.note,
    )
    made = Event(EventKind.LINK_MADE, now, copy.id, copy.epoch, link_id=link_id, by=copy.owner_id)
    return settled.then(Decision(replace(copy, link=link), links=(link,), events=(made,)))


def cancel_link(copy: Copy, now: datetime) -> Decision:
    """Take the waiting link back. Refuses with NotFound when none waits."""
    settled = settle(copy, now)
    link = settled.copy.link
    if link is None:
        raise refusals.NotFound
    cancelled = replace(link, state=LinkState.CANCELLED, closed_at=now)
    return settled.then(_close_link(settled.copy, cancelled, EventKind.LINK_CANCELLED, by=copy.owner_id))


def claim(copy: Copy, link: Link, claim: Claim, loan_id: str, now: datetime) -> Decision:
    """Check the copy out to the friend who presses the button.

    `link` must be one of this copy's. Refuses with LinkUsed, LinkCancelled, LinkExpired
    or CopyIsOut. A claim repeated after a lost answer is not this function's: see `same_claim`.
    """
    settled = settle(copy, now)
    copy = settled.copy
    refuse_closed(link, now)
    if copy.loan is not None:
        raise refusals.CopyIsOut
    used = replace(link, state=LinkState.USED, closed_at=now)
    loan = Loan(
        id=loan_id,
        copy_id=copy.id,
        epoch=copy.epoch + 1,
        checked_out_at=now,
        due_at=now + link.loan_period,
        binding=claim.binding,
        borrower_name=link.for_whom or claim.name,
        link_id=link.id,
    )
    opened = _open(copy, loan, by=None)
    return settled.then(replace(opened, copy=replace(opened.copy, link=None), links=(used,)))


def same_claim(loan: Loan, claim: Claim, now: datetime) -> bool:
    """Whether `claim` repeats the one that opened `loan`: then the answer is that loan, not a refusal."""
    return loan.binding == claim.binding and loan.is_open(now)


def take_off_shelf(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """Check the copy out to its owner, until they put it back. Refuses with CopyIsOut."""
    settled = settle(copy, now)
    copy = settled.copy
    _refuse_withdrawn(copy)
    if copy.loan is not None:
        raise refusals.CopyIsOut
    loan = Loan(
        id=loan_id,
        copy_id=copy.id,
        epoch=copy.epoch + 1,
        checked_out_at=now,
        due_at=None,
        binding=f"account:{copy.owner_id}",
        to_owner=True,
    )
    return settled.then(_open(copy, loan, by=copy.owner_id))


def check_in(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """Return the copy. Refuses with LoanEnded when that loan is not the open one (any more)."""
    settled = settle(copy, now)
    loan = settled.copy.loan
    if loan is None or loan.id != loan_id:
        raise refusals.LoanEnded
    by = copy.owner_id if loan.to_owner else None
    return settled.then(_end(settled.copy, loan, now, LoanEnd.RETURNED, by=by))


def withdraw(copy: Copy, now: datetime) -> Decision:
    """Take the copy out of the collection. Refuses with CannotWithdraw unless it is on the shelf."""
    settled = settle(copy, now)
    copy = settled.copy
    _refuse_withdrawn(copy)
    if copy.loan is not None or copy.link is not None:
        raise refusals.CannotWithdraw
    gone = Event(EventKind.COPY_WITHDRAWN, now, copy.id, copy.epoch, by=copy.owner_id)
    return settled.then(Decision(replace(copy, withdrawn_at=now), events=(gone,)))


def refuse_closed(link: Link, now: datetime) -> None:
    """Raise LinkUsed, LinkCancelled or LinkExpired unless the link waits at `now`."""
    if link.state is LinkState.USED:
        raise refusals.LinkUsed
    if link.state is LinkState.CANCELLED:
        raise refusals.LinkCancelled
    if not link.is_waiting(now):
        raise refusals.LinkExpired


def refuse_ended(loan: Loan, epoch: int, now: datetime) -> None:
    """Raise LoanEnded unless `loan` is open at `now` and of the copy's present `epoch`."""
    if not loan.is_open(now) or loan.epoch != epoch:
        raise refusals.LoanEnded(loan.end or LoanEnd.EXPIRED)


def read_fast(loan: Loan, now: datetime) -> Event:
    """The record's entry for a loan that is read faster than a person can."""
    return Event(EventKind.READ_FAST, now, loan.copy_id, loan.epoch, link_id=loan.link_id, loan_id=loan.id)


def _open(copy: Copy, loan: Loan, by: str | None) -> Decision:
    out = Event(
        EventKind.CHECKED_OUT,
        loan.checked_out_at,
        copy.id,
        loan.epoch,
        link_id=loan.link_id,
        loan_id=loan.id,
        by=by,
    )
    return Decision(replace(copy, epoch=loan.epoch, loan=loan), loans=(loan,), events=(out,))


def _end(copy: Copy, loan: Loan, at: datetime, end: LoanEnd, by: str | None) -> Decision:
    kind = EventKind.EXPIRED if end is LoanEnd.EXPIRED else EventKind.RETURNED
    ended = replace(loan, ended_at=at, end=end)
    event = Event(kind, at, copy.id, copy.epoch, link_id=loan.link_id, loan_id=loan.id, by=by)
    return Decision(replace(copy, loan=None), loans=(ended,), events=(event,))


def _close_link(copy: Copy, closed: Link, kind: EventKind, by: str | None) -> Decision:
    assert closed.closed_at is not None
    event = Event(kind, closed.closed_at, copy.id, copy.epoch, link_id=closed.id, by=by)
    return Decision(replace(copy, link=None), links=(closed,), events=(event,))


def _refuse_withdrawn(copy: Copy) -> None:
    if copy.withdrawn_at is not None:
        raise refusals.NotFound
