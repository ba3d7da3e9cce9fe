"""An open PDF. Only drawing processes import this: see `lending.pdf`."""

import contextlib
import ctypes
import itertools
import math
import re
import time
from typing import TYPE_CHECKING, Any, Final, Self

import pypdfium2
from pypdfium2 import raw as pdfium
from pypdfium2.internal import get_bufreader

from lending.pdf import drawing, outline, page_tree, sniffing, text
from lending.pdf.records import Drawing, PageText, PdfRecord, PdfTraits
from lending.refusals import CannotAccession, DamagedFile, NoSuchPart, NothingToRead, PartUnreadable

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # exists for type checkers only

MAX_PAGES: Final = 50_000
"""A file may claim any number of pages; no book has more than this, and none is looked for beyond."""

_GIVE_UP_AFTER: Final = 64  # pages in a row that are not there: the rest was only claimed
_A_MOMENT: Final = 0.25  # seconds for a run of pages; who asks may ask for the rest
_LOOKED_AT: Final = 10  # pages from the start, and as many from all over, to see whether there is text
_LONGEST_TEXT: Final = 2_000
_LONGEST_LABEL: Final = 32
_A_LETTER: Final = (612.0, 792.0)  # what PDFium draws when a page has no usable size


class _Source:
    """What PDFium reads through. It remembers a fault, which PDFium would swallow and paint over."""

    def __init__(self, file: sniffing.BookFile) -> None:
        self._file = file
        self.fault: Exception | None = None

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        try:
            return self._file.readinto(buffer) or 0
        except Exception as fault:  # noqa: BLE001 -- called by C, which no exception can cross
            self.fault = fault
            return 0


