"""An owner's shelf: their copies, the records, the covers."""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from lending import refusals
from lending.circulation import stock
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.ports.files import BookFiles, Cataloguers
from lending.ports.library import Library, Transaction
from lending.ports.records import Edition, Role, ShelfEntry, ShelfQuery
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.waiting import close_line_after_last_copy
from lending.services.words import MOST_AUTHORS, line, passage

ORDERS = ("added", "title", "author")
LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Correction:
    """What the owner says the record should say. None leaves a field as it is."""

    title: str | None = None
    authors: tuple[str, ...] | None = None
    language: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class ShelfPage:
    """Some entries of a shelf, and how many there are in all."""

    entries: list[ShelfEntry]
    total: int
    query: ShelfQuery


@dataclass(frozen=True, slots=True)
class Shelf:
    """An owner's copies."""

    library: Library
    clock: Clock
    files: BookFiles
    cataloguers: Cataloguers

    def page(
        self, actor: Actor, text: str = "", order: str = "added", offset: int = 0, limit: int = 60
    ) -> ShelfPage:
        """A page of the actor's shelf. Raises UnacceptableInput for an unknown order."""
        owner_id = actor.reads_as(Role.OWNER)
        if order not in ORDERS:
            raise refusals.UnacceptableInput("order", "is none of " + ", ".join(ORDERS))
        query = ShelfQuery(owner_id, text[:200], order, max(0, offset), max(1, min(limit, LARGEST_PAGE)))
        with self.library.read() as desk:
            entries, total = desk.collection.shelf(query)
        return ShelfPage(entries, total, query)

    def entry(self, actor: Actor, copy_id: str) -> ShelfEntry:
        """One of the actor's copies. Raises NotFound, for somebody else's too."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            entry = desk.collection.entry(copy_id)
        if entry.copy.owner_id != owner_id or entry.copy.withdrawn_at is not None:
            raise refusals.NotFound
        return entry

    def correct(self, actor: Actor, copy_id: str, correction: Correction) -> ShelfEntry:
        """Correct the catalogue record; that it was is recorded. Raises NotFound or UnacceptableInput."""
        owner_id = actor.acts_as(Role.OWNER)
        edition_id = self.entry(actor, copy_id).edition.id
        with self.library.change() as desk:
            desk.collection.hold(owner_id)  # of two corrections at once, one sees what the other has written
            before = desk.collection.edition(edition_id)
            after = _corrected(before, correction)
            if after != before:
                desk.collection.change_edition(after)
                desk.circulation.record(_title_corrected(after, self.clock.now()))
        return self.entry(actor, copy_id)

    def cover(self, actor: Actor, copy_id: str) -> bytes:
        """The cover, a small JPEG. Raises NotFound when there is none."""
        return self.cover_of(self.entry(actor, copy_id).edition)

    def cover_of(self, edition: Edition) -> bytes:
        """The cover of an edition, for whoever may see it. Raises NotFound when there is none."""
        if edition.cover_id is None:
            raise refusals.NotFound
        with self.files.open(edition.cover_id) as cover:
            return cover.read()

    def replace_cover(self, actor: Actor, copy_id: str, image: bytes) -> ShelfEntry:
        """Give the book another cover. Raises NotFound, or UnacceptableInput when it isn't a picture."""
        actor.acts_as(Role.OWNER)
        entry = self.entry(actor, copy_id)
        cover = self.cataloguers.cover(image)
        cover_id = self.files.put(io.BytesIO(cover), len(cover))
        try:
            before = self._exchange_cover(entry.edition, cover_id)
        except BaseException:
            self.files.remove(cover_id)
            raise
        if before is not None:
            self.files.remove(before)
        return self.entry(actor, copy_id)

    def withdraw(self, actor: Actor, copy_id: str) -> None:
        """Take a copy out of the library. With an edition's last copy its file is destroyed.

        Raises NotFound, or CannotWithdraw unless the copy is on the shelf.
        """
        owner_id = actor.acts_as(Role.OWNER)
        edition = self.entry(actor, copy_id).edition
        with self.library.change() as desk:
            desk.collection.hold(owner_id)
            edition = desk.collection.edition(edition.id)  # its cover may just have been replaced
            copy = _own(desk, copy_id, owner_id)
            desk.circulation.store(stock.withdraw(copy, self.clock.now()))
            close_line_after_last_copy(desk, edition.id, owner_id, self.clock.now())
            needed = desk.collection.is_needed(edition.id)
        if not needed:
            for file_id in edition.file_ids:
                self.files.remove(file_id)

    def mark_lost(self, actor: Actor, copy_id: str) -> None:
        """Say that a copy can't be found. Raises NotFound, CopyIsOut, LinkAlreadyOut or CopyIsLost."""
        self._take_stock(actor, copy_id, stock.mark_lost)

    def find(self, actor: Actor, copy_id: str) -> None:
        """Put a lost copy back on the shelf. Raises NotFound when it isn't lost."""
        self._take_stock(actor, copy_id, stock.find)

    def _take_stock(self, actor: Actor, copy_id: str, act: Callable[[Copy, datetime], Decision]) -> None:
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            desk.circulation.store(act(_own(desk, copy_id, owner_id), self.clock.now()))

    def _exchange_cover(self, edition: Edition, cover_id: str) -> str | None:
        with self.library.change() as desk:
            desk.collection.hold(edition.owner_id)
            if not desk.collection.copies_of(edition.id):
                raise refusals.NotFound
            before = desk.collection.edition(edition.id)
            desk.collection.change_edition(replace(before, cover_id=cover_id))
        return before.cover_id


def _own(desk: Transaction, copy_id: str, owner_id: str) -> Copy:
    """The copy, locked: whose it is may have changed since anybody looked."""
    copy = desk.circulation.lock(copy_id)
    if copy.owner_id != owner_id:
        raise refusals.NotFound
    return copy


def _title_corrected(edition: Edition, now: datetime) -> Event:
    return Event(EventKind.TITLE_CORRECTED, now, None, 0, by=edition.owner_id, edition_id=edition.id)


def _corrected(edition: Edition, correction: Correction) -> Edition:
    if correction.title is not None:
        edition = replace(edition, title=line("title", correction.title, 500, required=True))
    if correction.authors is not None:
        if len(correction.authors) > MOST_AUTHORS:
            raise refusals.UnacceptableInput("authors", f"are more than {MOST_AUTHORS}")
        authors = (line("authors", author, 200) for author in correction.authors)
        edition = replace(edition, authors=tuple(author for author in authors if author))
    if correction.language is not None:
        edition = replace(edition, language=line("language", correction.language, 35))
    if correction.description is not None:
        edition = replace(edition, description=passage("description", correction.description, 10_000))
    return edition
