"""Months, and the kinds of use that figures tell of."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.counter.figures import AccessMethod, AccessType, Month, Period, TitleFigures
from tests.counter.books import HERON

MONTHS = st.builds(Month, st.integers(1990, 2060), st.integers(1, 12))


def test_a_period_counts_its_months_over_the_years() -> None:
    period = Period(Month(2025, 11), Month(2026, 2))
    assert [str(month) for month in period] == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert (period.begin_date, period.end_date) == (date(2025, 11, 1), date(2026, 2, 28))
    assert Month(2028, 2).last_day == date(2028, 2, 29)


@given(MONTHS, MONTHS)
def test_a_period_holds_what_is_between_its_ends_and_nothing_else(one: Month, other: Month) -> None:
    first, last = sorted([one, other])
    months = list(Period(first, last))
    assert (months[0], months[-1], len(months)) == (first, last, len(Period(first, last)))
    assert months == sorted(set(months))
    assert all(month in Period(first, last) for month in months)
    assert Month(1989, 12) not in Period(first, last)
    assert Month(2061, 1) not in Period(first, last)


@given(MONTHS)
def test_a_month_is_read_as_it_is_written(month: Month) -> None:
    assert Month.parse(str(month)) == month == Month.of(month.first_day) == Month.of(month.last_day)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-1", "2026-13", "2026-00", "2026-01-01", "２０２６-01", "0000-01"]
)
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no month"):
        Month.parse(text)


def test_a_period_may_be_asked_for_by_months_or_by_its_first_and_last_day() -> None:
    period = Period(Month(2026, 1), Month(2026, 2))
    for begin in ("2026-01", "2026-01-01"):
        for end in ("2026-02", "2026-02-28"):
            assert Period.parse(begin, end) == period


@pytest.mark.parametrize(
    ("begin", "end"),
    [
        ("2026-01-02", "2026-02"),
        ("2026-01", "2026-02-27"),
        ("2026-01", "2026-02-29"),
        ("2026-01x", "2026-02"),
    ],
)
def test_parts_of_months_are_no_period(begin: str, end: str) -> None:
    with pytest.raises(ValueError, match="not whole months"):
        Period.parse(begin, end)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="can't end"):
        Period.parse("2026-02", "2026-01")


def test_a_moments_month_is_that_of_its_own_clock() -> None:
    assert Month.of(datetime(2026, 1, 31, 23, 59, tzinfo=UTC)) == Month(2026, 1)


def test_figures_say_what_kind_of_use_they_tell_of() -> None:
    assert TitleFigures(HERON, {}).attributes == {
        "Data_Type": "Book",
        "YOP": "0001",
        "Access_Type": "Controlled",
        "Access_Method": "Regular",
    }
    mined = TitleFigures(HERON, {}, 850, access_type=AccessType.OPEN, access_method=AccessMethod.TDM)
    assert list(mined.attributes.values()) == ["Book", "0850", "Open", "TDM"]


def test_months_go_on_over_the_turn_of_the_year() -> None:
    assert Month(2025, 12).after == Month(2026, 1)
    assert Month(2026, 1).before == Month(2025, 12)
