"""Keeps the loan log's promises: signs what it has become, and proves what is in it."""

import hmac
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from lending import refusals
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError, Malformed, NotSigned
from lending.ledger.leaves import BLIND_SIZE, Field, Leaf, Opening
from lending.ledger.notes import Note, Verifier
from lending.ledger.proofs import KeptProof
from lending.ledger.tiles import WIDTH, Tile, bundle_of, tile_at, tile_named
from lending.ledger.tree import prove_consistency, prove_inclusion, root_of
from lending.ports.ledger import (
    Entry,
    Head,
    Ledger,
    LogKeys,
    NotOpened,
    Outpost,
    SealedOpening,
    Sealer,
    SignedCheckpoint,
)
from lending.ports.library import Library
from lending.ports.records import Role
from lending.ports.world import Clock
from lending.services import facts
from lending.services.actors import Actor
from lending.services.log_restarts import is_excused, is_ours, restarts_of
from lending.services.log_tiles import LogTiles, entries_of

_AT_ONCE: Final = 1000
_log = logging.getLogger(__name__)


class LogDamaged(LedgerError):
    """The log is not what it was when it was signed last. Nothing more of it is signed.

    Who asks for a proof is told so as `refusals.LogDamaged`.
    """


@dataclass(frozen=True, slots=True)
class LogKeeping:
    """The log as it is kept here."""

    library: Library
    clock: Clock
    keys: LogKeys
    sealer: Sealer
    outpost: Outpost

    def checkpoint(self) -> SignedCheckpoint | None:
        """The log as it is now, signed; None while it has no entries. Raises LogDamaged.

        Only what is committed is signed, and only if it grew from what was signed before.
        """
        with damage_named():
            beside = self.outpost.kept()  # before the database is looked at: what lies there was in it first
        with damage_named(), self.library.read() as desk:
            head, last = desk.ledger.head(), desk.ledger.latest_checkpoint()
            size = head.frontier.size
            if not size or not head.origin:
                return None
            if last is not None and last.size == size and beside and beside.text == last.note.text:
                return last
            tiles = LogTiles(desk.ledger, size)
            new_roots = list(tiles.fill())
            notes = [note for note in (last and last.note, beside) if note]
            self._refuse_damage(desk.ledger, tiles, notes)
            self._refuse_what_others_wrote(desk.ledger, head, notes)
        now = Checkpoint(head.origin, size, head.frontier.root)
        with self.library.change() as desk:
            desk.ledger.lock()  # no witness's cosignature comes between looking and keeping
            newer = desk.ledger.latest_checkpoint()
            if newer is not None and newer.origin == head.origin and newer.size > size:
                return newer  # another process has signed more meanwhile
            known = desk.ledger.checkpoint_of(head.origin, size)
            fresh = Note(now.text).signed(self.keys.verifier(head.origin), self.keys.sign)
            note = known.note if known and known.note.text == now.text else fresh
            signed = SignedCheckpoint(head.origin, size, note, self.clock.now())
            for level, start, roots in new_roots:
                desk.ledger.add_tile_roots(level, start, roots)
            desk.ledger.add_checkpoint(signed)
        self.outpost.keep(note)
        return signed

    def _refuse_damage(self, ledger: Ledger, tiles: LogTiles, notes: list[Note]) -> None:
        head = ledger.head()
        if root_of(tiles.size, tiles.subtrees) != head.frontier.root:
            raise LogDamaged("the entries of the log are not those that were entered")
        for note in notes:
            before = Checkpoint.parsed(note.text)
            if before.origin != head.origin:
                self._refuse_another_name(ledger, head, note)
                continue
            if before.size > tiles.size:
                raise LogDamaged(f"the log has {tiles.size} entries, and {before.size} were signed")
            if root_of(before.size, tiles.subtrees) != before.root:
                raise LogDamaged(f"the first {before.size} entries of the log are not those that were signed")

    def _refuse_another_name(self, ledger: Ledger, head: Head, note: Note) -> None:
        """A log that was put back has another name than what was signed before, and says so."""
        before = Checkpoint.parsed(note.text)
        told = is_excused(before, restarts_of(ledger), self.outpost.acknowledged())
        if is_ours(note, self.keys) and not told:
            raise LogDamaged(f"the log is called {head.origin}, and was signed as {before.origin}")

    def _refuse_what_others_wrote(self, ledger: Ledger, head: Head, notes: list[Note]) -> None:
        """What is signed already is known by that; of what came since, each entry by its mac."""
        signed = [Checkpoint.parsed(note.text) for note in notes if self._is_by_its_key(note, head.origin)]
        start = max((one.size for one in signed if one.origin == head.origin), default=0)
        while entries := ledger.entries(start, _AT_ONCE):
            for entry in entries:
                if not is_own(self.sealer, entry):
                    raise LogDamaged(f"entry {entry.number} is not this library's own")
            start = entries[-1].number + 1

    def _is_by_its_key(self, note: Note, origin: str) -> bool:
        try:
            note.check([self.keys.verifier(origin)], self.keys.check)
        except NotSigned:
            return False
        return True

    def verifier(self) -> Verifier:
        """The log's public key, under the log's name."""
        with self.library.read() as desk:
            return self.keys.verifier(desk.ledger.head().origin)

    def prove(self, entry: Entry, extra: bytes = b"") -> KeptProof:
        """That an entry is in the log, as somebody can keep it. Raises LogDamaged."""
        signed = self.checkpoint()
        assert signed is not None, "a log with an entry has a checkpoint"
        with damage_named(), self.library.read() as desk:
            tiles = LogTiles(desk.ledger, signed.size)
            path = prove_inclusion(entry.number, signed.size, tiles.subtrees)
        return KeptProof(entry.number, tuple(path), signed.note, extra)

    def tile(self, actor: Actor, path: str) -> bytes:
        """A tile of hashes, or a bundle of entries, by its address below `tile/` (C2SP tlog-tiles).

        For librarians: when something happened in a library is nobody else's business. Raises NotAllowed,
        NotFound where there is no such tile, or not so wide, and LogDamaged.
        """
        actor.reads_as(Role.LIBRARIAN)
        try:
            wanted = tile_named(path)
        except Malformed:
            raise refusals.NotFound from None
        level = wanted.level if isinstance(wanted, Tile) else 0
        with told_if_damaged(), self.library.read() as desk:
            size = desk.ledger.head().frontier.size
            there = tile_at(level, wanted.index, size)
            if there is None or there.width < wanted.width:
                raise refusals.NotFound
            if isinstance(wanted, Tile):
                return LogTiles(desk.ledger, size).read(wanted)
            entries = entries_of(desk.ledger, wanted.index * WIDTH, wanted.width)
            return bundle_of([entry.leaf for entry in entries])

    def prove_growth(self, old: int, new: int) -> list[bytes]:
        """That the log of `new` entries begins with that of `old`. Raises ValueError if it can't."""
        with self.library.read() as desk:
            if new > desk.ledger.head().frontier.size:
                raise ValueError(f"the log has no {new} entries")
            return prove_consistency(old, new, LogTiles(desk.ledger, new).subtrees)


