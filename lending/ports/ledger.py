"""Where the entries of the loan log are kept, and what they are about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from lending.circulation.events import Event
from lending.ledger.leaves import Field
from lending.ledger.notes import Note, Verifier
from lending.ledger.tree import Frontier


class Covered(StrEnum):
    """The tables of which the log says how each row stands."""

    COPY = "copy"
    LINK = "link"
    LOAN = "loan"
    HOLD = "hold"
    EDITION = "edition"
    """In entries since editions are covered: one that no entry has named since is not checked."""


@dataclass(frozen=True, slots=True, order=True)
class RowName:
    """A row that the log covers."""

    table: Covered
    id: str

    def __str__(self) -> str:
        return f"{self.table}:{self.id}"

    @classmethod
    def parsed(cls, text: str) -> "RowName":
        """Raises ValueError."""
        table, _, row_id = text.partition(":")
        return cls(Covered(table), row_id)


@dataclass(frozen=True, slots=True)
class Head:
    """The log's end: which log it is, and what must be known of it so that it can grow."""

    origin: str
    frontier: Frontier


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry with what opens its `rest`: the blind, and fingerprints of the rows that the event left.

    By the `mac` the library knows the entry as its own: whoever can only write into the database makes none.
    """

    number: int
    event_number: int
    leaf: bytes
    blind: bytes = field(repr=False)
    rows: dict[RowName, str]
    mac: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class SealedOpening:
    """What opens an entry's copy or patron, sealed under the key of whoever may have it erased."""

    number: int
    field: Field
    patron_id: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class About:
    """Whom and what an event is about, as far as it is known now.

    `owner_id` is the copy's or title's owner. `patron_id` is the loan, hold or link of whoever borrows or
    waits, or the account of an owner who reads; empty where an event is about nobody.
    """

    copy_id: str = ""
    title: str = ""
    owner_id: str = ""
    owner_name: str = ""
    patron_id: str = ""
    patron_name: str = ""


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint as it was signed."""

    origin: str
    size: int
    note: Note
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Called:
    """For whom a row is: the name. `is_sorted_right`: where a name stands a second time, to be searched for
    and sorted by, it is that name. `is_forgotten`: neither a name nor anything else says who it was."""

    name: str
    is_sorted_right: bool
    is_forgotten: bool


@dataclass(frozen=True, slots=True)
class Attached:
    """How much is kept beside the entries: what opens them, roots of tiles; and keys of patrons who have
    nothing to be opened."""

    openings: int
    tiles: int
    unused_keys: int


class NotOpened(Exception):
    """A sealed opening that does not open: it was changed, or is another's."""


class Sealer(Protocol):
    """Keeps what opens entries from whoever reads the database, until it is erased; and knows the library's
    own entries."""

    def random(self) -> bytes:
        """32 fresh random bytes: a blind, or a patron's salt."""

    def seal(self, salt: bytes, number: int, field: Field, patron_id: str, opening: bytes) -> bytes:
        """For the patron whose salt it is, as that field of that entry. It opens as nobody else's."""

    def open(self, salt: bytes, sealed: SealedOpening) -> bytes:
        """Raises NotOpened."""

    def mac(self, leaf: bytes) -> bytes:
        """What says that this library wrote an entry: 32 bytes that nobody finds without its secret."""


class Outpost(Protocol):
    """Where the latest checkpoint lies apart from the database: what a restored database is measured by."""

    def keep(self, note: Note) -> None:
        """Keep it in place of the one before, durably."""

    def kept(self) -> Note | None:
        """The one that is kept; None if none is. Raises Malformed if what lies there can't be read."""

    def acknowledge(self, lost: str) -> None:
        """The operator knows that the checkpoint of this text was lost. Keep that for good, durably."""

    def acknowledged(self) -> frozenset[str]:
        """The texts of all that were acknowledged."""


