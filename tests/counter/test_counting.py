"""What counts once, and what does not."""

from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.counter.counting import Act, Use, count, without_double_clicks
from lending.counter.figures import Counts, Metric, Month

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARCH = Month(2026, 3)
SECOND = timedelta(seconds=1)


def a_use(
    after: float = 0, item: str = "1", title: str = "heron", reader: str = "ana", act: Act = Act.REQUEST
) -> Use:
    return Use(reader, title, item, NOON + timedelta(seconds=after), act)


def in_march(counts: Counts) -> dict[Metric, int]:
    assert all(list(months) == [MARCH] for months in counts.values())
    return {metric: months[MARCH] for metric, months in counts.items()}


def test_of_two_clicks_within_half_a_minute_the_later_counts() -> None:
    assert list(without_double_clicks([a_use(0), a_use(29)])) == [a_use(29)]
    assert list(without_double_clicks([a_use(30), a_use(0)])) == [a_use(30)]
    assert len(list(without_double_clicks([a_use(0), a_use(35)]))) == 2


def test_of_many_clicks_in_a_row_the_last_counts_however_long_the_row() -> None:
    assert list(without_double_clicks([a_use(after) for after in range(0, 200, 20)])) == [a_use(180)]


def test_clicks_on_different_things_or_by_different_readers_are_not_double() -> None:
    uses = [a_use(), a_use(1, item="2"), a_use(2, title="otter"), a_use(3, reader="luis")]
    uses.append(a_use(4, act=Act.INVESTIGATION))
    assert sorted(without_double_clicks(uses), key=lambda use: use.at) == uses


def test_twelve_chapters_in_a_session_are_twelve_items_and_one_title() -> None:
    figures = count(a_use(chapter * 60, item=str(chapter)) for chapter in range(12))
    assert in_march(figures["heron"]) == {
        Metric.TOTAL_ITEM_INVESTIGATIONS: 12,
        Metric.TOTAL_ITEM_REQUESTS: 12,
        Metric.UNIQUE_ITEM_INVESTIGATIONS: 12,
        Metric.UNIQUE_ITEM_REQUESTS: 12,
        Metric.UNIQUE_TITLE_INVESTIGATIONS: 1,
        Metric.UNIQUE_TITLE_REQUESTS: 1,
    }


def test_to_look_at_a_books_page_is_an_investigation_and_no_request() -> None:
    assert in_march(count([a_use(act=Act.INVESTIGATION)])["heron"]) == {
        Metric.TOTAL_ITEM_INVESTIGATIONS: 1,
        Metric.UNIQUE_ITEM_INVESTIGATIONS: 1,
        Metric.UNIQUE_TITLE_INVESTIGATIONS: 1,
    }


def test_a_session_is_one_reader_in_one_hour_of_the_clock() -> None:
    counts = count([a_use(0), a_use(3000), a_use(3600), a_use(3700, reader="luis")])["heron"]
    assert counts[Metric.TOTAL_ITEM_REQUESTS][MARCH] == 4
    assert counts[Metric.UNIQUE_ITEM_REQUESTS][MARCH] == 3
    assert counts[Metric.UNIQUE_TITLE_REQUESTS][MARCH] == 3


def test_the_same_hour_of_another_day_is_another_session() -> None:
    assert count([a_use(0), a_use(86_400)])["heron"][Metric.UNIQUE_TITLE_REQUESTS][MARCH] == 2


def test_whoever_was_turned_away_has_not_used_the_book() -> None:
    turned_away = [a_use(0, act=Act.LIMIT_EXCEEDED), a_use(9, act=Act.LIMIT_EXCEEDED)]
    turned_away += [a_use(100, act=Act.LIMIT_EXCEEDED), a_use(100, act=Act.NO_LICENSE)]
    assert in_march(count(turned_away)["heron"]) == {Metric.LIMIT_EXCEEDED: 2, Metric.NO_LICENSE: 1}


def test_months_are_those_of_utc() -> None:
    madrid = timezone(timedelta(hours=2))
    early = Use("ana", "heron", "1", datetime(2026, 4, 1, 1, tzinfo=madrid), Act.REQUEST)
    assert in_march(count([early])["heron"])[Metric.TOTAL_ITEM_REQUESTS] == 1


def test_a_double_click_over_midnight_belongs_to_the_month_of_the_second() -> None:
    last = datetime(2026, 3, 31, 23, 59, 50, tzinfo=UTC)
    uses = [Use("ana", "heron", "1", last + n * 20 * SECOND, Act.REQUEST) for n in range(2)]
    assert count(uses)["heron"][Metric.TOTAL_ITEM_REQUESTS] == {Month(2026, 4): 1}


def test_no_figure_tells_who_it_was() -> None:
    assert "ana" not in repr(count([a_use(), a_use(act=Act.LIMIT_EXCEEDED)]))


def test_without_use_there_are_no_figures() -> None:
    assert count([]) == {}


USES = st.lists(
    st.builds(
        Use,
        st.sampled_from(["ana", "luis"]),
        st.sampled_from(["heron", "otter"]),
        st.sampled_from(["", "1", "2"]),
        st.integers(0, 15_000).map(lambda after: NOON + after * SECOND),
        st.sampled_from(Act),
    ),
    max_size=60,
)


@given(USES, st.randoms(use_true_random=False))
def test_figures_do_not_depend_on_the_order_of_uses(uses: list[Use], random: Random) -> None:
    shuffled = list(uses)
    random.shuffle(shuffled)
    assert count(uses) == count(shuffled)


@given(USES)
def test_unique_ones_are_never_more_than_all_and_requests_never_more_than_investigations(
    uses: list[Use],
) -> None:
    for counts in count(uses).values():
        told = dict.fromkeys(Metric, 0) | {metric: sum(months.values()) for metric, months in counts.items()}
        for of in ("Investigations", "Requests"):
            titles, items, total = (
                told[Metric(f"{which}_{of}")] for which in ("Unique_Title", "Unique_Item", "Total_Item")
            )
            assert titles <= items <= total
            assert (titles > 0) == (total > 0)
        for which in ("Unique_Title", "Unique_Item", "Total_Item"):
            assert told[Metric(f"{which}_Requests")] <= told[Metric(f"{which}_Investigations")]


@given(USES)
def test_what_counts_is_among_what_was_done_and_counts_again_as_it_is(uses: list[Use]) -> None:
    left = list(without_double_clicks(uses))
    assert set(left) <= set(uses)
    assert sorted(map(repr, without_double_clicks(left))) == sorted(map(repr, left))


@pytest.mark.parametrize("act", Act)
def test_each_act_counts_for_something(act: Act) -> None:
    assert count([a_use(act=act)])["heron"]
