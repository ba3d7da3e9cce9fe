"""Sealed books: one suite for the fake and the real, and what only a disk can show."""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lending import refusals
from lending.adapters.book_files_sealed import SealedBookFiles, rewrap_all
from lending.adapters.ids_random import RandomIds
from lending.ports.files import BookFiles
from lending.ports.records import FileKey
from lending.sealing import KeyRing, KeysUnusable, Tampered, WrongLength
from tests.services.fake_library import FakeLibrary
from tests.services.fakes import FakeBookFiles, FakeIds

CANARY = b"The lighthouse keeper counted seventeen herons before breakfast."
BOOK = CANARY * 1000


@dataclass
class SealedHouse:
    """Sealed files with what they are made of."""

    folder: Path
    library: FakeLibrary
    keys: KeyRing
    files: SealedBookFiles


@pytest.fixture
def sealed(tmp_path: Path) -> SealedHouse:
    library, keys = FakeLibrary(), KeyRing.create(tmp_path / "keys")
    files = SealedBookFiles(tmp_path / "books", keys, library, RandomIds())
    return SealedHouse(tmp_path / "books", library, keys, files)


@pytest.fixture(params=["fake", "sealed"])
def files(request: pytest.FixtureRequest) -> BookFiles:
    if request.param == "fake":
        return FakeBookFiles(FakeIds())
    found: SealedBookFiles = request.getfixturevalue("sealed").files
    return found


def put(files: BookFiles, content: bytes = BOOK) -> str:
    return files.put(io.BytesIO(content), len(content))


