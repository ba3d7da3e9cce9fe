"""The zip that an EPUB is (OCF 3.3 §4), judged as a whole before a byte of it is inflated.

Decisions, made once:

- The `mimetype` entry is not looked at. Shops and tools leave it out, compress it or put it last, and
  people read those books everywhere. What makes an EPUB is META-INF/container.xml.
- A name that could climb out of a folder, and a name that two files share, refuse the whole archive:
  no honest packer writes them, and "which of the two?" is a question that two programs answer differently.
- An entry that is no plain file (a symbolic link, a device) does not exist here. Nothing is ever
  extracted, so it can do no harm, and nobody can ask for it.
"""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, RawIOBase
from itertools import pairwise
from typing import IO, BinaryIO, cast

from lending.refusals import (
    DamagedFile,
    EmptyFile,
    NoSuchPart,
    NotABook,
    PartUnreadable,
    PasswordProtected,
    UnsafeArchive,
)

CHUNK = 64 << 10
_LOCAL_HEADER = 30  # bytes before the name in a local file header (APPNOTE 4.3.7)
_ENCRYPTED = 0x1 | 0x40  # general purpose flags: encrypted, strongly encrypted (APPNOTE 4.4.4)
_BROKEN_ZIP = (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError, EOFError)
_BROKEN_ENTRY = (*_BROKEN_ZIP, zlib.error, RuntimeError)


@dataclass(frozen=True)
class Limits:
    """How large an EPUB may be once inflated. Sizes in bytes.

    A book of 25 MB of formulas compresses 24:1 and is honest; deflate can do 1000:1 and a bomb does.
    So the ratio counts only above `ratio_floor`: what is small can't hurt, however well it compresses.
    `whole` is the most that is ever held in memory at once; what is larger is read as a stream.
    """

    entries: int = 10_000
    directory: int = 4 << 20
    total: int = 1 << 30
    entry: int = 512 << 20
    ratio: int = 200
    ratio_floor: int = 16 << 20
    whole: int = 64 << 20


class Archive:
    """The files of one EPUB, by name, each read only when asked for and never further than a limit.

    `file` must be seekable, and stays the caller's to close. Raises EmptyFile, NotABook (no zip at all),
    DamagedFile (a zip, but cut short or compressed in a way EPUB doesn't know), PasswordProtected and
    UnsafeArchive. Names are exact, as in the central directory. Not for use by two threads at once.
    """

    def __init__(self, file: BinaryIO, limits: Limits = Limits()) -> None:
        self.limits = limits
        self._zip = _open_zip(file, limits)
        everything = self._zip.infolist()
        _judge_amounts(everything, limits)
        _judge_names(everything)
        _judge_methods(everything)
        _judge_layout(everything, self._zip.start_dir)
        self._entries = {entry.filename: entry for entry in everything if _is_plain_file(entry)}

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def names(self) -> tuple[str, ...]:
        """Every file's name, in the order of the archive."""
        return tuple(self._entries)

    def size(self, name: str) -> int:
        """Bytes of the file once inflated, as the directory declares them. Raises NoSuchPart."""
        return self._entry(name).file_size

    def read(self, name: str, limit: int | None = None) -> bytes:
        """The whole file, if it has at most `limit` bytes (by default `limits.whole`).

        Raises NoSuchPart, and PartUnreadable if it is larger, damaged, or not what its checksum says.
        """
        entry = self._entry(name)
        limit = self.limits.whole if limit is None else limit
        if entry.file_size > limit:
            raise PartUnreadable(f"{name} has {entry.file_size} bytes, more than {limit}")
        with _naming_damage(name), self._zip.open(entry) as stream:
            return _read_at_most(stream, limit)

    def check(self, name: str) -> None:
        """Inflate the file once, keeping nothing. Raises NoSuchPart or PartUnreadable."""
        entry = self._entry(name)
        with _naming_damage(name), self._zip.open(entry) as stream:
            while stream.read(CHUNK):
                pass

    def open(self, name: str) -> BinaryIO:
        """The file as a seekable stream, for what is too large to hold. Close it when done.

        Raises NoSuchPart. Reading raises PartUnreadable where the file is damaged.
        """
        entry = self._entry(name)
        with _naming_damage(name):
            return cast("BinaryIO", BufferedReader(_EntryStream(name, self._zip.open(entry)), CHUNK))

    def _entry(self, name: str) -> zipfile.ZipInfo:
        try:
            return self._entries[name]
        except KeyError:
            raise NoSuchPart(name) from None


