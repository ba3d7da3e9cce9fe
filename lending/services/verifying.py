"""Checks the whole loan log: every entry, every checkpoint, and that the tables are as the log says.

One walk through the entries in order, then one through each table. What is wrong is named by the first entry
that shows it.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lending.circulation.events import Event, EventKind
from lending.ledger.errors import LedgerError, NotProven
from lending.ledger.leaves import Field, Leaf, Opening, fingerprint
from lending.ledger.tiles import WIDTH
from lending.ledger.tree import Frontier
from lending.ledger.witnessing import KnownWitness
from lending.ports.ledger import (
    Covered,
    Entry,
    LogKeys,
    NotOpened,
    Outpost,
    RowName,
    SealedOpening,
    Sealer,
    SignedCheckpoint,
)
from lending.ports.library import Library, Transaction
from lending.services import facts
from lending.services.log_restarts import Restart
from lending.services.logkeeping import is_own, unsealed
from lending.services.patrons_told import PatronsTold
from lending.services.promises import Beside, Promises
from lending.services.vouching import Vouched

_AT_ONCE: Final = 1000
_Sealed = tuple[SealedOpening, bytes]
_UNREADABLE: Final = (ValueError, TypeError, OverflowError)
"""What is raised where a row holds what no value of this program can be made from."""
MOST_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was entered. `entry` is the entry that shows it, if one does."""

    what: str
    entry: int | None = None

    def __str__(self) -> str:
        return self.what if self.entry is None else f"entry {self.entry}: {self.what}"


