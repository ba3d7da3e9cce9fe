"""The keys that wrap each file's own key.

Every sealed file has a random key of its own. It stands in the database, *wrapped*: encrypted
under a key-encryption key (KEK) that is not in the database. So a stolen database opens no
book, a stolen disk neither, and deleting one row destroys one book for good.

A KEK is derived from a root: 32 random bytes in a file of the key folder, named by the KEK's
id. Rotation adds a root, wraps each row again (60 bytes each, no book is touched), and
destroys the old root. One more root serves the server's other secrets, and outlives rotations.
"""

import contextlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lending.sealing.errors import KeysUnusable, Tampered
from lending.sealing.private_files import sync_folder, write_private

_KEY_SIZE: Final = 32
_NONCE_SIZE: Final = 12
_KEK_NAME: Final = re.compile(r"kek-\d{4}")
_SERVER_ROOT: Final = "server"


def new_key() -> bytes:
    """A fresh random key for one file."""
    return os.urandom(_KEY_SIZE)


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A file's key, encrypted under the KEK `kek_id`: 12 bytes of nonce, then 48 of ciphertext."""

    kek_id: str
    blob: bytes


def wrap_key(key: bytes, file_id: bytes, generation: int, kek_id: str, kek: bytes) -> WrappedKey:
    """Encrypt a file's `key` so that it opens only for this file, generation and KEK."""
    nonce = os.urandom(_NONCE_SIZE)
    return WrappedKey(kek_id, nonce + AESGCM(kek).encrypt(nonce, key, _binding(file_id, generation, kek_id)))


def unwrap_key(wrapped: WrappedKey, file_id: bytes, generation: int, kek: bytes) -> bytes:
    """The file's key. Raises `Tampered` if the row was altered or belongs to another file."""
    nonce, sealed = wrapped.blob[:_NONCE_SIZE], wrapped.blob[_NONCE_SIZE:]
    try:
        return AESGCM(kek).decrypt(nonce, sealed, _binding(file_id, generation, wrapped.kek_id))
    except (InvalidTag, ValueError):
        raise Tampered("a wrapped key does not open") from None


def _binding(file_id: bytes, generation: int, kek_id: str) -> bytes:
    """What a wrapped key is bound to; without it, rows could be swapped."""
    return b"lend/v1/dek\0" + file_id + generation.to_bytes(4) + kek_id.encode()


class KeyRing:
    """All KEKs of a library, of which the newest wraps. Safe to share between threads.

    Another process may rotate at any time: a KEK not seen before is looked for in the folder.
    """

    def __init__(self, folder: Path) -> None:
        """Use `load` or `create`."""
        self._folder = folder
        self._roots: dict[str, bytes] = {}
        self._reload()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Open the key folder. Raises `KeysUnusable` if it is missing, incomplete or exposed."""
        if not folder.is_dir():
            raise KeysUnusable(f"no key folder at {folder}")
        return cls(folder)

    @classmethod
    def create(cls, folder: Path) -> Self:
        """Make the key folder (0700) with its first keys, or open it if it has them.

        Several processes may do so at once: one makes the keys, all use them.
        Only for a new library: on one that holds books it would hide that its keys are lost.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in (_SERVER_ROOT, "kek-0001"):
            with contextlib.suppress(FileExistsError):
                write_private(folder / name, new_key())
        return cls(folder)

    def _reload(self) -> None:
        _check_private(self._folder)
        names = [path.name for path in self._folder.iterdir() if _KEK_NAME.fullmatch(path.name)]
        if not names:
            raise KeysUnusable(f"no key in {self._folder}")
        self._roots = {name: _read_root(self._folder / name) for name in [*names, _SERVER_ROOT]}

    @property
    def kek_ids(self) -> list[str]:
        """The ids of all KEKs, oldest first."""
        return sorted(self._roots.keys() - {_SERVER_ROOT})

    @property
    def active(self) -> str:
        """The id of the KEK that wraps new keys: the newest."""
        return self.kek_ids[-1]

    def add(self) -> str:
        """Make a new KEK, the active one from now on, and return its id. The first step of a rotation."""
        self._reload()
        kek_id = f"kek-{int(self.active[4:]) + 1:04d}"
        write_private(self._folder / kek_id, new_key())
        self._reload()
        return kek_id

    def destroy(self, kek_id: str) -> None:
        """Delete a KEK for good: whatever is still wrapped under it is lost. The last step of a rotation."""
        self._reload()
        if kek_id == self.active:
            raise ValueError("the active key can't be destroyed")
        (self._folder / kek_id).unlink()
        sync_folder(self._folder)
        self._reload()

    def wrap_key(self, key: bytes, file_id: bytes, generation: int = 1) -> WrappedKey:
        """Wrap a file's key under the active KEK, also if another process made it a moment ago."""
        self._reload()
        kek_id = self.active
        return wrap_key(key, file_id, generation, kek_id, self._kek(kek_id))

    def unwrap_key(self, wrapped: WrappedKey, file_id: bytes, generation: int = 1) -> bytes:
        """The file's key. Raises `Tampered`, or `KeysUnusable` if the KEK is gone."""
        return unwrap_key(wrapped, file_id, generation, self._kek(wrapped.kek_id))

    def derive(self, purpose: str) -> bytes:
        """A 32-byte secret of the server for `purpose`: the same in every process, across rotations."""
        return _expand(self._roots[_SERVER_ROOT], b"lend/v1/server\0" + purpose.encode())

    def _kek(self, kek_id: str) -> bytes:
        if kek_id not in self._roots:
            self._reload()
        if not _KEK_NAME.fullmatch(kek_id) or kek_id not in self._roots:
            raise KeysUnusable(f"the key {kek_id!r} is not in {self._folder}")
        return _expand(self._roots[kek_id], b"lend/v1/kek\0" + kek_id.encode())


def _expand(root: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA512(), length=_KEY_SIZE, salt=None, info=info).derive(root)


def _check_private(path: Path) -> None:
    """Raise `KeysUnusable` if other accounts of the machine can reach `path`."""
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise KeysUnusable(f"{path} is open to other accounts; chmod go-rwx it")


def _read_root(path: Path) -> bytes:
    try:
        _check_private(path)
        root = path.read_bytes()
    except FileNotFoundError:
        raise KeysUnusable(f"{path} is missing") from None
    if len(root) != _KEY_SIZE:
        raise KeysUnusable(f"{path} is not {_KEY_SIZE} bytes long")
    return root
