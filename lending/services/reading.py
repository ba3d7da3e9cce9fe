"""The reading room: one part of one book at a time, to the one reader who has it."""

import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, BinaryIO, cast

from lending import refusals
from lending.circulation import borrowing
from lending.circulation.desk import settle
from lending.epub.archive import Archive
from lending.epub.manifest import reader_manifest
from lending.epub.resources import Resource, section_document, serve
from lending.pdf.records import Drawing, PageText
from lending.ports.files import BookFiles, PageDrawing
from lending.ports.library import Library, Transaction
from lending.ports.records import EPUB, Edition, HeldLoan
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.neighbours import passed_by, passed_to
from lending.services.outlines import chapter_at, chapter_pages
from lending.services.pace import Pace, pages_of
from lending.services.passes import opened_by
from lending.services.recent import Recent
from lending.services.stacks import Stacks
from lending.services.use import UseCounting
from lending.services.words import digest

LARGEST_KEPT = 4 << 20
"""A part larger than this is not kept in memory for the next request."""


@dataclass(frozen=True, slots=True)
class Admission:
    """A reader let into one book, for one request."""

    held: HeldLoan
    now: datetime

    @property
    def loan_id(self) -> str:
        """The loan that lets them in."""
        return self.held.loan.id

    @property
    def left(self) -> timedelta | None:
        """How long until the book goes back by itself; None for the owner's own reading."""
        due = self.held.loan.due_at
        return None if due is None else due - self.now


