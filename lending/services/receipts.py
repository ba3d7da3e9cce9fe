"""Receipts: a check-out or a return as it stands in the log, for the borrower and the owner to keep.

A receipt is a C2SP tlog-proof of the entry. Its extra data says what the entry commits to, so that it can be
read years later on another machine, with the log's public key and nothing else: also when the library has
erased all that it knew of it, or is no more.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from lending import refusals
from lending.circulation.events import EventKind
from lending.ledger.encoding import base64_of, bytes_of
from lending.ledger.errors import Malformed
from lending.ledger.leaves import LEAF_SIZE, Field, Leaf, Opening
from lending.ledger.notes import Check, Verifier
from lending.ledger.proofs import KeptProof
from lending.ports.ledger import Entry
from lending.ports.library import Library
from lending.ports.records import HeldLoan, Role
from lending.ports.world import Clock
from lending.services import facts
from lending.services.actors import Actor
from lending.services.logkeeping import LogKeeping, opened, told_if_damaged
from lending.services.passes import Passes
from lending.services.reading import Admission
from lending.services.taking_home import Identity, held_by, refuse_strangers

LARGEST_RECEIPT: Final = 1 << 16


class ReceiptOf(StrEnum):
    """What a receipt is of."""

    CHECK_OUT = "check-out"
    RETURN = "return"


_KINDS: Final[Mapping[ReceiptOf, frozenset[EventKind]]] = {
    ReceiptOf.CHECK_OUT: frozenset({EventKind.CHECKED_OUT}),
    ReceiptOf.RETURN: frozenset({EventKind.RETURNED, EventKind.EXPIRED, EventKind.PASSED_ON}),
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A file to keep: its text, and the title that it is about."""

    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """Writes receipts."""

    library: Library
    clock: Clock
    passes: Passes
    keeping: LogKeeping

    def of_check_out(self, reader: Admission) -> Receipt:
        """For who has the book. Raises NotFound or LogDamaged."""
        return self._write(reader.held, ReceiptOf.CHECK_OUT)

    def of_return(self, loan_id: str, who: Identity) -> Receipt:
        """For who had the book, and shows it. Raises ProofInvalid, NotYourLoan, NotSignedIn;
        StillOnLoan; LogDamaged."""
        held = held_by(self.library, loan_id, who.secret)
        refuse_strangers(self.passes, held, who, self.clock.now())
        if held.loan.ended_at is None:
            raise refusals.StillOnLoan
        return self._write(held, ReceiptOf.RETURN)

    def for_owner(self, actor: Actor, copy_id: str, loan_id: str, of: ReceiptOf) -> Receipt:
        """For the owner of the copy. Raises NotFound, also for a copy of somebody else; LogDamaged."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            held = desk.circulation.held(loan_id, None)
        if held.owner_id != owner_id or held.loan.copy_id != copy_id:
            raise refusals.NotFound
        return self._write(held, of)

    def _write(self, held: HeldLoan, of: ReceiptOf) -> Receipt:
        with told_if_damaged():
            return self._written(held, of)

    def _written(self, held: HeldLoan, of: ReceiptOf) -> Receipt:
        with self.library.read() as desk:
            about_it = desk.ledger.of_loan(held.loan.copy_id, held.loan.id)
            found = [entry for entry, event in about_it if event.kind in _KINDS[of]]
            if not found:
                raise refusals.NotFound
            openings = opened(desk.ledger, self.keeping.sealer, found[-1])
            title = desk.collection.edition(held.edition_id).title
        return Receipt(str(self.keeping.prove(found[-1], _extra(found[-1], openings))), title)


@dataclass(frozen=True, slots=True)
class ReceiptRead:
    """What a receipt proves: `facts` are those that it opens, of an entry of the log `origin`, which had at
    least `size` entries."""

    origin: str
    size: int
    number: int
    kind: EventKind
    at: datetime
    facts: Mapping[Field, Mapping[str, Any]]


def read_receipt(text: str, keys: Sequence[Verifier], check: Check) -> ReceiptRead:
    """Check a receipt with the keys of the logs that one trusts. Raises Malformed, NotSigned or NotProven.

    It may be the bare proof of an entry too (`services.evidence`), which tells no facts.
    """
    if len(text) > LARGEST_RECEIPT:
        raise Malformed("that is no receipt")
    proof = KeptProof.parsed(text)
    leaf, openings = _read_extra(proof.extra)
    if leaf.number != proof.index:
        raise Malformed("the receipt is of another entry than its proof")
    for opening in openings:
        leaf.check(opening)
    promised = proof.verify(leaf.hash, keys, check)
    kinds = {number: kind for kind, number in facts.KINDS.items()}
    if leaf.kind not in kinds:
        raise Malformed("the receipt is of something that this program does not know")
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=leaf.at)
    said = {opening.field: _fact(opening.fact) for opening in openings}
    return ReceiptRead(promised.origin, promised.size, leaf.number, kinds[leaf.kind], at, said)


def _extra(entry: Entry, openings: Mapping[Field, Opening]) -> bytes:
    opened_facts = {
        field.value: {"blind": base64_of(one.blind), "fact": one.fact.decode()}
        for field, one in openings.items()
    }
    return facts.canonical({"leaf": base64_of(entry.leaf), "opened": opened_facts})


def _read_extra(extra: bytes) -> tuple[Leaf, list[Opening]]:
    if len(extra) == LEAF_SIZE:
        return Leaf.parsed(extra), []
    try:
        said = json.loads(extra)
        leaf = Leaf.parsed(bytes_of(said["leaf"]))
        openings = [
            Opening(Field(field), bytes_of(one["blind"]), one["fact"].encode())
            for field, one in said["opened"].items()
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Malformed("the receipt does not say what it is of") from None
    return leaf, openings


def _fact(raw: bytes) -> Mapping[str, Any]:
    """What an entry committed to; a fact that the library wrote is always an object."""
    said = json.loads(raw or b"{}")
    return said if isinstance(said, dict) else {}
