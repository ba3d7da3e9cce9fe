"""Offering a copy: links."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, close_link, permit, settle
from lending.circulation.events import Event, EventKind
from lending.circulation.links import Link, LinkState
from lending.circulation.policy import LONGEST_LOAN, SHORTEST_LOAN
from lending.circulation.transitions import Act


@dataclass(frozen=True, slots=True)
class Offer:
    """What an owner says when lending. Without a period, that of the loan rules holds."""

    loan_period: timedelta | None = None
    for_whom: str = ""
    note: str = ""


def make_link(copy: Copy, offer: Offer, link_id: str, now: datetime) -> Decision:
    """Offer the copy to one friend.

    Refuses with LoanPeriodOutOfRange, LinkAlreadyOut, CopyIsOut (lend it when it is
    back), CopyIsLost, CopyIsHeld (also while its owner reads it and somebody waits, whose turn it is after
    that), GiftIsOut or NotFound (the copy was withdrawn).
    """
    settled = settle(copy, now)
    copy = settled.copy
    period = copy.rules.loan_period if offer.loan_period is None else offer.loan_period
    if copy.withdrawn_at is None and not SHORTEST_LOAN <= period <= LONGEST_LOAN:
        raise refusals.LoanPeriodOutOfRange
    permit(copy, Act.MAKE_LINK, now)
    if copy.link is not None:
        raise refusals.LinkAlreadyOut
    if copy.line:
        raise refusals.CopyIsHeld
    link = Link(
        id=link_id,
        copy_id=copy.id,
        made_by=copy.owner_id,
        made_at=now,
        claim_by=now + copy.rules.claim_window,
        loan_period=period,
        for_whom=offer.for_whom,
        note=offer.note,
    )
    made = Event(EventKind.LINK_MADE, now, copy.id, copy.epoch, link_id=link_id, by=copy.owner_id)
    return settled.then(Decision(replace(copy, link=link), links=(link,), events=(made,)))


def cancel_link(copy: Copy, now: datetime) -> Decision:
    """The owner takes the waiting link back, also one by which a borrower would pass the copy on.

    Refuses with NotFound when none waits, or the copy is held behind it (see `waiting.give_up`).
    """
    settled = settle(copy, now)
    permit(settled.copy, Act.CANCEL_LINK, now)
    link = settled.copy.link
    if link is None:
        raise refusals.NotFound
    cancelled = replace(link, state=LinkState.CANCELLED, closed_at=now)
    closed = close_link(settled.copy, cancelled, EventKind.LINK_CANCELLED, by=copy.owner_id)
    return settled.then(closed).settled(now)


def refuse_closed(link: Link, now: datetime) -> None:
    """Raise LinkUsed, LinkCancelled or LinkExpired unless the link waits at `now`."""
    if link.state is LinkState.USED:
        raise refusals.LinkUsed
    if link.state is LinkState.CANCELLED:
        raise refusals.LinkCancelled
    if not link.is_waiting(now):
        raise refusals.LinkExpired
