"""Which event makes which notice, and when a due date is near."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending.circulation import borrowing
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, settle
from lending.circulation.events import Event, EventKind
from lending.circulation.links import Link
from lending.circulation.loans import Loan
from lending.circulation.notices import (
    TOLD,
    TOLD_OF_HOLDS,
    WHERE_PASSED_ON,
    NoticeKind,
    Recipient,
    due_soon,
    is_moot,
    notices_of,
    recipient_of,
    reminder_at,
)
from lending.circulation.policy import HOUSE_RULES

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(milliseconds=1)


def lent(period: timedelta = 14 * DAY) -> Decision:
    link = Link("link", "copy", "ana", NOON, NOON + DAY, period)
    return borrowing.claim(Copy("copy", "ana", link=link), link, Claim("key:k"), "loan", NOON)


def told(decision: Decision) -> list[str]:
    return [f"{notice.kind} to {notice.recipient}" for notice in notices_of(decision)]


def the_loan(decision: Decision) -> Loan:
    return decision.loans[-1]


def test_a_check_out_tells_the_borrower_until_when_and_the_owner_who() -> None:
    assert told(lent()) == ["lent to borrower", "checked-out to owner"]
    assert {notice.due_at for notice in notices_of(lent())} == {NOON + 14 * DAY}


def test_what_moves_the_due_date_is_told_to_the_borrower_each_time_with_a_higher_number() -> None:
    copy = lent().copy
    renewed = borrowing.renew(copy, "loan", NOON + DAY)
    recalled = borrowing.recall(renewed.copy, "loan", NOON + 2 * DAY)
    extended = borrowing.extend(recalled.copy, "loan", 9 * DAY, NOON + 3 * DAY)
    assert told(renewed) == ["renewed to borrower"]
    assert told(recalled) == ["recalled to borrower"]
    assert told(extended) == ["more-time to borrower"]
    made = [notices_of(decision)[0] for decision in (lent(), renewed, recalled, extended)]
    assert [notice.number for notice in made] == [0, 1, 2, 3]
    assert made[-1].due_at == NOON + 12 * DAY


def test_the_end_of_a_loan_is_told_to_the_owner() -> None:
    copy = lent().copy
    assert told(borrowing.check_in(copy, "loan", NOON + DAY)) == ["returned to owner"]
    assert told(settle(copy, NOON + 14 * DAY)) == ["expired to owner"]


def test_owners_hear_nothing_of_their_own_reading() -> None:
    taken = borrowing.take_off_shelf(Copy("copy", "ana"), "own", NOON)
    assert told(taken) == []
    assert told(borrowing.check_in(taken.copy, "own", NOON + DAY)) == []
    assert reminder_at(the_loan(taken)) is None


def test_every_kind_but_the_reminder_comes_from_an_event() -> None:
    from_events = {kind for kinds in TOLD.values() for kind in kinds}
    from_events |= set(WHERE_PASSED_ON.values()) | set(TOLD_OF_HOLDS.values())
    given = Event(EventKind.GIVEN, NOON, "copy", 0, link_id="gift", by="ana", to="zoe")
    (gift,) = notices_of(Decision(Copy("copy", "zoe"), events=(given,)))
    assert (gift.subject_id, gift.copy_id, gift.recipient) == ("gift", "copy", Recipient.GIVER)
    assert set(NoticeKind) - from_events == {NoticeKind.DUE_SOON, gift.kind}
    assert {kind for kind, _ in TOLD} <= set(EventKind)
    assert recipient_of(NoticeKind.EXPIRED) is Recipient.OWNER


@pytest.mark.parametrize(
    ("period", "before"),
    [(14 * DAY, DAY), (2 * DAY, DAY), (DAY, HOUR), (6 * HOUR, HOUR), (HOUR, timedelta(minutes=10))],
)
def test_the_reminder_comes_a_fair_time_before(period: timedelta, before: timedelta) -> None:
    loan = the_loan(lent(period))
    moment = NOON + period - before
    assert reminder_at(loan) == moment
    assert due_soon(loan, moment - TICK) is None
    reminder = due_soon(loan, moment)
    assert reminder is not None
    assert (reminder.kind, reminder.recipient) == (NoticeKind.DUE_SOON, Recipient.BORROWER)
    assert due_soon(loan, NOON + period) is None


def test_who_was_just_told_by_a_recall_is_not_reminded() -> None:
    hasty = replace(lent().copy, rules=replace(HOUSE_RULES, recall_notice=HOUR))
    recalled = the_loan(borrowing.recall(hasty, "loan", NOON + DAY))
    assert reminder_at(recalled) is None
    with_notice = the_loan(borrowing.recall(lent().copy, "loan", NOON + DAY))
    assert reminder_at(with_notice) == NOON + 3 * DAY


def test_what_ended_the_loan_is_told_after_it_unless_the_book_was_returned_before() -> None:
    at_once = replace(lent().copy, rules=replace(HOUSE_RULES, recall_notice=timedelta(0)))
    recalled = borrowing.recall(at_once, "loan", NOON + DAY)
    (notice,) = notices_of(recalled)
    assert not is_moot(notice, the_loan(recalled), NOON + DAY)
    assert not is_moot(notice, the_loan(settle(recalled.copy, NOON + DAY)), NOON + DAY)
    with_notice = borrowing.recall(lent().copy, "loan", NOON + DAY)
    returned = borrowing.check_in(with_notice.copy, "loan", NOON + 2 * DAY)
    assert is_moot(notices_of(with_notice)[0], the_loan(returned), NOON + 2 * DAY)


def test_a_reminder_is_moot_when_the_loan_is_over_or_the_date_has_moved() -> None:
    copy = lent(2 * DAY).copy
    assert copy.loan is not None
    reminder = due_soon(copy.loan, NOON + DAY)
    assert reminder is not None
    assert not is_moot(reminder, copy.loan, NOON + DAY)
    assert is_moot(reminder, copy.loan, NOON + 2 * DAY)
    renewed = the_loan(borrowing.renew(copy, "loan", NOON + DAY))
    assert is_moot(reminder, renewed, NOON + DAY)
    returned = borrowing.check_in(copy, "loan", NOON + 3 * HOUR)
    assert not is_moot(notices_of(returned)[0], the_loan(returned), NOON + 9 * DAY)
