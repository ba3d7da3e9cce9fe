"""A sealed file, read as if it were not sealed."""

import io
import os
from collections import OrderedDict
from hmac import compare_digest
from typing import TYPE_CHECKING, BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lending.sealing.bookfile import (
    CHUNK,
    CHUNKS_AT,
    COMMITMENT_SIZE,
    HEADER,
    SALT_SIZE,
    TAG,
    Header,
    Secrets,
)
from lending.sealing.errors import Tampered

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer  # exists for type checkers only


class SealedReader(io.RawIOBase):
    """The plaintext of a sealed file: readable, seekable, decrypted one chunk at a time.

    Opening checks the header, the commitment and the last chunk, so a wrong key, a swapped or
    a shortened file is noticed before the first byte is given out; every other chunk is
    authenticated when it is first read. Both raise `Tampered`. The last `keep` chunks (16 KiB
    each) stay in memory. `read(n)` gives `n` bytes unless the file ends, as parsers expect.

    Owns `file` and closes it. Like every file object it has one position: one reader per thread.
    """

    def __init__(self, file: BinaryIO, key: bytes, file_id: bytes, *, keep: int = 64) -> None:
        super().__init__()
        self._file = file
        self._header = Header.parse(file.read(HEADER.size))
        if self._header.file_id != file_id:
            raise Tampered("this is another file")
        secrets = self._secrets(key)
        self._nonce = secrets.nonce
        self._cipher = AESGCM(secrets.key)
        self._chunks: OrderedDict[int, bytes] = OrderedDict()
        self._keep = keep
        self._position = 0
        self._check_end()

    def _secrets(self, key: bytes) -> Secrets:
        salt = self._file.read(SALT_SIZE)
        commitment = self._file.read(COMMITMENT_SIZE)
        secrets = Secrets.derive(key, salt, self._header)
        if not compare_digest(secrets.commitment, commitment):
            raise Tampered("the commitment does not match: another key, or an altered header")
        return secrets

    def _check_end(self) -> None:
        if self._file.seek(0, os.SEEK_END) != self._header.sealed_size:
            raise Tampered("the file is shorter or longer than its header says")
        self._chunk(self._header.last_chunk)

    @property
    def length(self) -> int:
        """How many bytes of plaintext there are."""
        return self._header.length

    @property
    def generation(self) -> int:
        """Which generation of the file's key sealed it."""
        return self._header.generation

    def _chunk(self, number: int) -> bytes:
        if number in self._chunks:
            self._chunks.move_to_end(number)
            return self._chunks[number]
        chunk = self._chunks[number] = self._decrypt(number)
        if len(self._chunks) > self._keep:
            self._chunks.popitem(last=False)
        return chunk

    def _decrypt(self, number: int) -> bytes:
        size = min(CHUNK, self._header.length - number * CHUNK) + TAG
        self._file.seek(CHUNKS_AT + number * (CHUNK + TAG))
        try:
            return self._cipher.decrypt(self._nonce(number), self._file.read(size), None)
        except InvalidTag:
            raise Tampered(f"chunk {number} does not authenticate") from None

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill `buffer` from the current position; fewer bytes only at the end. Raises `Tampered`."""
        self._checkClosed()
        into = memoryview(buffer).cast("B")
        filled = 0
        while filled < len(into) and self._position < self._header.length:
            number, start = divmod(self._position, CHUNK)
            piece = self._chunk(number)[start : start + len(into) - filled]
            into[filled : filled + len(piece)] = piece
            filled += len(piece)
            self._position += len(piece)
        return filled

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move, as in any file; beyond the end is allowed and reads nothing."""
        self._checkClosed()
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._header.length}[whence]
        if base + offset < 0:
            raise ValueError("before the start of the file")
        self._position = base + offset
        return self._position

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def close(self) -> None:
        """Close the sealed file too, and forget what was decrypted."""
        if not self.closed:
            self._file.close()
            self._chunks.clear()
        super().close()

    def __enter__(self) -> Self:
        return self