@contextmanager
def damage_named() -> Iterator[None]:
    """While the log's own entries are read: what is missing of them, or can't be read, is LogDamaged."""
    try:
        yield
    except LogDamaged:
        raise
    except LedgerError as why:
        raise LogDamaged(str(why)) from why
    except ValueError as why:
        raise LogDamaged(f"a row of it can't be read: {why}") from why


@contextmanager
def told_if_damaged() -> Iterator[None]:
    """While something of the log is proven to somebody: what the log can't prove is `refusals.LogDamaged`."""
    try:
        yield
    except (ValueError, NotOpened) as why:  # a LedgerError is the first; a row that can't be read is too
        _log.error("the log is damaged: %s", why)
        raise refusals.LogDamaged from why


def opened(ledger: Ledger, sealer: Sealer, entry: Entry) -> dict[Field, Opening]:
    """What of an entry can still be opened. Raises NotOpened or NotProven if it was changed."""
    ((_, event),) = ledger.walk(entry.number, 1)
    if event is None:
        raise NotOpened(f"the record has lost the event of entry {entry.number}")
    found = {Field.REST: Opening(Field.REST, entry.blind, facts.rest_fact(event, entry.rows))}
    sealed = ledger.openings(entry.number, 1)
    salts = ledger.salts(one.patron_id for one in sealed)
    still_there = [one for one in sealed if one.patron_id in salts]
    found |= {one.field: unsealed(sealer, one, salts[one.patron_id]) for one in still_there}
    leaf = Leaf.parsed(entry.leaf)
    for opening in found.values():
        leaf.check(opening)
    return found


def is_own(sealer: Sealer, entry: Entry) -> bool:
    """Whether the library wrote that entry, and not somebody who only has the database."""
    return hmac.compare_digest(entry.mac, sealer.mac(entry.leaf))


def unsealed(sealer: Sealer, sealed: SealedOpening, salt: bytes) -> Opening:
    """What was sealed: the blind, and after it the fact. Raises NotOpened."""
    plain = sealer.open(salt, sealed)
    return Opening(sealed.field, plain[:BLIND_SIZE], plain[BLIND_SIZE:])
