"""A file on its way to the shelf: received in parts, sealed, catalogued, added; or refused without trace."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from lending import refusals
from lending.cataloguing.records import CatalogueRecord
from lending.circulation.copies import Copy
from lending.circulation.events import Event, EventKind
from lending.ports.files import BookFiles, Cataloguers, UploadParts
from lending.ports.library import Library, Transaction
from lending.ports.records import Edition, Role, ShelfEntry, Upload
from lending.ports.world import Clock, Ids
from lending.sealing.bookfile import ByteSource
from lending.services.actors import Actor
from lending.services.waiting import settle_title
from lending.services.words import MOST_AUTHORS, line, told_line, told_passage

UPLOAD_WAITS = timedelta(days=7)
"""How long an unfinished upload is kept for its owner to go on with."""


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload has come: `offset` of `length` bytes; `copy_id` once it is on the shelf."""

    id: str
    file_name: str
    offset: int
    length: int
    copy_id: str | None


@dataclass(frozen=True, slots=True)
class Acquisitions:
    """The back room where books come in."""

    library: Library
    clock: Clock
    ids: Ids
    files: BookFiles
    parts: UploadParts
    cataloguers: Cataloguers
    largest_file: int

    def begin(self, actor: Actor, file_name: str, length: int) -> UploadProgress:
        """Open an upload of `length` bytes. Raises EmptyFile or FileTooLarge before a byte is sent."""
        owner_id = actor.acts_as(Role.OWNER)
        if length < 1:
            raise refusals.EmptyFile
        if length > self.largest_file:
            raise refusals.FileTooLarge(self.largest_file)
        name = line("file_name", file_name.replace("\\", "/").rsplit("/", 1)[-1], 300)
        upload = Upload(self.ids.new(), owner_id, name, length, self.clock.now())
        with self.library.change() as desk:
            desk.collection.hold(owner_id)  # nothing is begun by an account that is erased meanwhile
            desk.uploads.add(upload)
        self.parts.create(upload.id)
        return UploadProgress(upload.id, name, 0, length, None)

    def progress(self, actor: Actor, upload_id: str) -> UploadProgress:
        """How far an upload has come. Raises NotFound."""
        upload = self._upload(actor, upload_id)
        offset = upload.length if upload.copy_id else self.parts.offset(upload_id)
        return UploadProgress(upload.id, upload.file_name, offset, upload.length, upload.copy_id)

    def append(self, actor: Actor, upload_id: str, offset: int, parts: Iterable[bytes]) -> int:
        """Take bytes in at `offset`; returns the new offset. What arrived before a broken connection is kept.

        Raises NotFound, WrongOffset, UploadBusy, or FileTooLarge when more comes than was announced.
        """
        upload = self._upload(actor, upload_id)
        return self.parts.append(upload_id, offset, _at_most(parts, upload.length - offset, upload.length))

    def discard(self, actor: Actor, upload_id: str) -> None:
        """Give an upload up. Raises NotFound."""
        self._upload(actor, upload_id)
        self._forget(upload_id)

    def accession(self, actor: Actor, upload_id: str, *, second_copy: bool = False) -> ShelfEntry:
        """Turn a finished upload into a copy on the shelf. Asked again, it answers the same.

        Raises WrongOffset when bytes are missing; AlreadyOnShelf for a file the owner
        has (the upload waits: `second_copy` says that they own another); otherwise any
        CannotAccession, and then nothing of the file is kept.
        """
        upload = self._upload(actor, upload_id)
        if upload.copy_id:
            return self._entry_of(upload, upload.copy_id)
        offset = self.parts.offset(upload_id)
        if offset != upload.length:
            raise refusals.WrongOffset(offset)
        try:
            copy_id = self._shelve(upload, second_copy=second_copy)
        except refusals.AlreadyOnShelf:
            raise
        except refusals.CannotAccession:
            self._forget(upload_id)
            raise
        self.parts.remove(upload_id)
        return self._entry_of(upload, copy_id)

    def add_file(
        self, actor: Actor, file_name: str, source: ByteSource, length: int, *, second_copy: bool = False
    ) -> ShelfEntry:
        """A whole file at once: begin, append, accession. Nothing waits afterwards, whatever happens."""
        upload = self.begin(actor, file_name, length)
        try:
            self.append(actor, upload.id, 0, iter(lambda: source.read(1 << 16), b""))
            return self.accession(actor, upload.id, second_copy=second_copy)
        except BaseException:
            self._forget(upload.id)
            raise

    def forget_stale(self) -> int:
        """Drop uploads that nobody went on with for a week; returns how many. For the housekeeper."""
        with self.library.read() as desk:
            stale = desk.uploads.begun_before(self.clock.now() - UPLOAD_WAITS)
        for upload_id in stale:
            self._forget(upload_id)
        return len(stale)

    def _shelve(self, upload: Upload, *, second_copy: bool) -> str:
        source = _Fingerprinting(self.parts.read(upload.id))
        made = [self.files.put(source, upload.length)]
        kept = False
        try:
            fingerprint = source.fingerprint()
            new: Edition | None = None
            if self._held(upload.owner_id, fingerprint) is None:
                record = self.cataloguers.catalogue(made[0], upload.file_name)
                made.append(self.files.put(io.BytesIO(record.finding_aid), len(record.finding_aid)))
                if record.cover is not None:
                    made.append(self.files.put(io.BytesIO(record.cover), len(record.cover)))
                new = self._edition(upload, fingerprint, record, made)
            copy_id, kept = self._add_copy(upload, fingerprint, new, second_copy=second_copy)
            return copy_id
        finally:
            if not kept:
                for file_id in made:
                    self.files.remove(file_id)

    def _held(self, owner_id: str, fingerprint: str) -> Edition | None:
        with self.library.read() as desk:
            return desk.collection.edition_by_fingerprint(owner_id, fingerprint)

    def _add_copy(
        self, upload: Upload, fingerprint: str, new: Edition | None, *, second_copy: bool
    ) -> tuple[str, bool]:
        """Add the copy, of the edition that the owner has or else of the `new` one; says also whether it is
        of the new one, so that its sealed files are needed."""
        with self.library.change() as desk:
            desk.collection.hold(upload.owner_id)
            became = desk.uploads.get(upload.id).copy_id
            if became is not None:
                return became, False  # the same request, twice at once: the other was first
            held = desk.collection.edition_by_fingerprint(upload.owner_id, fingerprint)
            if held is not None and not second_copy:
                raise refusals.AlreadyOnShelf(desk.collection.copies_of(held.id)[0], held.title)
            if held is None and new is not None:
                desk.collection.add_edition(new)
            edition = held or new
            if edition is None:
                raise refusals.UploadBusy  # its last copy was withdrawn this moment: asked again, it is new
            copy_id = self._record_copy(desk, edition, new=held is None)
            desk.uploads.became(upload.id, copy_id)
            settle_title(desk, edition.id, self.clock.now())
            return copy_id, held is None

    def _record_copy(self, desk: Transaction, edition: Edition, *, new: bool) -> str:
        now = self.clock.now()
        copy = Copy(self.ids.new(), edition.owner_id)
        desk.collection.add_copy(copy, edition.id, now)
        kind = EventKind.TITLE_ADDED if new else EventKind.COPY_ADDED
        desk.circulation.record(Event(kind, now, copy.id, copy.epoch, by=edition.owner_id))
        return copy.id

    def _edition(
        self, upload: Upload, fingerprint: str, record: CatalogueRecord, file_ids: list[str]
    ) -> Edition:
        file_id, finding_aid_id, *cover = file_ids
        return Edition(
            id=self.ids.new(),
            owner_id=upload.owner_id,
            media_type=record.media_type,
            title=told_line(record.title, 500) or told_line(upload.file_name, 500),
            authors=tuple(told_line(author, 200) for author in record.authors[:MOST_AUTHORS]),
            language=told_line(record.language, 35),
            description=told_passage(record.description, 10_000),
            publisher=told_line(record.publisher, 200),
            published=told_line(record.published, 50),
            identifiers=tuple(told_line(identifier, 200) for identifier in record.identifiers[:10]),
            fingerprint=fingerprint,
            byte_length=upload.length,
            extent=record.extent,
            file_id=file_id,
            finding_aid_id=finding_aid_id,
            cover_id=cover[0] if cover else None,
            added_at=self.clock.now(),
        )

    def _upload(self, actor: Actor, upload_id: str) -> Upload:
        owner_id = actor.acts_as(Role.OWNER)
        with self.library.read() as desk:
            upload = desk.uploads.get(upload_id)
        if upload.owner_id != owner_id:
            raise refusals.NotFound
        return upload

    def _entry_of(self, upload: Upload, copy_id: str) -> ShelfEntry:
        with self.library.read() as desk:
            entry = desk.collection.entry(copy_id)
        if entry.copy.owner_id != upload.owner_id:
            raise refusals.NotFound  # it has been given away since
        return entry

    def _forget(self, upload_id: str) -> None:
        with self.library.change() as desk:
            desk.uploads.remove(upload_id)
        self.parts.remove(upload_id)


class _Fingerprinting:
    """A stream of parts to read once, hashed on its way."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = bytearray()
        self._hash = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        while len(self._rest) < size and (part := next(self._parts, None)) is not None:
            self._hash.update(part)
            self._rest += part
        taken = bytes(self._rest[:size])
        del self._rest[:size]
        return taken

    def fingerprint(self) -> str:
        return self._hash.hexdigest()


def _at_most(parts: Iterable[bytes], allowance: int, announced: int) -> Iterator[bytes]:
    for part in parts:
        if len(part) > allowance:
            raise refusals.FileTooLarge(announced)
        allowance -= len(part)
        yield part
