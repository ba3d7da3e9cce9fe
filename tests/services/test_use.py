"""How often titles are read: what is counted, and how little is kept."""

import logging
import random
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lending import refusals
from lending.adapters.limits_memory import InProcessLimits
from lending.counter.counting import Act, Use, count
from lending.counter.figures import Metric, Month, Period
from lending.ports.library import LibraryUnavailable, Transaction
from lending.ports.records import HeldLoan
from lending.services.reading import Admission
from lending.services.use import UseBuffer, UseCounting
from tests.epub.building import CHAPTER, files, item, zipped
from tests.services.conftest import House
from tests.services.fakes import NOON, FakeClock
from tests.services.making import a_loan, a_pdf

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
MARCH = Month(2026, 3)
CHAPTERS = ("one", "two", "three")


@pytest.fixture
def house() -> House:
    """Limits go by the clock here."""
    clock = FakeClock()
    return House(clock=clock, limits=InProcessLimits(clock))


@pytest.fixture
def epub_id(house: House) -> str:
    book = files(
        {f"OPS/{name}.xhtml": CHAPTER for name in CHAPTERS} | {"OPS/style.css": b"p{margin:0}"},
        items="".join(item(name, f"{name}.xhtml") for name in CHAPTERS)
        + item("css", "style.css", "text/css"),
        spine="".join(f'<itemref idref="{name}"/>' for name in CHAPTERS),
    )
    return house.shelve(zipped(book).read(), "salt.epub")


def figures(house: House) -> dict[str, int]:
    """What was counted, of all titles and months."""
    house.use.flush()
    with house.library.read() as desk:
        counts = desk.use.within(Period(Month(2026, 1), Month(2026, 12)))
    found: Counter[str] = Counter()
    for key, number in counts.items():
        found[key.metric.value] += number
    return dict(found)


def borrow(house: House, copy_id: str, key: str = "eva") -> Admission:
    return house.let_in(house.claim(house.offer(copy_id), key).reading_pass)


def later(house: House, reader: Admission, by: timedelta) -> Admission:
    house.clock.go_on(by)
    return replace(reader, now=house.clock.now())


INVESTIGATED = {
    "Total_Item_Investigations": 1,
    "Unique_Item_Investigations": 1,
    "Unique_Title_Investigations": 1,
}
REQUESTED = {**INVESTIGATED, "Total_Item_Requests": 1, "Unique_Item_Requests": 1, "Unique_Title_Requests": 1}


def test_who_opens_the_book_looks_into_it_and_requests_nothing(house: House, epub_id: str) -> None:
    house.reading.manifest(borrow(house, epub_id))
    assert figures(house) == INVESTIGATED


def test_who_opens_a_chapter_requests_it(house: House, epub_id: str) -> None:
    house.reading.resource(borrow(house, epub_id), "OPS/one.xhtml")
    assert figures(house) == REQUESTED


def test_a_chapter_that_is_fetched_ahead_is_opened_when_it_is_on_the_screen(
    house: House, epub_id: str
) -> None:
    """3.3.3: requests are limited to what users do."""
    reader = borrow(house, epub_id)
    house.reading.resource(reader, "OPS/one.xhtml", ahead=True)
    house.reading.wrapped(reader, "OPS/two.xhtml", "", ahead=True)
    assert figures(house) == {}
    house.reading.opened(reader, "OPS/one.xhtml")
    assert figures(house) == REQUESTED
    house.reading.opened(later(house, reader, 20 * SECOND), "OPS/one.xhtml")
    assert figures(house) == REQUESTED


def test_nothing_but_a_chapter_is_opened(house: House, epub_id: str) -> None:
    reader, of_pdf = borrow(house, epub_id), borrow(house, house.shelve())
    of_pdf_pages = [(of_pdf, path) for path in ("0", "99", "-1", "1.0", "²", "OPS/one.xhtml")]
    for who, path in ((reader, "OPS/style.css"), (reader, "OPS/four.xhtml"), (reader, "1"), *of_pdf_pages):
        with pytest.raises(refusals.NoSuchPart):
            house.reading.opened(who, path)
    assert figures(house) == {}


def test_a_page_of_a_pdf_that_is_fetched_ahead_is_opened_when_it_is_on_the_screen(house: House) -> None:
    reader = borrow(house, house.shelve(a_pdf("Long", *map(str, range(9)))))
    house.reading.page(reader, 2, 800, ahead=True)
    assert figures(house) == {}
    house.reading.opened(reader, "2")
    assert figures(house) == REQUESTED


