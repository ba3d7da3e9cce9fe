"""Having a copy: check out, check in, renew, recall."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, end_loan, permit, settle
from lending.circulation.events import Event, EventKind
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


def claim(copy: Copy, link: Link, claim: Claim, loan_id: str, rules: LoanRules, now: datetime) -> Decision:
    """Check the copy out to the friend who presses the button.

    `link` must be one of this copy's. Refuses with LinkUsed, LinkCancelled, LinkExpired, CopyIsOut
    or TooManyLoans. A claim repeated after a lost answer is not this function's: see `same_claim`.
    """
    settled = settle(copy, now)
    copy = settled.copy
    refuse_closed(link, now)
    permit(copy, Act.CHECK_OUT, now)
    if claim.has >= rules.loans_per_borrower:
        raise refusals.TooManyLoans(rules.loans_per_borrower)
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
        period=link.loan_period,
    )
    opened = _open(copy, loan, by=None)
    return settled.then(replace(opened, copy=replace(opened.copy, link=None), links=(used,)))


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
    return settled.then(_open(copy, loan, by=copy.owner_id))


def check_in(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """Return the copy. Refuses with LoanEnded when that loan is not the open one (any more)."""
    settled = settle(copy, now)
    loan = _open_loan(settled.copy, loan_id, Act.CHECK_IN, now)
    by = copy.owner_id if loan.to_owner else None
    return settled.then(end_loan(settled.copy, now, LoanEnd.RETURNED, by=by))


def renew(copy: Copy, loan_id: str, rules: LoanRules, now: datetime) -> Decision:
    """The borrower keeps the copy for as long again as it was lent for, counted from `now`.

    Refuses with LoanEnded, LoanRecalled, NoRenewalsLeft, or NothingGained where they may keep it for longer
    already.
    """
    settled = settle(copy, now)
    loan = _open_loan(settled.copy, loan_id, Act.RENEW, now)
    if loan.recalled_at is not None:
        raise refusals.LoanRecalled
    if loan.renewals >= rules.renewals:
        raise refusals.NoRenewalsLeft
    until = now + (loan.period or rules.loan_period)
    return settled.then(_renewed(settled.copy, loan, until, loan.renewals + 1, now, by=None))


def extend(copy: Copy, loan_id: str, period: timedelta, now: datetime) -> Decision:
    """The owner lets the borrower keep the copy for `period` from `now`. A recall is taken back.

    It never shortens the loan. Refuses with LoanEnded, LoanPeriodOutOfRange, or NothingGained where it is not
    recalled and lasts longer already.
    """
    settled = settle(copy, now)
    loan = _open_loan(settled.copy, loan_id, Act.RENEW, now)
    if not timedelta(0) < period <= LONGEST_LOAN:
        raise refusals.LoanPeriodOutOfRange
    return settled.then(_renewed(settled.copy, loan, now + period, loan.renewals, now, by=copy.owner_id))


def recall(copy: Copy, loan_id: str, rules: LoanRules, now: datetime) -> Decision:
    """The owner asks for the copy back: the loan is due when the notice is over, and never later than it was.

    Refuses with LoanEnded or AlreadyRecalled.
    """
    settled = settle(copy, now)
    if settled.copy.state(now) is CopyState.RECALLED:
        raise refusals.AlreadyRecalled
    loan = _open_loan(settled.copy, loan_id, Act.RECALL, now)
    assert loan.due_at is not None
    due = min(loan.due_at, now + rules.recall_notice)
    recalled = replace(loan, recalled_at=now, due_at=due, due_number=loan.due_number + 1)
    return settled.then(_changed(settled.copy, recalled, EventKind.RECALLED, now, by=copy.owner_id))


def carry(copy: Copy, loan_id: str, binding: str, now: datetime) -> Decision:
    """The loan goes on in another browser: from now on that one's proofs open it, and no longer the first's.

    Refuses with LoanEnded.
    """
    settled = settle(copy, now)
    loan = _open_loan(settled.copy, loan_id, Act.CARRY, now)
    carried = replace(loan, binding=binding)
    return settled.then(_changed(settled.copy, carried, EventKind.CARRIED, now, by=None))


def refuse_ended(loan: Loan, epoch: int, now: datetime) -> None:
    """Raise LoanEnded unless `loan` is open at `now` and of the copy's present `epoch`."""
    if not loan.is_open(now) or loan.epoch != epoch:
        raise refusals.LoanEnded(loan.end or LoanEnd.EXPIRED)


def read_fast(loan: Loan, now: datetime) -> Event:
    """The record's entry for a loan that is read faster than a person can."""
    return Event(EventKind.READ_FAST, now, loan.copy_id, loan.epoch, link_id=loan.link_id, loan_id=loan.id)


def renewals_left(loan: Loan, rules: LoanRules) -> int:
    """How often the borrower may still renew."""
    return 0 if loan.recalled_at is not None else max(0, rules.renewals - loan.renewals)


def _open_loan(copy: Copy, loan_id: str, act: Act, now: datetime) -> Loan:
    permit(copy, act, now)
    if copy.loan is None or copy.loan.id != loan_id:
        raise refusals.LoanEnded
    return copy.loan


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


def _open(copy: Copy, loan: Loan, by: str | None) -> Decision:
    return _changed(replace(copy, epoch=loan.epoch), loan, EventKind.CHECKED_OUT, loan.checked_out_at, by)
