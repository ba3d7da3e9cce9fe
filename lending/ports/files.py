"""Books at rest, uploads on their way, and pages drawn."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Protocol

from lending.cataloguing.records import CatalogueRecord
from lending.pdf.records import Drawing, PageText, PdfTraits
from lending.sealing.bookfile import ByteSource


class BookFiles(Protocol):
    """Sealed files. What is put in is durable when `put` returns, and never lies on disk in the clear."""

    def put(self, source: ByteSource, length: int) -> str:
        """Seal `length` bytes under a key of their own and return the new file's id."""

    def open(self, file_id: str) -> BinaryIO:
        """The plaintext, seekable, decrypted as it is read. The caller closes it. Raises NotFound.

        For one thread at a time.
        """

    def remove(self, file_id: str) -> None:
        """Destroy the key, then the file. Removing what is not there is fine."""

    def list(self) -> Iterator[str]:
        """The ids of all files there are, in no order."""


class UploadParts(Protocol):
    """The parts of uploads, sealed as they arrive."""

    def create(self, upload_id: str) -> None:
        """Make room for an upload."""

    def offset(self, upload_id: str) -> int:
        """How many bytes of it are safely here. Raises NotFound."""

    def append(self, upload_id: str, offset: int, parts: Iterable[bytes]) -> int:
        """Add bytes at `offset`; return the new offset, durable.

        When `parts` breaks off with an error, what came before it is kept and the
        error goes on. Raises WrongOffset, or UploadBusy when another thread or
        process is appending to this upload.
        """

    def read(self, upload_id: str) -> Iterator[bytes]:
        """All of it, in order."""

    def remove(self, upload_id: str) -> None:
        """Forget it. Removing what is not there is fine."""


class Cataloguers(Protocol):
    """Reads a sealed file and says what book it is. Raises CannotAccession's kinds."""

    def catalogue(self, file_id: str, file_name: str) -> CatalogueRecord:
        """The record of a sealed file; `file_name` is only a last resort for a title."""

    def cover(self, image: bytes) -> bytes:
        """A picture made into a cover for the shelf. Raises UnacceptableInput when it isn't a picture."""


class PageDrawing(Protocol):
    """Pages of PDFs, drawn outside this process. Raises NoSuchPart or PartUnreadable."""

    def page(self, file_id: str, index: int, width: int) -> Drawing:
        """Page `index` (from 0) as an image about `width` pixels wide."""

    def tile(self, file_id: str, index: int, column: int, row: int, width: int) -> Drawing:
        """A piece, `TILE` pixels square, of page `index` (from 0) drawn `width` pixels wide."""

    def text(self, file_id: str, index: int) -> PageText:
        """The lines of text and the links on page `index` (from 0)."""

    def words(self, file_id: str, first: int, count: int) -> list[str | None]:
        """The texts of `count` pages from `first` (from 0), or of as many as a moment allows: one at least.

        Each line is followed by a line end. None stands for a page that can't be read.
        """

    def traits(self, file_id: str) -> PdfTraits:
        """What the PDF brings for who doesn't read with their eyes."""