@dataclass(frozen=True, slots=True)
class LoanSeen:
    """A loan with its book, for the pages around the reading."""

    held: HeldLoan
    edition: Edition
    lender: str
    passed_by: str | None = None
    """Who passed the book on to its reader, perhaps without a name; None if it is from the lender."""
    passed_to: str | None = None
    """Whom its reader passed it on to, likewise."""


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """Serves a reader's pages. `recent` keeps parts in this process's memory, and nowhere else.

    What was served is counted as use: here, and for nobody but borrowers.
    """

    library: Library
    clock: Clock
    files: BookFiles
    drawing: PageDrawing
    recent: Recent
    pace: Pace
    use: UseCounting

    def admit(self, loan_id: str, pass_secret: str | None, actor: Actor | None) -> Admission:
        """Let a reader in, or say why not: NotYourLoan, LoanEnded or PassExpired.

        A borrower shows the pass of their cookie; an owner reading their own copy is
        known by their session.
        """
        now = self.clock.now()
        pass_hash = digest(pass_secret) if pass_secret else None
        with self.library.read() as desk:
            held, to = _held(desk, loan_id, pass_hash)
        if held.loan.to_owner:
            if actor is None or actor.id != held.owner_id:
                raise refusals.NotYourLoan
        elif held.pass_expires_at is None:
            raise refusals.NotYourLoan
        if held.loan.ended_at is None and held.loan.is_past_due(now):
            # Whoever began to make it longer while it was not due may be about to finish.
            with self.library.change() as desk:
                desk.circulation.store(settle(desk.circulation.lock(held.loan.copy_id), now))
                held, to = _held(desk, loan_id, pass_hash)
        borrowing.refuse_ended(held.loan, held.epoch, now, to)
        if held.pass_expires_at is not None and now >= held.pass_expires_at:
            raise refusals.PassExpired
        return Admission(held, now)

    def seen(self, held: HeldLoan) -> LoanSeen:
        """The book of a loan and who lends it."""
        with self.library.read() as desk:
            edition = desk.collection.edition(held.edition_id)
            lender = desk.accounts.get(held.owner_id).name
            return LoanSeen(held, edition, lender, passed_by(desk, held.loan), passed_to(desk, held.loan))

    def borrowed(self, passes: dict[str, str]) -> list[LoanSeen]:
        """What a browser has on loan, given its cookies (loan id to pass). Ended loans are left out."""
        now = self.clock.now()
        with self.library.read() as desk:
            found = [held for held in opened_by(desk, passes) if held.loan.is_open(now)]
        return [self.seen(held) for held in found]

    def manifest(self, reader: Admission) -> dict[str, Any]:
        """What the reader's program needs to begin: sections or pages, contents, direction.

        Whoever opens the book's reading page asks for it once.
        """
        edition = self.seen(reader.held).edition
        manifest = self._manifest(edition)
        self.use.book(reader.held, reader.now)
        return manifest

    def _manifest(self, edition: Edition) -> dict[str, Any]:
        if edition.media_type != EPUB:
            return self._stacks.pdf_aid(edition) | {
                "metadata": {"title": edition.title, "language": edition.language}
            }
        manifest = reader_manifest(self._stacks.package(edition))
        manifest["metadata"] |= {"title": edition.title}
        return manifest

    def resource(self, reader: Admission, path: str, *, ahead: bool = False) -> Resource:
        """A chapter, image, font or stylesheet of an EPUB, cleaned.

        A chapter that is fetched `ahead` of its reader is not opened by that; `opened` is.
        Raises NoSuchPart, PartUnreadable or ReadingTooFast.
        """
        return self._part(reader, "r", path, "", ahead=ahead)

    def wrapped(self, reader: Admission, path: str, missing_text: str, *, ahead: bool = False) -> Resource:
        """A picture that stands where a chapter would, in a page of its own; a missing chapter says
        `missing_text`. Raises NoSuchPart or ReadingTooFast."""
        return self._part(reader, "wrapped", path, missing_text, ahead=ahead)

    def opened(self, reader: Admission, path: str) -> None:
        """What was fetched ahead is on the screen, or is again: a chapter of an EPUB, or the page of a PDF of
        that number. Raises NoSuchPart."""
        edition = self._edition(reader)
        if edition.media_type == EPUB:
            if self._stacks.package(edition).section_at(path) is None:
                raise refusals.NoSuchPart
            self.use.chapter(reader.held, path, reader.now)
        else:
            pages = int(self._stacks.pdf_aid(edition)["pages"])
            number = int(path) if path.isascii() and path.isdecimal() and len(path) <= len(str(pages)) else 0
            if not 1 <= number <= pages:
                raise refusals.NoSuchPart
            self._page_opened(reader, edition, number)

    def _page_opened(self, reader: Admission, edition: Edition, number: int) -> None:
        self.use.page_of(reader.held, chapter_at(self._chapters(edition), number), reader.now)

    def page(self, reader: Admission, number: int, width: int, *, ahead: bool = False) -> Drawing:
        """Page `number` (from 1) of a PDF as an image, perhaps fetched ahead as a `resource` is.

        Raises NoSuchPart, PartUnreadable or ReadingTooFast.
        """
        edition = self._pdf(reader, number)
        draw = partial(self.drawing.page, edition.file_id, number - 1, width)
        drawn = self.recent.get((edition.id, "page", number, width), draw, lambda drawn: len(drawn.data))
        if not ahead:
            self._page_opened(reader, edition, number)
        return drawn

    def tile(self, reader: Admission, number: int, column: int, row: int, width: int) -> Drawing:
        """A piece of page `number` (from 1) of a PDF that is drawn `width` pixels wide, `column` and `row`
        pieces from its top left. Raises as `page` does."""
        edition = self._pdf(reader, number)
        draw = partial(self.drawing.tile, edition.file_id, number - 1, column, row, width)
        key = (edition.id, "tile", number, column, row, width)
        return self.recent.get(key, draw, lambda drawn: len(drawn.data))

    def page_text(self, reader: Admission, number: int) -> PageText:
        """The text of page `number` (from 1) of a PDF, line by line, and its links. Raises as `page`
        does."""
        edition = self._pdf(reader, number)
        read = partial(self.drawing.text, edition.file_id, number - 1)
        return self.recent.get(
            (edition.id, "text", number), read, lambda text: 100 * (len(text.lines) + len(text.links))
        )

    def _part(self, reader: Admission, kind: str, path: str, missing_text: str, *, ahead: bool) -> Resource:
        edition = self._edition(reader)
        if edition.media_type != EPUB:
            raise refusals.NoSuchPart
        read = partial(self._read_part, edition, kind, path, missing_text)
        part = self.recent.get((edition.id, kind, path, missing_text), read, _kept_size)
        if reader.held.terms.slows_down:
            length = partial(self._length, edition, path, part)
            self._keep_pace(reader, path, self.recent.get((edition.id, "length", kind, path), length, _small))
        if not ahead and self._stacks.package(edition).section_at(path) is not None:
            self.use.chapter(reader.held, path, reader.now)
        return part

    def _chapters(self, edition: Edition) -> tuple[int, ...]:
        """The pages of a PDF on which its chapters begin."""
        return self.recent.get(
            (edition.id, "chapters"),
            lambda: chapter_pages(self._stacks.pdf_aid(edition)["toc"]),
            lambda pages: 64 + 32 * len(pages),
        )

    def _length(self, edition: Edition, path: str, part: Resource) -> int:
        """How many pages a part counts for. What stands in the spine is a page, a bare picture too."""
        return pages_of(part) or int(self._stacks.package(edition).section_at(path) is not None)

    def _read_part(self, edition: Edition, kind: str, path: str, missing_text: str) -> Resource:
        package = self._stacks.package(edition)
        with self.files.open(edition.file_id) as file:
            archive = Archive(file)
            if kind == "r":
                part = serve(archive, package, path)
            else:
                part = section_document(archive, package, path, missing_text)
        return replace(part, opener=partial(self._stream, edition, path)) if part.opener else part

    def _stream(self, edition: Edition, path: str) -> BinaryIO:
        """A sound or film to be read in pieces; closing it closes the book's file too."""
        file = self.files.open(edition.file_id)
        try:
            return cast("BinaryIO", _Stream(Archive(file).open(path), file))
        except BaseException:
            file.close()
            raise

    def _pdf(self, reader: Admission, number: int) -> Edition:
        """The PDF of which something of page `number` is asked for."""
        edition = self._edition(reader)
        if edition.media_type == EPUB:
            raise refusals.NoSuchPart
        if reader.held.terms.slows_down:
            self._keep_pace(reader, str(number), 1)
        return edition

    def _keep_pace(self, reader: Admission, part: str, pages: int) -> None:
        """Count what is asked for. Raises ReadingTooFast; the record is told of it, once in a while."""
        if not pages:
            return
        try:
            self.pace.keep(reader.loan_id, part, pages)
        except refusals.ReadingTooFast:
            if self.pace.is_to_be_noted(reader.loan_id):
                with self.library.change() as desk:
                    desk.circulation.record(borrowing.read_fast(reader.held.loan, reader.now))
            raise

    def _edition(self, reader: Admission) -> Edition:
        return self._stacks.edition(reader.held.edition_id)

    @property
    def _stacks(self) -> Stacks:
        return Stacks(self.library, self.files, self.recent)


class _Stream(io.RawIOBase):
    """A part of a book together with the file that it is read from."""

    def __init__(self, part: BinaryIO, file: BinaryIO) -> None:
        self._part = part
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._part.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._part.seek(offset, whence)

    def tell(self) -> int:
        return self._part.tell()

    def close(self) -> None:
        if not self.closed:
            self._part.close()
            self._file.close()
        super().close()


def _held(desk: Transaction, loan_id: str, pass_hash: str | None) -> tuple[HeldLoan, str]:
    """A loan with the pass that is shown for it, and the name of whoever has the copy from its borrower."""
    try:
        held = desk.circulation.held(loan_id, pass_hash)
    except refusals.NotFound as unknown:
        raise refusals.NotYourLoan from unknown
    return held, passed_to(desk, held.loan) or ""


def _small(_number: int) -> int:
    """About what a number and its key take in memory."""
    return 256


def _kept_size(part: Resource) -> int | None:
    """How much memory a part takes; None for one that is read as a stream, or too large to keep."""
    if part.data is None or len(part.data) > LARGEST_KEPT:
        return None
    return len(part.data)
