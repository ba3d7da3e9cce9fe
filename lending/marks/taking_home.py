"""What a reader takes home of a book: their marks with what the book is called, in the order of its pages."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lending.marks.records import Mark

_ISBN = re.compile(r"(?:urn:)?(?:isbn:?)?\s*((?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx])\s*", re.IGNORECASE)
_IRI = re.compile(r"(?:urn:[a-z0-9][a-z0-9-]{0,31}:|https?://|doi:|info:)[^\s<>\"{}|\\^`]+", re.IGNORECASE)

_UUID = re.compile(r"(?:urn:uuid:)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Book:
    """What the marks stand in, in words that mean something away from this library.

    `chapters` are labels by target, as locators name targets; `sections` are an EPUB's, each by its fragment;
    `fingerprint` is the file's SHA-256, in hex.
    """

    title: str
    authors: tuple[str, ...]
    language: str
    media_type: str
    identifiers: tuple[str, ...]
    fingerprint: str
    chapters: Mapping[str | int, str] = field(default_factory=dict)
    sections: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        """A name for the book: its own identifier; failing that, one by what is in it (RFC 6920)."""
        for identifier in self.identifiers:
            isbn = _ISBN.fullmatch(identifier)
            if isbn:
                return "urn:isbn:" + re.sub(r"[- ]", "", isbn[1]).upper()
            if _UUID.fullmatch(identifier):
                return "urn:uuid:" + identifier.lower().removeprefix("urn:uuid:")
            if _IRI.fullmatch(identifier):
                return identifier
        digest = base64.urlsafe_b64encode(bytes.fromhex(self.fingerprint)).decode().rstrip("=")
        return f"ni:///sha-256;{digest}"


@dataclass(frozen=True, slots=True)
class Keepsake:
    """A mark with its place read from its locator: as the EPUB's fragment, or the PDF's page from 1."""

    mark: Mark
    chapter: str
    cfi: str
    page: int | None

    @property
    def urn(self) -> str:
        """A name of its own, the same whenever it is taken home."""
        return _urn(f"{self.mark.id} {self.mark.made_at.isoformat()}")


@dataclass(frozen=True, slots=True)
class Collection:
    """All that a reader takes home of one book, at one moment."""

    book: Book
    keepsakes: tuple[Keepsake, ...]
    taken_at: datetime

    @property
    def urn(self) -> str:
        """A name of its own."""
        return _urn(f"{self.book.iri} {self.taken_at.isoformat()}")


def collection(book: Book, marks: Iterable[Mark], now: datetime, longest: int | None = None) -> Collection:
    """The marks that are there, in the book's order. Of the book's own words each has `longest` characters at
    most: what may be quoted."""
    there = sorted((mark for mark in marks if not mark.deleted), key=_place)
    return Collection(book, tuple(_keepsake(book, _cut(mark, longest)) for mark in there), now)


def _cut(mark: Mark, longest: int | None) -> Mark:
    return replace(mark, writing=replace(mark.writing, text=mark.writing.text[:longest]))


def labels(entries: Iterable[Mapping[str, Any]], target: str) -> dict[str | int, str]:
    """The labels of a table of contents by target; the first line that leads to a target names it.

    An entry's label is its `title` or `label`, its target stands under the name `target`.
    """
    found: dict[str | int, str] = {}
    for entry in entries:
        where, label = entry.get(target), entry.get("title") or entry.get("label") or ""
        if isinstance(where, (str, int)) and label.strip():
            found.setdefault(where, " ".join(label.split()))
        for deeper, its in labels(entry.get("children") or (), target).items():
            found.setdefault(deeper, its)
    return found


def _keepsake(book: Book, mark: Mark) -> Keepsake:
    locator: dict[str, Any] = json.loads(mark.writing.locator)
    chapter, cfi, page = (locator.get(name) for name in ("chapter", "cfi", "page"))
    return Keepsake(
        mark,
        _label(book, chapter),
        cfi if isinstance(cfi, str) and cfi.startswith("epubcfi(") else _section_cfi(book, locator),
        page if isinstance(page, int) and not isinstance(page, bool) and page > 0 else None,
    )


def _label(book: Book, chapter: object) -> str:
    if isinstance(chapter, bool) or not isinstance(chapter, (str, int)):
        return ""
    return book.chapters.get(chapter, "")


def _section_cfi(book: Book, locator: Mapping[str, Any]) -> str:
    """Of a place that is told by section and offset: the section."""
    section = locator.get("section")
    return book.sections[section] if isinstance(section, int) and 0 <= section < len(book.sections) else ""


def _place(mark: Mark) -> tuple[float, datetime, str]:
    return mark.writing.fraction, mark.made_at, mark.id


def _urn(said: str) -> str:
    """A UUID made of what it names (RFC 9562, version 8)."""
    digits = hashlib.sha256(said.encode()).hexdigest()
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"
