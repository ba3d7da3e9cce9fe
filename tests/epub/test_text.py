"""The text of a section is what the text nodes of the page that is served come to."""

import pytest
from lxml import etree

from lending.epub.markup import SVG, XHTML
from lending.epub.package import read_package
from lending.epub.resources import section_document
from lending.epub.text import SectionText, section_text
from lending.refusals import NoSuchPart
from tests.epub.building import item, opened

PAGE = f'<html xmlns="{XHTML}"><head><title>no text of the body</title></head><body>%s</body></html>'


def text_of(body: str, *ids: str, page: str = PAGE) -> SectionText:
    archive = opened({"OPS/c1.xhtml": page.replace("%s", body)})
    package = read_package(archive)
    found = section_text(archive, package, "OPS/c1.xhtml", ids)
    served = section_document(archive, package, "OPS/c1.xhtml").data
    assert served is not None
    assert found.text == "".join(map(str, etree.fromstring(served)[-1].itertext()))
    return found


def seen(body: str) -> str:
    """The text with its cuts made, `|` where blocks were parted."""
    found = text_of(body)
    parts, done = [], 0
    for start, end in found.cuts:
        parts += [found.text[done:start], "|" * (start == end)]
        done = end
    return "".join([*parts, found.text[done:]])


@pytest.mark.parametrize(
    "body",
    [
        "<p>One</p>\n<p>T&#252;wo &amp; three&nbsp;four<!-- five --><script>six</script></p>",
        "<p>A<style>p { color: red }</style>b</p><style type='text/x'>gone</style>",
        "<p>unclosed <b>bold <p>and &unknown; more",
        "<object data='x.swf'>what stands <i>instead</i></object>",
        "<![CDATA[as <it> is]]>",
        "<p>line\r\nbreaks&#13;of every&#x85;kind</p>",
    ],
)
def test_the_text_is_that_of_the_page_that_is_served(body: str) -> None:
    assert text_of(body).text


def test_a_page_that_is_only_a_drawing_has_its_texts() -> None:
    drawing = f'<svg xmlns="{SVG}"><title>T</title><text>Drawn</text></svg>'
    archive = opened(
        {"OPS/a.svg": drawing}, items=item("s", "a.svg", "image/svg+xml"), spine='<itemref idref="s"/>'
    )
    package = read_package(archive)
    found = section_text(archive, package, "OPS/a.svg")
    served = section_document(archive, package, "OPS/a.svg").data
    assert served is not None
    assert found.text == "TDrawn" == "".join(map(str, etree.fromstring(served)[-1].itertext()))
    assert found.cuts == ((0, 1),)


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby></p>", "漢字|"),
        ("<p>a<style>p{}</style>b</p>", "ab|"),
        ("<ruby>a<rtc>b<rt>c</rt></rtc></ruby>d", "ad"),
    ],
)
def test_what_nobody_sees_is_cut_out(body: str, read: str) -> None:
    assert seen(body) == read


@pytest.mark.parametrize(
    ("body", "read"),
    [
        ("<p>End</p><p>Start</p>", "End|Start|"),
        ("<p>End</p>\n<p>Start</p>\n", "End\nStart\n"),
        ("<div>Before<p>after</p>tail<br/>line</div> ", "Before|after|tail||line "),
        ("<p>in<i>li</i>ne</p>\n", "inline\n"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a|b|||"),
    ],
)
def test_blocks_are_parted_where_nothing_stands_between_them(body: str, read: str) -> None:
    assert seen(body) == read


def test_it_is_told_where_the_wanted_places_are() -> None:
    body = "<p>😀é</p><h2 id='two'>Two</h2><p><a name='three'/>x<b id='two'>again</b></p>"
    assert text_of(body, "two", "three", "none").anchors == {"two": 3, "three": 6}


def test_a_book_with_our_marks_in_its_text_is_left_as_it_is() -> None:
    assert text_of("<p>a\ufdd0b</p><p>c</p>", "x") == SectionText("a\ufdd0bc")


def test_pictures_and_missing_chapters_have_no_text() -> None:
    archive = opened(
        {"OPS/p.gif": b"GIF89a"},
        items=item("c1", "c1.xhtml") + item("p", "p.gif", "image/gif") + item("g", "gone.xhtml"),
        spine='<itemref idref="p"/><itemref idref="g"/><itemref idref="c1"/>',
    )
    package = read_package(archive)
    assert [section_text(archive, package, f"OPS/{name}").text for name in ("p.gif", "gone.xhtml")] == [
        "",
        "",
    ]


def test_what_is_no_section_has_no_text() -> None:
    archive = opened()
    with pytest.raises(NoSuchPart):
        section_text(archive, read_package(archive), "OPS/package.opf")
