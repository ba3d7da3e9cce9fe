"""A sealed, append-only journal: how the parts of an upload wait on disk until the last has come.

    frame = [plaintext length, 4 bytes][nonce 12][ciphertext][tag 16]

Each frame is AES-256-GCM under the upload's own key with a random nonce, bound to the upload and
to the place of its plaintext in it; so frames can't be swapped, repeated, dropped or moved.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lending.sealing.errors import Tampered

MAX_FRAME: Final = 1024 * 1024
"""The most plaintext in one frame; longer parts are cut up. It bounds memory on the way back."""

_LENGTH: Final = struct.Struct(">I")
_NONCE_SIZE: Final = 12
_OVERHEAD: Final = _LENGTH.size + _NONCE_SIZE + 16


class Intact(NamedTuple):
    """What of a journal is whole: `length` bytes of plaintext, in the file's first `end` bytes."""

    length: int
    end: int


class _Frame(NamedTuple):
    at: int
    offset: int
    size: int

    @property
    def end(self) -> int:
        return self.at + self.size + _OVERHEAD


def append(file: BinaryIO, key: bytes, upload_id: bytes, offset: int, data: bytes) -> None:
    """Add `data`, whose first byte is byte `offset` of the upload, at the end of `file`.

    The caller holds the upload's lock, has cut off a torn frame (`intact`), and fsyncs
    before it says that the part has arrived.
    """
    cipher = AESGCM(key)
    file.seek(0, os.SEEK_END)
    for start in range(0, len(data), MAX_FRAME):
        piece = data[start : start + MAX_FRAME]
        nonce = os.urandom(_NONCE_SIZE)
        sealed = cipher.encrypt(nonce, piece, _binding(upload_id, offset + start))
        file.write(_LENGTH.pack(len(piece)) + nonce + sealed)


def intact(file: BinaryIO, key: bytes, upload_id: bytes) -> Intact:
    """How much of the journal is whole; the caller truncates the file at `end` before it appends.

    After a crash the last frames may be cut short or never written. Only the end is
    authenticated here (earlier frames were fsynced before); `read_all` authenticates all.
    """
    cipher = AESGCM(key)
    whole = list(_frames(file))
    while whole:
        last = whole.pop()
        try:
            _open(file, cipher, upload_id, last)
        except Tampered:
            continue
        return Intact(last.offset + last.size, last.end)
    return Intact(0, 0)


def read_all(file: BinaryIO, key: bytes, upload_id: bytes) -> Iterator[bytes]:
    """All plaintext in order, at most 1 MiB at a time. Raises `Tampered` at the first bad frame.

    A torn frame at the end counts as bad: truncate first. The caller compares the total
    with the length it expects, for a missing tail can't be noticed here.
    """
    cipher = AESGCM(key)
    end = 0
    for frame in _frames(file):
        yield _open(file, cipher, upload_id, frame)
        end = frame.end
    if file.seek(0, os.SEEK_END) != end:
        raise Tampered("the last frame is incomplete")


def _frames(file: BinaryIO) -> Iterator[_Frame]:
    """The frames that are complete by their lengths alone, up to the first that is not."""
    size = file.seek(0, os.SEEK_END)
    at = offset = 0
    while at + _OVERHEAD < size:
        file.seek(at)
        (length,) = _LENGTH.unpack(file.read(_LENGTH.size))
        frame = _Frame(at, offset, length)
        if not 0 < length <= MAX_FRAME or frame.end > size:
            return
        yield frame
        at, offset = frame.end, offset + length


def _open(file: BinaryIO, cipher: AESGCM, upload_id: bytes, frame: _Frame) -> bytes:
    file.seek(frame.at + _LENGTH.size)
    nonce = file.read(_NONCE_SIZE)
    sealed = file.read(frame.end - frame.at - _LENGTH.size - _NONCE_SIZE)
    try:
        return cipher.decrypt(nonce, sealed, _binding(upload_id, frame.offset))
    except InvalidTag:
        raise Tampered(f"the frame at {frame.at} does not authenticate") from None


def _binding(upload_id: bytes, offset: int) -> bytes:
    return b"lend/v1/upload\0" + upload_id + offset.to_bytes(8)
