import io
import stat
import struct
import tracemalloc
import warnings
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.epub.archive import Archive, Limits, is_safe_name
from lending.refusals import (
    DamagedFile,
    EmptyFile,
    NoSuchPart,
    NotABook,
    PartUnreadable,
    PasswordProtected,
    UnsafeArchive,
)
from tests.epub.building import zipped


def with_entry(info: zipfile.ZipInfo, data: bytes = b"x") -> io.BytesIO:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(info, data)
    return stream


def test_no_bytes_are_an_empty_file() -> None:
    with pytest.raises(EmptyFile):
        Archive(io.BytesIO())


@pytest.mark.parametrize("data", [b"<html></html>", b"%PDF-1.7\n", b"\0" * 5000, b"PK"])
def test_what_is_no_zip_is_not_a_book(data: bytes) -> None:
    with pytest.raises(NotABook):
        Archive(io.BytesIO(data))


@pytest.mark.parametrize("part", [0.2, 0.5, 0.95])
def test_a_zip_cut_short_is_damaged(part: float) -> None:
    whole = zipped({"a.xhtml": "text" * 500, "b.xhtml": "more" * 500}).getvalue()
    with pytest.raises(DamagedFile):
        Archive(io.BytesIO(whole[: int(len(whole) * part)]))


def test_too_many_files_are_unsafe() -> None:
    limits = Limits(entries=3)
    Archive(zipped({str(number): "" for number in range(3)}), limits)
    with pytest.raises(UnsafeArchive):
        Archive(zipped({str(number): "" for number in range(4)}), limits)


def test_a_list_of_files_too_long_to_hold_is_never_read() -> None:
    stream = zipped({f"{number}-{'n' * 200}": "" for number in range(500)})
    with pytest.raises(UnsafeArchive, match="list of files"):
        Archive(stream, Limits(directory=50_000))


def test_what_expands_beyond_the_limits_is_unsafe() -> None:
    stream = zipped({"a": b"a" * 600, "b": b"b" * 600})
    for limits in (Limits(total=1000), Limits(entry=500)):
        with pytest.raises(UnsafeArchive):
            Archive(stream, limits)


def test_only_what_is_large_may_not_compress_too_well() -> None:
    spaces = zipped({"a": b" " * 1_000_000})
    Archive(spaces)
    with pytest.raises(UnsafeArchive, match="times"):
        Archive(spaces, Limits(ratio_floor=500_000))
    Archive(spaces, Limits(ratio_floor=500_000, ratio=2000))


@pytest.mark.parametrize(
    "name", ["../x", "OPS/../../x", "/etc/passwd", "..\\x", "C:\\x", "C:x", "OPS/./x", "OPS/..", "a\\b"]
)
def test_a_name_that_leads_out_of_the_book_is_unsafe(name: str) -> None:
    with pytest.raises(UnsafeArchive):
        Archive(zipped({"mimetype": "x", name: "y"}))


def test_a_name_with_a_nul_in_it_is_unsafe() -> None:
    data = zipped({"safe.xhtmlNevil": "y"}).getvalue().replace(b"safe.xhtmlNevil", b"safe.xhtml\0evil")
    with pytest.raises(UnsafeArchive):
        Archive(io.BytesIO(data))


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab./\\:\0 é"), max_size=12))
def test_a_safe_name_never_climbs(name: str) -> None:
    if is_safe_name(name):
        steps = name.split("/")
        assert ".." not in steps
        assert steps[0]
        assert not set("\\\0") & set(name)


def test_two_files_of_one_name_are_unsafe() -> None:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("c1.xhtml", "checked")
        archive.writestr("c1.xhtml", "served")
    with pytest.raises(UnsafeArchive):
        Archive(stream)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_device_is_not_there(kind: int) -> None:
    info = zipfile.ZipInfo("passwd.txt")
    info.external_attr = (kind | 0o777) << 16
    archive = Archive(with_entry(info, b"/etc/passwd"))
    assert "passwd.txt" not in archive
    with pytest.raises(NoSuchPart):
        archive.read("passwd.txt")


def test_a_file_without_a_mode_is_a_file() -> None:
    info = zipfile.ZipInfo("a.txt")
    info.external_attr = 0
    assert Archive(with_entry(info)).read("a.txt") == b"x"


