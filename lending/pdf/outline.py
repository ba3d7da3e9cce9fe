"""The table of contents of an open PDF, which may be deep, endless or a circle."""

import ctypes
from typing import Any, Final

from pypdfium2 import PdfBookmark
from pypdfium2 import raw as pdfium

from lending.pdf.records import OutlineEntry

MAX_ENTRIES: Final = 5_000
MAX_DEPTH: Final = 12

_LONGEST_LABEL: Final = 300


def read(pdf: Any, page_count: int) -> list[OutlineEntry]:
    """The outline, cut at `MAX_ENTRIES` lines and `MAX_DEPTH` levels. No entry occurs twice."""
    return _Reading(pdf, page_count).children(None, 1)


class _Reading:
    def __init__(self, pdf: Any, page_count: int) -> None:
        self._pdf = pdf
        self._page_count = page_count
        self._seen: set[int] = set()

    def children(self, parent: Any, depth: int) -> list[OutlineEntry]:
        entries = []
        raw = pdfium.FPDFBookmark_GetFirstChild(self._pdf, parent)
        while raw and self._is_new(raw):
            entries.append(self._entry(raw, depth))
            raw = pdfium.FPDFBookmark_GetNextSibling(self._pdf, raw)
        return entries

    def _is_new(self, raw: Any) -> bool:
        address = ctypes.addressof(raw.contents)
        if address in self._seen or len(self._seen) >= MAX_ENTRIES:
            return False
        self._seen.add(address)
        return True

    def _entry(self, raw: Any, depth: int) -> OutlineEntry:
        bookmark = PdfBookmark(raw, self._pdf, depth)
        label = " ".join(bookmark.get_title().replace("\0", " ").split())[:_LONGEST_LABEL]
        children = self.children(raw, depth + 1) if depth < MAX_DEPTH else []
        return OutlineEntry(label, self._page(bookmark), children)

    def _page(self, bookmark: PdfBookmark) -> int | None:
        dest = bookmark.get_dest()
        page: int | None = dest.get_index() if dest else None
        return page if page is not None and page < self._page_count else None
