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
from lending.circulation.desk import settle
from lending.circulation.events import EventKind
from lending.circulation.loans import Loan
from lending.ledger.encoding import base64_of, bytes_of
from lending.ledger.errors import Malformed
from lending.ledger.leaves import LEAF_SIZE, Field, Leaf, Opening
from lending.ledger.notes import Check, Verifier
from lending.ledger.proofs import KeptProof
from lending.ports.ledger import Entry
from lending.ports.library import Library
from lending.ports.records import LogQuery, Role
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
    """A file to keep: its text, and the title that it is about, as far as it can be told."""

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
        return self._write(reader.held.loan, ReceiptOf.CHECK_OUT)

    def of_return(self, loan_id: str, who: Identity) -> Receipt:
        """For who had the book, and shows it. Raises ProofInvalid, NotYourLoan, NotSignedIn;
        StillOnLoan; LogDamaged."""
        now = self.clock.now()
        held = held_by(self.library, loan_id, who.secret)
        refuse_strangers(self.passes, held, who, now)
        if held.loan.is_open(now):
            raise refusals.StillOnLoan
        return self._write(held.loan, ReceiptOf.RETURN)

    def for_owner(self, actor: Actor, copy_id: str, loan_id: str, of: ReceiptOf) -> Receipt:
        """For whose the copy was at the time of the loan. Raises NotFound, also for a copy that was somebody
        else's; LogDamaged."""
        theirs = frozenset({actor.reads_as(Role.OWNER)})
        wanted = LogQuery(copy_id=copy_id, loan_id=loan_id, limit=1, owners=theirs)
        with self.library.read() as desk:
            found = desk.log.loans(wanted, self.clock.now())
        if not found:
            raise refusals.NotFound
        return self._write(found[0].loan, of)

    def _write(self, loan: Loan, of: ReceiptOf) -> Receipt:
        if of is ReceiptOf.RETURN:
            self._settle(loan)
        with told_if_damaged():
            return self._written(loan, of)

    def _settle(self, loan: Loan) -> None:
        """What is past due has ended, and is entered if nobody has noticed yet: there is a receipt of it."""
        now = self.clock.now()
        if loan.ended_at is None and loan.is_past_due(now):
            with self.library.change() as desk:
                desk.circulation.store(settle(desk.circulation.lock(loan.copy_id), now))

    def _written(self, loan: Loan, of: ReceiptOf) -> Receipt:
        with self.library.read() as desk:
            about_it = desk.ledger.of_loan(loan.copy_id, loan.id)
            found = [entry for entry, event in about_it if event.kind in _KINDS[of]]
            if not found:
                raise refusals.NotFound
            openings = opened(desk.ledger, self.keeping.sealer, found[-1])
        return Receipt(str(self.keeping.prove(found[-1], _extra(found[-1], openings))), _title(openings))


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


def _title(openings: Mapping[Field, Opening]) -> str:
    """As it was entered; empty where that can't be told any more."""
    return str(_fact(openings[Field.COPY].fact).get("title", "")) if Field.COPY in openings else ""


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
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Malformed("the receipt does not say what it is of") from None
    return leaf, openings


def _fact(raw: bytes) -> Mapping[str, Any]:
    """What an entry committed to; a fact that the library wrote is always an object."""
    try:
        said = json.loads(raw or b"{}")
    except (ValueError, RecursionError):
        raise Malformed("the receipt opens what no library has written") from None
    return said if isinstance(said, dict) else {}
