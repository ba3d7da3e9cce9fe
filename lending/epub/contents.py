"""Tables of contents, cut to size before a library reads them.

Navigation documents (EPUB 3.3 §7) and NCX files (OPF 2.0 §2.4.1) come in every depth and with every kind of
address. Both are rebuilt here with at most `DEEPEST` levels and `MOST` lines, plain text for labels, and each
address resolved to an in-archive path; what leads elsewhere becomes a line that leads nowhere.
"""

from collections.abc import Collection
from typing import Final
from urllib.parse import quote

from lxml import etree

from lending.epub.markup import EPUB, XHTML, find_all, local_name
from lending.epub.references import encode_path, resolve

DEEPEST: Final = 16
MOST: Final = 10_000
LONGEST_LABEL: Final = 500  # characters
NOWHERE: Final = "#"
NCX: Final = "http://www.daisy.org/z3986/2005/ncx/"


class Trimmer:
    """Rebuilds the tables of contents of one book.

    `document` is the in-archive path of the file that they are read from; `known` holds the paths they may
    lead to.
    """

    def __init__(self, document: str, known: Collection[str]) -> None:
        self._document = document
        self._known = known
        self._left = MOST

    def list_of(self, page: etree._Element, kind: str) -> etree._Element | None:
        """The `ol` of the navigation document's `nav` of that kind (`toc`, `page-list`), or None."""
        for nav in find_all(page, "nav"):
            kinds = f"{nav.get(f'{{{EPUB}}}type', '')} {nav.get('role', '')}".replace(
                "doc-toc", "toc"
            ).split()
            source = nav.find("{*}ol")
            if kind in kinds and source is not None:
                return self._list(source, 1)
        return None

    def map_of(self, ncx: etree._Element) -> etree._Element:
        """The `navMap` of an NCX file; without children if it has none."""
        trimmed = etree.Element(f"{{{NCX}}}navMap", nsmap={None: NCX})
        source = next(iter(find_all(ncx, "navMap")), None)
        if source is not None:
            self._points(source, trimmed, 1)
        return trimmed

    def pages_of(self, ncx: etree._Element) -> etree._Element:
        """The `pageList` of an NCX file as an `ol` of a navigation document."""
        trimmed = _element("ol")
        for target in find_all(ncx, "pageTarget"):
            if not self._spend():
                break
            content = target.find("{*}content")
            href = self._href("" if content is None else content.get("src"))
            trimmed.append(_line(_label(target.find("{*}navLabel")), href))
        return trimmed

    def _list(self, source: etree._Element, depth: int) -> etree._Element:
        trimmed = _element("ol")
        for item in source.iterchildren("{*}li"):
            if not self._spend():
                break
            named = next((child for child in item if local_name(child) in ("a", "span")), None)
            link = next((child for child in item if local_name(child) == "a"), None)
            line = _line(_label(named), self._href(None if link is None else link.get("href")))
            trimmed.append(line)
            below = item.find("{*}ol")
            if below is not None and depth < DEEPEST:
                line.append(self._list(below, depth + 1))
        return trimmed

    def _points(self, source: etree._Element, trimmed: etree._Element, depth: int) -> None:
        for point in source.iterchildren("{*}navPoint"):
            if not self._spend():
                break
            content = point.find("{*}content")
            href = self._href(None if content is None else content.get("src"))
            copy = etree.SubElement(trimmed, f"{{{NCX}}}navPoint", id=f"n{self._left}")
            label = etree.SubElement(copy, f"{{{NCX}}}navLabel")
            etree.SubElement(label, f"{{{NCX}}}text").text = _label(point.find("{*}navLabel"))
            etree.SubElement(copy, f"{{{NCX}}}content", src=href)
            if depth < DEEPEST:
                self._points(point, copy, depth + 1)

    def _href(self, address: str | None) -> str:
        target = resolve(self._document, address) if address else None
        if target is None or target.path not in self._known:
            return NOWHERE
        # Whoever reads this takes it for a path and tidies it; a fragment must survive that.
        fragment = quote(target.fragment, safe="%!$&'()*+,;=:@-._~")
        return encode_path(target.path) + (f"#{fragment}" if fragment else "")

    def _spend(self) -> bool:
        self._left -= 1
        return self._left >= 0


def _label(element: etree._Element | None) -> str:
    """The text of the element, with what pictures in it stand for."""
    if element is None:
        return ""
    words = "".join(map(str, element.itertext()))
    pictured = " ".join(image.get("alt", "") for image in find_all(element, "img"))
    return " ".join(f"{words} {pictured}".split())[:LONGEST_LABEL]


def _line(label: str, href: str) -> etree._Element:
    line = _element("li")
    etree.SubElement(line, f"{{{XHTML}}}a", href=href).text = label
    return line


def _element(name: str) -> etree._Element:
    return etree.Element(f"{{{XHTML}}}{name}", nsmap={None: XHTML})