class _EntryStream(RawIOBase):
    """A zip entry that says PartUnreadable instead of the several things zipfile and zlib say."""

    def __init__(self, name: str, inner: IO[bytes]) -> None:
        self._name = name
        self._inner = inner

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._inner.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        with _naming_damage(self._name):
            return self._inner.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # as RawIOBase calls it
        with _naming_damage(self._name):
            data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._inner.close()
        super().close()


class _BoundedReads:
    """A file that refuses to be read in bites larger than `limit`, until `limit` is lifted.

    zipfile reads the whole central directory at once and makes an object of every 46 bytes; the directory
    of a hostile file can be as large as the file. Bounding the bite bounds that, whatever the headers say.
    """

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self.limit: int | None = limit
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int = -1) -> bytes:
        if self.limit is None:
            return self._file.read(size)
        data = self._file.read(self.limit + 1 if size < 0 else min(size, self.limit + 1))
        if len(data) > self.limit:
            raise UnsafeArchive("the list of files is too long")
        return data

    def seekable(self) -> bool:
        return True


def _open_zip(file: BinaryIO, limits: Limits) -> zipfile.ZipFile:
    file.seek(0)
    start = file.read(4)
    if not start:
        raise EmptyFile
    bounded = _BoundedReads(file, limits.directory)
    try:
        archive = zipfile.ZipFile(cast("IO[bytes]", bounded))
    except _BROKEN_ZIP as error:
        if start == b"PK\x03\x04":
            raise DamagedFile(f"the archive is incomplete or damaged: {error}") from error
        raise NotABook("not a zip archive") from error
    bounded.limit = None
    return archive


def _judge_amounts(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise UnsafeArchive(f"{len(entries)} files, more than {limits.entries}")
    if max((entry.file_size for entry in entries), default=0) > limits.entry:
        raise UnsafeArchive(f"a file expands to more than {limits.entry} bytes")
    inflated = sum(entry.file_size for entry in entries)
    if inflated > limits.total:
        raise UnsafeArchive(f"expands to {inflated} bytes, more than {limits.total}")
    deflated = sum(entry.compress_size for entry in entries)
    if inflated > limits.ratio_floor and inflated > deflated * limits.ratio:
        raise UnsafeArchive(f"expands more than {limits.ratio} times")


def _judge_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        # zipfile cuts a name at NUL and keeps what it was in orig_filename.
        if not is_safe_name(entry.orig_filename):
            raise UnsafeArchive("a file name that leads out of the book")
        if entry.filename in seen and not entry.is_dir():
            raise UnsafeArchive("two files of the same name")
        seen.add(entry.filename)


def is_safe_name(name: str) -> bool:
    """Whether the name stays inside the folder it would be extracted to, on every system.

    >>> is_safe_name("OPS/text/1.xhtml"), is_safe_name("OPS/../../x"), is_safe_name("C:x")
    (True, False, False)
    """
    if not name or "\\" in name or "\0" in name or name[1:2] == ":":
        return False
    return not name.startswith("/") and not {"..", "."} & set(name.split("/"))


def _judge_methods(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise PasswordProtected
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DamagedFile(f"compressed by a method that EPUB does not allow ({entry.compress_type})")


def _judge_layout(entries: list[zipfile.ZipInfo], end: int) -> None:
    """Refuse files that share bytes: a few kilobytes used a thousand times over make the best bombs.

    CPython checks this itself only in some versions (gh-109858), so it is checked here.
    """
    spans = sorted((entry.header_offset, _least_end(entry)) for entry in entries)
    overlap = any(following[0] < span[1] for span, following in pairwise(spans))
    if overlap or (spans and spans[-1][1] > end):
        raise UnsafeArchive("files that overlap")


def _least_end(entry: zipfile.ZipInfo) -> int:
    """Where the entry ends at the earliest: its local header may hold extra fields on top."""
    return entry.header_offset + _LOCAL_HEADER + len(entry.orig_filename) + entry.compress_size


def _is_plain_file(entry: zipfile.ZipInfo) -> bool:
    """Neither a folder nor a symbolic link or device. Many tools write no mode at all, which is fine."""
    kind = stat.S_IFMT(entry.external_attr >> 16)
    return not entry.is_dir() and kind in (0, stat.S_IFREG)


def _read_at_most(stream: IO[bytes], limit: int) -> bytes:
    """Count what really comes out: the declared size is only the file's own word."""
    parts: list[bytes] = []
    total = 0
    while part := stream.read(CHUNK):
        total += len(part)
        if total > limit:
            raise PartUnreadable(f"more than {limit} bytes come out")
        parts.append(part)
    return b"".join(parts)


@contextmanager
def _naming_damage(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN_ENTRY as error:
        raise PartUnreadable(f"{name}: {error}") from error