class Document:
    """A PDF opened from a seekable file, which it never reads as a whole, and does not own.

    Opening raises a `CannotAccession` by name: `EmptyFile`, `NotABook`, `DamagedFile`,
    `PasswordProtected`, `DrmProtected`, `NothingToRead`. Whatever the file itself raises while
    it is read (`Tampered`) comes out of the method that noticed. Not thread-safe: PDFium isn't.
    """

    def __init__(self, file: sniffing.BookFile) -> None:
        sniffing.check_header(file)
        self._file = file
        self._source = _Source(file)
        self._pdf = self._open()
        try:
            self._check_source()
            with contextlib.suppress(pypdfium2.PdfiumError):  # a broken form is no reason not to read
                self._pdf.init_forms()
            self._count = self._count_pages()
        except BaseException:
            self.close()
            raise

    def _open(self) -> Any:
        # Not PdfDocument's own opening: it can't tell a broken file from one without pages.
        self._access, self._callbacks = get_bufreader(self._source)
        raw = pdfium.FPDF_LoadCustomDocument(self._access, None)
        if not raw:
            self._check_source()
            raise _explain(pdfium.FPDF_GetLastError(), self._file)
        return pypdfium2.PdfDocument(raw)

    def _check_source(self) -> None:
        if self._source.fault:
            raise self._source.fault

    def _count_pages(self) -> int:
        count = len(self._pdf)
        if count < 1:
            raise NothingToRead
        return min(count, MAX_PAGES)

    def record(self) -> PdfRecord:
        """What the PDF says of itself, bounded in every direction.

        Also draws the first page, small: raises `DamagedFile` if not even that can be shown, or
        if the page tree contains itself.
        """
        if page_tree.contains_itself(self._file):
            raise DamagedFile("its page tree contains itself")
        try:
            drawing.draw(self._pdf, 0, 64)
        except PartUnreadable:
            self._check_source()
            raise DamagedFile("its first page can't be drawn") from None
        sizes = self._sizes()
        record = PdfRecord(
            title=self._meta("Title"),
            authors=_names(self._meta("Author")),
            subject=self._meta("Subject"),
            language=self._language(),
            page_count=len(sizes),
            page_sizes=[(*size, len(list(run))) for size, run in itertools.groupby(sizes)],
            page_labels=self._labels(len(sizes)),
            outline=outline.read(self._pdf, len(sizes)),
        )
        self._check_source()
        return record

    def draw(self, index: int, width: int) -> Drawing:
        """Page `index` (from 0), about `width` pixels wide. `NoSuchPart`, `PartUnreadable`."""
        self._check_index(index)
        try:
            return drawing.draw(self._pdf, index, width)
        finally:
            self._check_source()

    def draw_tile(self, index: int, column: int, row: int, width: int) -> Drawing:
        """A piece of page `index`, drawn `width` pixels wide: see `drawing`.

        `NoSuchPart`, `PartUnreadable`.
        """
        self._check_index(index)
        try:
            return drawing.draw_tile(self._pdf, index, column, row, width)
        finally:
            self._check_source()

    def text(self, index: int) -> PageText:
        """The text and links of page `index` (from 0). `NoSuchPart`, `PartUnreadable`."""
        self._check_index(index)
        try:
            return text.read(self._pdf, index)
        finally:
            self._check_source()

    def words(self, first: int, count: int) -> list[str | None]:
        """The texts of `count` pages from `first` (from 0), or of as many as a moment allows, at least one.

        None for a page that can't be read. `NoSuchPart` if there is no page `first`.
        """
        self._check_index(first)
        until = time.monotonic() + _A_MOMENT
        found: list[str | None] = []
        for index in range(first, min(first + count, self._count)):
            found.append(self._words(index))
            if time.monotonic() > until:
                break
        self._check_source()
        return found

    def _words(self, index: int) -> str | None:
        try:
            return text.read_words(self._pdf, index)
        except PartUnreadable:
            return None

    def traits(self) -> PdfTraits:
        """Whether it is tagged, and has text on the first pages or on some spread through the book."""
        step = max(1, self._count // _LOOKED_AT)
        looked_at = (*range(min(_LOOKED_AT, self._count)), *range(0, self._count, step))
        has_text = any((self._words(index) or "").strip() for index in dict.fromkeys(looked_at))
        self._check_source()
        return PdfTraits(bool(pdfium.FPDFCatalog_IsTagged(self._pdf)), has_text)

    def _check_index(self, index: int) -> None:
        if not 0 <= index < self._count:
            raise NoSuchPart

    def _sizes(self) -> list[tuple[float, float]]:
        """The size of every page that exists; a claimed tail of pages that don't is left off."""
        sizes: list[tuple[float, float]] = []
        missing = 0
        for index in range(self._count):
            size = self._size(index)
            missing = 0 if size else missing + 1
            if missing > _GIVE_UP_AFTER:
                break
            sizes.append(size or (sizes[-1] if sizes else _A_LETTER))
        return sizes[: max(1, len(sizes) - missing)]

    def _size(self, index: int) -> tuple[float, float] | None:
        size = pdfium.FS_SIZEF()
        if not pdfium.FPDF_GetPageSizeByIndexF(self._pdf, index, size):
            return None
        width, height = round(size.width, 2), round(size.height, 2)
        return (width, height) if 0 < width < math.inf and 0 < height < math.inf else _A_LETTER

    def _labels(self, count: int) -> list[str]:
        labels = [self._pdf.get_page_label(index)[:_LONGEST_LABEL] for index in range(count)]
        plain = [str(number) for number in range(1, count + 1)]
        return labels if any(labels) and labels != plain else []

    def _meta(self, key: str) -> str:
        return _tidy(self._pdf.get_metadata_value(key))

    def _language(self) -> str:
        size = pdfium.FPDFCatalog_GetLanguage(self._pdf, None, 0)
        buffer = ctypes.create_string_buffer(max(size, 2))
        pdfium.FPDFCatalog_GetLanguage(
            self._pdf, ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size
        )
        return (
            _tidy(buffer.raw[: size - 2].decode("utf-16-le", "ignore"))[:_LONGEST_LABEL] if size > 2 else ""
        )

    def close(self) -> None:
        """Free what PDFium holds. The file stays open."""
        self._pdf.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _explain(code: int, file: sniffing.BookFile) -> CannotAccession:
    if code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
        return sniffing.explain_encryption(file, asks_password=code == pdfium.FPDF_ERR_PASSWORD)
    return DamagedFile("its structure can't be read")


def _tidy(raw: str) -> str:
    """One line without control characters, of bounded length."""
    printable = "".join(char if char.isprintable() else " " for char in raw[: 2 * _LONGEST_TEXT])
    return " ".join(printable.split())[:_LONGEST_TEXT]


def _names(authors: str) -> list[str]:
    """Several authors stand in one field. A comma doesn't part them: it stands inside names, too."""
    return [name.strip() for name in re.split(r";| and | & ", authors) if name.strip()]