class LogKeys(Protocol):
    """What the library signs its checkpoints with."""

    def verifier(self, origin: str) -> Verifier:
        """The key that others know, under the name of a log."""

    def sign(self, message: bytes) -> bytes:
        """See `ledger.notes.Sign`."""

    def check(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        """See `ledger.notes.Check`."""


class Ledger(Protocol):
    """The loan log's entries. They are appended and never changed."""

    def lock(self) -> Head:
        """The log's head, held against every other transaction until this one ends.

        Whoever holds it locks nothing else after: so nobody waits in a circle."""

    def head(self) -> Head:
        """The log's head. Of a library that was never begun: no origin, no entries."""

    def begin(self, origin: str) -> None:
        """The log has this origin from now on. For who holds the head."""

    def append(self, grown: Frontier, entries: Sequence[Entry], openings: Iterable[SealedOpening]) -> None:
        """The next entries, and the head as it is with them. For who holds the head."""

    def entries(self, start: int, count: int) -> list[Entry]:
        """Entries in order, from a number on."""

    def of_events(self, event_numbers: Iterable[int]) -> dict[int, Entry]:
        """The entries of events of the record, by the events' numbers."""

    def of_loan(self, copy_id: str, loan_id: str) -> list[tuple[Entry, Event]]:
        """The entries about a loan of a copy, in order, each with its event."""

    def walk(self, start: int, count: int) -> list[tuple[Entry, Event | None]]:
        """Entries in order, from a number on, each with its event: None where the record has lost it."""

    def not_entered(self, after: int, limit: int) -> list[tuple[int, Event]]:
        """Events after a number that have no entry: those of a library that is older than its log."""

    def about(self, event: Event) -> About:
        """Whom and what an event is about, as of now."""

    def stand(self, names: Iterable[RowName]) -> dict[RowName, str]:
        """How rows stand, as text: the same row always as the same text. Those that are gone are left out."""

    def standing(self, table: Covered, after: str, limit: int) -> list[tuple[str, str]]:
        """The rows of a table in order of their ids, as (id, text), from after an id on."""

    def editions_of(self, copy_ids: Iterable[str]) -> list[str]:
        """Of which editions copies are."""

    def lost(self, limit: int) -> list[tuple[str, str]]:
        """Accounts and editions that events or covered rows name, and that there are not: each as (table,
        id)."""

    def names_of(self, names: Iterable[RowName]) -> dict[RowName, Called]:
        """Under which names loans, links and holds are kept."""

    def openings(self, start: int, count: int) -> list[SealedOpening]:
        """What opens entries, from a number on, in order; of some there is nothing any more."""

    def salts(self, patron_ids: Iterable[str]) -> dict[str, bytes]:
        """The salts of patrons' keys, as far as they are there."""

    def add_salt(self, patron_id: str, salt: bytes) -> None:
        """Keep a new patron's salt."""

    def shred(self, patron_ids: Iterable[str]) -> list[tuple[int, Field]]:
        """Forget patrons' salts and openings for good. Entries stay as they are.

        Answers with the numbers and fields that were opened by them, in order."""

    def attached(self) -> Attached:
        """How much there is that belongs to entries, whether or not there are such entries."""

    def tile_roots(self, level: int, start: int, count: int) -> list[bytes]:
        """Roots of full tiles of a level, in order, from an index on, as far as they are kept."""

    def tiles_kept(self, level: int) -> int:
        """Of how many full tiles of a level the root is kept."""

    def add_tile_roots(self, level: int, start: int, roots: Sequence[bytes]) -> None:
        """Keep roots of full tiles. Repeating it changes nothing."""

    def restarts(self) -> list[tuple[int, Event]]:
        """The entries that say that the log was put back, by their numbers, in order."""

    def latest_checkpoint(self) -> SignedCheckpoint | None:
        """That of most entries under the log's present name."""

    def checkpoint_of(self, origin: str, size: int) -> SignedCheckpoint | None:
        """The one of that log and size, if it was signed."""

    def newest_checkpoints(self, count: int) -> list[SignedCheckpoint]:
        """Those under the log's present name, the one of most entries first. When they were signed says
        nothing here: whoever writes into the database writes that too."""

    def checkpoints(self) -> list[SignedCheckpoint]:
        """All that are kept, the oldest first."""

    def superseded(self, before: datetime, span: timedelta, limit: int) -> list[tuple[str, int]]:
        """Checkpoints signed before a moment, the oldest first, of which a newer one of the same log was
        signed in the same `span`: these are counted from 1970 UTC. One that is cosigned is among them only
        if such a newer one is cosigned too. Each as (origin, size)."""

    def drop_checkpoints(self, named: Iterable[tuple[str, int]]) -> None:
        """Forget checkpoints, named by origin and size."""

    def add_checkpoint(self, checkpoint: SignedCheckpoint) -> None:
        """Keep a checkpoint; one of that log and size that is there is replaced: it has more signatures."""
