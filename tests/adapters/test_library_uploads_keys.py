"""Every library, fake or real: which uploads are under way, and the keys of sealed files."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.ports.library import Library
from lending.ports.records import FileKey
from tests.services.fakes import NOON
from tests.services.making import an_account, an_upload

TICK = timedelta(milliseconds=1)


@pytest.fixture(autouse=True)
def _ana_is_here(library: Library) -> None:
    with library.change() as desk:
        desk.accounts.add(an_account())


def key(file_id: str, kek_id: str = "kek-0001") -> FileKey:
    return FileKey(file_id, 1, kek_id, b"\x00\xff" * 30)


def test_an_upload_comes_back_and_tells_what_it_became(library: Library) -> None:
    with library.change() as desk:
        desk.uploads.add(an_upload(length=5_000_000_000))
        assert desk.uploads.get("upload") == an_upload(length=5_000_000_000)
        desk.uploads.became("upload", "copy")
        assert desk.uploads.get("upload").copy_id == "copy"


def test_a_forgotten_upload_is_not_found(library: Library) -> None:
    with library.change() as desk:
        desk.uploads.add(an_upload())
        desk.uploads.remove("upload")
        desk.uploads.remove("upload")
        with pytest.raises(refusals.NotFound):
            desk.uploads.get("upload")


def test_uploads_begun_before_a_moment_are_listed(library: Library) -> None:
    with library.change() as desk:
        desk.uploads.add(an_upload("old", made_at=NOON - TICK))
        desk.uploads.add(an_upload("new", made_at=NOON))
        assert desk.uploads.begun_before(NOON) == ["old"]


def test_a_key_comes_back_until_it_is_destroyed(library: Library) -> None:
    with library.change() as desk:
        desk.keys.add(key("f"))
        assert desk.keys.get("f") == key("f")
        assert desk.keys.file_ids() == ["f"]
        desk.keys.remove("f")
        desk.keys.remove("f")
        with pytest.raises(refusals.NotFound):
            desk.keys.get("f")


def test_keys_are_found_and_rewrapped_a_few_at_a_time(library: Library) -> None:
    with library.change() as desk:
        for file_id in "abc":
            desk.keys.add(key(file_id))
        desk.keys.add(key("d", "kek-0002"))
        some = desk.keys.not_wrapped_by("kek-0002", 2)
        assert len(some) == 2
        for kept in some:
            desk.keys.rewrap(FileKey(kept.file_id, 1, "kek-0002", b"new" * 20))
        left = desk.keys.not_wrapped_by("kek-0002", 10)
        assert len(left) == 1
        assert desk.keys.get(some[0].file_id).wrapped == b"new" * 20
