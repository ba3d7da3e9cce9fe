"""One entry of the log: 128 bytes, in which private facts stand only as commitments.

::

      0  11  "lendlog/v1" 0x00
     11   8  number of the entry, from 0      19   8  time in milliseconds since 1970
     27   1  kind                             28   4  epoch of the copy
     32  32  commitment to the copy           64  32  to the patron          96  32  to all else

Numbers are big-endian. A commitment is HMAC-SHA256(blind, label || 0x00 || fact), where the *blind* is 32
random bytes of this entry and this field alone: two entries about one patron have nothing in common, and who
has no blind can't try out names. Blind and fact together are the *opening*. It is kept outside the log, and
when it is destroyed the entry stays what it was, and nobody can tell any more whom it was about.
"""

import hmac
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from lending.ledger.errors import Malformed, NotProven
from lending.ledger.tree import leaf_hash

LEAF_SIZE: Final = 128
BLIND_SIZE: Final = 32
_HEAD: Final = b"lendlog/v1\0"
_COMMITMENT_SIZE: Final = 32


class Field(StrEnum):
    """What an entry commits to. The value is the commitment's label."""

    COPY = "copy"
    PATRON = "patron"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Opening:
    """A fact and the blind under which an entry commits to it."""

    field: Field
    blind: bytes
    fact: bytes

    @property
    def commitment(self) -> bytes:
        """What stands in the entry."""
        if len(self.blind) != BLIND_SIZE:
            # HMAC fills short keys with zeroes: one of another length could open to two facts.
            raise Malformed("a blind has 32 bytes")
        return hmac.digest(self.blind, self.field.encode() + b"\0" + self.fact, "sha256")


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry. `at` is in milliseconds since 1970."""

    number: int
    at: int
    kind: int
    epoch: int
    copy: bytes
    patron: bytes
    rest: bytes

    def __bytes__(self) -> bytes:
        numbers = self.number.to_bytes(8) + self.at.to_bytes(8) + bytes((self.kind,)) + self.epoch.to_bytes(4)
        return _HEAD + numbers + self.copy + self.patron + self.rest

    @property
    def hash(self) -> bytes:
        """As it stands in the tree."""
        return leaf_hash(bytes(self))

    @classmethod
    def parsed(cls, raw: bytes) -> "Leaf":
        """Raises Malformed."""
        if len(raw) != LEAF_SIZE or not raw.startswith(_HEAD):
            raise Malformed("that is no entry of a loan log")
        return cls(
            number=int.from_bytes(raw[11:19]),
            at=int.from_bytes(raw[19:27]),
            kind=raw[27],
            epoch=int.from_bytes(raw[28:32]),
            copy=raw[32:64],
            patron=raw[64:96],
            rest=raw[96:128],
        )

    def commitment(self, field: Field) -> bytes:
        """What it commits to there."""
        return {Field.COPY: self.copy, Field.PATRON: self.patron, Field.REST: self.rest}[field]

    def check(self, opening: Opening) -> None:
        """Raises NotProven unless the opening is that of this entry."""
        if not hmac.compare_digest(opening.commitment, self.commitment(opening.field)):
            raise NotProven(f"entry {self.number} does not say that of the {opening.field}")


def fingerprint(text: str) -> str:
    """Of a row as the log remembers it: 16 bytes of SHA-256, in hex."""
    return sha256(text.encode()).hexdigest()[:32]
