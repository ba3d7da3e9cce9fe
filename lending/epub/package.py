"""A book read once, as it joins the collection: from its archive to a `Package`."""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from lending.epub.accessibility import CLAIMS
from lending.epub.archive import Archive
from lending.epub.container import (
    DOCUMENT_LIMIT,
    find_obfuscated_fonts,
    find_package_document,
)
from lending.epub.finding_aid import Direction, Layout, Package, Section, TocEntry
from lending.epub.markup import Malformed, find_all, parse_fragment_text, parse_leniently, parse_page
from lending.epub.media_types import Kind, kind_of
from lending.epub.package_document import Item, PackageDocument, Statement, read_package_document
from lending.epub.references import resolve
from lending.epub.slim_copy import Description, describe
from lending.refusals import CannotRead, DamagedFile, NothingToRead

__all__ = ["Package", "Section", "TocEntry", "read_package"]

LONGEST_NAME: Final = 500  # characters of a title, a person's name, an identifier
LONGEST_DESCRIPTION: Final = 4_000
MOST_NAMES: Final = 50

_SHOWN: Final = frozenset({Kind.PAGE, Kind.DRAWING, Kind.PICTURE})
_PICTURES: Final = frozenset({Kind.DRAWING, Kind.PICTURE})
_BLURB_MARKUP: Final = re.compile(r"<(p|br|div|span|b|i|em|strong|ul|ol|li|h[1-6])[\s/>]", re.IGNORECASE)
_LONGEST_FALLBACK_CHAIN: Final = 8
_MOST_SUMMARIES: Final = 4
_LONGEST_DURATION: Final = 40
_CLASS_NAME: Final = re.compile(r"-?[A-Za-z_][\w-]{0,63}\Z", re.ASCII)
_APPLE_OPTIONS: Final = "META-INF/com.apple.ibooks.display-options.xml"


def read_package(archive: Archive) -> Package:
    """Read everything about the book that cataloguing and reading need.

    Raises NotABook, DamagedFile (its container or package document is missing or broken, or no chapter can be
    read), UnsafeArchive, DrmProtected, and NothingToRead for an empty spine. A chapter that is missing or
    damaged does not refuse a book of which others can be read.
    """
    path = find_package_document(archive)
    obfuscated = find_obfuscated_fonts(archive)
    document = read_package_document(archive, path)
    resources = _servable(archive, document)
    description = describe(archive, document, resources)
    sections = _sections(archive, document, description)
    _require_something_readable(archive, sections)
    return Package(
        title=_line(_main_title(description)),
        sections=sections,
        resources=resources,
        authors=_lines(_authors(description)),
        language=_line(_first(description.values("language"))),
        description=_blurb(_first(description.values("description"))),
        identifiers=_lines(said.text for said in description.values("identifier")),
        unique_identifier=document.unique_identifier,
        publisher=_line(_first(description.values("publisher"))),
        published=_line(_published(description)),
        direction=_direction(description),
        layout=_layout(archive, document),
        spread=document.meta("rendition:spread"),
        toc=description.toc,
        page_list=description.page_list,
        cover=_cover(archive, document, resources),
        obfuscated=obfuscated,
        accessibility=_accessibility(document),
        active_class=_class_name(document.meta("media:active-class")),
        playback_active_class=_class_name(document.meta("media:playback-active-class")),
        narrators=_lines(document.claims("narrator")),
        duration=document.meta("media:duration")[:_LONGEST_DURATION],
    )


def _servable(archive: Archive, document: PackageDocument) -> dict[str, str]:
    return {
        item.path: item.media_type
        for item in document.items.values()
        if item.path in archive and kind_of(item.media_type) is not None
    }


# --- the spine ------------------------------------------------------------------------------------------


def _sections(archive: Archive, document: PackageDocument, description: Description) -> tuple[Section, ...]:
    """Steps that name nothing in the manifest are passed over: there is not even a name to miss."""
    sections: list[Section] = []
    for index, (idref, linear) in enumerate(description.spine):
        named = document.items.get(idref)
        if named is None:
            continue
        item = _shown_instead(named, archive, document)
        missing = item.path not in archive or kind_of(item.media_type) not in _SHOWN
        overlay = document.items.get(item.overlay or "")
        properties = document.spine[index].properties if index < len(document.spine) else frozenset()
        sections.append(
            Section(
                path=item.path,
                media_type=item.media_type,
                size=0 if missing else archive.size(item.path),
                cfi=f"/6/{2 * (index + 1)}",
                linear=linear,
                page_spread=_page_spread(properties),
                missing=missing,
                overlay=overlay.path if overlay and overlay.path in archive else None,
            )
        )
    return tuple(sections)


def _shown_instead(item: Item, archive: Archive, document: PackageDocument) -> Item:
    """The item, or the first of its fallbacks (EPUB 3.3 §3.5.1) that a browser can show."""
    candidate: Item | None = item
    for _ in range(_LONGEST_FALLBACK_CHAIN):
        if candidate is None:
            break
        if candidate.path in archive and kind_of(candidate.media_type) in _SHOWN:
            return candidate
        candidate = document.items.get(candidate.fallback or "")
    return item


