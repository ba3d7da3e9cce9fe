"""The lending desk: what a decision is, what time decides by itself, and what may be done at all.

The rules of circulation are in the modules beside this one, by what people do: `offering`
(links), `borrowing` (check out, check in, renew, recall), `waiting` (the line), `passing` (on to a friend,
on to another owner), `stock` (withdraw, lost, found).
Each is a function from a `Copy` as it stands to a `Decision`: the copy as it shall stand
and the events to record. It refuses by raising from `lending.refusals`. Nothing is stored
here; the caller stores the whole decision in one transaction or nothing of it.

What time has ended (a loan past its due date, a link nobody used) is closed by
`settle`, which every other rule applies first; and a copy that is free is kept for whoever
waits for it. So no sweeper is needed for correctness: whoever comes next finds the copy as
time has left it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.events import Event, EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.transitions import Act, CopyState, may


@dataclass(frozen=True, slots=True)
class Decision:
    """What the desk decided: how the copy shall stand, which rows changed, what to record."""

    copy: Copy
    links: tuple[Link, ...] = ()
    loans: tuple[Loan, ...] = ()
    events: tuple[Event, ...] = ()
    holds: tuple[Hold, ...] = ()

    def then(self, after: "Decision") -> "Decision":
        """Both decisions as one, `after` being the later."""
        return Decision(
            after.copy,
            self.links + after.links,
            self.loans + after.loans,
            self.events + after.events,
            self.holds + after.holds,
        )

    def settled(self, now: datetime) -> "Decision":
        """With what follows by itself: a copy that came free is kept for whoever waits."""
        return self.then(settle(self.copy, now))


def settle(copy: Copy, now: datetime) -> Decision:
    """What happens by itself by `now`: a link that nobody used and a loan past due end, and a copy that is
    free is kept for the first in line. Never refuses."""
    decision = Decision(copy)
    loan, link = copy.loan, copy.link
    if link is not None and not link.is_waiting(now):
        decision = decision.then(_lapse(copy, link))
    if loan is not None and loan.due_at is not None and loan.is_past_due(now):
        decision = decision.then(end_loan(decision.copy, loan.due_at, LoanEnd.EXPIRED, by=None))
    return decision.then(_keep_for_next(decision.copy, now))


def permit(copy: Copy, act: Act, now: datetime) -> None:
    """Raise the refusal that says why not, unless the table of transitions has the act where the copy is."""
    state = copy.state(now)
    if not may(state, act):
        raise _REFUSALS.get(act, _IN_THE_WAY[state])


def end_loan(copy: Copy, at: datetime, end: LoanEnd, by: str | None) -> Decision:
    """Close the copy's open loan, and the offer to pass it on. The copy is back on the shelf."""
    assert copy.loan is not None
    closed = take_offer_back(copy, at, by)
    ended = replace(copy.loan, ended_at=at, end=end)
    event = Event(_LOAN_ENDS[end], at, copy.id, copy.epoch, link_id=ended.link_id, loan_id=ended.id, by=by)
    return closed.then(Decision(replace(closed.copy, loan=None), loans=(ended,), events=(event,)))


def close_link(copy: Copy, closed: Link, kind: EventKind, by: str | None) -> Decision:
    """Take the copy's link away. `closed` is the link as it shall be kept."""
    assert closed.closed_at is not None
    at, loan = closed.closed_at, closed.loan_id
    event = Event(kind, at, copy.id, copy.epoch, link_id=closed.id, loan_id=loan, by=by)
    return Decision(replace(copy, link=None), links=(closed,), events=(event,))


def take_offer_back(copy: Copy, at: datetime, by: str | None) -> Decision:
    """Cancel the link by which the copy's loan would be passed on, if one waits."""
    link = copy.link
    if link is None or link.kind is not LinkKind.PASS_ON:
        return Decision(copy)
    cancelled = replace(link, state=LinkState.CANCELLED, closed_at=at)
    return close_link(copy, cancelled, EventKind.LINK_CANCELLED, by)