@dataclass(slots=True)
class Findings:
    """What a check has found. `erased` counts entries about somebody whom nobody can name any more."""

    entries: int = 0
    checkpoints: int = 0
    rows: int = 0
    erased: int = 0
    root: bytes = b""
    restarts: list[Restart] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def are_good(self) -> bool:
        """Whether all is as it was entered."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Verifying:
    """The auditor. It changes nothing."""

    library: Library
    sealer: Sealer
    keys: LogKeys
    outpost: Outpost
    witnesses: tuple[KnownWitness, ...] = ()

    def verify(self, progress: Callable[[int], None] = lambda _: None) -> Findings:
        """Check everything, in one view of the library. `progress` is told how many entries are checked."""
        beside = Beside.seen(self.outpost)
        with self.library.read() as desk:
            return _Walk(desk, self, beside).all(progress)


class _Walk:
    """One check."""

    def __init__(self, desk: Transaction, auditor: Verifying, beside: Beside) -> None:
        self._accounts = desk.accounts
        self._ledger = desk.ledger
        self._sealer = auditor.sealer
        self._found = Findings()
        self._promises = Promises(self._checkpoints(), beside, auditor.keys, auditor.witnesses, self._fault)
        self._tree = Frontier()
        self._tile: list[bytes] = []
        self._tile_roots: list[bytes] = []
        self._rows = Vouched()
        self._patrons = PatronsTold(self._fault)
        self._opened = 0
        self._is_broken = False

    def all(self, progress: Callable[[int], None]) -> Findings:
        for part in self._parts():
            openings = self._openings(part)
            for entry, event in part:
                if not self._entry(entry, event, openings[entry.number]):
                    return self._found
                self._promises.at(self._tree.size, self._tree.root)
            progress(self._tree.size)
        if self._is_broken:
            return self._found
        self._end()
        self._tables()
        return self._found

    def _checkpoints(self) -> list[SignedCheckpoint]:
        try:
            return self._ledger.checkpoints()
        except _UNREADABLE as why:
            self._fault(f"a checkpoint can't be read: {why}")
            return []

    def _parts(self) -> Iterator[list[tuple[Entry, Event | None]]]:
        """All entries, or those before the first that can't be read."""
        start = 0
        while part := self._part(start):
            yield part
            start = part[-1][0].number + 1

    def _part(self, start: int) -> list[tuple[Entry, Event | None]]:
        if self._is_broken:
            return []
        try:
            return self._ledger.walk(start, _AT_ONCE)
        except _UNREADABLE:
            pass
        part: list[tuple[Entry, Event | None]] = []
        while True:  # one of them is it: they are read one by one
            number = start + len(part)
            try:
                part += self._ledger.walk(number, 1)
            except _UNREADABLE as why:
                self._broken(f"it or its event can't be read: {why}", number)
                return part

    def _openings(self, part: Sequence[tuple[Entry, Event | None]]) -> dict[int, list[_Sealed]]:
        """What opens these entries, each with the salt of its patron's key, as far as it is there."""
        sealed = self._sealed(part[0][0].number, part[-1][0].number)
        salts = self._ledger.salts(one.patron_id for one in sealed)
        openings: dict[int, list[_Sealed]] = {entry.number: [] for entry, _ in part}
        for one in sealed:
            # Whoever erases a patron destroys both: an opening without a salt opens as wrong.
            openings.setdefault(one.number, []).append((one, salts.get(one.patron_id, b"")))
        return openings

    def _sealed(self, first: int, last: int) -> list[SealedOpening]:
        try:
            return self._ledger.openings(first, last - first + 1)
        except _UNREADABLE as why:
            if first == last:
                self._fault(f"what opens it can't be read: {why}", first)
                return []
        return [one for number in range(first, last + 1) for one in self._sealed(number, number)]

    def _entry(self, entry: Entry, event: Event | None, sealed: Sequence[_Sealed]) -> bool:
        """Whether the walk can go on."""
        number = self._tree.size
        try:
            leaf, event = self._checked(number, entry, event)
            self._private(leaf, event, sealed)
        except LedgerError as why:
            return self._broken(str(why), number)
        except _UNREADABLE as why:
            return self._broken(f"it or its event can't be read: {why}", number)
        if event.kind is EventKind.LOG_RESTARTED:
            self._promises.restarted(number, event)
        for name in self._rows.tell(number, event, entry.rows):
            self._fault(f"it tells of the {name.table} {name.id}, which it is not about", number)
        self._grow(leaf)
        return True

    def _checked(self, number: int, entry: Entry, event: Event | None) -> tuple[Leaf, Event]:
        """The entry and its event, if they are those that were entered. Raises LedgerError."""
        if entry.number != number:
            raise NotProven("it is missing")
        leaf = Leaf.parsed(entry.leaf)
        if leaf.number != number:
            raise NotProven(f"it says that it is entry {leaf.number}")
        if not is_own(self._sealer, entry):
            raise NotProven("this library did not write it")
        if event is None:
            raise NotProven(f"event {entry.event_number} of the record is gone")
        rest = Opening(Field.REST, entry.blind, facts.rest_fact(event, entry.rows))
        if not _is_of(leaf, event) or rest.commitment != leaf.rest:
            raise NotProven(f"event {entry.event_number} of the record is not what was entered")
        return leaf, event

    def _grow(self, leaf: Leaf) -> None:
        self._tree = self._tree.grown([leaf.hash])
        self._found.entries = self._tree.size
        self._tile.append(leaf.hash)
        if len(self._tile) == WIDTH:
            self._tile_roots.append(Frontier.of(self._tile).root)
            self._tile = []

    def _private(self, leaf: Leaf, event: Event, sealed: Sequence[_Sealed]) -> None:
        self._opened += len(sealed)
        opened: dict[Field, tuple[str, bytes]] = {}
        for one, salt in sealed:
            try:
                opening = unsealed(self._sealer, one, salt)
                leaf.check(opening)
            except (NotOpened, LedgerError):
                self._fault(f"what opens its {one.field} was changed", leaf.number)
            else:
                opened[one.field] = one.patron_id, opening.fact
        self._patrons.tell(leaf.number, event, opened, {one.field for one, _ in sealed})

    def _end(self) -> None:
        self._found.root = self._tree.root
        self._head()
        self._found.checkpoints, self._found.restarts = self._promises.checked, self._promises.restarts
        self._patrons.end(one.id for one in self._accounts.all())
        self._attached(self._tiles())
        try:
            for event_number, _ in self._ledger.not_entered(0, MOST_FAULTS):
                self._fault(f"event {event_number} of the record was never entered")
        except _UNREADABLE as why:
            self._fault(f"an event of the record was never entered, and can't be read: {why}")

    def _head(self) -> None:
        try:
            head = self._ledger.head()
        except _UNREADABLE as why:
            self._fault(f"the log's end can't be read: {why}")
            return
        if head.frontier != self._tree:
            self._fault("the log's end is not where its head says")
        self._promises.end(self._tree.size, head)

    def _tiles(self) -> int:
        """How many are kept and should be."""
        level, roots, in_all = 0, self._tile_roots, 0
        while roots:
            kept = self._ledger.tile_roots(level, 0, self._ledger.tiles_kept(level))
            if kept != roots[: len(kept)]:
                self._fault("what is kept of the tree is not what its entries make")
            full = range(0, len(roots) - len(roots) % WIDTH, WIDTH)
            level, roots = level + 1, [Frontier.of(roots[at : at + WIDTH]).root for at in full]
            in_all += len(kept)
        return in_all

    def _attached(self, tiles: int) -> None:
        """Nothing else may be kept where the log keeps what belongs to its entries."""
        attached = self._ledger.attached()
        if attached.tiles != tiles:
            self._fault("more is kept of the tree than its entries make")
        if attached.openings != self._opened:
            self._fault("something is kept that opens no entry")
        if attached.unused_keys:
            self._fault(f"{attached.unused_keys} keys are kept of patrons, and open nothing")

    def _tables(self) -> None:
        for table in Covered:
            try:
                self._table(table)
            except _UNREADABLE as why:
                self._fault(f"a row of the {table}s can't be read: {why}")
                return
        for name, (_, number) in self._rows.left.items():
            self._fault(f"the {name.table} {name.id} is gone", number)
        self._lost({(str(name.table), name.id) for name in self._rows.left})
        self._patrons.missing()
        self._found.erased = self._patrons.erased

    def _table(self, table: Covered) -> None:
        after = ""
        while rows := self._ledger.standing(table, after, _AT_ONCE):
            after = rows[-1][0]
            for row_id, text in rows:
                self._row(RowName(table, row_id), text)
            self._patrons.compare(self._ledger.names_of(RowName(table, row_id) for row_id, _ in rows))

    def _row(self, name: RowName, text: str) -> None:
        self._found.rows += 1
        stood, number = self._rows.left.pop(name, ("", None))
        if number is None:
            if name.table is not Covered.EDITION:  # it may be older than that editions are covered
                self._fault(f"the {name.table} {name.id} is in no entry")
        elif stood != fingerprint(text):
            self._fault(f"the {name.table} {name.id} is not as it was left", number)

    def _lost(self, told: Collection[tuple[str, str]]) -> None:
        try:
            lost = self._ledger.lost(MOST_FAULTS)
        except _UNREADABLE as why:
            self._fault(f"what events and rows name can't be read: {why}")
            return
        for table, row_id in lost:
            if (table, row_id) not in told:
                self._fault(f"the {table} {row_id} is gone, and something names it")

    def _broken(self, what: str, number: int) -> bool:
        """What comes after a broken entry is broken too, and not told of."""
        self._is_broken = True
        self._fault(what, number)
        return False

    def _fault(self, what: str, number: int | None = None) -> None:
        if len(self._found.faults) < MOST_FAULTS:
            self._found.faults.append(Fault(what, number))


def _is_of(leaf: Leaf, event: Event) -> bool:
    said = (facts.KINDS[event.kind], facts.milliseconds(event.at), event.epoch)
    return said == (leaf.kind, leaf.at, leaf.epoch)
