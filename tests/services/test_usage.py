"""COUNTER reports: from what was counted and whom the library turned away, to the figures of titles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending import refusals
from lending.circulation.events import Denial, Event, EventKind
from lending.counter.figures import Metric, Month, Period
from lending.counter.reports import Report
from lending.ports.use import UseKey
from lending.services.actors import Actor
from lending.services.lending import CheckOut
from lending.services.usage import LONGEST_PERIOD
from tests.services.conftest import House
from tests.services.fakes import NOON
from tests.services.making import an_epub

JANUARY, FEBRUARY, MARCH = (Month(2026, number) for number in (1, 2, 3))
WINTER = Period(JANUARY, FEBRUARY)


@pytest.fixture
def edition_id(house: House) -> str:
    return house.shelf.entry(house.ana, house.shelve(an_epub(), "salt.epub")).edition.id


def counted(house: House, edition_id: str, month: Month, **metrics: int) -> None:
    with house.library.change() as desk:
        desk.use.add({UseKey(edition_id, month, Metric[name]): number for name, number in metrics.items()})


def turned_away(house: House, edition_id: str, at: datetime, reason: Denial) -> None:
    with house.recording.change() as desk:
        desk.circulation.record(
            Event(EventKind.TURNED_AWAY, at, None, 0, edition_id=edition_id, reason=reason)
        )


def shown(report: Report) -> dict[str, dict[str, dict[str, int]]]:
    """By title, metric and month."""
    return {
        item.title.name: {
            metric.value: {str(month): number for month, number in months.items()}
            for performance in item.performances
            for metric, months in performance.counts.items()
        }
        for item in report.items
    }


def test_reports_are_for_librarians_alone(house: House) -> None:
    asked: list[Callable[[], object]] = [
        lambda: house.usage.report(house.ana, "tr", WINTER),
        lambda: house.usage.available(house.ana),
        lambda: house.usage.kinds(house.ana),
    ]
    for ask in asked:
        with pytest.raises(refusals.NotAllowed):
            ask()


def test_what_was_read_stands_under_its_title_by_month(house: House, edition_id: str) -> None:
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=7, UNIQUE_TITLE_REQUESTS=2)
    counted(house, edition_id, FEBRUARY, TOTAL_ITEM_REQUESTS=1, TOTAL_ITEM_INVESTIGATIONS=4)
    counted(house, edition_id, MARCH, TOTAL_ITEM_REQUESTS=100)
    assert shown(house.usage.report(house.lib, "tr_b1", WINTER)) == {
        "The Salt Road": {
            "Total_Item_Requests": {"2026-01": 7, "2026-02": 1},
            "Unique_Title_Requests": {"2026-01": 2},
        }
    }


def test_turn_aways_are_denials_of_the_month_in_which_they_happened(house: House, edition_id: str) -> None:
    for at, reason in (
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), Denial.LIMIT_EXCEEDED),
        (datetime(2026, 1, 1, tzinfo=UTC), Denial.LIMIT_EXCEEDED),
        (datetime(2026, 1, 31, 23, 59, 59, tzinfo=UTC), Denial.LIMIT_EXCEEDED),
        (datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC), Denial.NO_LICENSE),
        (datetime(2026, 3, 1, tzinfo=UTC), Denial.NO_LICENSE),
    ):
        turned_away(house, edition_id, at, reason)
    assert shown(house.usage.report(house.lib, "TR_B2", WINTER)) == {
        "The Salt Road": {"Limit_Exceeded": {"2026-01": 2}, "No_License": {"2026-02": 1}}
    }


def test_the_title_report_has_both(house: House, edition_id: str) -> None:
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=7)
    turned_away(house, edition_id, datetime(2026, 2, 3, tzinfo=UTC), Denial.NO_LICENSE)
    (performance,) = house.usage.report(house.lib, "tr", WINTER).items[0].performances
    assert set(performance.counts) == {Metric.TOTAL_ITEM_REQUESTS, Metric.NO_LICENSE}
    assert performance.attributes == {"Data_Type": "Book"}


def test_the_title_report_tells_apart_what_is_asked_for(house: House, edition_id: str) -> None:
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=7, TOTAL_ITEM_INVESTIGATIONS=9)
    asked = {
        "attributes_to_show": "YOP|Access_Type|Access_Method",
        "metric_type": "Total_Item_Requests",
        "colour": "red",
    }
    report = house.usage.report(house.lib, "tr", WINTER, asked)
    (performance,) = report.items[0].performances
    assert performance.attributes == {
        "Data_Type": "Book",
        "YOP": "0001",
        "Access_Type": "Controlled",
        "Access_Method": "Regular",
    }
    assert set(performance.counts) == {Metric.TOTAL_ITEM_REQUESTS}
    assert [(one.code, one.data) for one in report.header.caveats] == [(3050, "colour")]


def test_all_titles_together_are_the_platforms(house: House, edition_id: str) -> None:
    other = house.shelf.entry(house.ana, house.shelve(an_epub("Other"), "other.epub")).edition.id
    for title in (edition_id, other):
        counted(house, title, JANUARY, TOTAL_ITEM_REQUESTS=2)
    (item,) = house.usage.report(house.lib, "pr", WINTER).items
    assert (item.title, item.performances[0].counts) == (None, {Metric.TOTAL_ITEM_REQUESTS: {JANUARY: 4}})


@pytest.mark.parametrize(
    ("published", "year"),
    [
        ("2019", "2019"),
        ("2019-05-01T00:00:00Z", "2019"),
        ("1. Mai 1848", "1848"),
        ("20190501", "0001"),
        ("0000", "0001"),
        ("", "0001"),
    ],
)
def test_a_title_says_when_and_by_whom_it_was_published(
    house: House, edition_id: str, published: str, year: str
) -> None:
    with house.library.read() as desk:
        edition = desk.collection.edition(edition_id)
    house.rewrite(replace(edition, publisher="Marsh Press", published=published))
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=1)
    (item,) = house.usage.report(house.lib, "tr_b1", WINTER).items
    assert (item.title.publisher, item.performances[0].attributes["YOP"]) == ("Marsh Press", year)
    assert item.title.identifiers.own == f"lending:{edition_id}"


def test_what_this_process_has_counted_a_moment_ago_is_in_it(house: House, edition_id: str) -> None:
    copy_id = next(iter(house.library.cabinet.copies))
    lent: CheckOut = house.lend(copy_id)
    house.reading.resource(house.let_in(lent.reading_pass), "a.xhtml")
    house.clock.go_on(timedelta(days=31))
    report = house.usage.report(house.lib, "tr_b1", Period(MARCH, MARCH))
    assert shown(report)["The Salt Road"]["Total_Item_Requests"] == {"2026-03": 1}
    assert "Eva" not in repr(report)


def test_of_a_month_that_is_not_over_nothing_is_told_and_the_report_ends_before_it(
    house: House, edition_id: str
) -> None:
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=4)
    counted(house, edition_id, MARCH, TOTAL_ITEM_REQUESTS=1)
    report = house.usage.report(house.lib, "tr_b1", Period(JANUARY, Month(2026, 5)))
    assert shown(report) == {"The Salt Road": {"Total_Item_Requests": {"2026-01": 4}}}
    assert report.header.period == WINTER
    said = "request was for 2026-01 to 2026-05, however usage is only available to 2026-02"
    assert [(one.code, one.data) for one in report.header.caveats] == [(3031, said)]


@pytest.mark.parametrize("month", [MARCH, Month(2026, 4)])
def test_there_is_no_report_that_begins_in_a_month_that_is_not_over(house: House, month: Month) -> None:
    with pytest.raises(refusals.UnacceptableInput) as refused:
        house.usage.report(house.lib, "tr", Period(month, Month(2030, 1)))
    assert refused.value.facts == {"field": "begin_date", "why": "is in a month that is not over"}


def test_a_report_that_begins_before_anything_is_known_says_which_months_are(
    house: House, edition_id: str
) -> None:
    counted(house, edition_id, FEBRUARY, TOTAL_ITEM_REQUESTS=1)
    said = "usage is available from 2026-02 to 2026-02"
    report = house.usage.report(house.lib, "tr_b1", WINTER)
    assert shown(report) == {"The Salt Road": {"Total_Item_Requests": {"2026-02": 1}}}
    assert [(one.code, one.data) for one in report.header.caveats] == [(3032, said)]
    before = house.usage.report(house.lib, "tr_b1", Period(JANUARY, JANUARY))
    assert (before.items, [(one.code, one.data) for one in before.header.caveats]) == ((), [(3032, said)])
    both = house.usage.report(house.lib, "tr_b1", Period(JANUARY, MARCH))
    assert [one.code for one in both.header.caveats] == [3031, 3032]


def test_months_without_any_use_say_so(house: House, edition_id: str) -> None:
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=1)
    report = house.usage.report(house.lib, "tr", Period(FEBRUARY, FEBRUARY))
    assert [one.code for one in report.header.caveats] == [3030]


def test_there_is_no_other_report_and_none_on_centuries(house: House) -> None:
    with pytest.raises(refusals.NotFound):
        house.usage.report(house.lib, "tr_j1", WINTER)
    with pytest.raises(refusals.UnacceptableInput):
        house.usage.report(house.lib, "tr", Period(Month(2026 - LONGEST_PERIOD // 12, 1), FEBRUARY))


def test_the_library_is_called_by_its_host(house: House) -> None:
    header = house.usage.report(house.lib, "tr", WINTER).header
    assert (header.platform, header.institution) == ("lending", "books.example.org")
    assert (header.institution_id, header.created) == ("lending:books.example.org", NOON)


def test_months_are_available_once_they_are_over(house: House, edition_id: str) -> None:
    """Of a library that has only begun, the month before: there was no use then, which is known."""
    nothing_yet = Period(FEBRUARY, FEBRUARY)
    assert house.usage.available(house.lib) == nothing_yet
    counted(house, edition_id, MARCH, TOTAL_ITEM_REQUESTS=1)
    assert house.usage.available(house.lib) == nothing_yet
    counted(house, edition_id, JANUARY, TOTAL_ITEM_REQUESTS=1)
    assert house.usage.available(house.lib) == WINTER
    turned_away(house, edition_id, datetime(2025, 11, 3, tzinfo=UTC), Denial.NO_LICENSE)
    assert house.usage.available(house.lib) == Period(Month(2025, 11), FEBRUARY)


def test_a_librarian_of_some_owners_is_told_that_there_is_more_and_of_their_months_alone(
    house: House, edition_id: str
) -> None:
    """Else their report can't be told from that of the whole library."""
    upload = house.acquisitions.begin(house.zoe, "z.epub", len(an_epub("Zoe's")))
    house.acquisitions.append(house.zoe, upload.id, 0, [an_epub("Zoe's")])
    zoes = house.acquisitions.accession(house.zoe, upload.id).edition.id
    counted(house, edition_id, Month(2025, 12), TOTAL_ITEM_REQUESTS=5)
    turned_away(house, edition_id, datetime(2025, 11, 3, tzinfo=UTC), Denial.NO_LICENSE)
    counted(house, zoes, FEBRUARY, TOTAL_ITEM_REQUESTS=1)
    leo = Actor(replace(house.lib.account, charge=frozenset({house.zoe.id})))
    assert house.usage.available(leo) == Period(FEBRUARY, FEBRUARY)
    report = house.usage.report(leo, "tr_b1", Period(FEBRUARY, FEBRUARY))
    assert list(shown(report)) == ["Zoe's"]
    assert [(one.code, one.message) for one in report.header.caveats] == [(1, "Usage of Some Titles Only")]
    assert "Titles Only" not in repr(house.usage.report(house.lib, "tr_b1", WINTER))


def test_who_names_no_month_means_the_latest_that_is_over(house: House) -> None:
    assert house.usage.latest() == Period(FEBRUARY, FEBRUARY)
