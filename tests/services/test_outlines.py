"""Each place of a book lies under a line of its contents."""

from lending.epub.package import Package, Section, TocEntry
from lending.services.outlines import chapter_at, chapter_pages, heading_at, outline_of_epub, outline_of_pdf


def package(*toc: TocEntry) -> Package:
    sections = tuple(
        Section(path, "application/xhtml+xml", 1, f"/6/{number}")
        for number, path in enumerate(["cover.xhtml", "a b.xhtml", "c.xhtml", "d.xhtml"])
    )
    return Package("T", sections, {}, toc=toc)


def test_a_place_lies_under_the_last_line_before_it() -> None:
    outline = outline_of_epub(
        package(
            TocEntry("One", "a%20b.xhtml", (TocEntry("One, later", "a%20b.xhtml#%C3%A9nd"),)),
            TocEntry("Nowhere"),
            TocEntry("Elsewhere", "x.xhtml"),
            TocEntry("Three", "d.xhtml#top"),
        )
    )
    assert outline.names(1) == {"énd"}
    assert outline.headings(0, {}) == [(0, "")]
    one = outline.headings(1, {"énd": 50})
    assert [heading_at(one, place) for place in (0, 49, 50, 99)] == ["One", "One", "One, later", "One, later"]
    assert heading_at(outline.headings(2, {}), 0) == "One, later"
    three = outline.headings(3, {"top": 10})
    assert [heading_at(three, place) for place in (9, 10)] == ["One, later", "Three"]


def test_a_line_whose_place_is_not_found_leads_to_the_beginning() -> None:
    outline = outline_of_epub(package(TocEntry("Lost", "c.xhtml#gone")))
    assert heading_at(outline.headings(2, {}), 0) == "Lost"


def test_pages_lie_under_the_last_line_that_led_to_one() -> None:
    below = [{"label": "1.1", "page": 4, "children": []}]
    contents = [
        {"label": "1", "page": 3, "children": below},
        {"label": "nowhere", "page": None, "children": []},
    ]
    outline = outline_of_pdf(contents)
    labels = [heading_at(outline.headings(page, {}), 0) for page in range(1, 6)]
    assert labels == ["", "", "1", "1.1", "1.1"]


def test_chapters_of_a_pdf_are_the_highest_lines_of_which_there_are_several() -> None:
    parts = [line("One", 3, line("One and a half", 4)), line("Two", 9), line("Nowhere", None)]
    assert chapter_pages([]) == ()
    assert chapter_pages(parts) == (3, 9)
    assert chapter_pages([line("The Salt Road", 1, *parts)]) == (3, 9)


def test_a_page_lies_in_the_chapter_that_began_last() -> None:
    assert [chapter_at((3, 9), page) for page in (1, 2, 3, 8, 9, 99)] == ["", "", "3", "3", "9", "9"]
    assert chapter_at((), 5) == ""


def line(label: str, page: int | None, *children: dict[str, object]) -> dict[str, object]:
    return {"label": label, "page": page, "children": list(children)}
