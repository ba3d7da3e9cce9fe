"""Passing a loan on to a friend: when it may be, what stays, and what ends the offer."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending import refusals
from lending.circulation import borrowing, offering, passing
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, settle
from lending.circulation.links import Link, LinkKind, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.notices import notices_of
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.circulation.transitions import CopyState
from lending.refusals import Refusal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = NOON + 14 * DAY
RULES = LoanRules(passing_on=True)
BEN, CLEO, DANI = Claim("key:ben", "Ben"), Claim("key:cleo", "Cleo"), Claim("key:dani", "Dani")


def lent(rules: LoanRules = RULES) -> Copy:
    """A copy that Ben has for 14 days from noon."""
    copy = offering.make_link(Copy("copy", "ana", rules=rules), Offer(14 * DAY), "link", NOON).copy
    return borrowing.claim(copy, link_of(copy), BEN, "ben", NOON).copy


def offered(copy: Copy, by: str = "ben", now: datetime = NOON, link_id: str = "onward") -> Copy:
    return passing.offer_on(copy, by, Words("", "You'll love it"), link_id, now).copy


def passed(copy: Copy, to: Claim = CLEO, now: datetime = NOON + DAY) -> Decision:
    return passing.pass_on(copy, link_of(copy), to, to.name.lower(), now)


def link_of(copy: Copy) -> Link:
    assert copy.link is not None
    return copy.link


def loan_of(copy: Copy) -> Loan:
    assert copy.loan is not None
    return copy.loan


def told(decision: Decision) -> list[str]:
    return [event.kind.value for event in decision.events]


def test_the_borrower_reads_on_while_the_offer_waits() -> None:
    copy = offered(lent())
    link = link_of(copy)
    assert copy.state(NOON) is CopyState.ON_LOAN
    assert (link.kind, link.loan_id, link.note) == (LinkKind.PASS_ON, "ben", "You'll love it")
    assert link.claim_by == NOON + 7 * DAY, "by the rules for links"
    late = offered(lent(), now=DUE - DAY)
    assert link_of(late).claim_by == DUE, "and no longer than the loan"


def test_the_copy_goes_to_the_friend_with_its_due_date_and_its_renewals() -> None:
    renewed = borrowing.renew(lent(), "ben", NOON + DAY)
    decision = passed(offered(renewed.copy), now=NOON + 2 * DAY)
    before, after = decision.loans
    assert told(decision) == ["passed-on", "checked-out"]
    assert (before.end, before.ended_at) == (LoanEnd.PASSED_ON, NOON + 2 * DAY)
    assert after.due_at == loan_of(renewed.copy).due_at == NOON + 15 * DAY
    assert (after.renewals, after.period) == (1, 14 * DAY)
    assert (after.passed_from, after.epoch, after.borrower_name) == ("ben", before.epoch + 1, "Cleo")
    assert [link.state for link in decision.links] == [LinkState.USED]
    assert (decision.copy.link, decision.copy.loan) == (None, after)


def test_nobody_reads_by_the_loan_that_was_passed_on() -> None:
    decision = passed(offered(lent()))
    with pytest.raises(refusals.LoanEnded) as refused:
        borrowing.refuse_ended(decision.loans[0], decision.copy.epoch, NOON + DAY, "Cleo")
    assert refused.value.facts == {"because": "passed-on", "to": "Cleo"}
    for act in (borrowing.check_in, borrowing.renew, passing.take_back):
        with pytest.raises(refusals.LoanEnded):
            act(decision.copy, "ben", NOON + DAY)
    with pytest.raises(refusals.LoanEnded):
        offered(decision.copy, "ben", NOON + DAY)


def test_it_goes_from_friend_to_friend_and_each_loan_knows_the_one_before() -> None:
    cleos = passed(offered(lent())).copy
    danis = passed(offered(cleos, "cleo", NOON + DAY, "further"), DANI, NOON + 2 * DAY).copy
    loan = loan_of(danis)
    assert (loan.passed_from, loan.due_at, loan.epoch) == ("cleo", DUE, 3)
    back = passed(offered(danis, "dani", NOON + 2 * DAY, "home"), replace(BEN, name="Ben2"), NOON + 3 * DAY)
    assert loan_of(back.copy).binding == "key:ben", "and perhaps back to the first"


def test_what_was_passed_on_is_a_loan_like_any_other() -> None:
    copy = passed(offered(lent())).copy
    after = NOON + 2 * DAY
    assert loan_of(borrowing.renew(copy, "cleo", after).copy).renewals == 1
    assert loan_of(borrowing.carry(copy, "cleo", "key:phone", after).copy).binding == "key:phone"
    assert borrowing.recall(copy, "cleo", after).copy.state(after) is CopyState.RECALLED
    assert borrowing.check_in(copy, "cleo", after).copy.state(after) is CopyState.ON_SHELF
    assert told(settle(copy, DUE)) == ["expired"]


@pytest.mark.parametrize(
    ("copy", "refusal"),
    [
        (lent(LoanRules()), refusals.PassingOnNotAllowed),
        (offered(lent()), refusals.LinkAlreadyOut),
        (borrowing.recall(lent(), "ben", NOON).copy, refusals.LoanRecalled),
        (borrowing.check_in(lent(), "ben", NOON).copy, refusals.LoanEnded),
        (replace(lent(), loan=replace(loan_of(lent()), id="another")), refusals.LoanEnded),
        (replace(lent(), loan=replace(loan_of(lent()), due_at=NOON)), refusals.LoanEnded),
    ],
)
def test_an_offer_is_refused(copy: Copy, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        passing.offer_on(copy, "ben", Words(), "another", NOON)


def test_an_owner_does_not_pass_their_own_reading_on() -> None:
    copy = borrowing.take_off_shelf(Copy("copy", "ana", rules=RULES), "own", NOON).copy
    with pytest.raises(refusals.LoanEnded):
        passing.offer_on(copy, "own", Words(), "onward", NOON)


def test_nobody_passes_a_copy_on_to_themselves() -> None:
    copy = offered(lent())
    with pytest.raises(refusals.YoursAlready):
        passed(copy, BEN)
    carried = borrowing.carry(copy, "ben", "key:phone", NOON).copy
    with pytest.raises(refusals.YoursAlready):
        passed(carried, replace(BEN, binding="key:phone"))


def test_a_friend_who_has_enough_books_gets_no_more() -> None:
    with pytest.raises(refusals.TooManyLoans):
        passed(offered(lent()), replace(CLEO, has=RULES.loans_per_borrower))


@pytest.mark.parametrize(
    ("decision", "events"),
    [
        (passing.take_back(offered(lent()), "ben", NOON), ["link-cancelled"]),
        (offering.cancel_link(offered(lent()), NOON), ["link-cancelled"]),
        (borrowing.recall(offered(lent()), "ben", NOON), ["link-cancelled", "recalled"]),
        (borrowing.check_in(offered(lent()), "ben", NOON), ["link-cancelled", "returned"]),
    ],
    ids=["taken back", "cancelled by the owner", "recalled", "returned"],
)
def test_what_ends_the_offer_is_recorded_and_its_link_gives_nothing(
    decision: Decision, events: list[str]
) -> None:
    link = decision.links[-1]
    assert told(decision) == events
    assert (decision.copy.link, link.state) == (None, LinkState.CANCELLED)
    with pytest.raises(refusals.NotPassedOn):
        passing.pass_on(decision.copy, link, CLEO, "cleo", NOON)


def test_an_offer_ends_with_its_window_or_its_loan() -> None:
    copy = offered(lent(), now=DUE - 10 * DAY)
    assert told(settle(copy, DUE - 3 * DAY)) == ["link-expired"]
    assert told(settle(offered(lent(), now=DUE - DAY), DUE)) == ["link-expired", "expired"]
    for late in (DUE - 3 * DAY, DUE):
        with pytest.raises(refusals.LinkExpired):
            passed(copy, now=late)


def test_an_offer_is_taken_up_once() -> None:
    copy = offered(lent())
    decision = passed(copy)
    with pytest.raises(refusals.LinkUsed):
        passing.pass_on(decision.copy, decision.links[0], DANI, "dani", NOON + DAY)


def test_an_owner_who_allows_it_no_more_is_heard_at_once() -> None:
    copy = replace(offered(lent()), rules=LoanRules())
    with pytest.raises(refusals.NotPassedOn):
        passed(copy)


def test_without_an_offer_nothing_is_taken_back() -> None:
    assert told(passing.take_back(lent(), "ben", NOON)) == []


def test_a_name_that_the_borrower_said_stands_before_the_friends_own() -> None:
    copy = passing.offer_on(lent(), "ben", Words("Cleopatra"), "onward", NOON).copy
    assert loan_of(passed(copy).copy).borrower_name == "Cleopatra"


def test_the_owner_is_told_that_it_was_passed_on_and_not_that_it_was_lent_again() -> None:
    notices = [
        f"{one.kind} of {one.subject_id} to {one.recipient}" for one in notices_of(passed(offered(lent())))
    ]
    assert notices == ["lent of cleo to borrower", "passed-on of cleo to owner"]
