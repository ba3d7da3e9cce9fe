"""Wrapping, rotating and losing keys."""

import dataclasses
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lending.sealing import KeyRing, KeysUnusable, Tampered, new_key

FILE_ID = bytes(range(16))
OTHER_ID = bytes(16)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "keys"


def test_a_wrapped_key_opens_again_in_another_process(folder: Path):
    key = new_key()
    wrapped = KeyRing.create(folder).wrap_key(key, FILE_ID, 3)
    assert len(wrapped.blob) == 60
    assert key not in wrapped.blob
    assert KeyRing.load(folder).unwrap_key(wrapped, FILE_ID, 3) == key


def test_rows_of_two_books_can_not_be_swapped(folder: Path):
    ring = KeyRing.create(folder)
    wrapped = ring.wrap_key(new_key(), FILE_ID)
    with pytest.raises(Tampered):
        ring.unwrap_key(wrapped, OTHER_ID)


def test_an_older_generation_of_a_key_can_not_be_put_back(folder: Path):
    ring = KeyRing.create(folder)
    wrapped = ring.wrap_key(new_key(), FILE_ID, 1)
    with pytest.raises(Tampered):
        ring.unwrap_key(wrapped, FILE_ID, 2)


def test_a_row_that_names_another_kek_does_not_open(folder: Path):
    ring = KeyRing.create(folder)
    wrapped = ring.wrap_key(new_key(), FILE_ID)
    ring.add()
    with pytest.raises(Tampered):
        ring.unwrap_key(dataclasses.replace(wrapped, kek_id="kek-0002"), FILE_ID)


def test_every_byte_of_a_wrapped_key_is_vouched_for(folder: Path):
    ring = KeyRing.create(folder)
    wrapped = ring.wrap_key(new_key(), FILE_ID)
    for at in range(len(wrapped.blob)):
        blob = wrapped.blob[:at] + bytes([wrapped.blob[at] ^ 1]) + wrapped.blob[at + 1 :]
        with pytest.raises(Tampered):
            ring.unwrap_key(dataclasses.replace(wrapped, blob=blob), FILE_ID)


@pytest.mark.parametrize("blob", [b"", b"short", bytes(12)])
def test_a_shortened_wrapped_key_does_not_open(folder: Path, blob: bytes):
    ring = KeyRing.create(folder)
    wrapped = dataclasses.replace(ring.wrap_key(new_key(), FILE_ID), blob=blob)
    with pytest.raises(Tampered):
        ring.unwrap_key(wrapped, FILE_ID)


def test_a_rotation_leaves_old_rows_readable_until_the_old_key_is_destroyed(folder: Path):
    ring = KeyRing.create(folder)
    key = new_key()
    old = ring.wrap_key(key, FILE_ID)
    assert ring.add() == ring.active == "kek-0002"
    new = ring.wrap_key(ring.unwrap_key(old, FILE_ID), FILE_ID)
    assert new.kek_id == "kek-0002"
    ring.destroy("kek-0001")
    assert KeyRing.load(folder).unwrap_key(new, FILE_ID) == key
    with pytest.raises(KeysUnusable):
        ring.unwrap_key(old, FILE_ID)


def test_a_process_finds_a_key_that_another_process_added(folder: Path):
    running, rotating = KeyRing.create(folder), KeyRing.load(folder)
    rotating.add()
    key = new_key()
    assert running.unwrap_key(rotating.wrap_key(key, FILE_ID), FILE_ID) == key


def test_the_active_key_can_not_be_destroyed(folder: Path):
    ring = KeyRing.create(folder)
    with pytest.raises(ValueError, match="active"):
        ring.destroy("kek-0001")
    assert (folder / "kek-0001").exists()


def test_server_secrets_differ_by_purpose_and_outlive_rotation(folder: Path):
    ring = KeyRing.create(folder)
    nonces = ring.derive("nonces")
    assert len(nonces) == 32
    assert nonces != ring.derive("sessions")
    ring.add()
    ring.destroy("kek-0001")
    assert KeyRing.load(folder).derive("nonces") == nonces


def test_two_libraries_share_no_key(tmp_path: Path):
    one, other = KeyRing.create(tmp_path / "one"), KeyRing.create(tmp_path / "other")
    assert one.derive("x") != other.derive("x")
    with pytest.raises(Tampered):
        other.unwrap_key(one.wrap_key(new_key(), FILE_ID), FILE_ID)


def test_the_server_root_can_not_be_named_as_a_kek(folder: Path):
    ring = KeyRing.create(folder)
    wrapped = dataclasses.replace(ring.wrap_key(new_key(), FILE_ID), kek_id="server")
    with pytest.raises(KeysUnusable):
        ring.unwrap_key(wrapped, FILE_ID)


def test_key_files_are_readable_by_their_owner_alone(folder: Path):
    KeyRing.create(folder)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()} == {
        "kek-0001": 0o400,
        "server": 0o400,
    }


@pytest.mark.parametrize("name", ["kek-0001", "server", "."])
def test_keys_that_others_can_read_are_not_used(folder: Path, name: str):
    KeyRing.create(folder)
    (folder / name).chmod(0o744)
    with pytest.raises(KeysUnusable, match="chmod"):
        KeyRing.load(folder)


@pytest.mark.parametrize("name", ["kek-0001", "server"])
def test_a_missing_key_is_never_replaced_silently_on_load(folder: Path, name: str):
    KeyRing.create(folder)
    (folder / name).unlink()
    with pytest.raises(KeysUnusable):
        KeyRing.load(folder)
    assert not (folder / name).exists()


def test_a_missing_folder_is_not_made_on_load(folder: Path):
    with pytest.raises(KeysUnusable):
        KeyRing.load(folder)
    assert not folder.exists()


def test_a_cut_key_file_is_not_used(folder: Path):
    KeyRing.create(folder)
    path = folder / "kek-0001"
    path.chmod(0o600)
    path.write_bytes(b"too short")
    with pytest.raises(KeysUnusable, match="32 bytes"):
        KeyRing.load(folder)


def test_creating_twice_keeps_the_first_keys(folder: Path):
    assert KeyRing.create(folder).derive("x") == KeyRing.create(folder).derive("x")


def test_many_threads_that_create_at_once_get_the_same_keys(folder: Path):
    with ThreadPoolExecutor(8) as pool:
        secrets = set(pool.map(lambda _: KeyRing.create(folder).derive("x"), range(16)))
    assert len(secrets) == 1
    assert sorted(path.name for path in folder.iterdir()) == ["kek-0001", "server"]


def _derive(folder: Path) -> bytes:
    return KeyRing.create(folder).derive("x")


def test_many_processes_that_create_at_once_get_the_same_keys(folder: Path):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        secrets = set(pool.map(_derive, [folder] * 6))
    assert len(secrets) == 1
