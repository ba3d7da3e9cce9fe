import json
import time

import pytest

from lending.epub.archive import Archive
from lending.epub.finding_aid import OlderFormat, Package, TocEntry
from lending.epub.package import read_package
from lending.refusals import DamagedFile, DrmProtected, NotABook, NothingToRead, UnsafeArchive
from tests.epub.building import CONTAINER, NAV, Files, files, item, opened, package_document, zipped

NCX = """<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><navMap>{}</navMap>
<pageList><pageTarget value="1"><navLabel><text>i</text></navLabel><content src="c1.xhtml#p1"/></pageTarget>
</pageList></ncx>"""

ONE = item("c1", "c1.xhtml")
WITH_NAV = ONE + item("nav", "nav.xhtml", more='properties="nav"')
WITH_NCX = ONE + item("ncx", "toc.ncx", "application/x-dtbncx+xml")


def read(more: Files | None = None, **package: str) -> Package:
    return read_package(opened(more, **package))


def read_toc(entries: str) -> tuple[TocEntry, ...]:
    return read({"OPS/nav.xhtml": NAV.replace("{entries}", entries)}, items=WITH_NAV).toc


# --- where the book is ---------------------------------------------------------------------------


def test_a_zip_that_is_no_book_is_not_a_book() -> None:
    with pytest.raises(NotABook):
        read_package(Archive(zipped({"a.txt": "x"})))


def test_an_epub_without_its_container_is_damaged() -> None:
    with pytest.raises(DamagedFile, match="container"):
        read_package(Archive(zipped({"mimetype": "application/epub+zip", "OPS/package.opf": "x"})))


@pytest.mark.parametrize("mimetype", ["application/zip", "application/epub+zip\n", ""])
def test_the_mimetype_is_not_looked_at(mimetype: str) -> None:
    assert read({"mimetype": mimetype}).title == "A Book"


def test_a_missing_package_document_is_damage() -> None:
    with pytest.raises(DamagedFile, match="missing"):
        read({"META-INF/container.xml": CONTAINER.replace("package.opf", "other.opf")})


def test_a_container_that_leads_out_of_the_book_is_unsafe() -> None:
    with pytest.raises(UnsafeArchive):
        read({"META-INF/container.xml": CONTAINER.replace("OPS/package.opf", "../../etc/passwd")})


@pytest.mark.parametrize("name", ["META-INF/container.xml", "OPS/package.opf"])
def test_documents_that_declare_entities_are_unsafe(name: str) -> None:
    declared = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + str(files()[name])
    with pytest.raises(UnsafeArchive):
        read({name: declared})


@pytest.mark.parametrize("document", ["<package", package_document()[:-40], "<a>" * 100_000, ""])
def test_a_package_document_that_is_not_well_formed_is_damage(document: str) -> None:
    with pytest.raises(DamagedFile):
        read({"OPS/package.opf": document})


def test_a_standard_doctype_and_its_characters_are_fine() -> None:
    document = package_document(metadata="<dc:title>Caf&eacute;&nbsp;</dc:title>")
    doctype = '<!DOCTYPE package PUBLIC "+//ISBN 0-9673008-1-9//DTD OEB 1.2 Package//EN" "http://x.example/oeb.dtd">'
    assert read({"OPS/package.opf": doctype + document}).title == "Café"


def test_a_package_document_in_another_namespace_or_none_is_read() -> None:
    document = package_document().replace(' xmlns="http://www.idpf.org/2007/opf"', "")
    package = read({"OPS/package.opf": document})
    assert (package.title, len(package.sections)) == ("A Book", 1)


# --- DRM -----------------------------------------------------------------------------------------

