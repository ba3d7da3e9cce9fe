"""A witness's key: one file, in the text form that Go's signed notes have for it, with the name."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lending.ledger.encoding import base64_of, bytes_of
from lending.ledger.errors import LedgerError
from lending.ledger.notes import COSIGNATURE, Verifier, is_name
from lending.sealing.private_files import write_private

_FILE: Final = "key"
_HEAD: Final = "PRIVATE+KEY+"
_SEED_SIZE: Final = 32


class KeyUnusable(LedgerError):
    """The witness's key is not there, or is none. It makes no new one by itself: others know the old."""


@dataclass(frozen=True, slots=True, repr=False)
class WitnessKey:
    """Under which name, and with what, a witness cosigns. Signs cosignatures and nothing else."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> Verifier:
        """What others know of it."""
        return Verifier(self.name, COSIGNATURE, self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """See `ledger.notes.Sign`."""
        return self.private.sign(message)

    @property
    def text(self) -> str:
        """As it is kept: secret."""
        seed = base64_of(bytes((COSIGNATURE,)) + self.private.private_bytes_raw())
        return f"{_HEAD}{self.name}+{self.verifier.key_id.hex()}+{seed}\n"

    @classmethod
    def parsed(cls, text: str) -> "WitnessKey":
        """Raises KeyUnusable."""
        try:
            name, key_id, seed = text.removeprefix(_HEAD).strip().split("+", 2)
            raw = bytes_of(seed)
        except ValueError:
            raise KeyUnusable("that is no key of a witness") from None
        if raw[:1] != bytes((COSIGNATURE,)) or len(raw) != 1 + _SEED_SIZE:
            raise KeyUnusable("that is no key of a witness")
        key = cls(name, Ed25519PrivateKey.from_private_bytes(raw[1:]))
        if key.verifier.key_id.hex() != key_id:
            raise KeyUnusable("the witness's key was changed: its parts don't fit together")
        return key


def ensure_key(folder: Path, name: str) -> WitnessKey:
    """The folder's key; made under that name if the folder is new. Several processes may do so at once.

    Raises KeyUnusable where a witness has been and its key is gone.
    """
    path = folder / _FILE
    if not path.exists():
        if (folder / "logs").exists():
            raise KeyUnusable(f"{path} is missing, and this witness has seen logs: put its key back")
        if not is_name(name):
            raise KeyUnusable(f"a witness can't be called {name!r}: no spaces, no +")
        with contextlib.suppress(FileExistsError):
            write_private(path, WitnessKey(name, Ed25519PrivateKey.generate()).text.encode())
    return WitnessKey.parsed(path.read_text())
