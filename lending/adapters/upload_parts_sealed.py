"""Uploads on a local disk, sealed part by part as they arrive."""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from lending import refusals
from lending.adapters.ids_random import raw_id
from lending.sealing import frames
from lending.sealing.keys import KeyRing
from lending.sealing.private_files import sync_folder

FRAME = 1 << 16
"""Bytes sealed at a time. A slow connection's crumbs are gathered to this size first."""


class SealedUploadParts:
    """One journal of sealed frames for each upload, under a key of its own."""

    def __init__(self, folder: Path, keys: KeyRing) -> None:
        self._folder = folder
        self._keys = keys

    def create(self, upload_id: str) -> None:
        """See `ports.files.UploadParts`."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path(upload_id).touch(mode=0o600, exist_ok=False)
        sync_folder(self._folder)

    def offset(self, upload_id: str) -> int:
        """See `ports.files.UploadParts`."""
        with self._opened(upload_id, "rb") as file:
            return frames.intact(file, self._key(upload_id), raw_id(upload_id)).length

    def append(self, upload_id: str, offset: int, parts: Iterable[bytes]) -> int:
        """See `ports.files.UploadParts`."""
        with self._opened(upload_id, "r+b") as file, _alone(file):
            key, upload = self._key(upload_id), raw_id(upload_id)
            whole = frames.intact(file, key, upload)
            if whole.length != offset:
                raise refusals.WrongOffset(whole.length)
            file.truncate(whole.end)
            try:
                for piece in _gathered(parts):
                    frames.append(file, key, upload, offset, piece)
                    offset += len(piece)
            finally:
                file.flush()
                os.fsync(file.fileno())
        return offset

    def read(self, upload_id: str) -> Iterator[bytes]:
        """See `ports.files.UploadParts`."""
        with self._opened(upload_id, "rb") as file:
            yield from frames.read_all(file, self._key(upload_id), raw_id(upload_id))

    def remove(self, upload_id: str) -> None:
        """See `ports.files.UploadParts`."""
        self._path(upload_id).unlink(missing_ok=True)

    def _key(self, upload_id: str) -> bytes:
        return self._keys.derive(f"upload {upload_id}")

    def _path(self, upload_id: str) -> Path:
        raw_id(upload_id)  # an id is nothing else, so no path can escape
        return self._folder / (upload_id + ".parts")

    @contextmanager
    def _opened(self, upload_id: str, mode: str) -> Iterator[BinaryIO]:
        try:
            file = self._path(upload_id).open(mode)
        except (FileNotFoundError, ValueError) as missing:
            raise refusals.NotFound from missing
        with file:
            yield file  # type: ignore[misc]  # the modes above are binary


@contextmanager
def _alone(file: BinaryIO) -> Iterator[None]:
    """Hold the upload against other threads and processes (each has its own open file)."""
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as taken:
        raise refusals.UploadBusy from taken
    yield


def _gathered(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of about FRAME; when `parts` breaks off, what came before it first."""
    waiting = bytearray()
    try:
        for part in parts:
            waiting += part
            if len(waiting) >= FRAME:
                yield bytes(waiting)
                waiting.clear()
    except Exception:
        if waiting:
            yield bytes(waiting)
        raise
    if waiting:
        yield bytes(waiting)