APPLE = """<display_options><platform name="*"><option name="fixed-layout">true</option></platform>
</display_options>"""
ENCRYPTION = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData><enc:EncryptionMethod Algorithm="{}"/>
<enc:CipherData><enc:CipherReference URI="OPS/c1.xhtml"/></enc:CipherData></enc:EncryptedData></encryption>"""
AES = ENCRYPTION.replace("{}", "http://www.w3.org/2001/04/xmlenc#aes128-cbc")
ADEPT = '<adept:rights xmlns:adept="http://ns.adobe.com/adept"/>'


@pytest.mark.parametrize(
    ("extra", "scheme"),
    [
        ({"META-INF/encryption.xml": AES, "META-INF/rights.xml": ADEPT}, "Adobe ADEPT"),
        ({"META-INF/rights.xml": ADEPT}, "Adobe ADEPT"),
        ({"META-INF/encryption.xml": AES, "META-INF/sinf.xml": "<x/>"}, "Apple FairPlay"),
        ({"META-INF/encryption.xml": AES, "META-INF/license.lcpl": "{}"}, "Readium LCP"),
        ({"META-INF/encryption.xml": AES}, "unknown"),
    ],
)
def test_drm_is_refused_by_name(extra: Files, scheme: str) -> None:
    with pytest.raises(DrmProtected) as refused:
        read(extra)
    assert refused.value.scheme == scheme


@pytest.mark.parametrize(
    "algorithm", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
)
def test_scrambled_fonts_are_no_drm(algorithm: str) -> None:
    encryption = ENCRYPTION.replace("{}", algorithm).replace("c1.xhtml", "a%20font.otf")
    package = read({"META-INF/encryption.xml": encryption, "OPS/a font.otf": b"x"})
    assert dict(package.obfuscated) == {"OPS/a font.otf": algorithm}


def test_rights_that_are_nobodys_drm_do_not_refuse_a_book() -> None:
    assert read({"META-INF/rights.xml": "<rights>CC0</rights>"}).title == "A Book"


# --- the record ----------------------------------------------------------------------------------


def test_the_record_is_read() -> None:
    package = read(
        metadata="""<dc:identifier id="uid"> urn:x:1 </dc:identifier><dc:identifier>isbn</dc:identifier>
        <dc:title id="s">Sub</dc:title><meta refines="#s" property="title-type">subtitle</meta>
        <dc:title id="t">Main
          title</dc:title><meta refines="#t" property="title-type">main</meta>
        <dc:creator id="i">Ill</dc:creator><meta refines="#i" property="role">ill</meta>
        <dc:creator id="a">Aut</dc:creator><meta refines="#a" property="role">aut</meta>
        <dc:language>es</dc:language><dc:publisher>P</dc:publisher><dc:date>1999-01-02</dc:date>
        <dc:description>&lt;p&gt;One&lt;/p&gt;&lt;p&gt;two &amp;amp; three&lt;/p&gt;</dc:description>"""
    )
    assert package.title == "Main title"
    assert package.authors == ("Aut",)
    assert (package.language, package.publisher, package.published) == ("es", "P", "1999-01-02")
    assert package.description == "One\ntwo & three"
    assert package.identifiers == ("urn:x:1", "isbn")
    assert package.unique_identifier == "urn:x:1"


def test_markup_in_the_record_is_text() -> None:
    evil = "&lt;script&gt;x&lt;/script&gt;{{7*7}}"
    package = read(metadata=f"<dc:title>{evil}</dc:title><dc:description>{evil}</dc:description>")
    assert package.title == package.description == "<script>x</script>{{7*7}}"


@pytest.mark.parametrize(
    "metadata", ["", "<dc:title/>", "<x:odd xmlns:x='urn:x'>y</x:odd>", "<meta/>", "<dc:date/>"]
)
def test_a_book_that_says_nothing_of_itself_opens(metadata: str) -> None:
    assert read(metadata=metadata).title == ""


def test_the_record_is_bounded() -> None:
    package = read(metadata=f"<dc:title>{'x' * 99_999}</dc:title>" + "<dc:creator>a</dc:creator>" * 9_999)
    assert len(package.title) == 500
    assert package.authors == ("a",)


# --- the spine -----------------------------------------------------------------------------------


def test_an_empty_spine_is_nothing_to_read() -> None:
    with pytest.raises(NothingToRead):
        read(spine="")


def test_sections_keep_their_place_their_spread_and_their_overlay() -> None:
    package = read(
        {"OPS/c 2.xhtml": "x", "OPS/c1.smil": "<smil/>"},
        items=item("c1", "c1.xhtml", more='media-overlay="o"')
        + item("c2", "c%202.xhtml")
        + item("o", "c1.smil", "application/smil+xml"),
        spine='<itemref idref="nope"/><itemref idref="c1" properties="page-spread-left"/>'
        '<itemref idref="c2" linear="no" properties="rendition:page-spread-center"/>',
        spine_attributes='page-progression-direction="rtl"',
    )
    first, second = package.sections
    assert (first.path, first.cfi, first.page_spread, first.overlay) == (
        "OPS/c1.xhtml",
        "/6/4",
        "left",
        "OPS/c1.smil",
    )
    assert (second.path, second.cfi, second.page_spread, second.linear) == (
        "OPS/c 2.xhtml",
        "/6/6",
        "center",
        False,
    )
    assert package.direction == "rtl"


def test_a_chapter_that_is_not_there_is_missing_and_the_rest_can_be_read() -> None:
    package = read(items=ONE + item("c2", "gone.xhtml"), spine='<itemref idref="c1"/><itemref idref="c2"/>')
    assert [section.missing for section in package.sections] == [False, True]


def test_a_book_of_which_no_chapter_can_be_read_is_damaged() -> None:
    with pytest.raises(DamagedFile):
        read(items=item("c1", "gone.xhtml"))


def test_a_foreign_spine_item_gives_way_to_its_fallback() -> None:
    package = read(
        {"OPS/x.pdf": b"%PDF"},
        items=item("x", "x.pdf", "application/pdf", 'fallback="y"')
        + item("y", "gone.svg", "image/svg+xml", 'fallback="c1"')
        + ONE,
        spine='<itemref idref="x"/>',
    )
    assert package.sections[0].path == "OPS/c1.xhtml"


def test_fallbacks_that_go_round_in_circles_end() -> None:
    items = item("a", "a.pdf", "application/pdf", 'fallback="b"') + item(
        "b", "b.pdf", "application/pdf", 'fallback="a"'
    )
    package = read(
        {"OPS/a.pdf": "x", "OPS/b.pdf": "x"},
        items=items + ONE,
        spine='<itemref idref="a"/><itemref idref="c1"/>',
    )
    assert [section.missing for section in package.sections] == [True, False]


@pytest.mark.parametrize(
    "href", ["http://x.example/c.xhtml", "//x.example/c.xhtml", "../../etc/passwd", "file:///etc/passwd"]
)
def test_the_manifest_names_nothing_outside_the_book(href: str) -> None:
    package = read(items=ONE + item("x", href), spine='<itemref idref="c1"/><itemref idref="x"/>')
    assert list(package.resources) == ["OPS/c1.xhtml"]


def test_names_that_nobody_encoded_are_found() -> None:
    package = read(
        {"OPS/100%25 c.xhtml": "x"}, items=item("c", "100%25 c.xhtml"), spine='<itemref idref="c"/>'
    )
    assert package.sections[0].path == "OPS/100%25 c.xhtml"


def test_only_what_a_browser_may_be_shown_is_a_resource() -> None:
    kinds = {
        "a.js": "text/javascript",
        "b.pdf": "application/pdf",
        "c.epub": "application/epub+zip",
        "d.otf": "application/vnd.ms-opentype",
        "e.jpg": "image/jpg",
    }
    items = "".join(item(name, name, kind) for name, kind in kinds.items())
    package = read({f"OPS/{name}": "x" for name in kinds}, items=ONE + items)
    assert dict(package.resources) == {
        "OPS/c1.xhtml": "application/xhtml+xml",
        "OPS/d.otf": "font/otf",
        "OPS/e.jpg": "image/jpeg",
    }


@pytest.mark.parametrize(
    ("metadata", "more"),
    [
        ('<meta property="rendition:layout">pre-paginated</meta>', {}),
        ('<meta name="fixed-layout" content="true"/>', {}),
        (
            "",
            {"META-INF/com.apple.ibooks.display-options.xml": APPLE},
        ),
    ],
)
def test_fixed_layout_is_known_by_every_name_it_had(metadata: str, more: Files) -> None:
    assert read(more, metadata=metadata).layout == "pre-paginated"
    assert read().layout == "reflowable"


# --- the cover -----------------------------------------------------------------------------------

COVER = item("cov", "cov.png", "image/png")
COVER_PAGE = """<html xmlns="http://www.w3.org/1999/xhtml"><body><img src="http://x.example/a.png"/>
<img src="cov.png"/></body></html>"""
GUIDE = '<guide><reference type="cover" href="cover.xhtml#x"/></guide>'


@pytest.mark.parametrize(
    "package",
    [
        {"items": ONE + item("cov", "cov.png", "image/png", 'properties="cover-image"')},
        {"items": ONE + COVER, "metadata": '<meta name="cover" content="cov"/>'},
        {"items": ONE + COVER + item("cp", "cover.xhtml"), "after": GUIDE},
        {"items": ONE + COVER, "after": GUIDE.replace("cover.xhtml", "cov.png")},
    ],
)
def test_the_cover_is_found_in_every_way_to_name_it(package: dict[str, str]) -> None:
    assert read({"OPS/cov.png": "x", "OPS/cover.xhtml": COVER_PAGE}, **package).cover == "OPS/cov.png"


@pytest.mark.parametrize(
    "items", [ONE, ONE + item("cov", "gone.png", "image/png", 'properties="cover-image"')]
)
def test_a_book_may_lack_a_cover(items: str) -> None:
    assert read(items=items).cover is None


# --- the contents --------------------------------------------------------------------------------


def test_contents_nest_and_lead_to_paths_in_the_archive() -> None:
    toc = read_toc(
        '<li><span>Part <b>one</b></span><ol><li><a href="c1.xhtml#a/b">Ch.\n1</a></li></ol></li>'
        '<li><a href="./c1.xhtml"><img alt="Two"/></a></li>'
    )
    assert toc == (
        TocEntry("Part one", None, (TocEntry("Ch. 1", "OPS/c1.xhtml#a%2Fb"),)),
        TocEntry("Two", "OPS/c1.xhtml"),
    )


@pytest.mark.parametrize(
    "href", ["javascript:x", "http://x.example", "gone.xhtml", "../../etc/passwd", "", "//x.example/c1.xhtml"]
)
def test_a_line_that_leads_out_of_the_book_leads_nowhere(href: str) -> None:
    assert read_toc(f'<li><a href="{href}">x &lt;b&gt;</a></li>') == (TocEntry("x <b>", None),)


def test_contents_too_deep_are_cut() -> None:
    toc = read_toc('<li><a href="c1.xhtml">x</a><ol>' * 100 + "</ol></li>" * 100)
    depth = 0
    while toc:
        depth, toc = depth + 1, toc[0].children
    assert depth == 16


@pytest.mark.parametrize("levels", [5_000, 100_000])
def test_contents_absurdly_deep_crash_nothing(levels: int) -> None:
    start = time.process_time()
    read_toc('<li><a href="c1.xhtml">x</a><ol>' * levels + "</ol></li>" * levels)
    assert time.process_time() - start < 5


def test_contents_too_long_are_cut() -> None:
    assert len(read_toc('<li><a href="c1.xhtml">x</a></li>' * 20_000)) == 10_000


def test_an_ncx_serves_where_there_is_no_navigation_document() -> None:
    points = """<navPoint><navLabel><text>One</text></navLabel><content src="c1.xhtml"/>
    <navPoint><navLabel><text>One A</text></navLabel><content src="c1.xhtml#a"/></navPoint></navPoint>
    <navPoint><navLabel><text>Web</text></navLabel><content src="http://x.example"/></navPoint>"""
    package = read({"OPS/toc.ncx": NCX.replace("{}", points)}, items=WITH_NCX, spine_attributes='toc="ncx"')
    assert package.toc == (
        TocEntry("One", "OPS/c1.xhtml", (TocEntry("One A", "OPS/c1.xhtml#a"),)),
        TocEntry("Web", None),
    )
    assert package.page_list == (TocEntry("i", "OPS/c1.xhtml#p1"),)


@pytest.mark.parametrize("ncx", ["", "no xml", NCX.replace("{}", ""), "<ncx/>", "<a>" * 100_000])
def test_a_broken_ncx_leaves_a_book_without_contents(ncx: str) -> None:
    assert read({"OPS/toc.ncx": ncx}, items=WITH_NCX, spine_attributes='toc="ncx"').toc == ()


def test_entities_in_contents_are_never_expanded() -> None:
    declared = '<!DOCTYPE ncx [<!ENTITY x SYSTEM "file:///etc/passwd"><!ENTITY y "root:x">]>'
    point = '<navPoint><navLabel><text>L&x;&y;</text></navLabel><content src="c1.xhtml"/></navPoint>'
    package = read({"OPS/toc.ncx": declared + NCX.replace("{}", point)}, items=WITH_NCX)
    assert package.toc == (TocEntry("L", "OPS/c1.xhtml"),)


# --- what is kept --------------------------------------------------------------------------------


def test_a_package_travels_as_json() -> None:
    entries = '<li><span>A</span><ol><li><a href="c1.xhtml">é</a></li></ol></li>'
    package = read({"OPS/nav.xhtml": NAV.replace("{entries}", entries)}, items=WITH_NAV)
    assert Package.from_json(package.to_json()) == package


def test_a_finding_aid_of_an_older_format_says_so_and_what_it_knows() -> None:
    package = read()
    plain = json.loads(package.to_json())
    for name in ("accessibility", "active_class", "playback_active_class", "narrators", "duration"):
        del plain[name]
    with pytest.raises(OlderFormat) as older:
        Package.from_json(json.dumps({**plain, "format": 1}).encode())
    assert older.value.package == package


def test_a_finding_aid_of_another_format_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="format"):
        Package.from_json(read().to_json().replace(b'"format": 2', b'"format": 3'))
