"""Having a copy: check out, check in, renew, recall."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, end_loan, permit, settle, take_offer_back
from lending.circulation.events import Event, EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.offering import refuse_closed
from lending.circulation.policy import LONGEST_LOAN, LoanRules
from lending.circulation.transitions import Act, CopyState


@dataclass(frozen=True, slots=True)
class Claim:
    """Who presses the button: their name, if given, and what their browser proved.

    `has` counts the copies of the same owner that this browser has already.
    """

    binding: str
    name: str = ""
    has: int = 0


def claim(copy: Copy, link: Link, claim: Claim, loan_id: str, now: datetime) -> Decision:
    """Check the copy out to the friend who presses the button.

    `link` must be one of this copy's, for a loan or a hold. Refuses with LinkUsed, LinkCancelled,
    LinkExpired, CopyIsOut or TooManyLoans. A claim repeated after a lost answer is not this function's:
    see `same_claim`.
    """
    settled = settle(copy, now)
    copy = settled.copy
    refuse_closed(link, now)
    permit(copy, Act.CHECK_OUT, now)
    refuse_too_many(copy, claim)
    loan = Loan(
        id=loan_id,
        copy_id=copy.id,
        epoch=copy.epoch + 1,
        checked_out_at=now,
        due_at=now + link.loan_period,
        binding=claim.binding,
        borrower_name=link.for_whom or claim.name,
        link_id=link.id,
        period=link.loan_period,
    )
    taken = replace(copy, link=None, hold=None)
    return settled.then(
        replace(open_loan(taken, loan, by=None), links=(use(link, now),), holds=_filled(copy, now))
    )


def refuse_too_many(copy: Copy, claim: Claim) -> None:
    """Raise TooManyLoans for a browser that has as many of the owner's copies as it may."""
    if claim.has >= copy.rules.loans_per_borrower:
        raise refusals.TooManyLoans(copy.rules.loans_per_borrower)


def same_claim(loan: Loan, claim: Claim, now: datetime) -> bool:
    """Whether `claim` repeats the one that opened `loan`: then the answer is that loan, not a refusal."""
    return loan.binding == claim.binding and loan.is_open(now)


