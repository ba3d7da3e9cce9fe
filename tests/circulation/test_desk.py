"""Every rule of the desk, at its boundary moments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending import refusals
from lending.circulation import borrowing, desk, offering, stock
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.circulation.links import Link, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.offering import Offer
from lending.circulation.policy import LONGEST_LOAN, SHORTEST_LOAN
from lending.circulation.transitions import CopyState

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TICK = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
FRESH = Copy("copy", "ana")
EVA = Claim("key:eva", "Eva")


def linked(copy: Copy = FRESH, now: datetime = NOON, **said: str) -> Copy:
    return offering.make_link(copy, Offer(14 * DAY, **said), "link", now).copy


def link_of(copy: Copy) -> Link:
    assert copy.link is not None
    return copy.link


def loan_of(copy: Copy) -> Loan:
    assert copy.loan is not None
    return copy.loan


def lent(now: datetime = NOON) -> Copy:
    """A copy with a friend until 14 days after `now`."""
    copy = linked(now=now)
    return borrowing.claim(copy, link_of(copy), EVA, "loan", now).copy


def owned(copy: Copy = FRESH, now: datetime = NOON) -> Copy:
    """A copy that its owner is reading."""
    return borrowing.take_off_shelf(copy, "own", now).copy


def kinds(decision: Decision) -> list[EventKind]:
    return [event.kind for event in decision.events]


# --- what time does -------------------------------------------------------------------------------------


def test_nothing_is_settled_before_its_time() -> None:
    for copy in (FRESH, linked(), lent(), owned()):
        assert desk.settle(copy, NOON + 7 * DAY - TICK) == Decision(copy)


def test_a_loan_until_noon_ends_at_noon() -> None:
    copy, due = lent(), NOON + 14 * DAY
    assert copy.state(due - TICK) is CopyState.ON_LOAN
    assert copy.state(due) is CopyState.ON_SHELF
    assert desk.settle(copy, due - TICK) == Decision(copy)
    settled = desk.settle(copy, due)
    ended = replace(loan_of(copy), ended_at=due, end=LoanEnd.EXPIRED)
    assert settled == Decision(
        replace(copy, loan=None),
        loans=(ended,),
        events=(Event(EventKind.EXPIRED, due, "copy", 1, "link", "loan"),),
    )


def test_a_link_until_noon_ends_at_noon() -> None:
    copy, until = linked(), NOON + 7 * DAY
    assert copy.state(until - TICK) is CopyState.LINK_OUT
    assert copy.state(until) is CopyState.ON_SHELF
    settled = desk.settle(copy, until)
    assert settled.links == (replace(link_of(copy), state=LinkState.EXPIRED, closed_at=until),)
    assert settled.events == (Event(EventKind.LINK_EXPIRED, until, "copy", 0, "link"),)
    assert settled.copy == FRESH


def test_what_ended_long_ago_ended_when_it_was_due() -> None:
    settled = desk.settle(lent(), NOON + 400 * DAY)
    assert settled.loans[0].ended_at == settled.events[0].at == NOON + 14 * DAY


def test_settling_twice_settles_once() -> None:
    once = desk.settle(lent(), NOON + 14 * DAY)
    assert desk.settle(once.copy, NOON + 15 * DAY) == Decision(once.copy)


def test_the_owners_own_reading_never_ends_by_itself() -> None:
    copy = owned()
    assert copy.state(NOON + 9999 * DAY) is CopyState.WITH_OWNER
    assert desk.settle(copy, NOON + 9999 * DAY) == Decision(copy)


@pytest.mark.parametrize("copy", [linked(), lent()])
def test_a_naive_time_is_never_compared(copy: Copy) -> None:
    with pytest.raises(TypeError):
        desk.settle(copy, NOON.replace(tzinfo=None))


# --- links ----------------------------------------------------------------------------------------------


def test_a_link_offers_the_copy_for_a_week() -> None:
    decision = offering.make_link(FRESH, Offer(3 * DAY, "Eva", "Enjoy"), "link", NOON)
    link = Link("link", "copy", "ana", NOON, NOON + 7 * DAY, 3 * DAY, "Eva", "Enjoy")
    assert decision == Decision(
        replace(FRESH, link=link),
        links=(link,),
        events=(Event(EventKind.LINK_MADE, NOON, "copy", 0, "link", by="ana"),),
    )
    assert decision.copy.state(NOON) is CopyState.LINK_OUT


@pytest.mark.parametrize("period", [SHORTEST_LOAN, LONGEST_LOAN])
def test_the_policys_own_bounds_are_allowed(period: timedelta) -> None:
    assert offering.make_link(FRESH, Offer(period), "link", NOON).links[0].loan_period == period


@pytest.mark.parametrize(
    "period", [SHORTEST_LOAN - TICK, LONGEST_LOAN + TICK, timedelta(0), -DAY, timedelta.max]
)
def test_a_period_outside_the_policy_is_refused(period: timedelta) -> None:
    with pytest.raises(refusals.LoanPeriodOutOfRange):
        offering.make_link(FRESH, Offer(period), "link", NOON)


def test_there_is_one_link_at_a_time() -> None:
    with pytest.raises(refusals.LinkAlreadyOut):
        linked(linked())


def test_a_link_can_be_made_the_moment_the_last_one_expires() -> None:
    decision = offering.make_link(linked(), Offer(DAY), "second", NOON + 7 * DAY)
    assert kinds(decision) == [EventKind.LINK_EXPIRED, EventKind.LINK_MADE]
    assert [link.state for link in decision.links] == [LinkState.EXPIRED, LinkState.WAITING]


def test_no_link_is_made_for_a_copy_that_is_lent() -> None:
    with pytest.raises(refusals.CopyIsOut):
        linked(lent())


def test_a_link_can_be_made_the_moment_the_loan_is_due() -> None:
    decision = offering.make_link(lent(), Offer(DAY), "second", NOON + 14 * DAY)
    assert kinds(decision) == [EventKind.EXPIRED, EventKind.LINK_MADE]
    assert decision.events[1].epoch == 1


def test_the_owner_may_offer_what_they_are_reading() -> None:
    copy = linked(owned())
    assert copy.state(NOON) is CopyState.WITH_OWNER
    with pytest.raises(refusals.CopyIsOut):
        borrowing.claim(copy, link_of(copy), EVA, "loan", NOON)
    back = borrowing.check_in(copy, "own", NOON).copy
    assert back.state(NOON) is CopyState.LINK_OUT
    assert borrowing.claim(back, link_of(back), EVA, "loan", NOON).copy.state(NOON) is CopyState.ON_LOAN


def test_a_link_can_be_taken_back() -> None:
    copy = linked()
    decision = offering.cancel_link(copy, NOON + HOUR)
    cancelled = replace(link_of(copy), state=LinkState.CANCELLED, closed_at=NOON + HOUR)
    event = Event(EventKind.LINK_CANCELLED, NOON + HOUR, "copy", 0, "link", by="ana")
    assert decision == Decision(FRESH, links=(cancelled,), events=(event,))


@pytest.mark.parametrize("copy", [FRESH, lent(), owned()])
def test_no_link_no_taking_back(copy: Copy) -> None:
    with pytest.raises(refusals.NotFound):
        offering.cancel_link(copy, NOON)


def test_an_expired_link_can_not_be_taken_back() -> None:
    offering.cancel_link(linked(), NOON + 7 * DAY - TICK)
    with pytest.raises(refusals.NotFound):
        offering.cancel_link(linked(), NOON + 7 * DAY)


# --- check-out ------------------------------------------------------------------------------------------


def test_a_claim_checks_the_copy_out() -> None:
    copy, now = linked(), NOON + HOUR
    decision = borrowing.claim(copy, link_of(copy), EVA, "loan", now)
    due = now + 14 * DAY
    loan = Loan("loan", "copy", 1, now, due, "key:eva", "Eva", "link", period=14 * DAY)
    used = replace(link_of(copy), state=LinkState.USED, closed_at=now)
    out = Event(EventKind.CHECKED_OUT, now, "copy", 1, "link", "loan", due_at=due)
    assert decision == Decision(replace(copy, epoch=1, link=None, loan=loan), (used,), (loan,), (out,))
    assert loan.has_key


def test_the_owners_name_for_the_borrower_wins() -> None:
    copy = linked(for_whom="My sister")
    assert loan_of(borrowing.claim(copy, link_of(copy), EVA, "loan", NOON).copy).borrower_name == "My sister"


def test_a_link_can_be_used_until_its_last_moment() -> None:
    copy = linked()
    borrowing.claim(copy, link_of(copy), EVA, "loan", NOON + 7 * DAY - TICK)
    with pytest.raises(refusals.LinkExpired):
        borrowing.claim(copy, link_of(copy), EVA, "loan", NOON + 7 * DAY)


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (LinkState.USED, refusals.LinkUsed),
        (LinkState.CANCELLED, refusals.LinkCancelled),
        (LinkState.EXPIRED, refusals.LinkExpired),
    ],
)
def test_a_closed_link_says_what_became_of_it(state: LinkState, refusal: type[refusals.Refusal]) -> None:
    closed = replace(link_of(linked()), state=state, closed_at=NOON)
    for now in (NOON, NOON + 99 * DAY):
        with pytest.raises(refusal):
            borrowing.claim(FRESH, closed, EVA, "loan", now)


def test_a_second_friend_finds_the_link_used() -> None:
    copy = linked()
    decision = borrowing.claim(copy, link_of(copy), EVA, "loan", NOON)
    with pytest.raises(refusals.LinkUsed):
        borrowing.claim(decision.copy, decision.links[0], Claim("key:kim"), "second", NOON)


def test_the_same_claim_is_the_same_browser_while_the_loan_is_open() -> None:
    loan = loan_of(lent())
    assert borrowing.same_claim(loan, EVA, NOON)
    assert borrowing.same_claim(loan, Claim("key:eva", "Another name"), NOON + 14 * DAY - TICK)
    assert not borrowing.same_claim(loan, EVA, NOON + 14 * DAY)
    assert not borrowing.same_claim(loan, Claim("key:kim", "Eva"), NOON)
    assert not borrowing.same_claim(replace(loan, ended_at=NOON, end=LoanEnd.RETURNED), EVA, NOON)


def test_the_owner_takes_their_copy_off_the_shelf() -> None:
    decision = borrowing.take_off_shelf(FRESH, "own", NOON)
    loan = Loan("own", "copy", 1, NOON, None, "account:ana", to_owner=True)
    out = Event(EventKind.CHECKED_OUT, NOON, "copy", 1, loan_id="own", by="ana")
    assert decision == Decision(replace(FRESH, epoch=1, loan=loan), (), (loan,), (out,))
    assert not loan.has_key


@pytest.mark.parametrize("copy", [lent(), owned()])
def test_the_owner_can_not_take_what_is_out(copy: Copy) -> None:
    with pytest.raises(refusals.CopyIsOut):
        owned(copy)


def test_the_owner_can_take_a_copy_the_moment_it_is_due() -> None:
    decision = borrowing.take_off_shelf(lent(), "own", NOON + 14 * DAY)
    assert kinds(decision) == [EventKind.EXPIRED, EventKind.CHECKED_OUT]
    assert [loan.epoch for loan in decision.loans] == [1, 2]
    assert decision.copy.epoch == 2


# --- check-in -------------------------------------------------------------------------------------------


def test_a_returned_copy_stands_on_the_shelf_again() -> None:
    copy, now = lent(), NOON + HOUR
    decision = borrowing.check_in(copy, "loan", now)
    ended = replace(loan_of(copy), ended_at=now, end=LoanEnd.RETURNED)
    event = Event(EventKind.RETURNED, now, "copy", 1, "link", "loan")
    assert decision == Decision(replace(copy, loan=None), (), (ended,), (event,))
    assert decision.copy.state(now) is CopyState.ON_SHELF


def test_the_owner_puts_their_copy_back() -> None:
    assert borrowing.check_in(owned(), "own", NOON).events[0].by == "ana"


def test_a_loan_past_due_is_not_returned_but_expired() -> None:
    borrowing.check_in(lent(), "loan", NOON + 14 * DAY - TICK)
    with pytest.raises(refusals.LoanEnded):
        borrowing.check_in(lent(), "loan", NOON + 14 * DAY)


@pytest.mark.parametrize("copy", [FRESH, linked(), owned()])
def test_only_the_open_loan_can_be_returned(copy: Copy) -> None:
    with pytest.raises(refusals.LoanEnded):
        borrowing.check_in(copy, "loan", NOON)


def test_an_ended_loan_opens_nothing() -> None:
    loan = loan_of(lent())
    borrowing.refuse_ended(loan, 1, NOON + 14 * DAY - TICK)
    for ended, epoch, now in (
        (loan, 1, NOON + 14 * DAY),
        (replace(loan, ended_at=NOON), 1, NOON),
        (loan, 2, NOON),
        (loan, 0, NOON),
    ):
        with pytest.raises(refusals.LoanEnded):
            borrowing.refuse_ended(ended, epoch, now)


# --- leaving --------------------------------------------------------------------------------------------


def test_a_copy_leaves_from_the_shelf() -> None:
    decision = stock.withdraw(FRESH, NOON)
    gone = Event(EventKind.COPY_WITHDRAWN, NOON, "copy", 0, by="ana")
    assert decision == Decision(replace(FRESH, withdrawn_at=NOON), events=(gone,))
    assert decision.copy.state(NOON) is CopyState.WITHDRAWN


@pytest.mark.parametrize("copy", [linked(), lent(), owned()])
def test_a_copy_leaves_from_nowhere_else(copy: Copy) -> None:
    with pytest.raises(refusals.CannotWithdraw):
        stock.withdraw(copy, NOON)


def test_a_copy_may_leave_the_moment_that_time_brings_it_back() -> None:
    assert kinds(stock.withdraw(lent(), NOON + 14 * DAY)) == [EventKind.EXPIRED, EventKind.COPY_WITHDRAWN]
    assert kinds(stock.withdraw(linked(), NOON + 7 * DAY)) == [
        EventKind.LINK_EXPIRED,
        EventKind.COPY_WITHDRAWN,
    ]


def test_a_withdrawn_copy_is_not_found_again() -> None:
    gone = stock.withdraw(FRESH, NOON).copy
    for again in (linked, owned, lambda copy: stock.withdraw(copy, NOON)):
        with pytest.raises(refusals.NotFound):
            again(gone)


def test_no_rule_changes_what_it_was_given() -> None:
    copy = linked()
    before = repr(copy)
    borrowing.claim(copy, link_of(copy), EVA, "loan", NOON)
    offering.cancel_link(copy, NOON)
    desk.settle(copy, NOON + 99 * DAY)
    assert repr(copy) == before


def test_a_refused_reader_learns_whether_the_loan_was_returned_or_expired() -> None:
    due = NOON + timedelta(days=14)
    loan = Loan("l", "c", 1, NOON, due, "key:k")
    returned = replace(loan, ended_at=NOON, end=LoanEnd.RETURNED)
    for one, because in ((returned, "returned"), (loan, "expired")):
        with pytest.raises(refusals.LoanEnded) as refused:
            borrowing.refuse_ended(one, 1, due)
        assert refused.value.facts == {"because": because}
