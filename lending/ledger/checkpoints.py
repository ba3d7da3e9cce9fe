"""What a log promises about itself, signed: it has so many entries, with that root (C2SP tlog-checkpoint)."""

from dataclasses import dataclass

from lending.ledger.encoding import base64_of, bytes_of, number_of
from lending.ledger.errors import Malformed
from lending.ledger.tree import HASH_SIZE


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one moment. `origin` says which log it is; a log that had to begin anew has another one."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The note that is signed."""
        return f"{self.origin}\n{self.size}\n{base64_of(self.root)}\n"

    @classmethod
    def parsed(cls, text: str) -> "Checkpoint":
        """From a note's text; lines that extend it are let be. Raises Malformed."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise Malformed("the note is no checkpoint of a log")
        origin, size, root = lines[:3]
        checkpoint = cls(origin, number_of(size), bytes_of(root))
        if len(checkpoint.root) != HASH_SIZE:
            raise Malformed("the checkpoint's root has not 32 bytes")
        return checkpoint