def take_off_shelf(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """Check the copy out to its owner, until they put it back.

    Refuses with CopyIsOut, CopyIsLost or NotFound.
    """
    settled = settle(copy, now)
    copy = settled.copy
    permit(copy, Act.TAKE_OFF_SHELF, now)
    loan = Loan(
        id=loan_id,
        copy_id=copy.id,
        epoch=copy.epoch + 1,
        checked_out_at=now,
        due_at=None,
        binding=f"account:{copy.owner_id}",
        to_owner=True,
    )
    return settled.then(open_loan(copy, loan, by=copy.owner_id))


def check_in(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """Return the copy. Refuses with LoanEnded when that loan is not the open one (any more)."""
    settled = settle(copy, now)
    loan = loan_for(settled.copy, loan_id, Act.CHECK_IN, now)
    by = copy.owner_id if loan.to_owner else None
    return settled.then(end_loan(settled.copy, now, LoanEnd.RETURNED, by=by)).settled(now)


def renew(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """The borrower keeps the copy for as long again as it was lent for, counted from `now`. A place of their
    own in the line is in nobody's way.

    Refuses with LoanEnded, LoanRecalled, SomebodyWaits, NoRenewalsLeft, or NothingGained where they may keep
    it for longer already, as an owner may who reads their own.
    """
    settled = settle(copy, now)
    own = settled.copy.loan
    if own is not None and own.id == loan_id and own.to_owner:
        raise refusals.NothingGained
    loan = loan_for(settled.copy, loan_id, Act.RENEW, now)
    if loan.recalled_at is not None:
        raise refusals.LoanRecalled
    if somebody_waits(loan, copy.line):
        raise refusals.SomebodyWaits
    if loan.renewals >= copy.rules.renewals:
        raise refusals.NoRenewalsLeft
    until = renewed_until(loan, copy.rules, now)
    return settled.then(_renewed(settled.copy, loan, until, loan.renewals + 1, now, by=None))


def extend(copy: Copy, loan_id: str, period: timedelta, now: datetime) -> Decision:
    """The owner lets the borrower keep the copy for `period` from `now`. A recall is taken back.

    It never shortens the loan. Refuses with LoanEnded, LoanPeriodOutOfRange, or NothingGained where it is not
    recalled and lasts longer already.
    """
    settled = settle(copy, now)
    loan = loan_for(settled.copy, loan_id, Act.RENEW, now)
    if not timedelta(0) < period <= LONGEST_LOAN:
        raise refusals.LoanPeriodOutOfRange
    return settled.then(_renewed(settled.copy, loan, now + period, loan.renewals, now, by=copy.owner_id))


def recall(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """The owner asks for the copy back: the loan is due when the notice is over, and never later than it was.
    It can't be passed on any more.

    Refuses with LoanEnded or AlreadyRecalled.
    """
    settled = settle(copy, now)
    if settled.copy.state(now) is CopyState.RECALLED:
        raise refusals.AlreadyRecalled
    loan = loan_for(settled.copy, loan_id, Act.RECALL, now)
    assert loan.due_at is not None
    due = min(loan.due_at, now + copy.rules.recall_notice)
    recalled = replace(loan, recalled_at=now, due_at=due, due_number=loan.due_number + 1)
    settled = settled.then(take_offer_back(settled.copy, now, by=copy.owner_id))
    return settled.then(_changed(settled.copy, recalled, EventKind.RECALLED, now, by=copy.owner_id))


def carry(copy: Copy, loan_id: str, binding: str, now: datetime) -> Decision:
    """The loan goes on in another browser: from now on that one's proofs open it, and no longer the first's.

    Refuses with LoanEnded.
    """
    settled = settle(copy, now)
    loan = loan_for(settled.copy, loan_id, Act.CARRY, now)
    carried = replace(loan, binding=binding)
    return settled.then(_changed(settled.copy, carried, EventKind.CARRIED, now, by=None))


def refuse_ended(loan: Loan, epoch: int, now: datetime, to: str = "") -> None:
    """Raise LoanEnded unless `loan` is open at `now` and of the copy's present `epoch`.

    `to` is the name of whoever has the copy from its borrower, where it was passed on.
    """
    if not loan.is_open(now) or loan.epoch != epoch:
        raise refusals.LoanEnded(loan.end or LoanEnd.EXPIRED, to)


def use(link: Link, now: datetime) -> Link:
    """The link as it is once somebody has used it."""
    return replace(link, state=LinkState.USED, closed_at=now)


def read_fast(loan: Loan, now: datetime) -> Event:
    """The record's entry for a loan that is read faster than a person can."""
    return Event(EventKind.READ_FAST, now, loan.copy_id, loan.epoch, link_id=loan.link_id, loan_id=loan.id)


def renewals_left(loan: Loan, rules: LoanRules) -> int:
    """How often the borrower may still renew."""
    return 0 if loan.recalled_at is not None else max(0, rules.renewals - loan.renewals)


def renewed_until(loan: Loan, rules: LoanRules, now: datetime) -> datetime:
    """When the loan would be due that is renewed at `now`."""
    return now + (loan.period or rules.loan_period)


def somebody_waits(loan: Loan, line: Iterable[Hold]) -> bool:
    """Whether somebody else than the borrower is in the line for what they have."""
    return any(hold.state is HoldState.WAITING and hold.binding != loan.binding for hold in line)


def loan_for(copy: Copy, loan_id: str, act: Act, now: datetime) -> Loan:
    """The copy's open loan, if it is that one and the act can be done to it. Refuses with LoanEnded."""
    permit(copy, act, now)
    if copy.loan is None or copy.loan.id != loan_id:
        raise refusals.LoanEnded
    return copy.loan


def _filled(copy: Copy, now: datetime) -> tuple[Hold, ...]:
    return () if copy.hold is None else (replace(copy.hold, state=HoldState.FILLED, closed_at=now),)


def _renewed(
    copy: Copy, loan: Loan, until: datetime, renewals: int, now: datetime, by: str | None
) -> Decision:
    due = until if loan.due_at is None else max(loan.due_at, until)
    if due == loan.due_at and loan.recalled_at is None:
        raise refusals.NothingGained
    number = loan.due_number + 1
    renewed = replace(loan, due_at=due, renewals=renewals, recalled_at=None, due_number=number)
    return _changed(copy, renewed, EventKind.RENEWED, now, by)


def _changed(copy: Copy, loan: Loan, kind: EventKind, now: datetime, by: str | None) -> Decision:
    event = Event(
        kind,
        now,
        copy.id,
        copy.epoch,
        link_id=loan.link_id,
        loan_id=loan.id,
        by=by,
        due_at=loan.due_at,
    )
    return Decision(replace(copy, loan=loan), loans=(loan,), events=(event,))


def open_loan(copy: Copy, loan: Loan, by: str | None) -> Decision:
    """The copy goes to whoever has the new `loan`."""
    return _changed(replace(copy, epoch=loan.epoch), loan, EventKind.CHECKED_OUT, loan.checked_out_at, by)
