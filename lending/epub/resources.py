"""One part of a book, ready for a browser: never the file itself, never an archive of it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Final

from lxml import etree

from lending.epub.archive import Archive
from lending.epub.cleaning import clean_page, clean_smil, clean_svg, clean_svg_tree, serialise_page
from lending.epub.finding_aid import Package, Section
from lending.epub.fonts import unscramble
from lending.epub.markup import XHTML
from lending.epub.media_types import SVG_TYPE, XHTML_TYPE, Kind, kind_of
from lending.epub.pictures import HEAD, pixel_size
from lending.epub.references import References, encode_path
from lending.epub.stylesheets import clean_stylesheet, decode_stylesheet
from lending.refusals import NoSuchPart, PartUnreadable

# What is held in memory at once, in bytes. The longest chapter known is 2 MB; a page of a picture book 5 MB.
MARKUP_LIMIT: Final = 8 << 20
STYLESHEET_LIMIT: Final = 2 << 20
# Tags take more time and memory than text. The chapter with the most that is known has 53,000.
MOST_TAGS: Final = 500_000

_MISSING: Final = "This chapter is missing from the book."
_FILL_THE_PAGE: Final = (
    "body{margin:0}img,svg{display:block;margin:auto;width:100%;max-height:100vh;object-fit:contain}"
)


@dataclass(frozen=True)
class Resource:
    """A part of a book: `data` in memory, or `opener` for a seekable stream of what is too long for that.

    Exactly one of the two is there. `size` in bytes. Pages (XHTML) and drawings (SVG) are clean; serve all of
    them under the reader's content security policy all the same.
    """

    media_type: str
    size: int
    data: bytes | None = None
    opener: Callable[[], BinaryIO] | None = None


def serve(archive: Archive, package: Package, path: str) -> Resource:
    """The resource at that in-archive path (decoded), cleaned.

    Raises NoSuchPart for everything that the manifest doesn't name or a browser isn't shown, and
    PartUnreadable if it is damaged or too large. Reading an opened stream may raise PartUnreadable later.
    """
    media_type = package.resources.get(path)
    kind = kind_of(media_type) if media_type else None
    if media_type is None or kind is None:
        raise NoSuchPart(path)
    if kind in (Kind.SOUND, Kind.FILM):
        return Resource(media_type, archive.size(path), opener=partial(archive.open, path))
    data = _prepare(archive, package, path, kind)
    return Resource(media_type, len(data), data=data)


def _prepare(archive: Archive, package: Package, path: str, kind: Kind) -> bytes:
    references = References(path)
    match kind:
        case Kind.PAGE:
            return clean_page(read_markup(archive, path), references)
        case Kind.DRAWING:
            return clean_svg(read_markup(archive, path), references)
        case Kind.OVERLAY:
            return clean_smil(read_markup(archive, path), references)
        case Kind.STYLESHEET:
            css = decode_stylesheet(archive.read(path, STYLESHEET_LIMIT))
            return clean_stylesheet(css, references).encode()
        case Kind.FONT:
            data = archive.read(path)
            algorithm = package.obfuscated.get(path, "")
            return unscramble(data, algorithm, package.unique_identifier, package.identifiers)
        case _:
            return archive.read(path)


def read_markup(archive: Archive, path: str) -> bytes:
    """A page or drawing as it stands in the book. Raises PartUnreadable if it is damaged or too large."""
    data = archive.read(path, MARKUP_LIMIT)
    if data.count(b"<") > MOST_TAGS:
        raise PartUnreadable(f"{path} has more than {MOST_TAGS} tags")
    return data


def stands_alone(section: Section) -> bool:
    """Whether the section is a page as it is; if not, `section_document` wraps one around it."""
    return not section.missing and kind_of(section.media_type) is Kind.PAGE


def section_document(archive: Archive, package: Package, path: str, missing_text: str = _MISSING) -> Resource:
    """The page of the section of the spine at that in-archive path (decoded), always XHTML.

    A chapter is served as it is. A picture or drawing gets a page around it, with its size as the viewport; a
    missing file, one that says `missing_text`. Such pages are to be served at `wrapped/<in-archive path>`,
    beside `r/<in-archive path>` for resources: their relative addresses count on that.

    Raises NoSuchPart if the spine has no such section, PartUnreadable if it is damaged.
    """
    section = package.section_at(path)
    if section is None:
        raise NoSuchPart(path)
    if stands_alone(section):
        return serve(archive, package, section.path)
    if section.missing:
        page = _page(missing_text)
        etree.SubElement(_body(page), f"{{{XHTML}}}p", role="note").text = missing_text
    elif section.media_type == SVG_TYPE:
        page = drawing_page(archive, section, package.title)
    else:
        page = _picture_page(archive, section, package.title)
    data = serialise_page(page)
    return Resource(XHTML_TYPE, len(data), data=data)


def drawing_page(archive: Archive, section: Section, title: str) -> etree._Element:
    """The page around a section that is a drawing.

    It stands in the page itself: as an `img` it could not show the pictures it refers to.
    """
    references = References(section.path, resources_at=_root_from_wrapped(section.path))
    drawing = clean_svg_tree(read_markup(archive, section.path), references)
    size = _drawing_size(drawing)
    if size and not drawing.get("viewBox"):
        drawing.set("viewBox", f"0 0 {size[0]} {size[1]}")
    page = _page(title, size)
    _body(page).append(drawing)
    return page


def _picture_page(archive: Archive, section: Section, title: str) -> etree._Element:
    with archive.open(section.path) as stream:
        size = pixel_size(stream.read(HEAD))
    page = _page(title, size)
    source = _root_from_wrapped(section.path) + encode_path(section.path)
    etree.SubElement(_body(page), f"{{{XHTML}}}img", src=source, alt="")
    return page


def _root_from_wrapped(path: str) -> str:
    """From `wrapped/a/b.svg` to `r/`.

    >>> _root_from_wrapped("a/b.svg")
    '../../r/'
    """
    return "../" * (path.count("/") + 1) + "r/"


def _drawing_size(drawing: etree._Element) -> tuple[int, int] | None:
    sides = (drawing.get("viewBox") or "").replace(",", " ").split()[2:4]
    if len(sides) != 2:
        sides = [drawing.get(side, "").removesuffix("px") for side in ("width", "height")]
    try:
        width, height = (round(float(side)) for side in sides)
    except (ValueError, OverflowError):
        return None
    return (width, height) if width > 0 and height > 0 else None


def _page(title: str, size: tuple[int, int] | None = None) -> etree._Element:
    page = etree.Element(f"{{{XHTML}}}html", nsmap={None: XHTML})
    head = etree.SubElement(page, f"{{{XHTML}}}head")
    etree.SubElement(head, f"{{{XHTML}}}title").text = title
    if size:
        viewport = f"width={size[0]}, height={size[1]}"
        etree.SubElement(head, f"{{{XHTML}}}meta", name="viewport", content=viewport)
    etree.SubElement(head, f"{{{XHTML}}}style").text = _FILL_THE_PAGE
    etree.SubElement(page, f"{{{XHTML}}}body")
    return page


def _body(page: etree._Element) -> etree._Element:
    return page[-1]
