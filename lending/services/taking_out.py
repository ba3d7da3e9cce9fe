"""Taking a copy out of the library with its file: the one way in which a file leaves, and only to who brought
it in."""

from dataclasses import dataclass
from typing import BinaryIO

from lending import refusals
from lending.circulation import stock
from lending.circulation.provenance import brought_in_by
from lending.ports.files import BookFiles
from lending.ports.library import Library
from lending.ports.records import Edition, Role, ShelfEntry
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.waiting import close_line_after_last_copy


@dataclass(frozen=True, slots=True)
class FileTaken:
    """A file on its way out: what it is, and its bytes, to be read and closed by whoever asked."""

    edition: Edition
    content: BinaryIO


@dataclass(frozen=True, slots=True)
class TakingOut:
    """Where owners get their files back. The copy is withdrawn; its file waits a day to be downloaded."""

    library: Library
    clock: Clock
    files: BookFiles

    def take_out(self, actor: Actor, copy_id: str) -> ShelfEntry:
        """Take a copy out of the library, with its file.

        Raises NotFound, NotBroughtIn for a copy that came as a gift, or CannotWithdraw unless it is on the
        shelf.
        """
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.change() as desk:
            desk.collection.hold(owner_id)
            copy = desk.circulation.lock(copy_id)
            if copy.owner_id != owner_id or copy.withdrawn_at is not None:
                raise refusals.NotFound
            if brought_in_by(desk.log.changes_of_hands(copy_id), owner_id) != owner_id:
                raise refusals.NotBroughtIn
            now = self.clock.now()
            desk.circulation.store(stock.take_out(copy, now))
            entry = desk.collection.entry(copy_id)
            close_line_after_last_copy(desk, entry.edition.id, owner_id, now)
            return entry

    def waiting(self, actor: Actor) -> list[ShelfEntry]:
        """The actor's copies that were taken out and whose files can be downloaded, the latest first."""
        owner_id, now = actor.reads_as(Role.OWNER), self.clock.now()
        with self.library.read() as desk:
            return [entry for entry in desk.collection.taken_out(owner_id) if entry.copy.has_file(now)]

    def entry(self, actor: Actor, copy_id: str) -> ShelfEntry:
        """One of those copies. Raises NotFound, or FileNotKept when its day is over."""
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            entry = desk.collection.entry(copy_id)
        if entry.copy.owner_id != owner_id or entry.copy.withdrawn_at is None:
            raise refusals.NotFound
        if not entry.copy.has_file(self.clock.now()):
            raise refusals.FileNotKept
        return entry

    def file(self, actor: Actor, copy_id: str) -> FileTaken:
        """The file itself, as it was brought in. Not for tokens that only read. Raises what `entry` does."""
        actor.acts_as(Role.OWNER)
        edition = self.entry(actor, copy_id).edition
        return FileTaken(edition, self.files.open(edition.file_id))

    def destroy_over(self, most: int = 50) -> int:
        """Destroy the files whose day is over and which no other copy needs; returns how many copies had
        them. For the housekeeper."""
        now = self.clock.now()
        with self.library.read() as desk:
            over = desk.collection.files_over(now, most)
        for copy_id in over:
            for file_id in self._unneeded_after(copy_id):
                self.files.remove(file_id)
        return len(over)

    def _unneeded_after(self, copy_id: str) -> tuple[str, ...]:
        """Note that the copy has no file any more; which sealed files nobody needs then."""
        with self.library.change() as desk:
            desk.collection.hold(desk.collection.entry(copy_id).copy.owner_id)
            copy = desk.circulation.lock(copy_id)
            desk.circulation.store(stock.forget_file(copy))
            edition = desk.collection.entry(copy_id).edition
            return () if desk.collection.is_needed(edition.id) else edition.file_ids