def test_what_is_fetched_ahead_counts_for_the_pace_as_anything(house: House, epub_id: str) -> None:
    """Else a program would fetch all of a book ahead (decision 0014)."""
    pace = replace(house.reading.pace, at_once=2, a_minute=1)
    reading = replace(house.reading, pace=pace)
    reader = borrow(house, epub_id)
    for name in ("one", "two"):
        reading.resource(reader, f"OPS/{name}.xhtml", ahead=True)
    with pytest.raises(refusals.ReadingTooFast):
        reading.resource(reader, "OPS/three.xhtml", ahead=True)
    reading.opened(reader, "OPS/two.xhtml")


def test_what_comes_with_a_chapter_and_what_is_refused_is_no_use(house: House, epub_id: str) -> None:
    reader = borrow(house, epub_id)
    house.reading.resource(reader, "OPS/style.css")
    for path in ("OPS/four.xhtml", "OPS/nothing.png"):
        with pytest.raises(refusals.NoSuchPart):
            house.reading.resource(reader, path)
    assert figures(house) == {}


def test_chapters_are_items_of_one_title(house: House, epub_id: str) -> None:
    reader = borrow(house, epub_id)
    house.reading.manifest(reader)
    for name in CHAPTERS:
        house.reading.resource(reader, f"OPS/{name}.xhtml")
    assert figures(house) == {
        "Total_Item_Investigations": 4,
        "Unique_Item_Investigations": 4,
        "Unique_Title_Investigations": 1,
        "Total_Item_Requests": 3,
        "Unique_Item_Requests": 3,
        "Unique_Title_Requests": 1,
    }


def test_a_chapter_opened_twice_in_half_a_minute_is_opened_once(house: House, epub_id: str) -> None:
    reader = borrow(house, epub_id)
    for wait in (0, 20, 30, 29, 31):
        reader = later(house, reader, wait * SECOND)
        house.reading.resource(reader, "OPS/one.xhtml")
    found = figures(house)
    assert (found["Total_Item_Requests"], found["Unique_Item_Requests"]) == (2, 1)


def test_an_hour_of_the_clock_is_a_session(house: House, epub_id: str) -> None:
    reader = later(house, borrow(house, epub_id), 59 * MINUTE)
    house.reading.resource(reader, "OPS/one.xhtml")
    house.reading.resource(later(house, reader, 2 * MINUTE), "OPS/one.xhtml")
    assert figures(house) == {metric: 2 * number for metric, number in REQUESTED.items()}


def test_two_readers_are_two_sessions(house: House, epub_id: str) -> None:
    first = house.claim(house.offer(epub_id)).reading_pass
    house.reading.resource(house.let_in(first), "OPS/one.xhtml")
    house.give_back(first.loan)
    house.reading.resource(borrow(house, epub_id, "bo"), "OPS/one.xhtml")
    assert figures(house) == {metric: 2 * number for metric, number in REQUESTED.items()}


def test_an_owners_own_reading_is_not_counted(house: House, epub_id: str) -> None:
    reader = house.own(epub_id)
    house.reading.manifest(reader)
    house.reading.resource(reader, "OPS/one.xhtml")
    assert figures(house) == {}


def test_a_pdf_without_chapters_is_one_item_and_turning_its_pages_opens_nothing(house: House) -> None:
    reader = borrow(house, house.shelve(a_pdf("Long", *map(str, range(9)))))
    house.reading.manifest(reader)
    for number in range(1, 10):
        reader = later(house, reader, MINUTE)
        house.reading.page(reader, number, 800)
        house.reading.page_text(reader, number)
    assert figures(house) == {**REQUESTED, "Total_Item_Investigations": 2}


def test_a_chapter_of_a_pdf_counts_once_in_a_session(house: House) -> None:
    held, counting = HeldLoan(a_loan(), 1, "ana", "edition", None), UseCounting(house.limits, house.use)
    with house.library.change() as desk:
        desk.use.add({})
    for minute, chapter in enumerate(("", "3", "", "3", "7")):
        counting.page_of(held, chapter, NOON + minute * MINUTE)
    counting.page_of(held, "3", NOON + HOUR)
    counts = counted(house.use)
    assert counts[Metric.TOTAL_ITEM_REQUESTS] == counts[Metric.UNIQUE_ITEM_REQUESTS] == 4
    assert counts[Metric.UNIQUE_TITLE_REQUESTS] == 2


def counted(buffer: UseBuffer) -> Counter[Metric]:
    return Counter({key.metric: number for key, number in buffer._counts.items()})