def test_overlapping_files_are_unsafe() -> None:
    """Two entries of the directory point at the same bytes: the trick of the best bombs."""
    data = bytearray(zipped({"a": b"a" * 400, "b": b"b" * 400}, zipfile.ZIP_STORED).getvalue())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 20)  # the offset of its local header
    with pytest.raises(UnsafeArchive, match="overlap"):
        Archive(io.BytesIO(bytes(data)))


def test_a_file_that_runs_into_the_directory_is_unsafe() -> None:
    data = bytearray(zipped({"a": b"a" * 400}, zipfile.ZIP_STORED).getvalue())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 20 : entry + 24] = struct.pack("<I", 500)  # its compressed size
    with pytest.raises(UnsafeArchive, match="overlap"):
        Archive(io.BytesIO(bytes(data)))


def test_an_encrypted_zip_is_password_protected() -> None:
    data = bytearray(zipped({"a": b"a"}).getvalue())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 8] |= 1
    with pytest.raises(PasswordProtected):
        Archive(io.BytesIO(bytes(data)))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_epub_does_not_allow_is_damage(method: int) -> None:
    with pytest.raises(DamagedFile):
        Archive(zipped({"a": b"a" * 100}, method))


def test_files_come_out_as_they_went_in() -> None:
    archive = Archive(zipped({"OPS/é b.xhtml": "text", "OPS/": ""}))
    assert archive.names() == ("OPS/é b.xhtml",)
    assert archive.read("OPS/é b.xhtml") == b"text"
    assert archive.size("OPS/é b.xhtml") == 4
    with pytest.raises(NoSuchPart):
        archive.read("ops/é b.xhtml")


def test_reading_stops_at_its_limit() -> None:
    archive = Archive(zipped({"a": b"12345"}))
    assert archive.read("a", 5) == b"12345"
    with pytest.raises(PartUnreadable):
        archive.read("a", 4)


def test_a_stream_can_seek() -> None:
    text = bytes(range(256)) * 2000
    with Archive(zipped({"a": text})).open("a") as stream:
        stream.seek(100_000)
        assert stream.read(10) == text[100_000:100_010]
        stream.seek(5)
        assert stream.read(3) == text[5:8]
        stream.seek(-2, io.SEEK_END)
        assert stream.read() == text[-2:]


def damaged(name: str) -> io.BytesIO:
    """An archive of which one file's bytes are not what its checksum says."""
    data = bytearray(zipped({name: b"abcdefgh" * 10}, zipfile.ZIP_STORED).getvalue())
    data[data.index(b"abcdefgh")] ^= 0xFF
    return io.BytesIO(bytes(data))


def test_a_wrong_checksum_is_an_unreadable_part() -> None:
    archive = Archive(damaged("c1.xhtml"))
    with pytest.raises(PartUnreadable):
        archive.read("c1.xhtml")
    with pytest.raises(PartUnreadable):
        archive.check("c1.xhtml")
    with pytest.raises(PartUnreadable), archive.open("c1.xhtml") as stream:
        stream.read()


def test_a_broken_deflate_stream_is_an_unreadable_part() -> None:
    data = bytearray(zipped({"c1.xhtml": b"some text that compresses" * 9}).getvalue())
    data[38:50] = b"\xff" * 12
    with pytest.raises(PartUnreadable):
        Archive(io.BytesIO(bytes(data))).read("c1.xhtml")


def test_headers_that_lie_about_the_size_gain_nothing() -> None:
    """Declared: 100 bytes. Inside: 64 MiB. Neither memory nor a result comes of it."""
    data = bytearray(zipped({"c1.xhtml": b" " * (64 << 20)}).getvalue())
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 100)
    data[22:26] = struct.pack("<I", 100)
    archive = Archive(io.BytesIO(bytes(data)))
    tracemalloc.start()
    try:
        with pytest.raises(PartUnreadable):
            archive.read("c1.xhtml")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 250), st.binary(min_size=1, max_size=8))
def test_no_bytes_bring_anything_but_a_refusal(junk: bytes, at: int, patch: bytes) -> None:
    whole = bytearray(zipped({"a": b"text" * 20, "b": junk}).getvalue())
    whole[at : at + len(patch)] = patch
    try:
        archive = Archive(io.BytesIO(bytes(whole)))
        for name in archive.names():
            archive.read(name)
    except (NotABook, DamagedFile, UnsafeArchive, PasswordProtected, PartUnreadable):
        pass
