"""A sealed file read as any other file."""

import io
import os
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.sealing import SealedReader, Tampered, seal
from lending.sealing.bookfile import CHUNK, CHUNKS_AT, TAG

KEY = bytes(range(32))
FILE_ID = bytes(16)
PLAIN = bytes(n * n % 251 for n in range(3 * CHUNK + 777))


def reader_of(plain: bytes, *, keep: int = 64) -> SealedReader:
    out = io.BytesIO()
    seal(io.BytesIO(plain), len(plain), out, KEY, FILE_ID)
    return SealedReader(io.BytesIO(out.getvalue()), KEY, FILE_ID, keep=keep)


SHARED = reader_of(PLAIN, keep=2)
places = st.integers(0, len(PLAIN) + 10) | st.sampled_from(
    [CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, len(PLAIN)]
)


@given(start=places, size=st.integers(0, 2 * CHUNK + 10))
def test_reading_anywhere_equals_slicing_the_plaintext(start: int, size: int):
    SHARED.seek(start)
    assert SHARED.read(size) == PLAIN[start : start + size]
    assert SHARED.tell() == max(start, min(start + size, len(PLAIN)))


def test_read_without_size_gives_the_rest():
    reader = reader_of(PLAIN)
    reader.seek(CHUNK + 3)
    assert reader.read() == PLAIN[CHUNK + 3 :]


def test_seeking_from_the_current_place_and_from_the_end():
    reader = reader_of(PLAIN)
    reader.seek(10)
    assert reader.seek(5, os.SEEK_CUR) == 15
    assert reader.seek(-4, os.SEEK_END) == len(PLAIN) - 4
    assert reader.read() == PLAIN[-4:]


def test_seeking_before_the_start_is_an_error():
    with pytest.raises(ValueError, match="before the start"):
        reader_of(PLAIN).seek(-1)


def test_it_can_not_be_written_to():
    reader = reader_of(PLAIN)
    assert not reader.writable()
    with pytest.raises(NotImplementedError):
        reader.write(b"x")


def test_a_zip_archive_is_read_through_it():
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("one.txt", "first " * 9000)
        book.writestr("two.bin", os.urandom(40_000))
    with zipfile.ZipFile(reader_of(archive.getvalue())) as book:
        assert book.testzip() is None
        assert book.read("one.txt") == b"first " * 9000


def test_only_touched_chunks_are_authenticated_and_a_bad_one_is_noticed_when_touched():
    out = io.BytesIO()
    seal(io.BytesIO(PLAIN), len(PLAIN), out, KEY, FILE_ID)
    raw = bytearray(out.getvalue())
    raw[CHUNKS_AT + CHUNK + TAG] ^= 1
    reader = SealedReader(io.BytesIO(bytes(raw)), KEY, FILE_ID)
    assert reader.read(CHUNK) == PLAIN[:CHUNK]
    with pytest.raises(Tampered, match="chunk 1"):
        reader.read(1)


def test_recent_chunks_stay_in_memory_and_no_more_than_asked_for():
    class Counting(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            return super().read(size)

    out = io.BytesIO()
    seal(io.BytesIO(PLAIN), len(PLAIN), out, KEY, FILE_ID)
    file = Counting(out.getvalue())
    reader = SealedReader(file, KEY, FILE_ID, keep=2)
    opening = file.reads
    for start in [0, 1, 2, CHUNK, 0, CHUNK + 1]:
        reader.seek(start)
        reader.read(1)
    assert file.reads - opening == 2
    assert len(reader._chunks) == 2


def test_closing_closes_the_sealed_file_and_forgets_the_text():
    reader = reader_of(PLAIN)
    reader.read(10)
    reader.close()
    assert reader._file.closed
    assert not reader._chunks
    with pytest.raises(ValueError, match="closed"):
        reader.read(1)
