"""The library, which enters all that happens into the loan log: in this one place, for every service.

The entries are written in the transaction of what they are about: both are there, or neither.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, cast

from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.circulation.waiting import HoldDecision
from lending.ledger.leaves import Field, Leaf, Opening, fingerprint
from lending.ports.ledger import About, Covered, Entry, Ledger, RowName, SealedOpening, Sealer
from lending.ports.library import Library, Transaction
from lending.services import facts
from lending.services.vouching import rows_named

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class RecordingLibrary:
    """A `Library`."""

    library: Library
    sealer: Sealer

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        """See the port. What happened is entered at the end, when nothing else will be locked."""
        heard = _Heard()
        with self.library.change() as desk:
            # It is all that a Transaction is, as far as it was asked.
            yield cast("Transaction", _Overheard(desk, heard))
            if heard.events:
                enter(desk.ledger, self.sealer, heard.events, heard.rows)

    def read(self) -> AbstractContextManager[Transaction]:
        """See the port."""
        return self.library.read()


def catch_up(library: Library, sealer: Sealer) -> int:
    """Enter the events of a library that is older than its log; how many there were.

    They are entered as they are found. Of what may have been done to them before, the log knows nothing.
    """
    entered, after = 0, 0
    while True:
        with library.change() as desk:
            missing = desk.ledger.not_entered(after, _AT_ONCE)
            if not missing:
                return entered
            rows = {name for _, event in missing for name in rows_named(event)}
            enter(desk.ledger, sealer, missing, rows)
        entered, after = entered + len(missing), missing[-1][0]


def enter(
    ledger: Ledger, sealer: Sealer, events: Sequence[tuple[int, Event]], rows: Iterable[RowName]
) -> None:
    """Append the entries of events, given with their numbers in the record. The last of them tells how they
    left the rows, and the editions of their copies."""
    head = ledger.lock()
    scribe = _Scribe(ledger, sealer)
    rows = set(rows)
    copies = [name.id for name in rows if name.table is Covered.COPY]
    rows |= {RowName(Covered.EDITION, one) for one in ledger.editions_of(copies)}
    left = {name: fingerprint(text) for name, text in ledger.stand(rows).items()}
    last = events[-1][0]
    for number, (event_number, event) in enumerate(events, head.frontier.size):
        scribe.write(number, event_number, event, left if event_number == last else {})
    ledger.append(head.frontier.grown(leaf.hash for leaf in scribe.leaves), scribe.entries, scribe.openings)


class _Scribe:
    """Writes entries, and seals what opens them."""

    def __init__(self, ledger: Ledger, sealer: Sealer) -> None:
        self._ledger = ledger
        self._sealer = sealer
        self._salts: dict[str, bytes] = {}
        self.leaves: list[Leaf] = []
        self.entries: list[Entry] = []
        self.openings: list[SealedOpening] = []

    def write(self, number: int, event_number: int, event: Event, rows: dict[RowName, str]) -> None:
        about = self._ledger.about(event)
        if event.kind in facts.OF_NOBODY:
            about = replace(about, patron_id="", patron_name="")
        said = {
            Field.COPY: facts.copy_fact(about),
            Field.PATRON: facts.patron_fact(about),
            Field.REST: facts.rest_fact(event, rows),
        }
        opened = {one: Opening(one, self._sealer.random(), fact) for one, fact in said.items()}
        leaf = facts.leaf_of(number, event, opened)
        self.leaves.append(leaf)
        raw = bytes(leaf)
        mac = self._sealer.mac(raw)
        self.entries.append(Entry(number, event_number, raw, opened[Field.REST].blind, rows, mac))
        self._seal(number, about, opened)

    def _seal(self, number: int, about: About, opened: dict[Field, Opening]) -> None:
        # Where an event is about nobody, nothing is kept that opens it: as if somebody had been erased.
        for one, patron_id in ((Field.COPY, about.owner_id), (Field.PATRON, about.patron_id)):
            if patron_id:
                plain = opened[one].blind + opened[one].fact
                sealed = self._sealer.seal(self._salt(patron_id), number, one, patron_id, plain)
                self.openings.append(SealedOpening(number, one, patron_id, sealed))

    def _salt(self, patron_id: str) -> bytes:
        if patron_id not in self._salts:
            found = self._ledger.salts([patron_id]).get(patron_id)
            if found is None:
                found = self._sealer.random()
                self._ledger.add_salt(patron_id, found)
            self._salts[patron_id] = found
        return self._salts[patron_id]


@dataclass(slots=True)
class _Heard:
    """What a transaction wrote into the record, and the rows that it touched."""

    events: list[tuple[int, Event]] = field(default_factory=list)
    rows: set[RowName] = field(default_factory=set)

    def note(self, numbers: list[int], decision: Decision | HoldDecision) -> None:
        self.events += zip(numbers, decision.events, strict=True)
        self.rows |= _rows_of_decision(decision)


class _Overheard:
    """A transaction that is listened to."""

    def __init__(self, desk: Transaction, heard: _Heard) -> None:
        self._desk = desk
        self.circulation = _OverheardPart(desk.circulation, heard)
        self.line = _OverheardPart(desk.line, heard)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


class _OverheardPart:
    """Where a transaction writes events down."""

    def __init__(self, part: Any, heard: _Heard) -> None:
        self._part = part
        self._heard = heard

    def store(self, decision: Decision | HoldDecision) -> list[int]:
        numbers: list[int] = self._part.store(decision)
        self._heard.note(numbers, decision)
        return numbers

    def record(self, event: Event) -> int:
        number: int = self._part.record(event)
        self._heard.events.append((number, event))
        self._heard.rows |= set(rows_named(event))
        return number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)


def _rows_of_decision(decision: Decision | HoldDecision) -> set[RowName]:
    if isinstance(decision, HoldDecision):
        return {RowName(Covered.HOLD, decision.hold.id)}
    return {
        RowName(Covered.COPY, decision.copy.id),
        *(RowName(Covered.LINK, link.id) for link in decision.links),
        *(RowName(Covered.LOAN, loan.id) for loan in decision.loans),
        *(RowName(Covered.HOLD, hold.id) for hold in decision.holds),
    }
