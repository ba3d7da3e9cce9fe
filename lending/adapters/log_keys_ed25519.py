"""`ports.ledger.LogKeys`: an Ed25519 key in a file of the key folder, which signs the log's checkpoints and
nothing else."""

import contextlib
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lending.ledger.notes import ED25519, Verifier
from lending.sealing.errors import KeysUnusable
from lending.sealing.private_files import write_private

_NAME: Final = "log-signing"


class Ed25519LogKeys:
    """The key of a folder. Raises KeysUnusable where there is none."""

    def __init__(self, folder: Path) -> None:
        try:
            raw = (folder / _NAME).read_bytes()
        except FileNotFoundError:
            raise KeysUnusable(f"{folder / _NAME} is missing: the log can't be signed") from None
        self._private = Ed25519PrivateKey.from_private_bytes(raw)

    def verifier(self, origin: str) -> Verifier:
        """See the port."""
        return Verifier(origin, ED25519, self._private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """See the port."""
        return self._private.sign(message)

    def check(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        """See the port."""
        return is_signed(public_key, signature, message)


def ensure_log_key(folder: Path) -> Ed25519LogKeys:
    """The folder's key, made if there is none. Several processes may do so at once: all use the same."""
    if not (folder / _NAME).exists():
        with contextlib.suppress(FileExistsError):
            write_private(folder / _NAME, Ed25519PrivateKey.generate().private_bytes_raw())
    return Ed25519LogKeys(folder)


def is_signed(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """`ledger.notes.Check`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