def _page_spread(properties: Iterable[str]) -> str | None:
    for prop in properties:
        prefix, _, side = prop.rpartition("page-spread-")
        if side in ("left", "right", "center") and prefix in ("", "rendition:"):
            return side
    return None


def _require_something_readable(archive: Archive, sections: tuple[Section, ...]) -> None:
    if not sections:
        raise NothingToRead
    for section in sections:
        if section.missing:
            continue
        try:
            archive.check(section.path)
        except CannotRead:
            continue
        return
    raise DamagedFile("no chapter can be read")


# --- the record -----------------------------------------------------------------------------------------


def _main_title(description: Description) -> str:
    titles = description.values("title")
    main = [said for said in titles if "main" in _refinements(description, said, "title-type")]
    return _first(main or titles)


def _authors(description: Description) -> list[str]:
    """The creators; where roles are told, those who wrote it."""
    creators = description.values("creator")
    roles = {
        id(said): {said.attributes.get("role", "")} | _refinements(description, said, "role")
        for said in creators
    }
    writers = [said for said in creators if "aut" in roles[id(said)]]
    return [said.text for said in writers or creators]


def _published(description: Description) -> str:
    dates = description.values("date")
    publication = [said for said in dates if said.attributes.get("event") == "publication"]
    return _first(publication or dates)


def _refinements(description: Description, said: Statement, prop: str) -> set[str]:
    """What EPUB 3's `meta refines` says of that statement (EPUB 3.3 §5.5.7)."""
    identity = said.attributes.get("id")
    return {
        meta.text
        for meta in (description.statements if identity else ())
        if meta.attributes.get("refines") == f"#{identity}" and meta.attributes.get("property") == prop
    }


def _first(said: list[Statement]) -> str:
    return said[0].text if said else ""


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]


def _lines(texts: Iterable[str]) -> tuple[str, ...]:
    """In order, each once, a bounded number."""
    return tuple(dict.fromkeys(line for text in texts if (line := _line(text))))[:MOST_NAMES]


def _blurb(text: str) -> str:
    """Shops put HTML into descriptions, escaped; people who write about `<script>` mean it literally."""
    plain = parse_fragment_text(text) if _BLURB_MARKUP.search(text) else text
    return plain.strip()[:LONGEST_DESCRIPTION]


def _accessibility(document: PackageDocument) -> dict[str, tuple[str, ...]]:
    """What the book claims; a summary is a passage, the rest are words and names."""
    claims: dict[str, tuple[str, ...]] = {}
    for name in CLAIMS:
        said = document.claims(name)
        if name == "accessibilitySummary":
            claims[name] = tuple(dict.fromkeys(map(_blurb, said)))[:_MOST_SUMMARIES]
        else:
            claims[name] = _lines(said)
    return {name: said for name, said in claims.items() if said}


# --- the look -------------------------------------------------------------------------------------------


def _class_name(text: str) -> str:
    """The name of a CSS class, if it is one that needs no escapes."""
    return text if _CLASS_NAME.match(text) else ""


def _direction(description: Description) -> Direction:
    return "rtl" if description.direction.strip().lower() == "rtl" else "ltr"


def _layout(archive: Archive, document: PackageDocument) -> Layout:
    """Fixed by EPUB 3's word for it, or by what Amazon's and Apple's tools wrote before there was one."""
    fixed = (
        document.meta("rendition:layout") == "pre-paginated"
        or document.meta("fixed-layout").lower() in ("true", "yes")
        or _apple_says_fixed(archive)
    )
    return "pre-paginated" if fixed else "reflowable"


def _apple_says_fixed(archive: Archive) -> bool:
    if _APPLE_OPTIONS not in archive:
        return False
    try:
        root = parse_leniently(archive.read(_APPLE_OPTIONS, DOCUMENT_LIMIT))
    except (CannotRead, Malformed):
        return False
    options = find_all(root, "option")
    return any(option.get("name") == "fixed-layout" and option.text == "true" for option in options)


def _cover(archive: Archive, document: PackageDocument, resources: Mapping[str, str]) -> str | None:
    """The cover picture: by EPUB 3's property, EPUB 2's `meta`, or the first picture on the guide's page."""
    named = document.item_with("cover-image") or document.items.get(document.meta("cover"))
    if named is not None and kind_of(resources.get(named.path, "")) in _PICTURES:
        return named.path
    page = document.guide.get("cover")
    kind = kind_of(resources.get(page, "")) if page else None
    if page is None or kind in _PICTURES:
        return page
    return _first_picture(archive, page, resources) if kind is Kind.PAGE else None


def _first_picture(archive: Archive, page: str, resources: Mapping[str, str]) -> str | None:
    try:
        root = parse_page(archive.read(page, DOCUMENT_LIMIT))
    except CannotRead:
        return None
    for element in root.iter("{*}img", "{*}image"):
        addresses = (
            str(value) for key, value in element.attrib.items() if str(key).endswith(("src", "href"))
        )
        for address in addresses:
            target = resolve(page, address)
            if target and kind_of(resources.get(target.path, "")) in _PICTURES:
                return target.path
    return None
