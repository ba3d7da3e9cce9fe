"""Waiting for a title: the line, and when one's turn may come.

The line is the title's, and whichever of its copies comes free first is kept for the first in it. Keeping
it is the desk's (`desk.settle`); here is what people do: ask, say yes or no, leave.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from statistics import median_low

from lending import refusals
from lending.circulation.borrowing import renewals_left
from lending.circulation.copies import Copy
from lending.circulation.desk import HOLD_ENDS, Decision, end_hold, permit, settle
from lending.circulation.events import Event, EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.loans import Loan
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import Act, CopyState

LONGEST_LINE = 200
FEWEST_LOANS = 5
"""Of fewer nobody can say what is usual."""


@dataclass(frozen=True, slots=True)
class HoldDecision:
    """What was decided of one hold, and what to record."""

    hold: Hold
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks to borrow: their name, and what their browser proved."""

    binding: str
    name: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """When somebody's turn may come.

    `latest` holds if everybody keeps the copy for as long as they may, no owner gives more time, and the
    owner's yes, where it is needed, comes by then; `likely`, if they keep it for as long as people here do:
    None where too few have.
    """

    likely: datetime | None
    latest: datetime


def ask(
    edition_id: str, holds: Sequence[Hold], asker: Asker, hold_id: str, now: datetime, *, approves: bool
) -> HoldDecision:
    """Somebody asks for the title whose open `holds` these are. Who asks again has the place that they had.

    Where the owner `approves` each, they wait for the owner's yes before they wait for the copy.

    Refuses with LineIsFull.
    """
    before = next((hold for hold in holds if hold.binding == asker.binding), None)
    if before is not None:
        return HoldDecision(before)
    if len(holds) >= LONGEST_LINE:
        raise refusals.LineIsFull(LONGEST_LINE)
    state = HoldState.ASKED if approves else HoldState.WAITING
    hold = Hold(hold_id, edition_id, asker.binding, asker.name, asked_at=now, state=state)
    kind = EventKind.HOLD_ASKED if approves else EventKind.HOLD_PLACED
    return HoldDecision(hold, (_event(kind, hold, now, by=None),))


def approve(hold: Hold, owner_id: str, now: datetime) -> HoldDecision:
    """The owner says yes; the place in the line is by when they asked. A second yes changes nothing.

    Refuses with HoldEnded.
    """
    refuse_ended(hold)
    if hold.state is not HoldState.ASKED:
        return HoldDecision(hold)
    placed = replace(hold, state=HoldState.WAITING)
    return HoldDecision(placed, (_event(EventKind.HOLD_PLACED, placed, now, by=owner_id),))


def leave(hold: Hold, end: HoldState, by: str | None, now: datetime) -> HoldDecision:
    """A hold for which no copy is kept yet ends: its friend left (LEFT), or the owner said no (DECLINED).

    Refuses with HoldEnded.
    """
    refuse_ended(hold)
    over = replace(hold, state=end, closed_at=now)
    return HoldDecision(over, (_event(HOLD_ENDS[end], over, now, by=by),))


def give_up(copy: Copy, hold_id: str, end: HoldState, by: str | None, now: datetime) -> Decision:
    """The copy is no longer kept for whom it is: they left, or the owner passes them over.

    Refuses with HoldEnded when it is not kept for that hold any more: the next one's place is theirs.
    """
    settled = settle(copy, now)
    if settled.copy.hold is None or settled.copy.hold.id != hold_id:
        raise refusals.HoldEnded(HoldState.LAPSED.value)
    permit(settled.copy, Act.RELEASE, now)
    return settled.then(end_hold(settled.copy, now, end, by)).settled(now)


def refuse_ended(hold: Hold) -> None:
    """Raise HoldEnded unless its friend still waits."""
    if not hold.is_open:
        raise refusals.HoldEnded(hold.state.value)


def estimate(
    copies: Sequence[Copy],
    before: int,
    rules: LoanRules,
    usual: timedelta | None,
    now: datetime,
    *,
    renewing: bool = False,
) -> Estimate | None:
    """When a copy may come to somebody with `before` others before them.

    `usual` is how long people keep a copy, where that is known; `renewing` says that others may still renew,
    as they may while nobody waits who has the owner's yes. None if no copy is known to come back.
    """
    longest = rules.loan_period * (1 + rules.renewals if renewing else 1)
    back = [_back_by(copy, now, renewing=renewing) for copy in copies]
    latest = _turn(back, before, rules.pick_up_window + longest)
    if latest is None:
        return None
    if usual is None:
        return Estimate(None, latest)
    each = min(usual, rules.pick_up_window + rules.loan_period)
    likely = _turn([_likely_back_by(copy, now, usual) for copy in copies], before, each)
    assert likely is not None
    return Estimate(min(likely, latest), latest)


def usual_of(lengths: Sequence[timedelta]) -> timedelta | None:
    """How long people usually keep a copy, by how long they have: the median; None of too few."""
    return median_low(lengths) if len(lengths) >= FEWEST_LOANS else None


def in_line(holds: Iterable[Hold]) -> list[Hold]:
    """Who has no copy kept for them yet. Who waits for the owner's yes is among them: their place is by when
    they asked, so they may still come before those who asked later."""
    return [hold for hold in holds if hold.state in (HoldState.ASKED, HoldState.WAITING)]


def place_of(hold: Hold, holds: Iterable[Hold]) -> int | None:
    """Which one in line they are, from 1; None where they don't wait for a copy, yet or any more."""
    line = [one.id for one in in_line(holds)]
    return line.index(hold.id) + 1 if hold.state is HoldState.WAITING else None


def _turn(free: Iterable[datetime | None], before: int, each: timedelta) -> datetime | None:
    """When the one with `before` others before them is served, by copies that come free at these times."""
    copies = [moment for moment in free if moment is not None]
    if not copies:
        return None
    heapq.heapify(copies)
    for _ in range(before):
        heapq.heapreplace(copies, copies[0] + each)
    return copies[0]


def _back_by(copy: Copy, now: datetime, *, renewing: bool) -> datetime | None:
    """When a copy will be back at the latest."""
    state, link, loan, rules = copy.state(now), copy.link, copy.loan, copy.rules
    if state is CopyState.ON_SHELF:
        return now
    if state in (CopyState.LINK_OUT, CopyState.HELD) and link is not None:
        return link.claim_by + link.loan_period * (1 + rules.renewals if renewing else 1)
    if state in (CopyState.ON_LOAN, CopyState.RECALLED) and loan is not None and loan.due_at is not None:
        more = renewals_left(loan, rules) if renewing else 0
        return loan.due_at + more * (loan.period or rules.loan_period)
    return None


def _likely_back_by(copy: Copy, now: datetime, usual: timedelta) -> datetime | None:
    """When a copy is likely to be back, by what is usual."""
    state, loan = copy.state(now), copy.loan
    if state in (CopyState.LINK_OUT, CopyState.HELD):
        return now + usual
    if state in (CopyState.ON_LOAN, CopyState.RECALLED) and loan is not None:
        return _likely_back(loan, usual, now)
    return _back_by(copy, now, renewing=False)


def _likely_back(loan: Loan, usual: timedelta, now: datetime) -> datetime | None:
    """Whoever has kept a copy for longer than is usual may well keep it until it is due."""
    back = loan.checked_out_at + usual
    return back if loan.due_at is None or now < back < loan.due_at else loan.due_at


def _event(kind: EventKind, hold: Hold, now: datetime, by: str | None) -> Event:
    return Event(kind, now, None, 0, by=by, hold_id=hold.id, edition_id=hold.edition_id)
