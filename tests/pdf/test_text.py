"""The text of a page and where it stands."""

import io
import time

import pytest

from lending.pdf import text
from lending.pdf.document import Document
from lending.pdf.records import PageText
from lending.refusals import PartUnreadable

from .by_hand import book, text_stream


def text_of(raw: bytes) -> PageText:
    with Document(io.BytesIO(raw)) as document:
        return document.text(0)


def words(page: PageText) -> list[str]:
    return [line[4] for line in page.lines]


def test_lines_come_in_reading_order_with_their_places():
    page = text_of(book([text_stream("First line", y=700) + " " + text_stream("Second line", y=660)]))
    assert (page.width, page.height) == (595, 842)
    assert words(page) == ["First line", "Second line"]
    (x, y, width, height, _), second = page.lines
    assert x == pytest.approx(72, abs=2)
    assert y < 842 - 700 < y + height  # the baseline is inside the box
    assert 90 < width < 130
    assert second[1] - y == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize(("angle", "x", "y"), [(0, 72, 142), (90, 700, 72), (180, 523, 700), (270, 142, 523)])
def test_places_are_those_of_the_page_as_it_is_seen(angle: int, x: float, y: float):
    ((left, top, width, height, _),) = text_of(book(page_entries=f"/Rotate {angle}")).lines
    assert left - 3 <= x <= left + width + 3
    assert top - 3 <= y <= top + height + 3
    assert (width > height) == (angle in (0, 180))


def test_the_words_of_a_page_are_its_lines_without_their_places():
    raw = book(["\n".join(text_stream(f"line {n}", y=700 - 20 * n) for n in range(5))] * 3)
    with Document(io.BytesIO(raw)) as document:
        lines = "".join(f"{line[4]}\n" for line in document.text(1).lines)
        assert document.words(1, 1) == [lines]
        assert lines.startswith("line 0\nline 1\n")


def test_a_run_of_pages_ends_when_a_moment_has_passed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(text, "read_words", lambda pdf, index: time.sleep(0.1) or f"page {index}")
    with Document(io.BytesIO(book([text_stream("x")] * 9))) as document:
        run = document.words(2, 7)
    assert run == [f"page {index}" for index in range(2, 2 + len(run))]
    assert 1 < len(run) < 5


def test_a_page_that_can_not_be_read_is_missing_from_its_run(monkeypatch: pytest.MonkeyPatch):
    def broken(pdf: object, index: int) -> str:
        if index == 1:
            raise PartUnreadable
        return "read"

    monkeypatch.setattr(text, "read_words", broken)
    with Document(io.BytesIO(book([text_stream("x")] * 3))) as document:
        assert document.words(0, 3) == ["read", None, "read"]


def test_places_are_counted_from_the_crop_box():
    ((left, top, _, height, _),) = text_of(book(page_entries="/CropBox [50 100 595 750]")).lines
    assert left == pytest.approx(72 - 50, abs=2)
    assert top < 750 - 700 < top + height


def test_columns_are_separate_lines():
    page = text_of(
        book([text_stream("left column", x=50, size=10) + " " + text_stream("right one", x=350, size=10)])
    )
    assert words(page) == ["left column", "right one"]


def test_words_set_one_by_one_are_one_line():
    page = text_of(book(["BT /F1 12 Tf 72 700 Td (one) Tj 24 0 Td (line) Tj ET"]))
    assert words(page) == ["one line"]


def test_a_page_without_text_has_no_lines():
    assert text_of(book(["0 0 100 100 re f"])).lines == []


def test_control_characters_never_come_out():
    page = text_of(book([text_stream("a\\000b\\001c\\033d")]))
    assert all(char.isprintable() for word in words(page) for char in word)


def test_the_number_of_lines_is_bounded():
    many = " ".join(text_stream(f"l{n}", y=n, size=1) for n in range(800))
    crowded = "\n".join([many] * 10)
    assert 4_000 < len(text_of(book([crowded])).lines) <= text.MAX_LINES


def column(letters: str, x: float, *, bottom: float = 300) -> text._Line:
    line = text._Line()
    for number, letter in enumerate(letters):
        top = bottom + 10 * (len(letters) - number)
        line.add(letter, x, top - 10, x + 10, top)
    return line


def test_columns_of_japanese_are_read_from_right_to_left_however_they_were_written():
    first, second = column("あいうえお", 229, bottom=280), column("日本語", 213)
    assert text._from_right_to_left([second, first]) == [first, second]
    assert text._from_right_to_left([first, second]) == [first, second]


def test_lines_that_are_no_columns_beside_each_other_stay_as_they_are():
    upper, lower = column("あいう", 100, bottom=600), column("えおか", 200, bottom=300)
    latin = [column("abc", 100), column("def", 200)]
    assert text._from_right_to_left([upper, lower]) == [upper, lower]
    assert text._from_right_to_left(latin) == latin
