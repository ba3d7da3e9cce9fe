"""ebooklib reads the book's metadata, spine and contents, from a slim copy made for it in memory.

ebooklib opens every file that the manifest names and holds it, and parses by recursion without bounds. So it
never sees the archive itself: it gets one with a canonical package document and contents, made from what was
already bounded and resolved, in which every chapter is the same empty file. Where it throws all the same, the
same facts are taken from the package document directly, without contents: a person can still read the book.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ebooklib import epub
from lxml import etree

from lending.epub.archive import Archive
from lending.epub.container import DOCUMENT_LIMIT
from lending.epub.contents import NCX, NOWHERE, Trimmer
from lending.epub.finding_aid import TocEntry
from lending.epub.markup import EPUB, XHTML, Malformed, parse_leniently, parse_page
from lending.epub.package_document import Itemref, PackageDocument, Statement
from lending.refusals import CannotRead

_OPF: Final = "http://www.idpf.org/2007/opf"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_CONTAINER: Final = (
    b'<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles><rootfile '
    b'full-path="package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
)


@dataclass(frozen=True)
class Description:
    """What ebooklib (or, failing it, the package document) says: metadata in order, spine, contents."""

    statements: tuple[Statement, ...]
    spine: tuple[tuple[str, bool], ...]
    direction: str
    toc: tuple[TocEntry, ...] = ()
    page_list: tuple[TocEntry, ...] = ()

    def values(self, name: str) -> list[Statement]:
        """The statements of one Dublin Core term that say anything."""
        return [said for said in self.statements if said.name == name and said.text]


@dataclass(frozen=True)
class _Contents:
    toc: etree._Element
    pages: etree._Element
    ncx: etree._Element | None


def describe(archive: Archive, document: PackageDocument, resources: Mapping[str, str]) -> Description:
    """Have ebooklib read a slim copy of the book. Never fails for what the book says."""
    contents = _trim_contents(archive, document, resources)
    try:
        copy = _pack(document, contents)
        return _gather(epub.read_epub(copy, {"ignore_ncx": contents.ncx is None}))
    except Exception:  # noqa: BLE001 - ebooklib raises whatever an odd book makes it meet
        return _describe_directly(document)


def _describe_directly(document: PackageDocument) -> Description:
    spine = tuple((step.idref, step.linear != "no") for step in document.spine)
    return Description(document.statements, spine, document.direction)


# --- contents -------------------------------------------------------------------------------------------


def _trim_contents(archive: Archive, document: PackageDocument, resources: Mapping[str, str]) -> _Contents:
    """The navigation document's contents; the NCX's where that has none."""
    toc = pages = None
    nav = document.item_with("nav")
    page = _read(archive, nav.path if nav else None, parse_page)
    if nav is not None and page is not None:
        trimmer = Trimmer(nav.path, resources)
        toc, pages = trimmer.list_of(page, "toc"), trimmer.list_of(page, "page-list")
    ncx = None
    if toc is None or not len(toc):
        path = _ncx_path(document)
        source = _read(archive, path, parse_leniently)
        if source is not None and path is not None:
            trimmer = Trimmer(path, resources)
            ncx = trimmer.map_of(source)
            pages = trimmer.pages_of(source) if pages is None else pages
    empty = etree.Element(f"{{{XHTML}}}ol", nsmap={None: XHTML})
    return _Contents(
        toc=empty if toc is None else toc,
        pages=etree.Element(f"{{{XHTML}}}ol", nsmap={None: XHTML}) if pages is None else pages,
        ncx=ncx if ncx is not None and len(ncx) else None,
    )


def _ncx_path(document: PackageDocument) -> str | None:
    named = document.items.get(document.ncx)
    if named is None:
        named = next(
            (item for item in document.items.values() if item.media_type == "application/x-dtbncx+xml"), None
        )
    return named.path if named else None


def _read(
    archive: Archive, path: str | None, parse: Callable[[bytes], etree._Element]
) -> etree._Element | None:
    if path is None:
        return None
    try:
        return parse(archive.read(path, DOCUMENT_LIMIT))
    except (CannotRead, Malformed):
        return None


# --- the copy -------------------------------------------------------------------------------------------


def _pack(document: PackageDocument, contents: _Contents) -> io.BytesIO:
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w") as archive:
        archive.writestr("META-INF/container.xml", _CONTAINER)
        archive.writestr("package.opf", _package_document(document, with_ncx=contents.ncx is not None))
        archive.writestr("nav.xhtml", _navigation_document(contents))
        archive.writestr("chapter.xhtml", b"")
        if contents.ncx is not None:
            ncx = etree.Element(f"{{{NCX}}}ncx", nsmap={None: NCX})
            ncx.append(contents.ncx)
            archive.writestr("toc.ncx", etree.tostring(ncx))
    copy.seek(0)
    return copy


def _package_document(document: PackageDocument, *, with_ncx: bool) -> bytes:
    root = etree.Element(f"{{{_OPF}}}package", nsmap={None: _OPF}, version="3.0")
    metadata = etree.SubElement(root, f"{{{_OPF}}}metadata", nsmap={"dc": _DC})
    for said in document.statements:
        namespace = _OPF if said.name == "meta" else _DC
        element = etree.SubElement(metadata, f"{{{namespace}}}{said.name}", dict(said.attributes))
        element.text = said.text
    manifest = etree.SubElement(root, f"{{{_OPF}}}manifest")
    _item(manifest, "lending-nav", "nav.xhtml", "application/xhtml+xml", properties="nav")
    if with_ncx:
        _item(manifest, "lending-ncx", "toc.ncx", "application/x-dtbncx+xml")
    for idref in {step.idref for step in document.spine}:
        _item(manifest, idref, "chapter.xhtml", "application/xhtml+xml")
    root.append(_spine(document.spine, document.direction, with_ncx=with_ncx))
    return etree.tostring(root)


def _spine(steps: tuple[Itemref, ...], direction: str, *, with_ncx: bool) -> etree._Element:
    spine = etree.Element(f"{{{_OPF}}}spine")
    if direction:
        spine.set("page-progression-direction", direction)
    if with_ncx:
        spine.set("toc", "lending-ncx")
    for step in steps:
        etree.SubElement(spine, f"{{{_OPF}}}itemref", idref=step.idref, linear=step.linear)
    return spine


def _item(manifest: etree._Element, identity: str, href: str, media_type: str, properties: str = "") -> None:
    item = etree.SubElement(
        manifest, f"{{{_OPF}}}item", {"id": identity, "href": href, "media-type": media_type}
    )
    if properties:
        item.set("properties", properties)


def _navigation_document(contents: _Contents) -> bytes:
    root = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML, "epub": EPUB})
    body = etree.SubElement(root, f"{{{XHTML}}}body")
    for kind, entries in (("toc", contents.toc), ("page-list", contents.pages)):
        nav = etree.SubElement(body, f"{{{XHTML}}}nav", {f"{{{EPUB}}}type": kind})
        nav.append(entries)
    # As HTML, for ebooklib parses it as that: in XML's form an empty element would swallow what follows.
    return etree.tostring(root, method="html", encoding="utf-8")


# --- what ebooklib says ---------------------------------------------------------------------------------


def _gather(book: Any) -> Description:
    statements = [
        Statement(name, (text or "").strip(), attributes)
        for names in book.metadata.values()
        for name, values in names.items()
        for text, attributes in values
    ]
    return Description(
        statements=tuple(statements),
        spine=tuple((idref, linear != "no") for idref, linear in book.spine),
        direction=book.direction or "",
        toc=_entries(book.toc),
        page_list=_entries(book.pages),
    )


def _entries(nodes: Any) -> tuple[TocEntry, ...]:
    """From ebooklib's links, and its pairs of a section and what is below it."""
    entries: list[TocEntry] = []
    for node in nodes if isinstance(nodes, list) else []:
        head, below = node if isinstance(node, tuple) else (node, [])
        href = head.href if head.href and head.href != NOWHERE else None
        entries.append(TocEntry((head.title or "").strip(), href, _entries(below)))
    return tuple(entries)
