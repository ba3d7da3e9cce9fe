"""What of the figures each report shows."""

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.counter.customizing import customized
from lending.counter.exceptions import INVALID_FILTER, NO_LONGER, NO_USAGE, NOT_READY, NOT_THE_WHOLE, Caveat
from lending.counter.figures import AccessMethod, AccessType, DataType, Metric, Month, Period, TitleFigures
from lending.counter.kinds import KINDS, TR, TR_B1, TR_B2, TR_B3, ReportKind
from lending.counter.reports import report
from tests.counter.books import FEBRUARY, FIGURES, HERON, JANUARY, MARCH, OTTER, TOAD, a_header

REQUESTS, DENIED = Metric.TOTAL_ITEM_REQUESTS, Metric.LIMIT_EXCEEDED


def test_each_report_is_found_by_its_id() -> None:
    assert {kind_id: kind.name for kind_id, kind in KINDS.items()} == {
        "PR": "Platform Report",
        "PR_P1": "Platform Usage",
        "TR": "Title Report",
        "TR_B1": "Book Requests (Controlled)",
        "TR_B2": "Book Access Denied",
        "TR_B3": "Book Usage by Access Type",
    }


def test_titles_are_told_by_name_each_report_with_its_own_metrics() -> None:
    made = report(a_header(TR_B1), FIGURES)
    assert [item.title for item in made.items] == [OTTER, HERON]
    assert made.items[1].performances[0].counts == {
        REQUESTS: {JANUARY: 7, MARCH: 2},
        Metric.UNIQUE_TITLE_REQUESTS: {JANUARY: 3, MARCH: 1},
    }
    assert report(a_header(TR_B2), FIGURES).items[0].performances[0].counts == {DENIED: {FEBRUARY: 4}}


def test_open_books_are_told_of_by_the_title_report_and_by_access_type() -> None:
    for kind in (TR, TR_B3):
        assert [item.title for item in report(a_header(kind), FIGURES).items] == [OTTER, HERON, TOAD]
    toads = report(a_header(TR_B3), FIGURES).items[-1].performances[0]
    assert list(toads.attributes.items()) == [("Data_Type", "Book"), ("YOP", "2020"), ("Access_Type", "Open")]


def test_usage_by_access_type_tells_of_no_denial() -> None:
    assert {
        metric for item in report(a_header(TR_B3), FIGURES).items for metric in item.performances[0].counts
    } == {Metric.TOTAL_ITEM_INVESTIGATIONS, REQUESTS, Metric.UNIQUE_TITLE_REQUESTS}


def test_what_was_mined_is_in_no_view() -> None:
    mined = TitleFigures(HERON, {REQUESTS: {MARCH: 1}, DENIED: {MARCH: 1}}, access_method=AccessMethod.TDM)
    told = {kind.id: len(report(a_header(kind), [mined]).items) for kind in KINDS.values()}
    assert told == {"PR": 1, "PR_P1": 0, "TR": 1, "TR_B1": 0, "TR_B2": 0, "TR_B3": 0}


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_report_without_use_says_that_there_was_none(kind: ReportKind) -> None:
    made = report(a_header(kind, period=Period(Month(2020, 1), Month(2020, 2))), FIGURES)
    assert (made.items, made.header.caveats) == ((), (NO_USAGE,))


@pytest.mark.parametrize("why", [NOT_READY, NO_LONGER])
def test_a_report_that_is_empty_because_months_are_missing_says_just_that(why: Caveat) -> None:
    missing = why.because("2026-03")
    assert report(a_header(TR, caveats=(missing,)), []).header.caveats == (missing,)


def test_a_report_that_is_empty_says_so_whatever_else_it_says() -> None:
    other = (NOT_THE_WHOLE, INVALID_FILTER)
    assert report(a_header(TR, caveats=other), []).header.caveats == (NOT_THE_WHOLE, NO_USAGE, INVALID_FILTER)


def test_a_report_with_use_has_nothing_to_excuse() -> None:
    assert report(a_header(TR), FIGURES).header.caveats == ()


def test_what_a_report_does_not_tell_apart_it_sums() -> None:
    twice = [
        TitleFigures(HERON, {DENIED: {MARCH: 1}}, access_type=AccessType.OPEN),
        TitleFigures(HERON, {DENIED: {MARCH: 2, FEBRUARY: 1}}),
        TitleFigures(HERON, {DENIED: {MARCH: 8}}, data_type=DataType.REFERENCE_WORK),
    ]
    (item,) = report(a_header(TR_B2), twice).items
    assert [(one.attributes["Data_Type"], one.counts[DENIED]) for one in item.performances] == [
        ("Book", {FEBRUARY: 1, MARCH: 3}),
        ("Reference_Work", {MARCH: 8}),
    ]
    (item,) = report(a_header(TR), twice).items
    assert len(item.performances) == 2
    apart, _ = customized(TR, {"attributes_to_show": "Access_Type"}, "lending", tabular=False)
    (item,) = report(a_header(apart), twice).items
    assert len(item.performances) == 3


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("institution", "x", "too short"),
        ("platform", "", "too short"),
        ("created_by", "", "too short"),
        ("institution_id", "marsh", "platform:value"),
        ("registry", "https://example.org/", "registry"),
        ("created", datetime(2026, 4, 1), "the same everywhere"),  # noqa: DTZ001 - the very thing
    ],
)
def test_a_header_that_nobody_would_take_can_not_be_made(name: str, value: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        a_header(TR, **{name: value})


def test_a_platform_in_the_registry_may_say_so() -> None:
    entry = "https://registry.countermetrics.org/platform/99999999-9999-9999-9999-999999999999"
    assert a_header(TR, registry=entry).registry == entry


MONTHS = st.builds(Month, st.just(2026), st.integers(1, 5))
COUNTS = st.dictionaries(st.sampled_from(Metric), st.dictionaries(MONTHS, st.integers(0, 3)))
ANY_FIGURES = st.lists(
    st.builds(
        TitleFigures,
        st.sampled_from([HERON, OTTER, TOAD]),
        COUNTS,
        st.sampled_from([None, 1998]),
        st.sampled_from(DataType),
        st.sampled_from(AccessType),
        st.sampled_from(AccessMethod),
    ),
    max_size=8,
)


@given(ANY_FIGURES)
def test_the_title_report_loses_no_use_and_tells_no_zero(figures: list[TitleFigures]) -> None:
    header = a_header(TR)
    performances = [one for item in report(header, figures).items for one in item.performances]
    numbers = [n for one in performances for months in one.counts.values() for n in months.values()]
    assert all(numbers)
    assert all(one.counts and all(one.counts.values()) for one in performances)
    assert sum(numbers) == sum(
        n
        for one in figures
        for metric, months in one.counts.items()
        for month, n in months.items()
        if month in header.period and metric in TR.metrics
    )


@given(ANY_FIGURES, st.sampled_from(list(KINDS.values())))
def test_each_title_is_told_once_and_each_kind_of_use_once(
    figures: list[TitleFigures], kind: ReportKind
) -> None:
    items = report(a_header(kind), figures).items
    assert len({item.title for item in items}) == len(items)
    for item in items:
        told = [tuple(one.attributes.items()) for one in item.performances]
        assert told == sorted(set(told))


@given(ANY_FIGURES)
def test_the_order_of_figures_does_not_matter(figures: list[TitleFigures]) -> None:
    assert report(a_header(TR), figures) == report(a_header(TR), figures[::-1])
