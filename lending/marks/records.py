"""Marks as they are kept, and changes as devices send them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_NOTE = 10_000
"""Characters. A note that two devices' words would make longer is continued in a mark of its own."""
MOST_MARKS = 5000
"""That one margin holds."""
MOST_KEPT = 4 * MOST_MARKS
"""Deleted ones included, of which little is kept: that they are gone, for devices that don't know it yet."""


class Kind(StrEnum):
    """What a mark is."""

    BOOKMARK = "bookmark"
    HIGHLIGHT = "highlight"


class Ink(StrEnum):
    """What a highlight is drawn in. A bookmark has none."""

    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PINK = "pink"
    NONE = ""


@dataclass(frozen=True, slots=True)
class Writing:
    """What a mark says. `locator` is the reading page's own JSON, `fraction` 0..1 of the book, `text`
    the book's words there, `note` the reader's. `stays`: the note is left in the book, for whoever has the
    copy next and for its owner."""

    kind: Kind
    locator: str
    fraction: float
    text: str = ""
    note: str = ""
    ink: Ink = Ink.NONE
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What a device wants a mark to be. `base` is the mark's revision that it knew; 0 for a new one."""

    id: str
    base: int
    writing: Writing
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark as it is kept. Of a deleted one only that is told: its words are gone.

    `revision` is the margin's count when it last changed. `heard` are fingerprints of the
    latest changes, the newest last, by which a repeated one is known.
    """

    id: str
    revision: int
    writing: Writing
    made_at: datetime
    changed_at: datetime
    deleted: bool = False
    heard: tuple[str, ...] = ()

    @property
    def is_left(self) -> bool:
        """Whether others find its note in the book."""
        return self.writing.stays and self.writing.note != "" and not self.deleted


@dataclass(frozen=True, slots=True)
class LeftNote:
    """A mark with a note that somebody left in the book. `name` is what they are called, empty if unknown."""

    mark: Mark
    name: str

    @property
    def id(self) -> str:
        """Unique among the notes left in one copy; it tells nothing of the loan in which it was written."""
        return f"left-{self.mark.id}-{int(self.mark.made_at.timestamp() * 1000)}"
