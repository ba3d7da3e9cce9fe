import io
import zipfile

import pytest
from lxml import etree

from lending.epub.archive import Archive
from lending.epub.markup import SVG, XHTML
from lending.epub.package import read_package
from lending.epub.resources import Resource, section_document, serve
from lending.refusals import NoSuchPart, PartUnreadable
from tests.epub.building import Files, files, item, opened, zipped
from tests.epub.judging import harm_in

ITEMS = (
    item("c1", "c1.xhtml")
    + item("s", "a.svg", "image/svg+xml")
    + item("p", "p 1.gif", "image/gif")
    + item("css", "a.css", "text/css")
    + item("m", "a.mp3", "audio/mpeg")
    + item("js", "x.js", "text/javascript")
    + item("v", "a.vtt", "text/vtt")
    + item("g", "gone.xhtml")
)
SPINE = "".join(f'<itemref idref="{identity}"/>' for identity in ("c1", "s", "p", "g"))
DRAWING = f'<svg xmlns="{SVG}" viewBox="0 0 300 400" onload="x"><script/><image href="p%201.gif"/></svg>'
MORE: Files = {
    "OPS/a.svg": DRAWING,
    "OPS/p 1.gif": b"GIF89a\x80\x02\xe0\x01" + b"\0" * 20,
    "OPS/a.css": "p{background:url(http://x.example/a)}",
    "OPS/a.mp3": bytes(range(256)) * 40,
    "OPS/x.js": "alert(1)",
    "OPS/a.vtt": "WEBVTT",
    "OPS/secret.xhtml": "not in the manifest",
}


def book() -> Archive:
    return opened(MORE, items=ITEMS, spine=SPINE)


def part(path: str) -> Resource:
    archive = book()
    return serve(archive, read_package(archive), path)


def page_of(path: str) -> etree._Element:
    archive = book()
    resource = section_document(archive, read_package(archive), path, "Missing!")
    assert resource.media_type == "application/xhtml+xml"
    assert resource.data is not None
    assert resource.size == len(resource.data)
    assert harm_in(resource.data) == []
    return etree.fromstring(resource.data)


def data_of(path: str) -> bytes:
    data = part(path).data
    assert data is not None
    return data


def viewport_of(page: etree._Element) -> str | None:
    meta = page.find(f".//{{{XHTML}}}meta[@name='viewport']")
    return None if meta is None else meta.get("content")


def test_a_chapter_is_served_clean_and_as_xhtml() -> None:
    chapter = part("OPS/c1.xhtml")
    assert chapter.media_type == "application/xhtml+xml"
    assert b"dark night" in data_of("OPS/c1.xhtml")
    assert chapter.size == len(data_of("OPS/c1.xhtml"))


def test_a_drawing_and_a_stylesheet_are_cleaned() -> None:
    assert harm_in(data_of("OPS/a.svg")) == []
    assert b"x.example" not in data_of("OPS/a.css")
    assert data_of("OPS/a.vtt") == b"WEBVTT"


@pytest.mark.parametrize(
    "path",
    [
        "OPS/x.js",
        "OPS/secret.xhtml",
        "OPS/package.opf",
        "META-INF/container.xml",
        "mimetype",
        "../c1.xhtml",
        "/etc/passwd",
        "",
        "OPS/gone.xhtml",
        "OPS/",
    ],
)
def test_nothing_else_is_served(path: str) -> None:
    with pytest.raises(NoSuchPart):
        part(path)


def test_sound_is_a_stream_that_seeks() -> None:
    sound = part("OPS/a.mp3")
    assert sound.data is None
    assert sound.opener is not None
    assert sound.size == 10240
    with sound.opener() as stream:
        stream.seek(5000)
        assert stream.read(3) == (bytes(range(256)) * 40)[5000:5003]


def test_a_chapter_in_the_spine_is_the_chapter_itself() -> None:
    assert page_of("OPS/c1.xhtml").find(f".//{{{XHTML}}}h1").get("id") == "top"


def test_a_picture_in_the_spine_gets_a_page_of_its_size() -> None:
    page = page_of("OPS/p 1.gif")
    assert page.find(f".//{{{XHTML}}}img").get("src") == "../../r/OPS/p%201.gif"
    assert viewport_of(page) == "width=640, height=480"


def test_a_drawing_in_the_spine_gets_a_page_and_keeps_its_pictures() -> None:
    page = page_of("OPS/a.svg")
    assert page.find(f".//{{{SVG}}}image").get("href") == "../../r/OPS/p%201.gif"
    assert viewport_of(page) == "width=300, height=400"


def test_a_missing_chapter_says_so() -> None:
    assert "Missing!" in "".join(map(str, page_of("OPS/gone.xhtml").itertext()))


@pytest.mark.parametrize("path", ["OPS/a.css", "OPS/secret.xhtml", "x"])
def test_what_is_not_in_the_spine_has_no_page(path: str) -> None:
    archive = book()
    with pytest.raises(NoSuchPart):
        section_document(archive, read_package(archive), path)


def test_a_damaged_chapter_among_others_is_unreadable_by_itself() -> None:
    more: Files = {"OPS/c2.xhtml": "<p>will be damaged</p>"}
    items = item("c1", "c1.xhtml") + item("c2", "c2.xhtml")
    spine = '<itemref idref="c2"/><itemref idref="c1"/>'
    data = bytearray(zipped(files(more, items=items, spine=spine), zipfile.ZIP_STORED).getvalue())
    data[data.index(b"will be")] ^= 1
    archive = Archive(io.BytesIO(bytes(data)))
    package = read_package(archive)
    with pytest.raises(PartUnreadable):
        serve(archive, package, "OPS/c2.xhtml")
    assert serve(archive, package, "OPS/c1.xhtml").data


def test_a_chapter_too_long_to_hold_is_unreadable() -> None:
    more: Files = {"OPS/c2.xhtml": b" " * (17 << 20)}
    contents = files(more, items=item("c1", "c1.xhtml") + item("c2", "c2.xhtml"))
    archive = Archive(zipped(contents, zipfile.ZIP_STORED))
    with pytest.raises(PartUnreadable):
        serve(archive, read_package(archive), "OPS/c2.xhtml")
