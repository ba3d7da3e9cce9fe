"""Marks as a text to read and to keep."""

import pytest

from lending.marks.markdown import Words, literal, markdown
from lending.marks.records import Kind
from tests.marks.test_taking_home import PDF, a_book, a_mark, taken


def test_chapters_head_what_was_marked_in_them() -> None:
    home = taken(
        a_mark("a", 0.1, chapter="one.xhtml", note="Patient!\n\nAnd still."),
        a_mark("b", 0.2, chapter="one.xhtml", kind=Kind.BOOKMARK, text="It stood"),
        a_mark("c", 0.7, chapter="two.xhtml", text="One line.\nAnother."),
    )
    assert markdown(home, Words()) == (
        "# The \\*Heron\\*\n\nAna, Luis\n\n"
        "## One\n\n*10 %*\n\n> The heron stood.\n\nPatient!\n\nAnd still.\n\n"
        "*Bookmark, 20 %*\n\n> It stood\n\n"
        "## Two\n\n*70 %*\n\n> One line.\n> Another.\n"
    )


def test_a_pdf_without_contents_is_told_by_its_pages() -> None:
    book = a_book(media_type=PDF, chapters={})
    home = taken(a_mark("a", 0.1, page=3), a_mark("b", 0.2, page=3), a_mark("c", 0.3, page=4), book=book)
    text = markdown(home, Words(page="Seite {page}"))
    assert text.count("## Seite 3") == text.count("## Seite 4") == 1


def test_a_pdf_with_contents_says_the_page_at_each_mark() -> None:
    book = a_book(media_type=PDF, chapters={1: "Herons"})
    text = markdown(taken(a_mark("a", page=3, chapter=1), book=book), Words())
    assert "## Herons\n\n*Page 3*\n\n> The heron" in text


def test_where_nothing_was_marked_it_says_so() -> None:
    assert markdown(taken(), Words()).endswith("\n\nNothing was marked.\n")


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("<b>bold</b> & [link](x)", "\\<b\\>bold\\</b\\> \\& \\[link\\](x)"),
        ("# not a heading", "\\# not a heading"),
        ("2. not a list", "2\\. not a list"),
        ("- nor this\n\t+ or this", "\\- nor this\n\\+ or this"),
        ("well-known, 3.5", "well-known, 3.5"),
        ("plain words", "plain words"),
    ],
)
def test_nothing_in_a_text_is_taken_for_markup(said: str, written: str) -> None:
    assert literal(said) == written


def test_the_readers_line_breaks_are_kept() -> None:
    assert "first\\\nsecond" in markdown(taken(a_mark("a", note="first\nsecond")), Words())