class BreaksOff(io.BytesIO):
    """A source that fails half way."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() > 20_000:
            raise ConnectionError
        return super().read(size)


# --- every store of books -------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [b"x", BOOK, b"\0" * 16384, os.urandom(40_000)])
def test_what_was_put_is_read_back(files: BookFiles, content: bytes) -> None:
    with files.open(put(files, content)) as file:
        assert file.read() == content
        file.seek(len(content) // 2)
        assert file.read() == content[len(content) // 2 :]


def test_each_file_has_an_id_of_its_own(files: BookFiles) -> None:
    one, other = put(files), put(files)
    assert one != other
    assert sorted(files.list()) == sorted([one, other])


def test_a_removed_file_is_not_found(files: BookFiles) -> None:
    gone, here = put(files), put(files)
    files.remove(gone)
    files.remove(gone)
    with pytest.raises(refusals.NotFound):
        files.open(gone)
    assert list(files.list()) == [here]


@pytest.mark.parametrize("wrong", ["", "none", "../../etc/passwd", "a" * 26, "A" * 26, "a/b", "\0"])
def test_what_names_no_file_is_not_found(files: BookFiles, wrong: str) -> None:
    with pytest.raises(refusals.NotFound):
        files.open(wrong)


@pytest.mark.parametrize("length", [len(BOOK) - 1, len(BOOK) + 1])
def test_a_source_of_another_length_leaves_nothing(files: BookFiles, length: int) -> None:
    with pytest.raises(WrongLength):
        files.put(io.BytesIO(BOOK), length)
    assert list(files.list()) == []


# --- sealed on disk -------------------------------------------------------------------------------------


def on_disk(folder: Path) -> Iterator[bytes]:
    return (path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_nothing_of_a_book_lies_on_disk_in_the_clear(sealed: SealedHouse) -> None:
    put(sealed.files)
    assert list(on_disk(sealed.folder))
    for content in on_disk(sealed.folder.parent):
        assert CANARY[:16] not in content


def test_not_even_while_it_is_being_written(sealed: SealedHouse) -> None:
    seen: list[bytes] = []

    class Watching(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            seen.extend(on_disk(sealed.folder.parent))
            return super().read(size)

    sealed.files.put(Watching(BOOK), len(BOOK))
    assert len(seen) > 3
    assert not any(CANARY[:16] in content for content in seen)


def test_a_put_that_breaks_off_leaves_neither_file_nor_key(sealed: SealedHouse) -> None:
    with pytest.raises(ConnectionError):
        sealed.files.put(BreaksOff(BOOK), len(BOOK))
    assert list(on_disk(sealed.folder)) == []
    assert sealed.library.cabinet.keys == {}


def test_a_file_whose_key_is_destroyed_is_lost_even_to_who_kept_the_file(sealed: SealedHouse) -> None:
    file_id = put(sealed.files)
    (path,) = sealed.folder.rglob("*.lbk")
    kept = path.read_bytes()
    sealed.files.remove(file_id)
    assert not path.exists()
    path.write_bytes(kept)
    with pytest.raises(refusals.NotFound):
        sealed.files.open(file_id)


def test_a_key_without_its_file_is_not_found(sealed: SealedHouse) -> None:
    file_id = put(sealed.files)
    next(sealed.folder.rglob("*.lbk")).unlink()
    with pytest.raises(refusals.NotFound):
        sealed.files.open(file_id)


def test_two_files_that_change_places_are_noticed(sealed: SealedHouse) -> None:
    one, other = put(sealed.files), put(sealed.files)
    paths = [sealed.files.source(file_id).path for file_id in (one, other)]
    first = paths[0].read_bytes()
    paths[0].write_bytes(paths[1].read_bytes())
    paths[1].write_bytes(first)
    for file_id in (one, other):
        with pytest.raises(Tampered):
            sealed.files.open(file_id)


def test_two_keys_that_change_places_are_noticed(sealed: SealedHouse) -> None:
    one, other = put(sealed.files), put(sealed.files)
    with sealed.library.change() as desk:
        theirs = desk.keys.get(other)
        desk.keys.rewrap(FileKey(one, theirs.generation, theirs.kek_id, theirs.wrapped))
    with pytest.raises(Tampered):
        sealed.files.open(one)


def test_a_second_library_with_other_keys_reads_nothing(sealed: SealedHouse, tmp_path: Path) -> None:
    file_id = put(sealed.files)
    other_keys = KeyRing.create(tmp_path / "other keys")
    other = SealedBookFiles(sealed.folder, other_keys, sealed.library, RandomIds())
    with pytest.raises(Tampered):
        other.open(file_id)


def test_removing_follows_no_path_out_of_the_folder(sealed: SealedHouse, tmp_path: Path) -> None:
    outside = tmp_path / "precious.lbk"
    outside.write_bytes(b"precious")
    for wrong in ("../precious", "/etc/passwd", "xx/../../precious"):
        with pytest.raises(ValueError):  # noqa: PT011 - whichever; that nothing is removed counts
            sealed.files.remove(wrong)
    assert outside.exists()


# --- rotation -------------------------------------------------------------------------------------------


def keks(sealed: SealedHouse) -> list[str]:
    return sorted(key.kek_id for key in sealed.library.cabinet.keys.values())


def test_rotation_rewraps_every_key_and_touches_no_book(sealed: SealedHouse) -> None:
    ids = [put(sealed.files) for _ in range(5)]
    before = {path: path.read_bytes() for path in sealed.folder.rglob("*.lbk")}
    old = sealed.keys.active
    new = sealed.keys.add()
    assert rewrap_all(sealed.library, sealed.keys, batch=2) == 5
    assert keks(sealed) == [new] * 5
    assert {path: path.read_bytes() for path in sealed.folder.rglob("*.lbk")} == before
    sealed.keys.destroy(old)
    for file_id in ids:
        with sealed.files.open(file_id) as file:
            assert file.read() == BOOK
    assert rewrap_all(sealed.library, sealed.keys) == 0


@pytest.mark.parametrize("batch", [1, 4, 5, 6])
def test_batches_of_any_size_end(sealed: SealedHouse, batch: int) -> None:
    for _ in range(5):
        put(sealed.files, b"x")
    sealed.keys.add()
    assert rewrap_all(sealed.library, sealed.keys, batch) == 5


def test_a_rotation_stopped_in_the_middle_goes_on(
    sealed: SealedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [put(sealed.files) for _ in range(5)]
    old, new = sealed.keys.active, sealed.keys.add()
    wrap, wrapped = sealed.keys.wrap_key, []

    def stops_at_the_fourth(*args: object) -> object:
        wrapped.append(1)
        if len(wrapped) == 4:
            raise KeyboardInterrupt
        return wrap(*args)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(sealed.keys, "wrap_key", stops_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        rewrap_all(sealed.library, sealed.keys, batch=2)
    assert keks(sealed) == [old] * 3 + [new] * 2
    for file_id in ids:
        sealed.files.open(file_id).close()
    assert rewrap_all(sealed.library, sealed.keys, batch=2) == 3
    assert keks(sealed) == [new] * 5


def test_a_key_destroyed_too_early_is_said_to_be_missing(sealed: SealedHouse) -> None:
    file_id = put(sealed.files)
    old = sealed.keys.active
    sealed.keys.add()
    sealed.keys.destroy(old)
    with pytest.raises(KeysUnusable):
        sealed.files.open(file_id)
