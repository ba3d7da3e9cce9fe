"""A second machine that remembers a log, so that nobody can rewrite or forget it unseen (C2SP tlog-witness).

A witness keeps one thing of each log: the latest checkpoint that it cosigned. It cosigns the next only with
a proof that the log has merely grown since. A signed checkpoint of less, or of something else, is a rollback
or a fork.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.encoding import base64_of, bytes_of, number_of
from lending.ledger.errors import LedgerError, Malformed, NotSigned
from lending.ledger.notes import COSIGNATURE, Check, Note, Sign, Signature, Verifier
from lending.ledger.tree import verify_consistency

_MOST_PROOF_LINES: Final = 63
_TIME_SIZE: Final = 8
_SIGNATURE_SIZE: Final = 64


class UnknownLog(LedgerError):
    """The witness was not told to remember that log."""


class NotWhatWasSeen(LedgerError):
    """The log does not go on from what the witness saw of it last; `seen` is that size."""

    def __init__(self, seen: int, why: str) -> None:
        super().__init__(why)
        self.seen = seen


class Rewritten(NotWhatWasSeen):
    """The log's keeper has signed two histories: what the witness saw is not in this one, or is no more."""


@dataclass(frozen=True, slots=True)
class KnownWitness:
    """A witness that a log believes; with an address, one that it sends its checkpoints to."""

    verifier: Verifier
    url: str = ""

    @property
    def name(self) -> str:
        """As it calls itself."""
        return self.verifier.name

    @property
    def id(self) -> str:
        """Its name with the id of its key: the same name with another key is another witness."""
        return f"{self.verifier.name}+{self.verifier.key_id.hex()}"

    @classmethod
    def parsed(cls, text: str) -> "KnownWitness":
        """From `KEY` or `KEY@URL`. (No base64 has an @ in it.) Raises Malformed."""
        name, _, rest = text.partition("+")
        encoded, at, url = rest.partition("@")
        verifier = Verifier.parsed(f"{name}+{encoded}")
        if verifier.algorithm != COSIGNATURE:
            raise Malformed(f"{verifier.name} is the key of a log and not of a witness")
        if at and not _is_address(url):
            raise Malformed(f"the address of {verifier.name} is not http:// or https://")
        return cls(verifier, url.rstrip("/"))


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and port != 0


@dataclass(frozen=True, slots=True)
class Submission:
    """What is sent to a witness: a checkpoint, and the proof that it grew from the one with `old` entries."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: Note

    def __str__(self) -> str:
        lines = [f"old {self.old}", *(base64_of(one) for one in self.proof)]
        return "\n".join(lines) + "\n\n" + str(self.checkpoint)

    @classmethod
    def parsed(cls, body: str) -> "Submission":
        """Raises Malformed."""
        above, blank, note = body.partition("\n\n")
        first, *lines = above.split("\n")
        if not blank or not first.startswith("old ") or len(lines) > _MOST_PROOF_LINES:
            raise Malformed("that is no submission to a witness")
        return cls(number_of(first.removeprefix("old ")), tuple(map(bytes_of, lines)), Note.parsed(note))


def judge(
    submission: Submission, logs: Sequence[Verifier], seen: Checkpoint | None, check: Check
) -> Checkpoint:
    """The checkpoint that may be cosigned and remembered in place of `seen`.

    Raises UnknownLog, NotSigned, Malformed; NotWhatWasSeen if it does not go on from `seen`, where nothing is
    proven yet; Rewritten if it is signed and contradicts `seen`; NotProven if the proof is wrong.
    """
    new = Checkpoint.parsed(submission.checkpoint.text)
    keys = [key for key in logs if key.name == new.origin]
    if not keys:
        raise UnknownLog(f"the log {new.origin} is not known here")
    submission.checkpoint.check(keys, check)
    if submission.old > new.size:
        raise Malformed("a log does not shrink")
    size = seen.size if seen else 0
    if seen and new.size < seen.size:
        raise Rewritten(size, f"the log has {new.size} entries and had {seen.size}")
    if submission.old != size:
        raise NotWhatWasSeen(size, f"the log had {size} entries when it was last seen")
    if not seen or not size:
        if submission.proof:
            raise Malformed("of a log that was never seen there is nothing to prove")
        return new
    if new.size == seen.size and new.root != seen.root:
        raise Rewritten(size, f"there are two logs of {size} entries")
    verify_consistency(seen.size, seen.root, new.size, new.root, submission.proof)
    return new


def cosigned(checkpoint: Note, witness: Verifier, at: datetime, sign: Sign) -> Signature:
    """A witness's line below a checkpoint (C2SP tlog-cosignature, Ed25519)."""
    seconds = int(at.timestamp())
    blob = seconds.to_bytes(_TIME_SIZE) + sign(_cosigned_message(seconds, checkpoint.text))
    return Signature(witness.name, witness.key_id, blob)


def check_cosignature(checkpoint: Note, line: Signature, witness: Verifier, check: Check) -> int:
    """When the witness cosigned, in seconds since 1970. Raises NotSigned."""
    is_its = (line.name, line.key_id) == (witness.name, witness.key_id)
    if witness.algorithm != COSIGNATURE or not is_its or len(line.blob) != _TIME_SIZE + _SIGNATURE_SIZE:
        raise NotSigned(f"the witness {witness.name} has not cosigned it")
    seconds = int.from_bytes(line.blob[:_TIME_SIZE])
    message = _cosigned_message(seconds, checkpoint.text)
    if not check(witness.public_key, line.blob[_TIME_SIZE:], message):
        raise NotSigned(f"the signature of {witness.name} is not by its key")
    return seconds


def _cosigned_message(seconds: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()
