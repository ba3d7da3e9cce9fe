from datetime import timedelta

import pytest

from lending import refusals
from lending.adapters.limits_memory import InProcessLimits
from lending.epub.media_types import XHTML_TYPE
from lending.epub.resources import Resource
from lending.services.pace import LONGEST_WAIT, MOST_FOR_A_CHAPTER, SHORTEST_WAIT, Pace, pages_of
from tests.services.fakes import FakeClock

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def pace(clock: FakeClock) -> Pace:
    return Pace(InProcessLimits(clock))


def leaf(pace: Pace, first: int, last: int, loan_id: str = "loan") -> None:
    for number in range(first, last + 1):
        pace.keep(loan_id, str(number))


def test_a_person_may_leaf_through_240_pages_without_a_stop(pace: Pace) -> None:
    leaf(pace, 1, 240)
    with pytest.raises(refusals.ReadingTooFast) as refused:
        leaf(pace, 241, 241)
    assert refused.value.wait == SHORTEST_WAIT
    assert refused.value.facts == {"wait_seconds": 3}


def test_after_the_wait_it_goes_on_at_forty_pages_a_minute(pace: Pace, clock: FakeClock) -> None:
    leaf(pace, 1, 240)
    clock.go_on(60 * SECOND)
    leaf(pace, 241, 280)
    with pytest.raises(refusals.ReadingTooFast):
        leaf(pace, 281, 281)


def test_a_page_each_two_seconds_is_never_slowed_and_three_are(pace: Pace, clock: FakeClock) -> None:
    for number in range(5000):
        clock.go_on(2 * SECOND)
        pace.keep("calm", str(number))
    for number in range(140):
        clock.go_on(2 * SECOND)
        for nth in range(3):
            pace.keep("hasty", f"{number} {nth}")
    with pytest.raises(refusals.ReadingTooFast):
        leaf(pace, 1, 6, "hasty")


def test_turning_back_and_forth_costs_nothing(pace: Pace) -> None:
    leaf(pace, 1, 240)
    for _ in range(10):
        leaf(pace, 1, 240)


def test_what_was_refused_is_not_counted_however_often_it_is_asked_for(pace: Pace, clock: FakeClock) -> None:
    leaf(pace, 1, 240)
    for _ in range(100):
        with pytest.raises(refusals.ReadingTooFast):
            leaf(pace, 241, 241)
    clock.go_on(SHORTEST_WAIT)
    leaf(pace, 241, 242)


def test_a_long_chapter_is_waited_for_in_short_waits(pace: Pace, clock: FakeClock) -> None:
    leaf(pace, 1, 240)
    for _ in range(3):
        with pytest.raises(refusals.ReadingTooFast) as refused:
            pace.keep("loan", "chapter", MOST_FOR_A_CHAPTER)
        assert refused.value.wait == LONGEST_WAIT
        clock.go_on(LONGEST_WAIT)
    pace.keep("loan", "chapter", MOST_FOR_A_CHAPTER)


def test_loans_are_counted_apart(pace: Pace) -> None:
    leaf(pace, 1, 240)
    pace.keep("another loan", "1")


def test_a_part_longer_than_all_that_is_allowed_can_be_had_once_nothing_else_was(clock: FakeClock) -> None:
    Pace(InProcessLimits(clock), at_once=3, a_minute=60).keep("loan", "chapter", 40)


def test_haste_is_noted_once_an_hour(pace: Pace, clock: FakeClock) -> None:
    assert [pace.is_to_be_noted("loan") for _ in range(3)] == [True, False, False]
    assert pace.is_to_be_noted("another loan")
    clock.go_on(timedelta(hours=1))
    assert pace.is_to_be_noted("loan")


def chapter(text: str) -> Resource:
    page = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>A title</title><style>p{}</style></head>'
        f'<body class="x"><p>{text}</p></body></html>'
    ).encode()
    return Resource(XHTML_TYPE, len(page), data=page)


@pytest.mark.parametrize(
    ("text", "pages"),
    [
        ("", 1),
        ("word " * 360, 1),
        ("word " * 3600, 10),
        ("слово " * 3000, 10),
        ("<b>w</b>ord " * 3600, 10),
        ("word      \n" * 3600, 10),
        ("word " * 1_000_000, MOST_FOR_A_CHAPTER),
    ],
)
def test_a_chapter_counts_by_the_length_of_its_text(text: str, pages: int) -> None:
    assert pages_of(chapter(text)) == pages


def test_what_comes_with_a_chapter_is_no_page() -> None:
    for media_type in ("image/jpeg", "font/woff2", "text/css", "image/svg+xml", "application/smil+xml"):
        assert pages_of(Resource(media_type, 3, data=b"abc")) == 0
    assert pages_of(Resource("audio/mpeg", 3, opener=lambda: None)) == 0  # type: ignore[arg-type,return-value]  # never opened
