"""The sealed file: its layout, and how one is written.

    at    size  what
     0      8   magic "LENDBK\\x01\\n"
     8      1   suite: 1 = Cobblestone-256 (HKDF-Expand-SHA512, AES-256-GCM)
     9      1   zero
    10      2   header length = 64, big-endian like every number here
    12     16   file id
    28      4   generation of the file's key
    32      8   length of the plaintext
    40     24   zero, reserved
    64     24   salt         ┐
    88     32   commitment   │ the ciphertext as https://c2sp.org/chunked-encryption defines it:
    120    ..   chunks       ┘ 16 KiB of plaintext + 16 bytes of tag each, the last always shorter

The header is the context of the key derivation, so the commitment vouches for every bit of it.
Plaintext byte `i` is in chunk `i // 16384`; chunk `k` starts at `120 + k * 16400`.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol, Self

from cryptography.cobblestone import Cobblestone256Encryptor
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from lending.sealing.errors import Tampered

MAGIC: Final = b"LENDBK\x01\n"
SUITE: Final = 1
CHUNK: Final = 16 * 1024
TAG: Final = 16
SALT_SIZE: Final = 24
COMMITMENT_SIZE: Final = 32
HEADER: Final = struct.Struct(">8sBxH16sIQ24x")
CHUNKS_AT: Final = HEADER.size + SALT_SIZE + COMMITMENT_SIZE

_CONTEXT_LABEL: Final = b"lend/v1/book\0"
_INFO_LABEL: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0"


class WrongLength(ValueError):
    """The source holds fewer or more bytes than were announced."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first 64 bytes of a sealed file. `file_id` is 16 bytes, `length` counts plaintext bytes."""

    file_id: bytes
    generation: int
    length: int

    def pack(self) -> bytes:
        """The header as it stands in the file."""
        if len(self.file_id) != 16:
            raise ValueError("a file id is 16 bytes")
        return HEADER.pack(MAGIC, SUITE, HEADER.size, self.file_id, self.generation, self.length)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Read a header. Raises `Tampered` unless it is exactly as `pack` would have written it."""
        if len(raw) != HEADER.size:
            raise Tampered("shorter than a header")
        _magic, _suite, _size, file_id, generation, length = HEADER.unpack(raw)
        header = cls(file_id, generation, length)
        if header.pack() != raw:
            raise Tampered("not a sealed file, or of an unknown suite")
        return header

    @property
    def context(self) -> bytes:
        """What binds the ciphertext to this header."""
        return _CONTEXT_LABEL + self.pack()

    @property
    def last_chunk(self) -> int:
        """The number of the last chunk, which is always shorter than the others and may be empty."""
        return self.length // CHUNK

    @property
    def sealed_size(self) -> int:
        """How long the whole sealed file is. No other length is right."""
        return CHUNKS_AT + self.length + (self.last_chunk + 1) * TAG


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What one file's key and salt expand to."""

    key: bytes
    base_nonce: bytes
    commitment: bytes

    @classmethod
    def derive(cls, key: bytes, salt: bytes, header: Header) -> Self:
        """Key derivation of c2sp.org/chunked-encryption, for SHA-512 and AES-256-GCM."""
        info = _INFO_LABEL + salt + header.context
        okm = HKDFExpand(algorithm=SHA512(), length=32 + 12 + COMMITMENT_SIZE, info=info).derive(key)
        return cls(okm[:32], okm[32:44], okm[44:])

    def nonce(self, chunk: int) -> bytes:
        """The nonce of chunk `chunk`: the base nonce XOR the chunk's number."""
        return (int.from_bytes(self.base_nonce) ^ chunk).to_bytes(12)


class ByteSource(Protocol):
    """Something to read bytes from, once, to its end."""

    def read(self, size: int, /) -> bytes:
        """`size` bytes; fewer only at the end."""


def seal(
    source: ByteSource, length: int, out: BinaryIO, key: bytes, file_id: bytes, generation: int = 1
) -> None:
    """Write the `length` bytes of `source`, sealed under `key` (32 bytes, random), to `out`.

    Holds one chunk at a time in memory. The salt is fresh each time, so the same key may
    seal again. Raises `WrongLength` if `source` ends early or goes on; what `out` holds
    then is worthless and must be thrown away. Flushing and fsync are the caller's affair.
    """
    header = Header(file_id, generation, length)
    encryptor = Cobblestone256Encryptor(key, header.context)
    out.write(header.pack())
    left = length
    while left:
        data = source.read(min(CHUNK, left))
        if not data:
            raise WrongLength(f"ended {left} bytes early")
        left -= len(data)
        out.write(encryptor.update(data))
    if source.read(1):
        raise WrongLength(f"goes on after {length} bytes")
    out.write(encryptor.finalize())
