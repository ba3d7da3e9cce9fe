"""Sealed books on a local disk; their wrapped keys in the library's database."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from lending import refusals
from lending.adapters.ids_random import raw_id
from lending.pdf.process import SealedSource
from lending.ports.library import Library
from lending.ports.records import FileKey
from lending.ports.world import Ids
from lending.sealing.bookfile import ByteSource, seal
from lending.sealing.keys import KeyRing, WrappedKey, new_key
from lending.sealing.private_files import sync_folder
from lending.sealing.reader import SealedReader

SUFFIX = ".lbk"


class SealedBookFiles:
    """One sealed file for each id, in `folder/ab/ab….lbk`.

    The key is kept before the file is written, and destroyed before the file is removed:
    at no moment is there a file that should be gone and can still be read.
    """

    def __init__(self, folder: Path, keys: KeyRing, library: Library, ids: Ids) -> None:
        self._folder = folder
        self._keys = keys
        self._library = library
        self._ids = ids

    def put(self, source: ByteSource, length: int) -> str:
        """See `ports.files.BookFiles`."""
        file_id, key = self._ids.new(), new_key()
        wrapped = self._keys.wrap_key(key, raw_id(file_id))
        with self._library.change() as desk:
            desk.keys.add(FileKey(file_id, 1, wrapped.kek_id, wrapped.blob))
        try:
            self._write(file_id, key, source, length)
        except BaseException:
            self.remove(file_id)
            raise
        return file_id

    def open(self, file_id: str) -> BinaryIO:
        """See `ports.files.BookFiles`."""
        source = self.source(file_id)
        try:
            file = source.path.open("rb")
        except FileNotFoundError as missing:
            raise refusals.NotFound from missing
        try:
            return cast("BinaryIO", SealedReader(file, source.key, source.file_id))
        except BaseException:
            file.close()
            raise

    def source(self, file_id: str) -> SealedSource:
        """What another process needs to read the file for itself. Raises NotFound."""
        with self._library.read() as desk:
            kept = desk.keys.get(file_id)
        wrapped = WrappedKey(kept.kek_id, kept.wrapped)
        key = self._keys.unwrap_key(wrapped, raw_id(file_id), kept.generation)
        return SealedSource(self._path(file_id), key, raw_id(file_id))

    def remove(self, file_id: str) -> None:
        """See `ports.files.BookFiles`."""
        with self._library.change() as desk:
            desk.keys.remove(file_id)
        self._path(file_id).unlink(missing_ok=True)

    def list(self) -> Iterator[str]:
        """See `ports.files.BookFiles`."""
        return (path.name.removesuffix(SUFFIX) for path in self._folder.glob(f"??/*{SUFFIX}"))

    def _write(self, file_id: str, key: bytes, source: ByteSource, length: int) -> None:
        path = self._path(file_id)
        self._make_room(path.parent)
        unfinished = path.with_suffix(".tmp")
        try:
            with unfinished.open("xb") as out:
                seal(source, length, out, key, raw_id(file_id))
                out.flush()
                os.fsync(out.fileno())
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(path.parent)

    def _make_room(self, shelf: Path) -> None:
        if not shelf.exists():
            for folder in (self._folder, shelf):  # one by one: parents made on the way would get any mode
                folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(self._folder)

    def _path(self, file_id: str) -> Path:
        raw_id(file_id)  # an id is nothing else, so no path can escape
        return self._folder / file_id[:2] / (file_id + SUFFIX)


def rewrap_all(library: Library, keys: KeyRing, batch: int = 500) -> int:
    """Wrap every file's key under the active key-encryption key; returns how many were rewrapped.

    No book is touched. May be stopped at any point and started again.
    """
    count = 0
    while True:
        with library.change() as desk:
            old = desk.keys.not_wrapped_by(keys.active, batch)
            for kept in old:
                raw = raw_id(kept.file_id)
                key = keys.unwrap_key(WrappedKey(kept.kek_id, kept.wrapped), raw, kept.generation)
                wrapped = keys.wrap_key(key, raw, kept.generation)
                desk.keys.rewrap(FileKey(kept.file_id, kept.generation, wrapped.kek_id, wrapped.blob))
        count += len(old)
        if len(old) < batch:
            return count
