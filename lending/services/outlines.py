"""Under which line of its contents each place of a book lies."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from lending.epub.package import Package, TocEntry


@dataclass(frozen=True, slots=True)
class Outline:
    """The contents by parts: for each, the lines that lead into it as (place's name, label), in order.

    An empty name is the part's beginning.
    """

    lines: Mapping[int, tuple[tuple[str, str], ...]]
    _parts: list[int] = field(repr=False)

    def names(self, part: int) -> set[str]:
        """The names of the places that lines lead to, inside that part."""
        return {name for name, _ in self.lines.get(part, ()) if name}

    def headings(self, part: int, places: Mapping[str, int]) -> list[tuple[int, str]]:
        """Where each line's stretch of the part begins, and its label. The first goes on from before.

        A name that has no place is taken for the part's beginning.
        """
        earlier = bisect_right(self._parts, part - 1) - 1
        goes_on = self.lines[self._parts[earlier]][-1][1] if earlier >= 0 else ""
        here = ((places.get(name, 0), label) for name, label in self.lines.get(part, ()))
        return [(0, goes_on), *sorted(here, key=lambda heading: heading[0])]


def heading_at(headings: list[tuple[int, str]], place: int) -> str:
    """The label of the last heading at or before a place."""
    return headings[bisect_right(headings, place, key=lambda heading: heading[0]) - 1][1]


def outline_of_epub(package: Package) -> Outline:
    """Parts are the sections, from 0."""
    indexes: dict[str, int] = {}
    for index, section in enumerate(package.sections):
        indexes.setdefault(section.path, index)
    return _outline(_epub_lines(package.toc, indexes))


def outline_of_pdf(contents: list[dict[str, Any]]) -> Outline:
    """Parts are the pages, from 1; `contents` are those of the finding aid."""
    return _outline(_pdf_lines(contents))


def chapter_pages(contents: list[dict[str, Any]]) -> tuple[int, ...]:
    """The pages on which the chapters of a PDF begin, in order; `contents` are those of the finding aid.

    Chapters are the highest lines of which there are several: what stands alone above them is the book.
    """
    while len(contents) == 1:
        contents = contents[0]["children"]
    return tuple(sorted({entry["page"] for entry in contents if entry["page"] is not None}))


def chapter_at(pages: tuple[int, ...], page: int) -> str:
    """The name of the chapter in which a page lies: that of its first page, and empty before the first
    chapter, and in a book without any."""
    before = bisect_right(pages, page)
    return str(pages[before - 1]) if before else ""


def _outline(lines: Iterable[tuple[int, str, str]]) -> Outline:
    by_part: dict[int, list[tuple[str, str]]] = {}
    for part, name, label in lines:
        by_part.setdefault(part, []).append((name, label))
    parts = sorted(by_part)
    return Outline({part: tuple(by_part[part]) for part in parts}, parts)


def _epub_lines(entries: Iterable[TocEntry], indexes: Mapping[str, int]) -> Iterator[tuple[int, str, str]]:
    for entry in entries:
        path, _, name = (entry.href or "").partition("#")
        index = indexes.get(unquote(path))
        if index is not None:
            yield index, unquote(name), entry.label
        yield from _epub_lines(entry.children, indexes)


def _pdf_lines(entries: list[dict[str, Any]]) -> Iterator[tuple[int, str, str]]:
    for entry in entries:
        if entry["page"] is not None:
            yield entry["page"], "", entry["label"]
        yield from _pdf_lines(entry["children"])
