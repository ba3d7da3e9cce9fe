"""Finding out what book a file is."""

import json
import re
from typing import BinaryIO, Final

from lending import refusals
from lending.cataloguing.covers import cover_from
from lending.cataloguing.records import CatalogueRecord
from lending.epub.archive import Archive
from lending.epub.package import Package, read_package
from lending.pdf.process import DrawingProcesses, SealedSource
from lending.pdf.records import OutlineEntry, PdfRecord

COVER_WIDTH: Final = 600
"""How wide a PDF's first page is drawn to serve as its cover."""


def is_pdf(head: bytes) -> bool:
    """Whether a file that begins like this is a PDF: readers accept junk before the header, up to 1 KiB."""
    return b"%PDF-" in head[:1024] and not head.startswith(b"PK")


def catalogue_epub(file: BinaryIO, file_name: str) -> CatalogueRecord:
    """The record of an EPUB. Raises a kind of CannotAccession."""
    archive = Archive(file)
    package = read_package(archive)
    return CatalogueRecord(
        media_type="application/epub+zip",
        title=package.title or _title_from(file_name),
        authors=package.authors,
        language=package.language,
        description=package.description,
        publisher=package.publisher,
        published=package.published,
        identifiers=package.identifiers,
        extent=len(package.sections),
        cover=_epub_cover(archive, package),
        finding_aid=package.to_json(),
    )


def catalogue_pdf(processes: DrawingProcesses, source: SealedSource, file_name: str) -> CatalogueRecord:
    """The record of a PDF, read in a separate process. Raises a kind of CannotAccession."""
    record = processes.catalogue(source)
    return CatalogueRecord(
        media_type="application/pdf",
        title=_plausible(record.title) or _title_from(file_name),
        authors=tuple(record.authors),
        language=record.language,
        description=record.subject,
        publisher="",
        published="",
        identifiers=(),
        extent=record.page_count,
        cover=_pdf_cover(processes, source),
        finding_aid=json.dumps(_pdf_aid(record)).encode(),
    )


def _epub_cover(archive: Archive, package: Package) -> bytes | None:
    if package.cover is None:
        return None
    try:
        return cover_from(archive.read(package.cover))
    except (refusals.Refusal, ValueError):
        return None  # a book with a broken cover is still a book


def _pdf_cover(processes: DrawingProcesses, source: SealedSource) -> bytes | None:
    try:
        return cover_from(processes.draw(source, 0, COVER_WIDTH).data)
    except (refusals.CannotRead, ValueError):
        return None


def _pdf_aid(record: PdfRecord) -> dict[str, object]:
    return {
        "pages": record.page_count,
        "sizes": record.page_sizes,
        "labels": record.page_labels,
        "toc": [_contents(entry) for entry in record.outline],
    }


def _contents(entry: OutlineEntry) -> dict[str, object]:
    page = None if entry.page is None else entry.page + 1
    return {"label": entry.label, "page": page, "children": [_contents(child) for child in entry.children]}


def _plausible(title: str) -> str:
    """A PDF's title, unless it is only what a word processor left there."""
    left_over = re.search(r"^(untitled|microsoft word - .*|.*\.(docx?|tex|dvi|indd|qxd|pdf))$", title, re.I)
    return "" if left_over else title


def _title_from(file_name: str) -> str:
    """A title made of a file's name, for a book that tells none.

    >>> _title_from("the_art-of  war.final.epub")
    'the art-of war.final'
    """
    stem = re.sub(r"\.(epub|pdf)$", "", file_name, flags=re.I)
    return " ".join(stem.replace("_", " ").split()) or "Untitled"
