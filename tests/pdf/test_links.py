"""Where a page leads."""

import io

import pytest

from lending.pdf import links
from lending.pdf.document import Document
from lending.pdf.records import PageLink

from .by_hand import Pdf, book


def links_of(*actions: str, count: int = 1, page_entries: str = "") -> list[PageLink]:
    pdf = Pdf()
    annotations = [
        pdf.add(f"<< /Type /Annot /Subtype /Link /Rect [100 700 200 720] {action} >>")
        for action in actions * count
    ]
    listed = " ".join(f"{annotation} 0 R" for annotation in annotations)
    raw = book(["", "", ""], page_entries=f"/Annots [{listed}] {page_entries}", pdf=pdf)
    with Document(io.BytesIO(raw)) as document:
        return document.text(0).links


def to_address(address: str) -> str:
    return f"/A << /S /URI /URI ({address}) >>"


def test_a_link_leads_to_a_page_of_the_book():
    (link,) = links_of("/Dest [2 /Fit]")
    assert (link.page, link.href) == (2, "")
    assert link.box == pytest.approx((100, 842 - 720, 100, 20), abs=0.02)


def test_a_link_may_say_it_with_an_action():
    assert [link.page for link in links_of("/A << /S /GoTo /D [1 /XYZ 0 0 0] >>")] == [1]


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=c", "http://example.org/", "mailto:a@example.org"]
)
def test_a_link_leads_to_an_address(address: str):
    assert [(link.page, link.href) for link in links_of(to_address(address))] == [(None, address)]


@pytest.mark.parametrize(
    "action",
    [
        to_address("javascript:alert(1)"),
        to_address("file:///etc/passwd"),
        to_address("data:text/html,x"),
        to_address("https://example.org/" + "a" * 2000),
        to_address("https://example.org/a\\nb"),
        "/A << /S /JavaScript /JS (app.alert(1)) >>",
        "/A << /S /Launch /F (calc.exe) >>",
        "/A << /S /GoToR /F (other.pdf) /D [0 /Fit] >>",
        "/Dest [77 /Fit]",
        "/Dest (nowhere)",
        "",
    ],
)
def test_whatever_else_a_link_may_ask_for_is_left_out(action: str):
    assert links_of(action) == []


def test_links_stand_where_they_are_seen_on_a_turned_page():
    (link,) = links_of("/Dest [2 /Fit]", page_entries="/Rotate 90")
    assert link.box == pytest.approx((700, 100, 20, 100), abs=0.02)


def test_the_number_of_links_is_bounded():
    assert len(links_of("/Dest [2 /Fit]", count=links.MAX_LINKS + 50)) == links.MAX_LINKS
