"""The links of a page of an open PDF: to other pages, and to the web. Nothing else.

A link may carry any action: launch a program, run a script, open a file. Only places inside the book
(PDF 1.7, 12.6.4.2) and addresses (12.6.4.7) of the web and of mail become links here.
"""

import ctypes
from collections.abc import Iterator
from typing import Any, Final

from pypdfium2 import raw as pdfium

from lending.pdf.places import PageView
from lending.pdf.records import PageLink

MAX_LINKS: Final = 1_000
LONGEST_ADDRESS: Final = 2_000

_WEB: Final = ("http://", "https://", "mailto:")


def read(pdf: Any, page: Any, view: PageView) -> list[PageLink]:
    """The links of an open page, at most `MAX_LINKS`."""
    found = []
    for raw in _enumerate(page):
        rect = pdfium.FS_RECTF()
        if not pdfium.FPDFLink_GetAnnotRect(raw, rect):
            continue
        target, href = _page_of(pdf, raw), _address(pdf, raw)
        if target is not None or href:
            box = view.box(rect.left, rect.bottom, rect.right, rect.top)
            found.append(PageLink(box, target, "" if target is not None else href))
    return found


def _enumerate(page: Any) -> Iterator[Any]:
    position, link = ctypes.c_int(0), pdfium.FPDF_LINK()
    for _ in range(MAX_LINKS):
        if not pdfium.FPDFLink_Enumerate(page, position, link):
            return
        yield link


def _page_of(pdf: Any, link: Any) -> int | None:
    """The page that a link leads to, from 0."""
    action = pdfium.FPDFLink_GetAction(link)
    if action and pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_GOTO:
        return None  # into another file, say, whose pages have numbers, too
    dest = pdfium.FPDFAction_GetDest(pdf, action) if action else pdfium.FPDFLink_GetDest(pdf, link)
    index: int = pdfium.FPDFDest_GetDestPageIndex(pdf, dest) if dest else -1
    return index if 0 <= index < len(pdf) else None


def _address(pdf: Any, link: Any) -> str:
    """The address that a link leads to, or nothing if it is not one of the web or of mail."""
    action = pdfium.FPDFLink_GetAction(link)
    if pdfium.FPDFAction_GetType(action) != pdfium.PDFACTION_URI:
        return ""
    size = pdfium.FPDFAction_GetURIPath(pdf, action, None, 0)
    if not 1 < size <= LONGEST_ADDRESS:
        return ""
    buffer = ctypes.create_string_buffer(size)
    pdfium.FPDFAction_GetURIPath(pdf, action, buffer, size)
    address = buffer.value.decode("utf-8", "replace").strip()
    return address if address.lower().startswith(_WEB) and address.isprintable() else ""
