"""A small house with three books: what its reports tell stands in full in the tests of both forms."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from lending.counter.figures import AccessType, Metric, Month, Period, Title, TitleFigures
from lending.counter.identifiers import Identifiers
from lending.counter.kinds import ReportKind
from lending.counter.reports import Header

JANUARY, FEBRUARY, MARCH, APRIL = (Month(2026, number) for number in (1, 2, 3, 4))

HERON = Title("The Heron", "Marsh & Sons", Identifiers("lending:h1", isbn="978-3-16-148410-0"))
OTTER = Title("An Otter's Year", "", Identifiers("lending:o1", uri="urn:isbn:9780306406157"))
TOAD = Title("Toads", "Marsh & Sons", Identifiers("lending:t1", doi="10.9999/toads"))

FIGURES = [
    TitleFigures(
        HERON,
        {
            Metric.TOTAL_ITEM_INVESTIGATIONS: {JANUARY: 9, MARCH: 2},
            Metric.TOTAL_ITEM_REQUESTS: {JANUARY: 7, FEBRUARY: 0, MARCH: 2, APRIL: 5},
            Metric.UNIQUE_TITLE_REQUESTS: {MARCH: 1, JANUARY: 3},
            Metric.LIMIT_EXCEEDED: {FEBRUARY: 4},
        },
        year=1998,
    ),
    TitleFigures(OTTER, {Metric.TOTAL_ITEM_REQUESTS: {MARCH: 1}, Metric.UNIQUE_TITLE_REQUESTS: {MARCH: 1}}),
    TitleFigures(
        TOAD,
        {Metric.TOTAL_ITEM_REQUESTS: {JANUARY: 5}, Metric.UNIQUE_TITLE_REQUESTS: {JANUARY: 5}},
        year=2020,
        access_type=AccessType.OPEN,
    ),
]


def a_header(kind: ReportKind, **changed: Any) -> Header:
    header = Header(
        kind,
        Period(JANUARY, MARCH),
        platform="lending at the marsh",
        institution="The marsh's library",
        institution_id="lending:marsh",
        created=datetime(2026, 4, 2, 9, 30, 15, tzinfo=UTC),
        created_by="lending",
    )
    return replace(header, **changed)
