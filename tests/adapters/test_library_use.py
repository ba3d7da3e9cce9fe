"""Every library, fake or real: how often titles are used."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import inspect

from lending.adapters.sql.library import SqlLibrary
from lending.counter.figures import Metric, Month, Period
from lending.ports.library import Library
from lending.ports.use import UseKey
from tests.services.making import shelve

MARCH, APRIL, MAY = Month(2026, 3), Month(2026, 4), Month(2026, 5)
SPRING = Period(MARCH, MAY)


def key(
    month: Month = MARCH, metric: Metric = Metric.TOTAL_ITEM_REQUESTS, edition: str = "edition"
) -> UseKey:
    return UseKey(edition, month, metric)


@pytest.fixture(autouse=True)
def _a_title(library: Library) -> None:
    shelve(library)


def add(library: Library, counts: dict[UseKey, int]) -> None:
    with library.change() as desk:
        desk.use.add(counts)


def test_what_nobody_used_has_no_counter(library: Library) -> None:
    add(library, {})
    with library.read() as desk:
        assert desk.use.within(SPRING) == {}
        assert desk.use.first_month() is None


def test_counts_add_up_by_title_month_and_metric(library: Library) -> None:
    shelve(library, "copy 2", "edition 2")
    others = [key(APRIL), key(metric=Metric.UNIQUE_TITLE_REQUESTS), key(edition="edition 2")]
    add(library, {key(): 2, **dict.fromkeys(others, 1)})
    add(library, {key(): 3})
    with library.read() as desk:
        assert desk.use.within(SPRING) == {key(): 5, **dict.fromkeys(others, 1)}
        assert desk.use.first_month() == MARCH


def test_months_outside_of_a_period_are_not_in_it(library: Library) -> None:
    before, after = Month(2025, 12), Month(2026, 6)
    add(library, {key(month): 1 for month in (before, MARCH, MAY, after)})
    with library.read() as desk:
        assert desk.use.within(SPRING) == {key(MARCH): 1, key(MAY): 1}
        assert desk.use.first_month() == before


def test_the_first_month_is_found_of_some_owners_titles_too(library: Library) -> None:
    add(library, {key(APRIL): 1})
    with library.read() as desk:
        owner_id = desk.collection.edition("edition").owner_id
        assert desk.use.first_month(frozenset({owner_id, "nobody"})) == APRIL
        assert desk.use.first_month(frozenset({"nobody"})) is None
        assert desk.use.first_month(frozenset()) is None


def test_many_who_add_at_once_all_count(library: Library) -> None:
    keys = [key(month, metric) for month in (MARCH, APRIL) for metric in Metric]

    def ten_times(number: int) -> None:
        for _ in range(10):
            add(library, dict.fromkeys(keys if number % 2 else reversed(keys), 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ten_times, range(4)))
    with library.read() as desk:
        assert desk.use.within(SPRING) == dict.fromkeys(keys, 40)


def test_there_is_no_room_for_a_person_in_it(sql_library: SqlLibrary) -> None:
    columns = [column["name"] for column in inspect(sql_library.engine).get_columns("use_count")]
    assert columns == ["edition_id", "month", "metric", "count"]
