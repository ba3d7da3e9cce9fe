"""Real Ed25519 keys for the tests of what is signed."""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.notes import COSIGNATURE, ED25519, Note, Verifier

ORIGIN = "library.example/log"
WITNESS = "laptop.example/witness"


def check(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """`ledger.notes.Check`."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@dataclass
class Keeper:
    """Somebody with a key."""

    name: str = ORIGIN
    algorithm: int = ED25519
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def verifier(self) -> Verifier:
        """The key that others know."""
        return Verifier(self.name, self.algorithm, self.private.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """`ledger.notes.Sign`."""
        return self.private.sign(message)

    def promise(self, size: int, root: bytes, origin: str = "") -> Note:
        """A signed checkpoint."""
        checkpoint = Checkpoint(origin or self.name, size, root)
        return Note(checkpoint.text).signed(self.verifier, self.sign)


def a_witness() -> Keeper:
    """A second machine."""
    return Keeper(WITNESS, COSIGNATURE)
