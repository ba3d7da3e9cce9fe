import pytest
from ebooklib import epub

from lending.epub.package import read_package
from tests.epub.building import NAV, item, opened

ENTRIES = '<li><a href="c1.xhtml">One</a></li>'


def test_ebooklib_is_asked_and_never_sees_a_chapter(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = epub.EpubReader.read_file

    def watched(reader: epub.EpubReader, name: str) -> bytes:
        data = real(reader, name)
        seen.append((name, data))
        return bytes(data)

    monkeypatch.setattr(epub.EpubReader, "read_file", watched)
    items = item("c1", "c1.xhtml") + item("nav", "nav.xhtml", more='properties="nav"')
    package = read_package(opened({"OPS/nav.xhtml": NAV.replace("{entries}", ENTRIES)}, items=items))
    assert [entry.label for entry in package.toc] == ["One"]
    assert "chapter.xhtml" in dict(seen)
    assert not any(b"dark night" in data for _, data in seen)


def test_a_book_that_ebooklib_cannot_read_opens_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def throws(*_: object) -> None:
        raise AttributeError("'NoneType' object has no attribute 'text'")

    monkeypatch.setattr(epub, "read_epub", throws)
    package = read_package(
        opened(
            metadata="<dc:title>T</dc:title><dc:creator>A</dc:creator>",
            spine='<itemref idref="c1" linear="no"/>',
            spine_attributes='page-progression-direction="rtl"',
        )
    )
    assert (package.title, package.authors, package.direction) == ("T", ("A",), "rtl")
    assert [section.linear for section in package.sections] == [False]
