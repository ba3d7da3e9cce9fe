"""A whole book is looked through, a moment at a time."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lending import refusals
from lending.services import searching
from lending.services.reading import Admission
from lending.services.searching import Found
from tests.epub.building import files, item, zipped
from tests.services.conftest import House
from tests.services.fakes import NOON
from tests.services.making import a_pdf

XHTML = '<html xmlns="http://www.w3.org/1999/xhtml"><body>{}</body></html>'
NAV = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>'
    '<nav epub:type="toc"><ol><li><a href="c0.xhtml">The sea</a><ol>'
    '<li><a href="c0.xhtml#b">Deeper</a></li></ol></li>'
    '<li><a href="c2.xhtml">The shore</a></li></ol></nav></body></html>'
)


def an_epub(*bodies: str) -> bytes:
    names = [f"c{number}" for number in range(len(bodies))]
    chapters = {f"OPS/{name}.xhtml": XHTML.format(body) for name, body in zip(names, bodies, strict=True)}
    return zipped(
        files(
            {"OPS/nav.xhtml": NAV, **chapters},
            items="".join(item(name, f"{name}.xhtml") for name in names)
            + item("n", "nav.xhtml", more='properties="nav"'),
            spine="".join(f'<itemref idref="{name}"/>' for name in names),
        )
    ).read()


def own(house: House, book: bytes) -> Admission:
    loan = house.lending.take_off_shelf(house.ana, house.shelve(book))
    return house.reading.admit(loan.id, None, house.ana)


def seen(found: Found) -> list[tuple[int, str, str]]:
    return [(hit.part, hit.hit.match, hit.chapter) for hit in found.hits]


@pytest.fixture
def epub(house: House) -> Admission:
    return own(
        house,
        an_epub("<p>A héron.</p><p id='b'>Two HERONS.</p>", "<p>None.</p><p>No heron</p>", "<p>heron</p>"),
    )


def test_all_hits_of_an_epub_come_in_order_with_their_chapters(house: House, epub: Admission) -> None:
    found = house.searching.search(epub, "Heron")
    assert seen(found) == [
        (0, "héron", "The sea"),
        (0, "HERON", "Deeper"),
        (1, "heron", "Deeper"),
        (2, "heron", "The shore"),
    ]
    assert (found.next, found.parts) == (None, 3)


def test_a_hit_is_found_at_its_place_in_the_text(house: House, epub: Admission) -> None:
    hit = house.searching.search(epub, "two herons", 0).hits[0].hit
    assert "A héron.Two HERONS."[hit.start : hit.end] == "Two HERONS"
    assert (hit.before, hit.after) == ("A héron. ", ".")


def test_all_hits_of_a_pdf_come_by_page(house: House) -> None:
    pdf = own(house, a_pdf("P", "a heron", "her-/on two", "nothing", "x", "damaged", "heron Heron"))
    found = house.searching.search(pdf, "heron")
    assert [hit.part for hit in found.hits] == [1, 2, 6, 6]
    assert (found.next, found.parts) == (None, 6)


def test_looking_begins_where_it_is_asked_to(house: House, epub: Admission) -> None:
    assert [hit.part for hit in house.searching.search(epub, "heron", 1).hits] == [1, 2]


@pytest.mark.parametrize("first", [-1, 3, 10**9])
def test_a_part_that_there_is_not_is_refused(house: House, epub: Admission, first: int) -> None:
    with pytest.raises(refusals.NoSuchPart):
        house.searching.search(epub, "heron", first)


def test_a_query_without_end_is_refused(house: House, epub: Admission) -> None:
    with pytest.raises(refusals.UnacceptableInput):
        house.searching.search(epub, "x" * 201)


def test_who_asks_without_end_is_asked_to_wait(house: House, epub: Admission) -> None:
    for _ in range(600):
        house.searching.search(epub, "heron")
    with pytest.raises(refusals.ReadingTooFast) as refused:
        house.searching.search(epub, "heron")
    assert refused.value.wait == timedelta(minutes=1)


def test_nothing_is_found_of_what_can_not_be_compared(house: House, epub: Admission) -> None:
    assert house.searching.search(epub, " \u0301") == Found([], None, 3)


def test_a_call_ends_when_its_moment_is_over_and_the_next_goes_on(house: House, epub: Admission) -> None:
    slowly = replace(house.searching, clock=TickingClock(timedelta(seconds=0.3)))
    first = slowly.search(epub, "heron")
    assert ([hit.part for hit in first.hits], first.next) == ([0, 0, 1], 2)
    rest = slowly.search(epub, "heron", first.next)
    assert ([hit.part for hit in rest.hits], rest.next) == ([2], None)


def test_a_call_ends_when_there_are_enough_hits(
    house: House, epub: Admission, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "ENOUGH", 2)
    assert house.searching.search(epub, "heron").next == 1


def test_hits_in_one_part_are_bounded(house: House) -> None:
    found = house.searching.search(own(house, an_epub(f"<p>{'e' * 1_500}</p>", "<p>e</p>", "")), "e")
    assert (len(found.hits), found.next) == (1_000, 1)


def test_a_broken_part_is_passed_over(house: House) -> None:
    book = bytearray(an_epub("<p>heron</p>", "<p>what breaks: heron</p>", "<p>heron</p>"))
    reader = own(house, bytes(book))
    edition = house.reading.seen(reader.held).edition
    at = book.index(b"OPS/c1.xhtml") + len("OPS/c1.xhtml") + 5
    book[at : at + 5] = bytes(5)
    house.files.kept[edition.file_id] = bytes(book)
    assert [hit.part for hit in house.searching.search(reader, "heron").hits] == [0, 2]


def test_a_book_is_read_once(house: House, epub: Admission) -> None:
    before = house.searching.search(epub, "heron")
    edition = house.reading.seen(epub.held).edition
    del house.files.kept[edition.file_id]
    assert house.searching.search(epub, "heron") == before


def test_pages_are_read_once(house: House) -> None:
    pdf = own(house, a_pdf("P", *(f"heron {number}" for number in range(9))))
    before = house.searching.search(pdf, "heron")
    del house.files.kept[house.reading.seen(pdf.held).edition.file_id]
    assert len(before.hits) == 9
    assert house.searching.search(pdf, "heron") == before


class TickingClock:
    """Goes on by itself each time that it is looked at."""

    def __init__(self, tick: timedelta) -> None:
        self._moment = NOON
        self._tick = tick

    def now(self) -> datetime:
        self._moment += self._tick
        return self._moment
