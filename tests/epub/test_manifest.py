import json
from urllib.parse import unquote, urlsplit

from lending.epub.manifest import reader_manifest
from lending.epub.package import read_package
from tests.epub.building import NAV, item, opened


def test_the_manifest_tells_the_reading_page_all_it_needs() -> None:
    items = (
        item("c", "a%20%23%3Fé.xhtml", more='media-overlay="o"')
        + item("p", "p.jpg", "image/jpeg")
        + item("g", "gone.xhtml")
        + item("o", "o.smil", "application/smil+xml")
        + item("nav", "nav.xhtml", more='properties="nav"')
    )
    archive = opened(
        {
            "OPS/a #?é.xhtml": "x",
            "OPS/p.jpg": "x",
            "OPS/o.smil": "<smil/>",
            "OPS/nav.xhtml": NAV.replace("{entries}", '<li><a href="a%20%23%3Fé.xhtml#n">A</a></li>'),
        },
        items=items,
        spine="""<itemref idref="c"/><itemref idref="p" linear="no" properties="page-spread-right"/>
        <itemref idref="g"/>""",
        metadata="<dc:title>T</dc:title><dc:language>fr</dc:language>"
        '<meta property="rendition:layout">pre-paginated</meta><meta property="rendition:spread">none</meta>',
        spine_attributes='page-progression-direction="rtl"',
    )
    manifest = json.loads(json.dumps(reader_manifest(read_package(archive))))
    assert manifest == {
        "metadata": {"title": "T", "author": [], "language": "fr"},
        "dir": "rtl",
        "rendition": {"layout": "pre-paginated", "spread": "none"},
        "sections": [
            {
                "id": "OPS/a%20%23%3F%C3%A9.xhtml",
                "href": "r/OPS/a%20%23%3F%C3%A9.xhtml",
                "size": 1,
                "linear": "yes",
                "cfi": "/6/2",
                "mediaOverlay": "r/OPS/o.smil",
            },
            {
                "id": "OPS/p.jpg",
                "href": "wrapped/OPS/p.jpg",
                "size": 1,
                "linear": "no",
                "cfi": "/6/4",
                "pageSpread": "right",
            },
            {
                "id": "OPS/gone.xhtml",
                "href": "wrapped/OPS/gone.xhtml",
                "size": 0,
                "linear": "yes",
                "cfi": "/6/6",
            },
        ],
        "toc": [{"title": "A", "href": "OPS/a%20%23%3F%C3%A9.xhtml#n"}],
        "pageList": [],
        "media": {"activeClass": "", "playbackActiveClass": ""},
    }
    assert unquote(urlsplit(manifest["sections"][0]["href"]).path) == "r/OPS/a #?é.xhtml"
