"""What can be told from a PDF's bytes without parsing it: used before PDFium, and to explain its no."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

from lending.refusals import CannotAccession, DrmProtected, EmptyFile, NotABook, PasswordProtected

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # exists for type checkers only

_HEADER_WITHIN: Final = 1024  # PDF 1.7, appendix H.3, note 13: readers accept junk before the header

_HANDLER: Final = re.compile(rb"/Filter\s*/(EBX_HANDLER|Adobe\.APS|FOPN_f\w+|MicrosoftIRMServices)\b")
_SCHEMES: Final = {
    b"EBX_HANDLER": "Adobe ADEPT",
    b"Adobe.APS": "Adobe LiveCycle",
    b"FOPN": "FileOpen",
    b"MicrosoftIRMServices": "Microsoft IRM",
}
_BLOCK: Final = 1024 * 1024
_OVERLAP: Final = 256


class BookFile(Protocol):
    """What a PDF is read from: any open, seekable binary file, a `SealedReader` for one."""

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Move to `offset`."""

    def read(self, size: int = -1, /) -> bytes:
        """As many bytes as asked for, unless the file ends."""

    def readinto(self, buffer: "WriteableBuffer", /) -> int | None:
        """Fill `buffer`, unless the file ends."""


def check_header(file: BookFile) -> None:
    """Raise `EmptyFile` or `NotABook` unless the file begins as a PDF does."""
    file.seek(0)
    head = file.read(_HEADER_WITHIN + len(b"%PDF-"))
    if not head:
        raise EmptyFile
    if b"%PDF-" not in head:
        raise NotABook


def explain_encryption(file: BookFile, *, asks_password: bool) -> CannotAccession:
    """Which lock keeps PDFium out: a DRM scheme by name, or a password."""
    for block in _blocks(file):
        if found := _HANDLER.search(block):
            name = found[1][:4] if found[1].startswith(b"FOPN") else found[1]
            return DrmProtected(_SCHEMES[name])
    return PasswordProtected() if asks_password else DrmProtected("unknown")


def _blocks(file: BookFile) -> Iterator[bytes]:
    """The whole file in pieces that overlap, so that no short match is cut in two."""
    file.seek(0)
    tail = b""
    while block := file.read(_BLOCK):
        yield tail + block
        tail = block[-_OVERLAP:]
