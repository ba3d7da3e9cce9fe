"""The package document as it stands (EPUB 3.3 §5; OPF 2.0): manifest, spine and what only we ask of it.

Read by local names, so that documents of every vintage serve, and bounded in number. Metadata, the order of
the spine and the contents are then asked of ebooklib (`slim_copy`); what is here it does not tell.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from posixpath import dirname
from posixpath import join as join_path
from typing import Final

from lxml import etree

from lending.epub.archive import Archive
from lending.epub.container import read_document
from lending.epub.markup import find_all, local_name
from lending.epub.media_types import settle_type
from lending.epub.references import resolve

MOST_ITEMS: Final = 20_000
MOST_METADATA: Final = 2_000
LONGEST_TEXT: Final = 64_000  # characters of one metadata element

_DC_NAMES: Final = frozenset(
    {"title", "creator", "language", "description", "identifier", "publisher", "date"}
)


@dataclass(frozen=True)
class Item:
    """A file that the manifest names."""

    id: str
    path: str
    media_type: str
    properties: frozenset[str]
    fallback: str | None
    overlay: str | None


@dataclass(frozen=True)
class Itemref:
    """A step of the spine, as written."""

    idref: str
    linear: str
    properties: frozenset[str]


@dataclass(frozen=True)
class Statement:
    """One element of the metadata: a Dublin Core term or `meta`, its text, its attributes by local name."""

    name: str
    text: str
    attributes: Mapping[str, str]


@dataclass(frozen=True)
class PackageDocument:
    """What the package document says, resolved to in-archive paths and otherwise unjudged."""

    path: str
    items: Mapping[str, Item]
    spine: tuple[Itemref, ...]
    direction: str
    ncx: str
    unique_identifier: str
    statements: tuple[Statement, ...]
    links: tuple[Statement, ...]
    guide: Mapping[str, str]

    def item_with(self, prop: str) -> Item | None:
        """The first item that has the property, such as `nav` or `cover-image`."""
        return next((item for item in self.items.values() if prop in item.properties), None)

    def meta(self, name: str) -> str:
        """The value of a book-wide `meta`, in EPUB 3's form or EPUB 2's; empty if there is none."""
        for said in self.statements:
            if said.name != "meta" or "refines" in said.attributes:
                continue
            if said.attributes.get("property") == name:
                return said.text
            if said.attributes.get("name") == name:
                return said.attributes.get("content", "").strip()
        return ""

    def claims(self, name: str) -> list[str]:
        """All values of a property by its local name, however it is written: EPUB 3's `meta` or `link` under
        any prefix, EPUB 2's `meta`. What refines another statement is among them."""
        values = []
        for said in (*self.statements, *self.links):
            attributes = said.attributes
            if _local(attributes.get("property", "")) == name:
                values.append(said.text)
            elif _local(attributes.get("name", "")) == name:
                values.append(attributes.get("content", "").strip())
            elif said.name == "link" and name in map(_local, attributes.get("rel", "").split()):
                values.append(attributes.get("href", "").strip())
        return [value for value in values if value]


def read_package_document(archive: Archive, path: str) -> PackageDocument:
    """Parse the package document at that in-archive path. Raises DamagedFile or UnsafeArchive."""
    root = read_document(archive, path)
    spine = next(iter(find_all(root, "spine")), None)
    everything = tuple(_read_statements(root))
    statements = tuple(said for said in everything if said.name != "link")
    return PackageDocument(
        path=path,
        items={item.id: item for item in _read_items(root, archive, path)},
        spine=() if spine is None else tuple(_read_spine(spine)),
        direction=(spine.get("page-progression-direction", "") if spine is not None else ""),
        ncx=(spine.get("toc", "") if spine is not None else ""),
        unique_identifier=_unique_identifier(root, statements),
        statements=statements,
        links=tuple(said for said in everything if said.name == "link"),
        guide=_read_guide(root, archive, path),
    )


def _read_items(root: etree._Element, archive: Archive, document: str) -> Iterator[Item]:
    for element in _children(root, "manifest", "item")[:MOST_ITEMS]:
        path = _locate(archive, document, element.get("href", ""))
        if path is None:  # on some server, which readers here never ask
            continue
        yield Item(
            id=element.get("id", ""),
            path=path,
            media_type=settle_type(element.get("media-type", ""), path),
            properties=frozenset(element.get("properties", "").split()),
            fallback=element.get("fallback"),
            overlay=element.get("media-overlay"),
        )


def _locate(archive: Archive, document: str, href: str) -> str | None:
    """The in-archive path of an href. Names with a bare `%` or `#`, left as they are, are found too."""
    target = resolve(document, href)
    if target is None:
        return None
    literal = join_path(dirname(document), href)
    return literal if target.path not in archive and literal in archive else target.path


def _read_spine(spine: etree._Element) -> Iterator[Itemref]:
    steps = [child for child in spine if local_name(child) == "itemref"]
    for element in steps[:MOST_ITEMS]:
        yield Itemref(
            idref=element.get("idref", ""),
            linear=element.get("linear", "yes"),
            properties=frozenset(element.get("properties", "").split()),
        )


def _read_statements(root: etree._Element) -> Iterator[Statement]:
    metadata = next(iter(find_all(root, "metadata")), None)
    elements = [] if metadata is None else list(metadata.iterdescendants())[:MOST_METADATA]
    for element in elements:
        name = local_name(element)
        if name in ("meta", "link") or name in _DC_NAMES:
            text = "".join(map(str, element.itertext()))[:LONGEST_TEXT].strip()
            attributes = {
                str(key).rpartition("}")[2]: str(value)[:LONGEST_TEXT]
                for key, value in element.attrib.items()
            }
            yield Statement(name, text, attributes)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _unique_identifier(root: etree._Element, statements: tuple[Statement, ...]) -> str:
    wanted = root.get("unique-identifier")
    identifiers = [said for said in statements if said.name == "identifier"]
    chosen = [said for said in identifiers if said.attributes.get("id") == wanted] or identifiers
    return chosen[0].text if chosen else ""


def _read_guide(root: etree._Element, archive: Archive, document: str) -> dict[str, str]:
    """Where EPUB 2's guide says that cover, contents and text begin: type to in-archive path."""
    found: dict[str, str] = {}
    for element in _children(root, "guide", "reference"):
        path = _locate(archive, document, element.get("href", ""))
        if path is not None:
            found.setdefault(element.get("type", "").lower(), path)
    return found


def _children(root: etree._Element, parent: str, name: str) -> list[etree._Element]:
    around = next(iter(find_all(root, parent)), None)
    return [] if around is None else [child for child in around if local_name(child) == name]
