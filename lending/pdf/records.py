"""What is told about a PDF: plain values without PDFium."""

from dataclasses import dataclass, field
from typing import Final

TILE: Final = 1024
"""The side of a piece of a page, in pixels."""

WIDEST: Final = 20_000
"""How wide a page may be drawn in pieces, in pixels."""


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One line of the table of contents. `page` counts from 0; None if it leads nowhere inside the book."""

    label: str
    page: int | None
    children: list["OutlineEntry"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PdfRecord:
    """What a PDF says of itself. Empty where it says nothing.

    `page_sizes` is run-length encoded: `(width, height, count)` in points (1/72 inch), after
    rotation, as a reader sees the page. `page_labels` has one label per page, or is empty
    if the pages are simply numbered from 1. `language` is a BCP 47 tag, unchecked.
    """

    title: str
    authors: list[str]
    subject: str
    language: str
    page_count: int
    page_sizes: list[tuple[float, float, int]]
    page_labels: list[str]
    outline: list[OutlineEntry]


@dataclass(frozen=True, slots=True)
class PdfTraits:
    """What a PDF brings for who doesn't read with their eyes.

    `tagged`: it says that its structure is marked (ISO 32000-2 §14.8). `has_text`: some page has words, and
    is no mere picture of them.
    """

    tagged: bool
    has_text: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as an image."""

    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PageLink:
    """A place on a page that leads to another page (from 0), or to an address of the web or of mail.

    `box` is `(x, y, width, height)` in points, from the top left of the page as it is seen.
    """

    box: tuple[float, float, float, float]
    page: int | None
    href: str = ""


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page, in reading order as far as the PDF tells it, and its links.

    Points, origin at the top left of the page as it is seen. A line is `(x, y, width, height, text)`;
    one that is much higher than wide is written vertically.
    """

    width: float
    height: float
    lines: list[tuple[float, float, float, float, str]] = field(repr=False)
    links: list[PageLink] = field(default_factory=list)
