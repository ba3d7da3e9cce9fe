"""`ports.ledger.Sealer` with AES-256-GCM and HMAC-SHA256.

A patron's key is derived from a random salt, which stands in the database, and a secret that does not. Who
has the database alone opens nothing; and once the salt is gone, nobody does.
"""

import hmac
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lending.ledger.leaves import Field
from lending.ports.ledger import NotOpened, SealedOpening

_NONCE_SIZE: Final = 12


class AeadSealer:
    """Seals what opens entries of the log. `secret` is the library's own."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def random(self) -> bytes:
        """See the port."""
        return os.urandom(32)

    def seal(self, salt: bytes, number: int, field: Field, patron_id: str, opening: bytes) -> bytes:
        """See the port."""
        nonce = os.urandom(_NONCE_SIZE)
        return nonce + AESGCM(self._key(salt)).encrypt(nonce, opening, _binding(number, field, patron_id))

    def open(self, salt: bytes, sealed: SealedOpening) -> bytes:
        """See the port."""
        nonce, box = sealed.sealed[:_NONCE_SIZE], sealed.sealed[_NONCE_SIZE:]
        try:
            place = _binding(sealed.number, sealed.field, sealed.patron_id)
            return AESGCM(self._key(salt)).decrypt(nonce, box, place)
        except (InvalidTag, ValueError):
            raise NotOpened(f"what opens the {sealed.field} of entry {sealed.number}") from None

    def mac(self, leaf: bytes) -> bytes:
        """See the port."""
        return hmac.digest(self._secret, b"lend/v1/entry\0" + leaf, "sha256")

    def _key(self, salt: bytes) -> bytes:
        return hmac.digest(self._secret, b"lend/v1/opening\0" + salt, "sha256")


def _binding(number: int, field: Field, patron_id: str) -> bytes:
    """Without it, openings could be swapped, or kept under another's id, with whom they were not erased."""
    return b"lend/v2/opening\0" + number.to_bytes(8) + field.encode() + b"\0" + patron_id.encode()
