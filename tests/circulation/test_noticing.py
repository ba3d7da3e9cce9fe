"""What is unusual about a loan, by what happened to it."""

from datetime import UTC, datetime, timedelta

from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.noticing import MANY_DEVICES, Noticed, Unusual, notice

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def happened(kind: EventKind, minute: int = 0, loan: str | None = "loan", link: str | None = "link") -> Event:
    return Event(kind, NOON + minute * MINUTE, "copy", 1, link_id=link, loan_id=loan)


def turned_away(minute: int, reason: Denial = Denial.NO_LICENSE, link: str = "link") -> Event:
    at = NOON + minute * MINUTE
    return Event(EventKind.TURNED_AWAY, at, "copy", 1, link_id=link, reason=reason)


OUT = happened(EventKind.CHECKED_OUT)


def test_a_usual_loan_has_nothing_to_be_noticed() -> None:
    kinds = (EventKind.RENEWED, EventKind.CARRIED, EventKind.RECALLED, EventKind.RETURNED)
    assert notice([OUT, *(happened(kind) for kind in kinds)]) == []
    assert notice([]) == []


def test_reading_too_fast_is_noticed_with_how_often_and_when_last() -> None:
    fast = [happened(EventKind.READ_FAST, minute) for minute in (5, 90)]
    assert notice([OUT, *fast]) == [Noticed(Unusual.READ_FAST, "loan", 2, NOON + 90 * MINUTE)]


def test_many_devices_are_noticed_and_a_phone_and_a_laptop_are_not() -> None:
    carried = [happened(EventKind.CARRIED, minute) for minute in range(MANY_DEVICES)]
    assert notice([OUT, *carried[1:]]) == []
    (noticed,) = notice([OUT, *carried])
    assert (noticed.what, noticed.times) == (Unusual.MANY_DEVICES, MANY_DEVICES)


def test_a_link_that_is_opened_after_its_use_is_noticed_of_its_loan() -> None:
    assert notice([OUT, turned_away(9)]) == [Noticed(Unusual.LINK_TRIED_AGAIN, "loan", 1, NOON + 9 * MINUTE)]


def test_a_link_that_nobody_used_or_a_book_that_was_out_is_nothing_unusual() -> None:
    assert notice([OUT, turned_away(9, Denial.LIMIT_EXCEEDED), turned_away(9, link="another")]) == []


def test_the_latest_comes_first_in_whatever_order_the_record_is_told() -> None:
    events = [OUT, happened(EventKind.READ_FAST, 1), turned_away(9)]
    for told in (events, events[::-1]):
        assert [one.what for one in notice(told)] == [Unusual.LINK_TRIED_AGAIN, Unusual.READ_FAST]
