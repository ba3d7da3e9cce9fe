"""The lending desk: what a decision is, what time decides by itself, and what may be done at all.

The rules of circulation are in the modules beside this one, by what people do: `offering`
(links), `borrowing` (check out, check in, renew, recall), `stock` (withdraw, lost, found).
Each is a function from a `Copy` as it stands to a `Decision`: the copy as it shall stand
and the events to record. It refuses by raising from `lending.refusals`. Nothing is stored
here; the caller stores the whole decision in one transaction or nothing of it.

What time has ended (a loan past its due date, a link nobody used) is closed by
`settle`, which every other rule applies first. So no sweeper is needed for
correctness: whoever comes next finds the copy as time has left it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.events import Event, EventKind
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.transitions import Act, CopyState, may


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


def settle(copy: Copy, now: datetime) -> Decision:
    """Close what time has ended by `now`: a loan past due, a link nobody used. Never refuses."""
    decision = Decision(copy)
    loan, link = copy.loan, copy.link
    if loan is not None and loan.due_at is not None and loan.is_past_due(now):
        decision = decision.then(end_loan(copy, loan.due_at, LoanEnd.EXPIRED, by=None))
    if link is not None and not link.is_waiting(now):
        lapsed = replace(link, state=LinkState.EXPIRED, closed_at=link.claim_by)
        decision = decision.then(close_link(decision.copy, lapsed, EventKind.LINK_EXPIRED, by=None))
    return decision


def permit(copy: Copy, act: Act, now: datetime) -> None:
    """Raise the refusal that says why not, unless the table of transitions has the act where the copy is."""
    state = copy.state(now)
    if not may(state, act):
        raise _REFUSALS.get(act, _IN_THE_WAY[state])


def end_loan(copy: Copy, at: datetime, end: LoanEnd, by: str | None) -> Decision:
    """Close the copy's open loan. The copy is back on the shelf."""
    assert copy.loan is not None
    kind = EventKind.EXPIRED if end is LoanEnd.EXPIRED else EventKind.RETURNED
    ended = replace(copy.loan, ended_at=at, end=end)
    event = Event(kind, at, copy.id, copy.epoch, link_id=ended.link_id, loan_id=ended.id, by=by)
    return Decision(replace(copy, loan=None), loans=(ended,), events=(event,))


def close_link(copy: Copy, closed: Link, kind: EventKind, by: str | None) -> Decision:
    """Take the copy's link away. `closed` is the link as it shall be kept."""
    assert closed.closed_at is not None
    event = Event(kind, closed.closed_at, copy.id, copy.epoch, link_id=closed.id, by=by)
    return Decision(replace(copy, link=None), links=(closed,), events=(event,))


_REFUSALS: Mapping[Act, type[refusals.Refusal]] = MappingProxyType(
    {
        Act.CANCEL_LINK: refusals.NotFound,
        Act.CHECK_IN: refusals.LoanEnded,
        Act.RENEW: refusals.LoanEnded,
        Act.RECALL: refusals.LoanEnded,
        Act.CARRY: refusals.LoanEnded,
        Act.WITHDRAW: refusals.CannotWithdraw,
        Act.FIND: refusals.NotFound,
    }
)
"""Why an act is refused wherever the copy is."""

_IN_THE_WAY: Mapping[CopyState, type[refusals.Refusal]] = MappingProxyType(
    {
        CopyState.ON_SHELF: refusals.NotFound,
        CopyState.LINK_OUT: refusals.LinkAlreadyOut,
        CopyState.ON_LOAN: refusals.CopyIsOut,
        CopyState.RECALLED: refusals.CopyIsOut,
        CopyState.WITH_OWNER: refusals.CopyIsOut,
        CopyState.LOST: refusals.CopyIsLost,
        CopyState.WITHDRAWN: refusals.NotFound,
    }
)
"""Why any other act is refused, by where the copy is."""
