"""The part of the library in memory that keeps the loan log."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from lending.circulation.events import Event, EventKind
from lending.ledger.leaves import Field
from lending.ledger.tree import Frontier
from lending.ports.ledger import (
    About,
    Attached,
    Called,
    Covered,
    Entry,
    Head,
    RowName,
    SealedOpening,
    SignedCheckpoint,
)
from lending.ports.witnesses import Witnessed

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PRIVATE = {"borrower_name", "for_whom", "note", "name", "file_until", "cover_id"}


@dataclass
class LogBook:
    """All there is of the log."""

    head: Head = field(default_factory=lambda: Head("", Frontier()))
    entries: list[Entry] = field(default_factory=list)
    openings: list[SealedOpening] = field(default_factory=list)
    salts: dict[str, bytes] = field(default_factory=dict)
    tiles: dict[tuple[int, int], bytes] = field(default_factory=dict)
    checkpoints: dict[tuple[str, int], SignedCheckpoint] = field(default_factory=dict)
    witnesses: dict[tuple[str, str], Witnessed] = field(default_factory=dict)

    def copy(self) -> "LogBook":
        mine = {one.name: getattr(self, one.name) for one in fields(self)}
        return LogBook(**{name: value if name == "head" else value.copy() for name, value in mine.items()})


class FakeLedger:
    def __init__(
        self,
        book: LogBook,
        events: list[Event],
        tables: Mapping[Covered, Mapping[str, Any]],
        about: Callable[[Event], About],
    ) -> None:
        self._book = book
        self._events = events
        self._tables = tables
        self.about = about

    def lock(self) -> Head:
        return self._book.head

    def head(self) -> Head:
        return self._book.head

    def begin(self, origin: str) -> None:
        self._book.head = replace(self._book.head, origin=origin)

    def append(self, grown: Frontier, entries: Sequence[Entry], openings: Iterable[SealedOpening]) -> None:
        self._book.entries.extend(entries)
        self._book.openings.extend(openings)
        self._book.head = replace(self._book.head, frontier=grown)

    def entries(self, start: int, count: int) -> list[Entry]:
        return self._book.entries[start : start + count]

    def of_events(self, event_numbers: Iterable[int]) -> dict[int, Entry]:
        wanted = set(event_numbers)
        return {one.event_number: one for one in self._book.entries if one.event_number in wanted}

    def of_loan(self, copy_id: str, loan_id: str) -> list[tuple[Entry, Event]]:
        found = [(one, self._events[one.event_number - 1]) for one in self._book.entries]
        return [one for one in found if (one[1].copy_id, one[1].loan_id) == (copy_id, loan_id)]

    def walk(self, start: int, count: int) -> list[tuple[Entry, Event | None]]:
        return [(one, self._events[one.event_number - 1]) for one in self.entries(start, count)]

    def not_entered(self, after: int, limit: int) -> list[tuple[int, Event]]:
        entered = {one.event_number for one in self._book.entries}
        missing = [one for one in enumerate(self._events, 1) if one[0] not in entered]
        return [one for one in missing if one[0] > after][:limit]

    def stand(self, names: Iterable[RowName]) -> dict[RowName, str]:
        there = [name for name in names if name.id in self._tables[name.table]]
        return {name: _text(self._tables[name.table][name.id]) for name in there}

    def standing(self, table: Covered, after: str, limit: int) -> list[tuple[str, str]]:
        ids = sorted(row_id for row_id in self._tables[table] if row_id > after)
        return [(row_id, _text(self._tables[table][row_id])) for row_id in ids[:limit]]

    def editions_of(self, copy_ids: Iterable[str]) -> list[str]:
        copies = self._tables[Covered.COPY]
        return sorted({copies[copy_id].edition_id for copy_id in copy_ids if copy_id in copies})

    def lost(self, limit: int) -> list[tuple[str, str]]:
        return []  # nobody gets at this one's tables

    def names_of(self, names: Iterable[RowName]) -> dict[RowName, Called]:
        kept = {Covered.LINK: "for_whom", Covered.LOAN: "borrower_name", Covered.HOLD: "name"}
        there = [name for name in names if name.table in kept and name.id in self._tables[name.table]]
        texts = [getattr(self._tables[name.table][name.id], kept[name.table]) for name in there]
        called = [Called(text, is_sorted_right=True, is_forgotten=not text) for text in texts]
        return dict(zip(there, called, strict=True))

    def openings(self, start: int, count: int) -> list[SealedOpening]:
        found = [one for one in self._book.openings if start <= one.number < start + count]
        return sorted(found, key=lambda one: (one.number, one.field))

    def salts(self, patron_ids: Iterable[str]) -> dict[str, bytes]:
        wanted = set(patron_ids)
        return {one: salt for one, salt in self._book.salts.items() if one in wanted}

    def add_salt(self, patron_id: str, salt: bytes) -> None:
        self._book.salts[patron_id] = salt

    def shred(self, patron_ids: Iterable[str]) -> list[tuple[int, Field]]:
        gone = set(patron_ids)
        opened = [(one.number, one.field) for one in self._book.openings if one.patron_id in gone]
        self._book.openings = [one for one in self._book.openings if one.patron_id not in gone]
        self._book.salts = {one: salt for one, salt in self._book.salts.items() if one not in gone}
        return sorted(opened)

    def attached(self) -> Attached:
        used = {one.patron_id for one in self._book.openings}
        return Attached(len(self._book.openings), len(self._book.tiles), len(self._book.salts.keys() - used))

    def tile_roots(self, level: int, start: int, count: int) -> list[bytes]:
        indexes = [index for of_level, index in sorted(self._book.tiles) if of_level == level]
        return [self._book.tiles[level, index] for index in indexes if start <= index < start + count]

    def tiles_kept(self, level: int) -> int:
        return len([index for of_level, index in self._book.tiles if of_level == level])

    def add_tile_roots(self, level: int, start: int, roots: Sequence[bytes]) -> None:
        self._book.tiles |= {(level, start + at): root for at, root in enumerate(roots)}

    def restarts(self) -> list[tuple[int, Event]]:
        entered = [(one.number, self._events[one.event_number - 1]) for one in self._book.entries]
        return [one for one in entered if one[1].kind is EventKind.LOG_RESTARTED]

    def latest_checkpoint(self) -> SignedCheckpoint | None:
        return (self.newest_checkpoints(1) or [None])[0]

    def checkpoint_of(self, origin: str, size: int) -> SignedCheckpoint | None:
        return self._book.checkpoints.get((origin, size))

    def newest_checkpoints(self, count: int) -> list[SignedCheckpoint]:
        ours = [one for one in self._book.checkpoints.values() if one.origin == self._book.head.origin]
        return sorted(ours, key=lambda one: -one.size)[:count]

    def checkpoints(self) -> list[SignedCheckpoint]:
        return sorted(self._book.checkpoints.values(), key=lambda one: (one.signed_at, one.size))

    def superseded(self, before: datetime, span: timedelta, limit: int) -> list[tuple[str, int]]:
        cosigned = [one for one in self.checkpoints() if len(one.note.signatures) > 1]
        kept = set()
        for some in (self.checkpoints(), cosigned):
            last = {(one.origin, (one.signed_at - EPOCH) // span): one for one in some}
            kept |= {(one.origin, one.size) for one in last.values()}
        old = [(one.origin, one.size) for one in self.checkpoints() if one.signed_at < before]
        return [one for one in old if one not in kept][:limit]

    def drop_checkpoints(self, named: Iterable[tuple[str, int]]) -> None:
        for one in named:
            self._book.checkpoints.pop(one, None)

    def add_checkpoint(self, checkpoint: SignedCheckpoint) -> None:
        self._book.checkpoints[checkpoint.origin, checkpoint.size] = checkpoint


class FakeWitnesses:
    def __init__(self, book: LogBook) -> None:
        self._book = book

    def of(self, origin: str) -> dict[str, Witnessed]:
        return {one.witness: one for one in self._book.witnesses.values() if one.origin == origin}

    def keep(self, witnessed: Witnessed) -> None:
        self._book.witnesses[witnessed.origin, witnessed.witness] = witnessed


def _text(row: Any) -> str:
    shown = [(one.name, getattr(row, one.name)) for one in fields(row) if one.name not in PRIVATE]
    return repr([(name, value) for name, value in shown if value])
