"""Uploads on their way: one suite for the fake and the real, and what only a disk can show."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lending import refusals
from lending.adapters.upload_parts_sealed import FRAME, SealedUploadParts
from lending.ports.files import UploadParts
from lending.sealing import KeyRing, Tampered
from tests.services.fakes import FakeIds, FakeUploadParts

CANARY = b"The lighthouse keeper counted seventeen herons before breakfast."


@pytest.fixture
def sealed(tmp_path: Path) -> SealedUploadParts:
    return SealedUploadParts(tmp_path / "uploads", KeyRing.create(tmp_path / "keys"))


@pytest.fixture(params=["fake", "sealed"])
def parts(request: pytest.FixtureRequest) -> UploadParts:
    if request.param == "fake":
        return FakeUploadParts()
    found: SealedUploadParts = request.getfixturevalue("sealed")
    return found


@pytest.fixture
def upload(ids: FakeIds) -> str:
    return ids.new()


def whole(parts: UploadParts, upload: str) -> bytes:
    return b"".join(parts.read(upload))


def then_breaks(*pieces: bytes) -> Iterator[bytes]:
    yield from pieces
    raise ConnectionError


# --- every journal of uploads ---------------------------------------------------------------------------


def test_parts_come_back_in_order(parts: UploadParts, upload: str) -> None:
    parts.create(upload)
    assert parts.offset(upload) == 0
    assert parts.append(upload, 0, [b"ab", b"", b"c"]) == 3
    assert parts.append(upload, 3, [b"def" * FRAME]) == 3 + 3 * FRAME
    assert parts.offset(upload) == 3 + 3 * FRAME
    assert whole(parts, upload) == b"abc" + b"def" * FRAME


def test_a_part_must_begin_where_the_upload_stands(parts: UploadParts, upload: str) -> None:
    parts.create(upload)
    parts.append(upload, 0, [b"abc"])
    for offset in (0, 2, 4, -1):
        with pytest.raises(refusals.WrongOffset) as refused:
            parts.append(upload, offset, [b"x"])
        assert refused.value.expected == 3
    assert whole(parts, upload) == b"abc"


def test_what_came_before_a_broken_connection_is_kept(parts: UploadParts, upload: str) -> None:
    parts.create(upload)
    with pytest.raises(ConnectionError):
        parts.append(upload, 0, then_breaks(b"ab", b"cd"))
    assert parts.offset(upload) == 4
    with pytest.raises(ConnectionError):
        parts.append(upload, 4, then_breaks())
    assert parts.append(upload, 4, [b"ef"]) == 6
    assert whole(parts, upload) == b"abcdef"


def test_two_who_send_one_upload_at_once_do_not_mix(parts: UploadParts, upload: str) -> None:
    parts.create(upload)

    def sending() -> Iterator[bytes]:
        yield b"ab"
        with pytest.raises(refusals.UploadBusy):
            parts.append(upload, 0, [b"xy"])
        yield b"cd"

    assert parts.append(upload, 0, sending()) == 4
    assert whole(parts, upload) == b"abcd"


def test_one_upload_does_not_hold_up_another(parts: UploadParts, ids: FakeIds) -> None:
    one, other = ids.new(), ids.new()
    parts.create(one)
    parts.create(other)

    def sending() -> Iterator[bytes]:
        yield b"ab"
        parts.append(other, 0, [b"xy"])
        yield b"cd"

    parts.append(one, 0, sending())
    assert (whole(parts, one), whole(parts, other)) == (b"abcd", b"xy")


def test_a_forgotten_upload_is_not_found(parts: UploadParts, upload: str) -> None:
    parts.create(upload)
    parts.append(upload, 0, [b"abc"])
    parts.remove(upload)
    parts.remove(upload)
    with pytest.raises(refusals.NotFound):
        parts.offset(upload)
    with pytest.raises(refusals.NotFound):
        parts.append(upload, 0, [b"x"])
    with pytest.raises(refusals.NotFound):
        whole(parts, upload)


@pytest.mark.parametrize("wrong", ["", "none", "../secret", "/etc/passwd", "a/b", "\0", "A" * 26])
def test_what_names_no_upload_is_not_found(parts: UploadParts, wrong: str) -> None:
    with pytest.raises(refusals.NotFound):
        parts.offset(wrong)
    with pytest.raises(refusals.NotFound):
        parts.append(wrong, 0, [b"x"])


# --- sealed on disk -------------------------------------------------------------------------------------


def journal(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "uploads").iterdir()
    return path


def test_no_byte_of_an_upload_lies_on_disk_in_the_clear(
    sealed: SealedUploadParts, upload: str, tmp_path: Path
) -> None:
    sealed.create(upload)
    seen: list[bytes] = []

    def watched() -> Iterator[bytes]:
        for _ in range(5):
            yield CANARY * 1100
            seen.append(journal(tmp_path).read_bytes())

    sealed.append(upload, 0, watched())
    seen.append(journal(tmp_path).read_bytes())
    assert len(seen[-1]) > 5 * len(CANARY) * 1100
    assert not any(CANARY[:12] in content for content in seen)


def test_a_tail_torn_by_a_crash_is_cut_off(sealed: SealedUploadParts, upload: str, tmp_path: Path) -> None:
    sealed.create(upload)
    sealed.append(upload, 0, [b"abc"])
    safe = journal(tmp_path).stat().st_size
    sealed.append(upload, 3, [b"defg"])
    complete = journal(tmp_path).read_bytes()
    for torn in range(safe + 1, len(complete)):
        journal(tmp_path).write_bytes(complete[:torn])
        assert sealed.offset(upload) == 3
        assert sealed.append(upload, 3, [b"DEFG"]) == 7
        assert whole(sealed, upload) == b"abcDEFG"


def test_a_tail_that_was_never_written_is_cut_off(
    sealed: SealedUploadParts, upload: str, tmp_path: Path
) -> None:
    """After a power cut a file may have its new length, and zeros."""
    sealed.create(upload)
    sealed.append(upload, 0, [b"abc"])
    safe = journal(tmp_path).stat().st_size
    sealed.append(upload, 3, [b"defg"])
    complete = journal(tmp_path).read_bytes()
    for written in (safe, safe + 4, safe + 20):
        journal(tmp_path).write_bytes(complete[:written].ljust(len(complete), b"\0"))
        assert sealed.offset(upload) == 3
    assert sealed.append(upload, 3, [b"DEFG"]) == 7
    assert whole(sealed, upload) == b"abcDEFG"


def test_an_altered_part_is_noticed(sealed: SealedUploadParts, upload: str, tmp_path: Path) -> None:
    sealed.create(upload)
    sealed.append(upload, 0, [b"a" * 100])
    sealed.append(upload, 100, [b"b" * 100])
    content = bytearray(journal(tmp_path).read_bytes())
    content[50] ^= 1
    journal(tmp_path).write_bytes(content)
    with pytest.raises(Tampered):
        whole(sealed, upload)


def test_one_uploads_parts_are_not_anothers(sealed: SealedUploadParts, ids: FakeIds, tmp_path: Path) -> None:
    one, other = ids.new(), ids.new()
    for upload in (one, other):
        sealed.create(upload)
        sealed.append(upload, 0, [upload.encode()])
    folder = tmp_path / "uploads"
    (folder / f"{one}.parts").write_bytes((folder / f"{other}.parts").read_bytes())
    assert sealed.offset(one) == 0


def test_a_crumb_at_a_time_is_gathered_before_it_is_sealed(
    sealed: SealedUploadParts, upload: str, tmp_path: Path
) -> None:
    sealed.create(upload)
    sealed.append(upload, 0, (b"x" for _ in range(2 * FRAME + 1)))
    assert journal(tmp_path).stat().st_size < 2 * FRAME + 1 + 3 * 40
    assert whole(sealed, upload) == b"x" * (2 * FRAME + 1)


def test_two_processes_meet_at_the_file(tmp_path: Path, upload: str) -> None:
    """Each process has its own SealedUploadParts; the lock is the file's."""
    keys = KeyRing.create(tmp_path / "keys")
    here, there = (SealedUploadParts(tmp_path / "uploads", keys) for _ in range(2))
    here.create(upload)
    sending, go_on = threading.Event(), threading.Event()

    def slowly() -> Iterator[bytes]:
        yield b"ab"
        sending.set()
        assert go_on.wait(5)
        yield b"cd"

    thread = threading.Thread(target=here.append, args=(upload, 0, slowly()))
    thread.start()
    assert sending.wait(5)
    with pytest.raises(refusals.UploadBusy):
        there.append(upload, 0, [b"xy"])
    go_on.set()
    thread.join(5)
    assert there.append(upload, 4, [b"ef"]) == 6
    assert whole(there, upload) == b"abcdef"


def test_removing_follows_no_path_out_of_the_folder(sealed: SealedUploadParts, tmp_path: Path) -> None:
    outside = tmp_path / "precious.parts"
    outside.write_bytes(b"precious")
    with pytest.raises(ValueError):  # noqa: PT011 - whichever; that nothing is removed counts
        sealed.remove("../precious")
    assert outside.exists()