def end_hold(copy: Copy, at: datetime, end: HoldState, by: str | None) -> Decision:
    """The copy is no longer kept for whom it was kept: they did not come, or won't."""
    assert copy.link is not None
    assert copy.hold is not None
    state = LinkState.EXPIRED if end is HoldState.LAPSED else LinkState.CANCELLED
    closed = replace(copy.link, state=state, closed_at=at)
    over = replace(copy.hold, state=end, closed_at=at)
    event = Event(HOLD_ENDS[end], at, copy.id, copy.epoch, link_id=closed.id, by=by, hold_id=over.id)
    after = replace(copy, link=None, hold=None)
    return Decision(after, links=(closed,), events=(event,), holds=(over,))


def _lapse(copy: Copy, link: Link) -> Decision:
    if link.kind is LinkKind.HOLD:
        return end_hold(copy, link.claim_by, HoldState.LAPSED, by=None)
    lapsed = replace(link, state=LinkState.EXPIRED, closed_at=link.claim_by)
    return close_link(copy, lapsed, EventKind.LINK_EXPIRED, by=None)


def _keep_for_next(copy: Copy, now: datetime) -> Decision:
    """The window counts from `now`, when it is noticed that the copy is free: nobody's turn passes unseen."""
    if copy.state(now) is not CopyState.ON_SHELF or not copy.line:
        return Decision(copy)
    first, *rest = copy.line
    ready = replace(first, state=HoldState.READY, ready_at=now)
    link = Link(
        id=first.id,
        copy_id=copy.id,
        made_by=copy.owner_id,
        made_at=now,
        claim_by=now + copy.rules.pick_up_window,
        loan_period=copy.rules.loan_period,
        for_whom=first.name,
        kind=LinkKind.HOLD,
    )
    held = Event(
        EventKind.HELD, now, copy.id, copy.epoch, link_id=link.id, due_at=link.claim_by, hold_id=first.id
    )
    kept = replace(copy, link=link, hold=ready, line=tuple(rest))
    return Decision(kept, links=(link,), events=(held,), holds=(ready,))


_LOAN_ENDS: Mapping[LoanEnd, EventKind] = MappingProxyType(
    {
        LoanEnd.RETURNED: EventKind.RETURNED,
        LoanEnd.EXPIRED: EventKind.EXPIRED,
        LoanEnd.PASSED_ON: EventKind.PASSED_ON,
    }
)

HOLD_ENDS: Mapping[HoldState, EventKind] = MappingProxyType(
    {
        HoldState.LAPSED: EventKind.HOLD_LAPSED,
        HoldState.LEFT: EventKind.HOLD_LEFT,
        HoldState.DECLINED: EventKind.HOLD_DECLINED,
    }
)
"""How a hold ends without a loan, as the record calls it."""


_REFUSALS: Mapping[Act, type[refusals.Refusal]] = MappingProxyType(
    {
        Act.CANCEL_LINK: refusals.NotFound,
        Act.CHECK_IN: refusals.LoanEnded,
        Act.RENEW: refusals.LoanEnded,
        Act.RECALL: refusals.LoanEnded,
        Act.CARRY: refusals.LoanEnded,
        Act.OFFER_ON: refusals.LoanEnded,
        Act.PASS_ON: refusals.NotPassedOn,
        Act.RELEASE: refusals.NotFound,
        Act.ACCEPT_GIFT: refusals.GiftTakenBack,
        Act.WITHDRAW: refusals.CannotWithdraw,
        Act.TAKE_OUT: refusals.CannotWithdraw,
        Act.FIND: refusals.NotFound,
    }
)
"""Why an act is refused wherever the copy is."""

_IN_THE_WAY: Mapping[CopyState, type[refusals.Refusal]] = MappingProxyType(
    {
        CopyState.ON_SHELF: refusals.NotFound,
        CopyState.LINK_OUT: refusals.LinkAlreadyOut,
        CopyState.HELD: refusals.CopyIsHeld,
        CopyState.GIFT_OUT: refusals.GiftIsOut,
        CopyState.ON_LOAN: refusals.CopyIsOut,
        CopyState.RECALLED: refusals.CopyIsOut,
        CopyState.WITH_OWNER: refusals.CopyIsOut,
        CopyState.LOST: refusals.CopyIsLost,
        CopyState.WITHDRAWN: refusals.NotFound,
    }
)
"""Why any other act is refused, by where the copy is."""
