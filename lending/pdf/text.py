"""The text of a page of an open PDF, with the place of each line."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pypdfium2
from pypdfium2 import raw as pdfium

from lending.pdf import links
from lending.pdf.places import PageView
from lending.pdf.records import PageText
from lending.refusals import PartUnreadable

MAX_CHARS: Final = 100_000
MAX_LINES: Final = 5_000

_CJK: Final = 0x2E80  # the first of the blocks of Chinese, Japanese and Korean letters
_HYPHEN: Final = "\x02"  # what PDFium gives for the hyphen of a word that goes on in the next line


class _Line:
    """Characters that follow each other without a wide gap, and the box around them, in page space."""

    __slots__ = ("bottom", "chars", "edge", "left", "right", "top")

    def __init__(self) -> None:
        self.chars: list[str] = []
        self.edge: tuple[float, float, float, float] | None = None
        self.left = self.bottom = self.right = self.top = 0.0

    def is_far_from(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Whether the gap between the last character and this box is a column's, not a word's."""
        if not self.edge:
            return False
        last_left, last_bottom, last_right, last_top = self.edge
        gap = max(left - last_right, last_left - right, bottom - last_top, last_bottom - top)
        return gap > 1.5 * max(last_top - last_bottom, last_right - last_left, top - bottom)

    def add(self, char: str, left: float, bottom: float, right: float, top: float) -> None:
        self.chars.append(char)
        if self.edge:
            self.left, self.bottom = min(self.left, left), min(self.bottom, bottom)
            self.right, self.top = max(self.right, right), max(self.top, top)
        else:
            self.left, self.bottom, self.right, self.top = left, bottom, right, top
        self.edge = (left, bottom, right, top)

    @property
    def is_column(self) -> bool:
        """Whether it is written downwards, in letters that are."""
        letters = "".join(self.chars).strip()
        upright = self.top - self.bottom > 2 * (self.right - self.left)
        return upright and len(letters) > 1 and ord(letters[0]) >= _CJK

    def is_left_beside(self, other: "_Line") -> bool:
        """Whether the other begins at about the same height, and stands to the right."""
        size = self.right - self.left
        return self.right <= other.left + size / 2 and abs(self.top - other.top) < 2 * size

    @property
    def text(self) -> str:
        return "".join(self.chars).replace(_HYPHEN, "-").rstrip()


def read(pdf: Any, index: int) -> PageText:
    """The lines of page `index`, at most `MAX_LINES`, and its links. Raises `PartUnreadable`."""
    with _opened(pdf, index) as page:
        view = PageView(page)
        lines = [
            (*view.box(line.left, line.bottom, line.right, line.top), line.text) for line in _lines(page)
        ]
        return PageText(view.width, view.height, lines, links.read(pdf, page, view))


def read_words(pdf: Any, index: int) -> str:
    """The same lines without their places, each followed by a line end. Raises `PartUnreadable`."""
    with _opened(pdf, index) as page:
        return "".join(line.text + "\n" for line in _lines(page))


@contextmanager
def _opened(pdf: Any, index: int) -> Iterator[Any]:
    try:
        page = pdf[index]
    except pypdfium2.PdfiumError:
        raise PartUnreadable from None
    try:
        yield page
    except pypdfium2.PdfiumError:
        raise PartUnreadable from None
    finally:
        page.close()


def _lines(page: Any) -> list[_Line]:
    textpage = page.get_textpage()
    lines = [_Line()]
    rect = pdfium.FS_RECTF()
    for index, char in _chars(textpage):
        if char in "\r\n":
            lines.append(_Line() if lines[-1].edge else lines.pop())
        elif char.isspace() or not pdfium.FPDFText_GetLooseCharBox(textpage.raw, index, rect):
            lines[-1].chars.append(char)
        else:
            box = (rect.left, rect.bottom, rect.right, rect.top)
            if lines[-1].is_far_from(*box):
                lines.append(_Line())
            lines[-1].add(char, *box)
        if len(lines) > MAX_LINES:
            break
    return _from_right_to_left([line for line in lines if line.edge])


def _from_right_to_left(lines: list[_Line]) -> list[_Line]:
    """The lines, with columns of upright Chinese or Japanese in the order in which they are read.

    That is from right to left; a PDF may hold them from left to right.
    """
    ordered: list[_Line] = []
    run: list[_Line] = []
    for line in lines:
        if run and not (line.is_column and run[-1].is_column and run[-1].is_left_beside(line)):
            ordered += reversed(run)
            run = []
        run.append(line)
    return ordered + run[::-1]


def _chars(textpage: Any) -> Iterator[tuple[int, str]]:
    """The index and character of all that is text, spaces and line ends that PDFium adds included."""
    for index in range(min(textpage.count_chars(), MAX_CHARS)):
        if char := _char(pdfium.FPDFText_GetUnicode(textpage.raw, index)):
            yield index, char


def _char(code: int) -> str:
    """The character of a code, or nothing for what is not text."""
    if code in (0, 0xFFFE, 0xFFFF) or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return ""
    char = chr(code)
    return char if char.isprintable() or char in "\r\n\x02" else " "
