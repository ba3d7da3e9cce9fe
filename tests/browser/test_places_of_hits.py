"""A hit is a pair of offsets into the text that the browser has: server and Chromium count the same."""

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from lending.epub.archive import Archive
from lending.epub.package import read_package
from lending.epub.text import section_text
from tests.browser.conftest import House, Visitor
from tests.epub.building import files, item, zipped

Visit = Callable[..., Visitor]

CORPUS = os.environ.get("LENDING_CORPUS")  # noqa: TID251 - where the corpus lies
EPUBS = sorted(Path(CORPUS).glob("good/*.epub")) if CORPUS else []
MOST_SECTIONS = 12

TEXT_NODES = """(served) => {
  const page = new DOMParser().parseFromString(served, "application/xhtml+xml");
  const walker = page.createTreeWalker(page.body, NodeFilter.SHOW_TEXT);
  let text = "";
  while (walker.nextNode()) text += walker.currentNode.data;
  return text;
}"""

ODD = """<html xmlns="http://www.w3.org/1999/xhtml"><head><title>not of the body</title></head><body>
<p>One&nbsp;&eacute;&#233; &amp; <![CDATA[two <b>]]> 😀 heron<!-- heron --></p><style>p { color: red }</style>
<p><ruby>漢<rt>かん</rt>字<rt>じ</rt></ruby> <b>her</b>on\r\n  HÉRON</p><script>"heron"</script>
<svg xmlns="http://www.w3.org/2000/svg"><title>heron</title><text>heron</text></svg></body></html>"""
BROKEN = "<html><body><p>Unclosed <b>heron<p>&unknown; & 😀 <i>more</p></i> heron"


def odd_book() -> bytes:
    items = item("c1", "c1.xhtml") + item("c2", "c2.xhtml")
    spine = '<itemref idref="c1"/><itemref idref="c2"/>'
    return zipped(files({"OPS/c1.xhtml": ODD, "OPS/c2.xhtml": BROKEN}, items=items, spine=spine)).read()


class Reading:
    """A book that Maria reads, seen through the API by a browser.

    Its page is a blank one: what is parsed on one of ours would be under its policy, and complain.
    """

    def __init__(self, visitor: Visitor, house: House, book: Path) -> None:
        visitor.context.add_cookies([house.session("maria")])
        copy = house.add(book)
        taken = house.api().post(f"{house.address}/api/v1/copies/{copy['id']}/reading", timeout=60).json()
        self.page: Page = visitor.page
        self.base = f"{house.address}/api/v1/loans/{taken['loan']['id']}/"
        self.sections = self.get("manifest")["sections"]

    def get(self, path: str) -> Any:
        return self.page.request.get(self.base + path).json()

    def text(self, index: int) -> str:
        """The text nodes of a section, as Chromium has them, in UTF-16 as it counts."""
        served = self.page.request.get(self.base + self.sections[index]["href"]).text()
        text: str = self.page.evaluate(TEXT_NODES, served)
        return text


def utf16(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def test_hits_are_where_the_browser_has_them(visit: Visit, house: House, tmp_path: Path) -> None:
    book = tmp_path / "odd.epub"
    book.write_bytes(odd_book())
    reading = Reading(visit(), house, book)
    texts = [reading.text(index) for index in range(2)]
    found = reading.get("search?q=heron")["hits"]
    assert [(hit["part"], utf16(texts[hit["part"]], hit["start"], hit["end"])) for hit in found] == [
        (0, "heron"),
        (0, "heron"),
        (0, "HÉRON"),
        (0, "heron"),
        (1, "heron"),
        (1, "heron"),
    ]
    (kanji,) = reading.get("search?q=漢字")["hits"]
    assert utf16(texts[0], kanji["start"], kanji["end"]) == "漢かん字"


if CORPUS:

    @pytest.mark.parametrize("path", EPUBS, ids=lambda path: path.stem)
    def test_server_and_browser_have_the_same_text_of_a_good_book(
        visit: Visit, house: House, path: Path
    ) -> None:
        reading = Reading(visit(), house, path)
        archive = Archive(io.BytesIO(path.read_bytes()))
        package = read_package(archive)
        longest = sorted(range(len(package.sections)), key=lambda index: -package.sections[index].size)
        for index in sorted(longest[:MOST_SECTIONS]):
            if not package.sections[index].missing:
                expected = section_text(archive, package, package.sections[index].path).text
                assert reading.text(index) == expected, package.sections[index].path