@pytest.mark.parametrize("seed", range(5))
def test_what_is_counted_as_it_comes_is_what_the_code_counts_of_it_all(seed: int) -> None:
    """Away from the turn of an hour, where the one counts the first of two clicks and the other the last."""
    dice, clock = random.Random(seed), FakeClock(NOON)
    buffer = UseBuffer(House().library)
    counting = UseCounting(InProcessLimits(clock), buffer)
    uses: list[Use] = []
    for hour in range(3):
        for seconds in sorted(dice.randrange(300, 3300) for _ in range(150)):
            clock.moment = NOON + hour * HOUR + seconds * SECOND
            loan, chapter = f"loan {dice.randrange(3)}", dice.choice(("", "one", "two"))
            held = HeldLoan(a_loan(loan), 1, "ana", "edition", None)
            if chapter:
                counting.chapter(held, chapter, clock.now())
            else:
                counting.book(held, clock.now())
            act = Act.REQUEST if chapter else Act.INVESTIGATION
            uses.append(Use(loan, "edition", chapter, clock.now(), act))
    of_all = count(uses)["edition"]
    assert counted(buffer) == {metric: months[MARCH] for metric, months in of_all.items()}


def test_what_is_kept_of_a_reading_names_nobody(house: House, epub_id: str) -> None:
    reader = borrow(house, epub_id)
    house.reading.resource(reader, "OPS/one.xhtml")
    house.use.flush()
    kept = repr(house.library.cabinet.use)
    for word in (reader.loan_id, epub_id, "one.xhtml", "eva", "Eva", f"{NOON:%d}T"):
        assert word not in kept


# --- the sums that wait -----------------------------------------------------------------------------------


def test_nobody_who_reads_waits_for_a_write(house: House, epub_id: str) -> None:
    reader = borrow(house, epub_id)
    writes: list[int] = []
    change = house.library.change
    house.library.change = lambda: (writes.append(1), change())[1]  # type: ignore[method-assign, func-returns-value]
    for name in CHAPTERS:
        house.reading.resource(reader, f"OPS/{name}.xhtml")
    assert writes == []
    house.use.flush()
    house.use.flush()
    assert writes == [1]


def test_while_the_database_is_away_the_sums_wait(
    house: House, epub_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    house.reading.resource(borrow(house, epub_id), "OPS/one.xhtml")
    change = house.library.change

    @contextmanager
    def away() -> Iterator[Transaction]:
        raise LibraryUnavailable("locked")
        yield

    house.library.change = away  # type: ignore[method-assign]
    with caplog.at_level(logging.WARNING):
        house.use.flush()
    assert "not written down yet" in caplog.text
    house.library.change = change  # type: ignore[method-assign]
    assert figures(house) == REQUESTED


class Noting:
    """A library that says when it is written."""

    def __init__(self, house: House) -> None:
        self._library = house.library
        self.written = threading.Semaphore(0)

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        with self._library.change() as desk:
            yield desk
        self.written.release()


def test_sums_are_written_after_a_while_by_themselves_and_at_the_end(house: House, epub_id: str) -> None:
    edition_id = house.shelf.entry(house.ana, epub_id).edition.id
    noting = Noting(house)
    soon = UseBuffer(noting, timedelta(milliseconds=10))  # type: ignore[arg-type]
    for _ in range(2):
        soon.add(edition_id, MARCH, [Metric.TOTAL_ITEM_REQUESTS])
        assert noting.written.acquire(timeout=10)
    late = UseBuffer(noting, HOUR)  # type: ignore[arg-type]
    late.add(edition_id, MARCH, [Metric.TOTAL_ITEM_REQUESTS])
    late.close()
    assert noting.written.acquire(timeout=10)
    late.add(edition_id, MARCH, [Metric.TOTAL_ITEM_REQUESTS])
    assert late._timer is None or late._timer.finished.is_set()
    assert figures(house) == {"Total_Item_Requests": 3}


def test_threads_that_add_at_once_all_count(house: House, epub_id: str) -> None:
    edition_id = house.shelf.entry(house.ana, epub_id).edition.id
    buffer = UseBuffer(house.library)

    def add() -> None:
        for _ in range(200):
            buffer.add(edition_id, MARCH, [Metric.TOTAL_ITEM_REQUESTS])
            buffer.flush()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert figures(house) == {"Total_Item_Requests": 800}


def test_the_month_is_that_of_the_use(house: House, epub_id: str) -> None:
    reader = borrow(house, epub_id)
    at = datetime(2026, 4, 1, tzinfo=NOON.tzinfo)
    for moment in (at - SECOND, at):
        house.reading.resource(replace(reader, now=moment), "OPS/one.xhtml")
        house.clock.go_on(MINUTE)
    house.use.flush()
    with house.library.read() as desk:
        months = {key.month for key in desk.use.within(Period(MARCH, Month(2026, 4)))}
    assert months == {MARCH, Month(2026, 4)}
