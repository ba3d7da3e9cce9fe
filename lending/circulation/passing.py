"""Handing a copy on: a borrower to a friend, for what is left of the loan; an owner to another owner."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from lending import refusals
from lending.circulation.borrowing import Claim, loan_for, open_loan, refuse_too_many, use
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, end_loan, permit, settle, take_offer_back
from lending.circulation.events import Event, EventKind
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.offering import refuse_closed
from lending.circulation.transitions import Act


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody who hands a copy on says with it: to whom, and what they like."""

    for_whom: str = ""
    note: str = ""


def offer_on(copy: Copy, loan_id: str, words: Words, link_id: str, now: datetime) -> Decision:
    """The borrower offers what is left of the loan to one friend, and reads on until somebody takes it.

    The offer waits no longer than the loan lasts, and ends with it. Refuses with LoanEnded, LoanRecalled,
    PassingOnNotAllowed or LinkAlreadyOut.
    """
    settled = settle(copy, now)
    loan = copy.loan
    if loan is not None and loan.id == loan_id and loan.is_open(now) and loan.recalled_at is not None:
        raise refusals.LoanRecalled
    loan = loan_for(settled.copy, loan_id, Act.OFFER_ON, now)
    if not copy.rules.passing_on:
        raise refusals.PassingOnNotAllowed
    if settled.copy.link is not None:
        raise refusals.LinkAlreadyOut
    assert loan.due_at is not None
    return settled.then(
        _offer(
            settled.copy,
            Link(
                id=link_id,
                copy_id=copy.id,
                made_by=copy.owner_id,
                made_at=now,
                claim_by=min(loan.due_at, now + copy.rules.claim_window),
                loan_period=loan.due_at - now,
                for_whom=words.for_whom,
                note=words.note,
                kind=LinkKind.PASS_ON,
                loan_id=loan.id,
            ),
            EventKind.LINK_MADE,
            by=None,
        )
    )


def take_back(copy: Copy, loan_id: str, now: datetime) -> Decision:
    """The borrower takes the offer to pass the copy on back, if one waits. Refuses with LoanEnded."""
    settled = settle(copy, now)
    loan_for(settled.copy, loan_id, Act.CARRY, now)
    return settled.then(take_offer_back(settled.copy, now, by=None))


def pass_on(copy: Copy, link: Link, claim: Claim, loan_id: str, now: datetime) -> Decision:
    """The copy goes from the borrower to the friend who presses the button; the due date stays.

    `link` must be one of this copy's, to pass it on. Refuses with LinkUsed, LinkExpired, NotPassedOn,
    YoursAlready (the borrower themselves) or TooManyLoans.
    """
    settled = settle(copy, now)
    copy = settled.copy
    before = loan_passed_on(copy, link, now)
    if before.binding == claim.binding:
        raise refusals.YoursAlready
    refuse_too_many(copy, claim)
    ended = end_loan(replace(copy, link=None), now, LoanEnd.PASSED_ON, by=None)
    opened = open_loan(ended.copy, _rest_of(before, link, claim, loan_id, now), by=None)
    return settled.then(replace(ended, links=(use(link, now),))).then(opened)


def loan_passed_on(copy: Copy, link: Link, now: datetime) -> Loan:
    """The copy's open loan, if `link` still passes it on.

    Refuses with LinkUsed, LinkExpired, or NotPassedOn: whoever offered the copy has it no more or took the
    offer back, or its owner has cancelled it, asked for the copy, or allows no passing on any more.
    """
    if link.state is LinkState.CANCELLED:
        raise refusals.NotPassedOn
    refuse_closed(link, now)
    permit(copy, Act.PASS_ON, now)
    if copy.loan is None or copy.loan.id != link.loan_id or not copy.rules.passing_on:
        raise refusals.NotPassedOn
    return copy.loan


def offer_gift(copy: Copy, words: Words, link_id: str, now: datetime) -> Decision:
    """The owner offers the copy itself to another owner. Refuses with CopyIsOut, LinkAlreadyOut, CopyIsHeld,
    GiftIsOut, CopyIsLost or NotFound."""
    settled = settle(copy, now)
    permit(settled.copy, Act.OFFER_GIFT, now)
    link = Link(
        id=link_id,
        copy_id=copy.id,
        made_by=copy.owner_id,
        made_at=now,
        claim_by=now + copy.rules.claim_window,
        loan_period=timedelta(0),
        for_whom=words.for_whom,
        note=words.note,
        kind=LinkKind.GIFT,
    )
    return settled.then(_offer(settled.copy, link, EventKind.GIFT_OFFERED, by=copy.owner_id))


def accept_gift(copy: Copy, link: Link, to: str, now: datetime, edition_id: str | None = None) -> Decision:
    """The copy belongs to the account `to` from now on, and no more to its giver, with whom it was one of the
    title `edition_id`.

    `link` must be one of this copy's, for a gift. Refuses with GiftTaken, GiftTakenBack, GiftExpired or
    YoursAlready.
    """
    settled = settle(copy, now)
    copy = settled.copy
    refuse_gone(link, now)
    permit(copy, Act.ACCEPT_GIFT, now)
    if to == copy.owner_id:
        raise refusals.YoursAlready
    given = Event(
        EventKind.GIVEN,
        now,
        copy.id,
        copy.epoch,
        link_id=link.id,
        by=copy.owner_id,
        edition_id=edition_id,
        to=to,
    )
    theirs = replace(copy, owner_id=to, link=None, line=())
    return settled.then(Decision(theirs, links=(use(link, now),), events=(given,)))


def refuse_gone(link: Link, now: datetime) -> None:
    """Raise GiftTaken, GiftTakenBack or GiftExpired unless the gift waits at `now`."""
    try:
        refuse_closed(link, now)
    except refusals.CannotBorrow as closed:
        raise _AS_A_GIFT[type(closed)] from closed


def _offer(copy: Copy, link: Link, kind: EventKind, by: str | None) -> Decision:
    made = Event(kind, link.made_at, copy.id, copy.epoch, link_id=link.id, loan_id=link.loan_id, by=by)
    return Decision(replace(copy, link=link), links=(link,), events=(made,))


def _rest_of(before: Loan, link: Link, claim: Claim, loan_id: str, now: datetime) -> Loan:
    """The friend's loan: what is left of the one before, renewals included."""
    return Loan(
        id=loan_id,
        copy_id=before.copy_id,
        epoch=before.epoch + 1,
        checked_out_at=now,
        due_at=before.due_at,
        binding=claim.binding,
        borrower_name=link.for_whom or claim.name,
        link_id=link.id,
        period=before.period,
        renewals=before.renewals,
        passed_from=before.id,
    )


_AS_A_GIFT: Mapping[type[refusals.Refusal], type[refusals.Refusal]] = MappingProxyType(
    {
        refusals.LinkUsed: refusals.GiftTaken,
        refusals.LinkCancelled: refusals.GiftTakenBack,
        refusals.LinkExpired: refusals.GiftExpired,
    }
)
