"""A proof that somebody can keep: an entry is in a log that its keeper signed (C2SP tlog-proof)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.encoding import base64_of, bytes_of, number_of
from lending.ledger.errors import Malformed, NotSigned
from lending.ledger.notes import Check, Note, Verifier
from lending.ledger.tree import HASH_SIZE, verify_inclusion

_HEAD: Final = "c2sp.org/tlog-proof@v1"
_LONGEST_PATH: Final = 63


@dataclass(frozen=True, slots=True)
class KeptProof:
    """Entry `index`, the hashes from its sibling up, the signed checkpoint, and what goes with it."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: Note
    extra: bytes = b""

    def __str__(self) -> str:
        extra = [f"extra {base64_of(self.extra)}"] if self.extra else []
        lines = [_HEAD, *extra, f"index {self.index}", *(base64_of(one) for one in self.path)]
        return "\n".join(lines) + "\n\n" + str(self.checkpoint)

    @classmethod
    def parsed(cls, text: str) -> "KeptProof":
        """As it was written; believe nothing of it before `verify`. Raises Malformed."""
        above, blank, note = text.partition("\n\n")
        head, *lines = above.split("\n")
        if head != _HEAD or not blank:
            raise Malformed("that is no proof from a log")
        has_extra = lines and lines[0].startswith("extra ")
        extra = bytes_of(lines.pop(0).removeprefix("extra ")) if has_extra else b""
        if not lines or not lines[0].startswith("index "):
            raise Malformed("the proof does not say which entry it is of")
        index = number_of(lines[0].removeprefix("index "))
        path = tuple(bytes_of(line) for line in lines[1:])
        if len(path) > _LONGEST_PATH or any(len(one) != HASH_SIZE for one in path):
            raise Malformed("the proof's hashes are not hashes")
        return cls(index, path, Note.parsed(note), extra)

    def verify(self, leaf: bytes, keys: Sequence[Verifier], check: Check) -> Checkpoint:
        """The checkpoint, once it is clear that one of the keys signed it and that the entry whose hash is
        `leaf` is in its tree. A key speaks for the log of its own name. Raises Malformed, NotSigned or
        NotProven."""
        promised = Checkpoint.parsed(self.checkpoint.text)
        of_this_log = [key for key in keys if key.name == promised.origin]
        if not of_this_log:
            raise NotSigned(f"the proof is from the log {promised.origin}, of which no key is trusted")
        self.checkpoint.check(of_this_log, check)
        verify_inclusion(leaf, self.index, promised.size, self.path, promised.root)
        return promised
