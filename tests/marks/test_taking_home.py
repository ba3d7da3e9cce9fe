"""Marks with what the book is called, in the order of its pages."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

from lending.marks.records import Ink, Kind, Mark, Writing
from lending.marks.taking_home import Book, Collection, collection, labels

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPUB, PDF = "application/epub+zip", "application/pdf"


def a_book(*identifiers: str, media_type: str = EPUB, chapters: dict[str | int, str] | None = None) -> Book:
    chapters = {"one.xhtml": "One", "two.xhtml": "Two"} if chapters is None else chapters
    sections = ("epubcfi(/6/2)", "epubcfi(/6/4)")
    return Book("The *Heron*", ("Ana", "Luis"), "en", media_type, identifiers, "ab" * 32, chapters, sections)


def a_mark(
    mark_id: str,
    fraction: float = 0.5,
    *,
    kind: Kind = Kind.HIGHLIGHT,
    text: str = "The heron stood.",
    note: str = "",
    deleted: bool = False,
    **locator: object,
) -> Mark:
    ink = Ink.GREEN if kind is Kind.HIGHLIGHT else Ink.NONE
    writing = Writing(kind, json.dumps(locator), fraction, text, note, ink)
    return Mark(mark_id, 1, writing, NOON, NOON + timedelta(hours=1), deleted)


def taken(*marks: Mark, book: Book | None = None) -> Collection:
    return collection(book or a_book(), marks, NOON)


def test_marks_stand_in_the_books_order_and_deleted_ones_are_gone() -> None:
    home = taken(a_mark("late", 0.9), a_mark("early", 0.1), a_mark("gone", 0.2, deleted=True))
    assert [one.mark.id for one in home.keepsakes] == ["early", "late"]


def test_of_the_books_words_a_mark_takes_home_what_may_be_quoted_and_of_the_readers_all() -> None:
    marks = [a_mark("m", 0.1, text="The heron stood.", note="Seen it.")]
    for longest, text in ((None, "The heron stood."), (9, "The heron"), (0, "")):
        writing = collection(a_book(), marks, NOON, longest).keepsakes[0].mark.writing
        assert (writing.text, writing.note) == (text, "Seen it.")


@pytest.mark.parametrize(
    ("identifier", "iri"),
    [
        ("urn:isbn:9780306406157", "urn:isbn:9780306406157"),
        ("ISBN 978-0-306-40615-7", "urn:isbn:9780306406157"),
        ("0-8044-2957-x", "urn:isbn:080442957X"),
        ("5b0f9a52-3f6e-4b06-9a35-1d7f6d7c3a11", "urn:uuid:5b0f9a52-3f6e-4b06-9a35-1d7f6d7c3a11"),
        ("https://www.gutenberg.org/84", "https://www.gutenberg.org/84"),
    ],
)
def test_a_book_is_called_by_its_own_identifier(identifier: str, iri: str) -> None:
    assert a_book("no name for anything", identifier).iri == iri


def test_a_book_without_an_identifier_is_called_by_its_content() -> None:
    digest = base64.urlsafe_b64encode(b"\xab" * 32).decode().rstrip("=")
    assert a_book().iri == a_book("Smith & Sons, 1901").iri == f"ni:///sha-256;{digest}"


def test_a_place_is_read_from_its_locator() -> None:
    epub, point, pdf, odd = taken(
        a_mark("a", 0.1, cfi="epubcfi(/6/4!/4/2,/1:0,/1:9)", chapter="two.xhtml"),
        a_mark("b", 0.2, section=1, start=3, end=9),
        a_mark("c", 0.3, page=12, start=3, end=9, chapter=True),
        a_mark("d", 0.4, cfi=7, page="x", section=99, chapter="none.xhtml"),
    ).keepsakes
    assert (epub.cfi, epub.chapter, epub.page) == ("epubcfi(/6/4!/4/2,/1:0,/1:9)", "Two", None)
    assert point.cfi == "epubcfi(/6/4)"
    assert (pdf.cfi, pdf.chapter, pdf.page) == ("", "", 12)
    assert (odd.cfi, odd.chapter, odd.page) == ("", "", None)


def test_a_mark_keeps_its_name_whenever_it_is_taken_home() -> None:
    (first, other), (again, _) = (taken(a_mark("a", 0.1), a_mark("b")).keepsakes for _ in range(2))
    assert first.urn == again.urn != other.urn


def test_the_first_line_that_leads_to_a_place_names_it() -> None:
    deeper = {"label": "Inner", "page": 3, "children": []}
    lines = [{"label": " First\nline ", "page": 2, "children": [deeper]}, {"label": "Second", "page": 2}]
    assert labels([*lines, {"label": "Nowhere", "page": None}], "page") == {2: "First line", 3: "Inner"}
