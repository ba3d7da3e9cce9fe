"""The text of a section, exactly as a browser has it: the text nodes of the served page's body."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from lxml import etree

from lending.epub.archive import Archive
from lending.epub.cleaning import page_of_text
from lending.epub.finding_aid import Package
from lending.epub.markup import SVG, XHTML
from lending.epub.media_types import SVG_TYPE
from lending.epub.references import References
from lending.epub.resources import drawing_page, read_markup, stands_alone
from lending.refusals import NoSuchPart

_HTML: Final = f"{{{XHTML}}}"
_DRAWN: Final = f"{{{SVG}}}"

# In the tree of text, and not in the text that people read: how kanji are said, styles, what plays instead.
_SILENT: Final = (
    *(_HTML + name for name in ("rt", "rp", "rtc", "style", "audio", "video")),
    *(_DRAWN + name for name in ("style", "title", "desc", "metadata")),
)
_BLOCK_NAMES: Final = (
    "address article aside blockquote br caption dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 "
    "header hr li main nav ol p pre section table td th tr ul"
)
_BLOCKS: Final = tuple(_HTML + name for name in _BLOCK_NAMES.split())
# Unicode has put these aside for what never leaves a program (23.7): no book has them.
_BREAK, _HUSH, _SPEAK, _HERE = "\ufdd0\ufdd1\ufdd2\ufdd3"
_MARK: Final = re.compile("[\ufdd0-\ufdd3]")


@dataclass(frozen=True, slots=True)
class SectionText:
    """All text nodes one after the other, and what is to be known of it.

    `cuts`: spans that nobody sees, in order, in code points; an empty one stands between two blocks that
    nothing else parts.
    `anchors`: where the elements with the wanted ids begin, in UTF-16 code units.
    """

    text: str
    cuts: tuple[tuple[int, int], ...] = ()
    anchors: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


def section_text(archive: Archive, package: Package, path: str, ids: Collection[str] = ()) -> SectionText:
    """The text of the section of the spine at that in-archive path (decoded).

    A picture has none, nor has a section that is missing. Raises NoSuchPart if the spine has no such section,
    PartUnreadable if it is damaged.
    """
    section = package.section_at(path)
    if section is None:
        raise NoSuchPart(path)
    if stands_alone(section):
        page = page_of_text(read_markup(archive, path), References(path))
    elif section.media_type == SVG_TYPE and not section.missing:
        page = drawing_page(archive, section, package.title)
    else:
        return SectionText("")
    body = page.find(f"{_HTML}body")
    return SectionText("") if body is None else _read(body, ids)


def _read(body: etree._Element, ids: Collection[str]) -> SectionText:
    text = "".join(map(str, body.itertext()))
    if _MARK.search(text):
        return SectionText(text)
    places = _mark(body, ids)
    if not places:
        return SectionText(text)
    marks = [
        (found.start() - count, found[0])
        for count, found in enumerate(_MARK.finditer("".join(map(str, body.itertext()))))
    ]
    heres = (_units(text, place) for place, mark in marks if mark == _HERE)
    return SectionText(text, tuple(_cuts(marks)), dict(zip(places.anchors, heres, strict=True)))


def _units(text: str, place: int) -> int:
    return place if text.isascii() else len(text[:place].encode("utf-16-le")) // 2


@dataclass(slots=True)
class _Places:
    """What was marked in the tree: the ids in order, and whether there is anything at all."""

    anchors: list[str] = field(default_factory=list)
    others: int = 0

    def __bool__(self) -> bool:
        return bool(self.anchors or self.others)


def _mark(body: etree._Element, ids: Collection[str]) -> _Places:
    """Write marks into the tree's texts: where an element is in the text can't be asked of lxml."""
    places = _Places()
    for element in body.iter(*_SILENT):
        element.text = _HUSH + (element.text or "")
        element.tail = _SPEAK + (element.tail or "")
        places.others += 1
    for element in body.iter(*_BLOCKS):
        if _touches(_before(element), -1):
            _write_before(element, _BREAK)
            places.others += 1
        if element.tail is None or _touches(element.tail, 0):
            element.tail = _BREAK + (element.tail or "")
            places.others += 1
    if ids:
        places.anchors = _mark_anchors(body, ids)
    return places


def _mark_anchors(body: etree._Element, ids: Collection[str]) -> list[str]:
    found: dict[str, None] = {}
    for element in body.iter("*"):
        name = element.get("id") or element.get("name")
        if name in ids and name not in found:
            element.text = _HERE + (element.text or "")
            found[str(name)] = None
    return list(found)


def _before(element: etree._Element) -> str:
    """The text that stands right before the element."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        return previous.tail or ""
    return "" if parent is None else parent.text or ""


def _write_before(element: etree._Element, mark: str) -> None:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + mark
    elif parent is not None:
        parent.text = (parent.text or "") + mark


def _touches(text: str, end: int) -> bool:
    return bool(text) and not text[end].isspace() and text[end] != _BREAK


def _cuts(marks: list[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Spans between the outermost pairs of marks, and the breaks that are not inside one."""
    depth = begun = 0
    for place, mark in marks:
        if mark == _HUSH:
            begun = begun if depth else place
            depth += 1
        elif mark == _SPEAK:
            depth -= 1
            if not depth and place > begun:
                yield begun, place
        elif mark == _BREAK and not depth:
            yield place, place
