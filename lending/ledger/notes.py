"""Signed notes and the keys that sign them (C2SP signed-note).

A note is a text that anybody can read, and below it lines of signatures. Who reads it trusts some keys
and ignores all others. The signing itself is given to these functions, as `Sign` and `Check`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from lending.ledger.encoding import base64_of, bytes_of
from lending.ledger.errors import Malformed, NotSigned

ED25519: Final = 0x01
COSIGNATURE: Final = 0x04
"""A witness's: Ed25519 over the note with a time (C2SP tlog-cosignature)."""

_PUBLIC_SIZE: Final = 32
_SIGNATURE_SIZE: Final = 64
_MOST_SIGNATURES: Final = 64
_LARGEST: Final = 1 << 18

Sign = Callable[[bytes], bytes]
"""An Ed25519 signature over a message: 64 bytes."""
Check = Callable[[bytes, bytes, bytes], bool]
"""`check(public_key, signature, message)`: whether an Ed25519 signature is good."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """A key that is trusted, with the name of whose it is (section "Verifier keys")."""

    name: str
    algorithm: int
    public_key: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes by which a signature says which key made it."""
        return sha256(self.name.encode() + b"\n" + bytes((self.algorithm,)) + self.public_key).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{base64_of(bytes((self.algorithm,)) + self.public_key)}"

    @classmethod
    def parsed(cls, text: str) -> "Verifier":
        """From its text form, `name+id+key`. Raises Malformed."""
        name, plus, rest = text.strip().partition("+")
        key_id, more, encoded = rest.partition("+")
        raw = bytes_of(encoded)
        if not (plus and more and is_name(name)) or len(raw) != 1 + _PUBLIC_SIZE:
            raise Malformed("that is no key of a log or a witness")
        verifier = cls(name, raw[0], raw[1:])
        if verifier.algorithm not in (ED25519, COSIGNATURE) or verifier.key_id.hex() != key_id:
            raise Malformed("that is no key of a log or a witness: its parts don't fit together")
        return verifier


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note: whose, by which key, and what it says."""

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64_of(self.key_id + self.blob)}"

    @classmethod
    def parsed(cls, line: str) -> "Signature":
        """Raises Malformed."""
        dash, _, rest = line.partition(" ")
        name, _, encoded = rest.partition(" ")
        raw = bytes_of(encoded)
        if dash != "—" or not is_name(name) or len(raw) <= 4:
            raise Malformed("a line below the note is no signature")
        return cls(name, raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text, which ends with a newline, and the signatures below it."""

    text: str
    signatures: tuple[Signature, ...] = ()

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{one}\n" for one in self.signatures)

    @classmethod
    def parsed(cls, note: str) -> "Note":
        """A note as it was written. Believe nothing of it before `checked`. Raises Malformed."""
        text, blank, below = note.rpartition("\n\n")
        if len(note) > _LARGEST or not blank or not below.endswith("\n"):
            raise Malformed("that is no signed note")
        if any(character < " " and character != "\n" for character in note):
            raise Malformed("a signed note has no control characters")
        lines = below[:-1].split("\n")
        if len(lines) > _MOST_SIGNATURES:
            raise Malformed("the note has too many signatures")
        return cls(text + "\n", tuple(Signature.parsed(line) for line in lines))

    def signed(self, verifier: Verifier, sign: Sign) -> "Note":
        """With one more signature, by the private key of `verifier`."""
        return self.with_signatures([Signature(verifier.name, verifier.key_id, sign(self.text.encode()))])

    def with_signatures(self, more: Iterable[Signature]) -> "Note":
        """With more signatures, each once."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *more))))

    def by(self, verifier: Verifier) -> list[Signature]:
        """The signatures that say they are by a key, good or not."""
        wanted = (verifier.name, verifier.key_id)
        return [one for one in self.signatures if (one.name, one.key_id) == wanted]

    def check(self, verifiers: Sequence[Verifier], check: Check) -> None:
        """Whether one of some Ed25519 keys signed the text. Raises NotSigned if none did, or if what says
        to be by one of them is not."""
        found = [(verifier, one) for verifier in verifiers for one in self.by(verifier)]
        for verifier, one in found:
            good = len(one.blob) == _SIGNATURE_SIZE
            if not good or not check(verifier.public_key, one.blob, self.text.encode()):
                raise NotSigned(f"the signature of {verifier.name} is not by its key")
        if not found:
            raise NotSigned("no key that is trusted signed it")


def is_name(name: str) -> bool:
    """Whether a key may bear that name."""
    return bool(name) and "+" not in name and not any(character.isspace() for character in name)
