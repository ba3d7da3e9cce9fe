"""Marks as a collection of W3C Web Annotations, in JSON-LD (https://www.w3.org/TR/annotation-model/).

Their target is the book itself, by its own name: no address of this library is in it, since none of them
would open anything after the loan.
"""

from datetime import UTC, datetime
from typing import Any, Final

from lending.marks.records import Kind
from lending.marks.taking_home import Book, Collection, Keepsake

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE: Final = f'application/ld+json; profile="{CONTEXT}"'
EPUB_CFI: Final = "http://www.idpf.org/epub/linking/cfi/epub-cfi.html"
PDF_FRAGMENT: Final = "http://tools.ietf.org/rfc/rfc3778"
"""Both as the model names them, in its section 4.2.1."""


def web_annotations(collection: Collection) -> dict[str, Any]:
    """An AnnotationCollection with its one page inside (sections 5.1 and 5.2)."""
    book = collection.book
    items = [_annotation(book, keepsake) for keepsake in collection.keepsakes]
    return {
        "@context": CONTEXT,
        "id": collection.urn,
        "type": "AnnotationCollection",
        "label": book.title,
        "total": len(items),
        "first": {"type": "AnnotationPage", "startIndex": 0, "items": items},
    }


def _annotation(book: Book, keepsake: Keepsake) -> dict[str, Any]:
    mark = keepsake.mark
    annotation: dict[str, Any] = {
        "id": keepsake.urn,
        "type": "Annotation",
        "motivation": _motivation(keepsake),
        "created": _moment(mark.made_at),
        "modified": _moment(mark.changed_at),
    }
    if mark.writing.note:
        annotation["body"] = {
            "type": "TextualBody",
            "value": mark.writing.note,
            "format": "text/plain",
            "purpose": "commenting",
        }
    return annotation | {"target": _target(book, keepsake)}


def _motivation(keepsake: Keepsake) -> str:
    writing = keepsake.mark.writing
    if writing.note:
        return "commenting"
    return "bookmarking" if writing.kind is Kind.BOOKMARK else "highlighting"


def _target(book: Book, keepsake: Keepsake) -> dict[str, Any]:
    target: dict[str, Any] = {"type": "SpecificResource", "source": _source(book)}
    selectors = _selectors(keepsake)
    if selectors:
        target["selector"] = selectors
    if keepsake.mark.writing.ink:
        target["styleClass"] = keepsake.mark.writing.ink.value
    return target


def _source(book: Book) -> dict[str, Any]:
    told = {
        "id": book.iri,
        "type": "Text",
        "format": book.media_type,
        "language": book.language,
        "dc:title": book.title,
        "dc:creator": list(book.authors),
        "dc:identifier": list(book.identifiers),
    }
    return {name: value for name, value in told.items() if value}


def _selectors(keepsake: Keepsake) -> list[dict[str, Any]]:
    selectors: list[dict[str, Any]] = []
    if keepsake.cfi:
        selectors.append({"type": "FragmentSelector", "conformsTo": EPUB_CFI, "value": keepsake.cfi})
    elif keepsake.page is not None:
        page = f"page={keepsake.page}"
        selectors.append({"type": "FragmentSelector", "conformsTo": PDF_FRAGMENT, "value": page})
    if keepsake.mark.writing.text:
        selectors.append({"type": "TextQuoteSelector", "exact": keepsake.mark.writing.text})
    return selectors


def _moment(moment: datetime) -> str:
    """As xsd:dateTime in UTC (section 3.3.3)."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
