"""Words looked for in a whole book, as many parts at a time as a moment allows.

There is no index: an index would be the book's text at rest once more. A book is read once, and its texts
stay in this process's memory while somebody looks through them.
"""

from collections.abc import Generator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lending import refusals
from lending.concordance import Folded, Hit, find, fold, fold_query
from lending.epub.archive import Archive
from lending.epub.package import Package
from lending.epub.text import section_text
from lending.ports.files import PageDrawing
from lending.ports.people import Limits
from lending.ports.records import EPUB, Edition
from lending.ports.world import Clock
from lending.services.outlines import Outline, heading_at, outline_of_epub, outline_of_pdf
from lending.services.reading import Admission
from lending.services.stacks import Stacks

LONGEST_QUERY: Final = 200  # characters
A_MOMENT: Final = timedelta(seconds=0.4)
ENOUGH: Final = 200
"""Hits after which a call ends, at the end of the part that it is in."""
MOST_IN_PART: Final = 1_000
"""Hits in one part. Nobody looks through more, and a single letter has tens of thousands."""
PAGES_AT_ONCE: Final = 200
MOST_CALLS: Final = 600
WITHIN: Final = timedelta(minutes=1)
"""How often one loan may ask. Who searches at every letter they type, in the longest book, stays below."""


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A hit, the part that it is in, and the line of the contents under which it lies (or nothing)."""

    part: int
    hit: Hit
    chapter: str


@dataclass(frozen=True, slots=True)
class Found:
    """Hits in the order of the book; the part to go on from, None when through; how many parts there are."""

    hits: list[FoundHit]
    next: int | None
    parts: int


@dataclass(frozen=True, slots=True)
class _Part:
    """The text of a part, folded, and where in it the lines of the contents lead."""

    text: Folded
    headings: list[tuple[int, str]]

    @property
    def size(self) -> int:
        return self.text.size + sum(100 + len(label) for _, label in self.headings)


_Parts = Generator[tuple[int, _Part | None]]


@dataclass(frozen=True, slots=True)
class Searching:
    """Looks through books. Parts are the sections of an EPUB, from 0, or the pages of a PDF, from 1."""

    stacks: Stacks
    drawing: PageDrawing
    clock: Clock
    limits: Limits

    def search(self, reader: Admission, words: str, first: int | None = None) -> Found:
        """The hits from part `first` on, for a moment or until there are enough.

        A part that can't be read is passed over. Raises NoSuchPart, UnacceptableInput for a query that is
        too long, or ReadingTooFast.
        """
        if len(words) > LONGEST_QUERY:
            raise refusals.UnacceptableInput("q", f"is longer than {LONGEST_QUERY} characters")
        wait = self.limits.allow("search", reader.loan_id, MOST_CALLS, WITHIN)
        if wait is not None:
            raise refusals.ReadingTooFast(wait)
        query = fold_query(words)
        edition = self.stacks.edition(reader.held.edition_id)
        if edition.media_type == EPUB:
            package = self.stacks.package(edition)
            start, end = 0, len(package.sections)
        else:
            start, end = 1, 1 + edition.extent
        begin = start if first is None else first
        if not start <= begin < end:
            raise refusals.NoSuchPart
        if edition.media_type == EPUB:
            parts = self._sections(edition, package, range(begin, end))
        else:
            parts = self._pages(edition, range(begin, end))
        with closing(parts):
            hits, reached = self._look(parts, query) if query else ([], end)
        return Found(hits, reached if reached < end else None, end - start)

    def _look(self, parts: _Parts, query: str) -> tuple[list[FoundHit], int]:
        until = self.clock.now() + A_MOMENT
        hits: list[FoundHit] = []
        number = 0
        for number, part in parts:
            if part is not None:
                found = find(part.text, query, MOST_IN_PART)
                hits += (FoundHit(number, hit, heading_at(part.headings, hit.start)) for hit in found)
            if len(hits) >= ENOUGH or self.clock.now() >= until:
                break
        return hits, number + 1

    def _sections(self, edition: Edition, package: Package, wanted: range) -> _Parts:
        outline: Outline | None = None
        with ExitStack() as opened:
            archive: Archive | None = None
            for index in wanted:
                key = (edition.id, "folded", index)
                part = self.stacks.recent.peek(key)
                if part is None:
                    outline = outline or outline_of_epub(package)
                    archive = archive or Archive(
                        opened.enter_context(self.stacks.files.open(edition.file_id))
                    )
                    part = _read_section(archive, package, index, outline)
                    self._keep(key, part)
                yield index, part

    def _pages(self, edition: Edition, wanted: range) -> _Parts:
        outline = outline_of_pdf(self.stacks.pdf_aid(edition)["toc"])
        read: dict[int, _Part | None] = {}
        for number in wanted:
            if number not in read:
                kept = self.stacks.recent.peek((edition.id, "folded", number))
                read = {number: kept} if kept else self._read_pages(edition, number, wanted.stop, outline)
            yield number, read[number]

    def _read_pages(
        self, edition: Edition, first: int, end: int, outline: Outline
    ) -> dict[int, _Part | None]:
        """Some pages from `first` on, that one at least. None for those that can't be read."""
        try:
            texts = self.drawing.words(edition.file_id, first - 1, min(PAGES_AT_ONCE, end - first))
        except refusals.CannotRead:
            return {first: None}
        read = {number: _page(text, number, outline) for number, text in enumerate(texts, first)}
        for number, part in read.items():
            self._keep((edition.id, "folded", number), part)
        return read

    def _keep(self, key: tuple[str, str, int], part: _Part | None) -> None:
        if part is not None:
            self.stacks.recent.get(key, lambda: part, lambda kept: kept.size)


def _read_section(archive: Archive, package: Package, index: int, outline: Outline) -> _Part | None:
    path = package.sections[index].path
    try:
        read = section_text(archive, package, path, outline.names(index))
    except refusals.CannotRead:
        return None
    return _Part(fold(read.text, read.cuts), outline.headings(index, read.anchors))


def _page(text: str | None, number: int, outline: Outline) -> _Part | None:
    return None if text is None else _Part(fold(text, breaks_words=True), outline.headings(number, {}))
