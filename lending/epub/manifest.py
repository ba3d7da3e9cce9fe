"""What the reading page must know of a book before it asks for the first chapter."""

from typing import Any

from lending.epub.finding_aid import Package, Section, TocEntry
from lending.epub.references import encode_path
from lending.epub.resources import stands_alone


def reader_manifest(package: Package) -> dict[str, Any]:
    """The book as plain values for JSON.

    A section's `id` is its in-archive path, percent-encoded as browsers do it; `href` is where to fetch it,
    relative to the book's own address: `r/<path>` for a chapter, `wrapped/<path>` where a page is made around
    it. `href` in `toc` and `pageList` is a section's `id` with a fragment, or null for a line that leads
    nowhere. `size` is in bytes and only drives progress. `media` names the CSS classes that mark what a media
    overlay reads, empty where the book names none.
    """
    rendition: dict[str, str] = {"layout": package.layout}
    if package.spread:
        rendition["spread"] = package.spread
    media = {"activeClass": package.active_class, "playbackActiveClass": package.playback_active_class}
    return {
        "metadata": {
            "title": package.title,
            "author": list(package.authors),
            "language": package.language,
        },
        "dir": package.direction,
        "rendition": rendition,
        "media": media,
        "sections": [_section(section) for section in package.sections],
        "toc": [_entry(entry) for entry in package.toc],
        "pageList": [_entry(entry) for entry in package.page_list],
    }


def section_href(section: Section) -> str:
    """Where the section's page is, relative to the book's own address."""
    folder = "r" if stands_alone(section) else "wrapped"
    return f"{folder}/{encode_path(section.path)}"


def _section(section: Section) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "id": encode_path(section.path),
        "href": section_href(section),
        "size": section.size,
        "linear": "yes" if section.linear else "no",
        "cfi": section.cfi,
    }
    if section.page_spread:
        plain["pageSpread"] = section.page_spread
    if section.overlay:
        plain["mediaOverlay"] = f"r/{encode_path(section.overlay)}"
    return plain


def _entry(entry: TocEntry) -> dict[str, Any]:
    plain: dict[str, Any] = {"title": entry.label, "href": entry.href}
    if entry.children:
        plain["children"] = [_entry(child) for child in entry.children]
    return plain
