"""Bookmarks, highlights and notes in the book of a loan, brought together from all of a reader's devices."""

import re
from datetime import datetime
from typing import Annotated, Any, Final, Self

from flask import Blueprint
from pydantic import AfterValidator, Field

from lending import refusals
from lending.marks.records import LONGEST_NOTE, Change, Ink, Kind, LeftNote, Mark, Writing
from lending.services.margins import Synced
from lending.services.reading import Admission
from lending.web.api.contract import Access, Answer, Asked, Contract, Told
from lending.web.api.locators import Fraction, Locator, locator_of, locator_text
from lending.web.desk import desk

bp = Blueprint("marks", __name__)

LARGEST_BODY: Final = 16 << 20
"""Bytes: for a device that comes back from a long journey with many notes."""
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _without_controls(text: str) -> str:
    """What was selected in a book may hold characters that nobody sees; no database takes all of them."""
    return _CONTROLS.sub("", text)


Shown = AfterValidator(_without_controls)
Revision = Annotated[int, Field(ge=0, le=2**53)]


class MarkChange(Asked):
    """What a device wants a mark to be. `base` is the mark's revision that it knew; 0 for a new mark."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,40}$")
    base: Revision
    kind: Kind
    locator: Locator
    fraction: Fraction
    text: Annotated[str, Shown] = Field("", max_length=4000, description="The book's words there.")
    note: Annotated[str, Shown] = Field("", max_length=LONGEST_NOTE, description="The reader's words.")
    ink: Ink = Ink.NONE
    stays: bool = Field(False, description="The note is left in the book, for the next reader and the owner.")  # noqa: FBT003 - a default
    deleted: bool = False

    def change(self) -> Change:
        """For the margins. Raises UnacceptableInput."""
        writing = Writing(
            self.kind, locator_text(self.locator), self.fraction, self.text, self.note, self.ink, self.stays
        )
        return Change(self.id, self.base, writing, self.deleted)


class MarkChanges(Asked):
    """A device's changes since it last spoke. `since` is the margin's revision that it saw last; 0: none."""

    since: Revision = 0
    changes: list[MarkChange] = Field(default_factory=list, max_length=500)


class MarkShown(Told):
    """A mark as it is kept. Of a deleted one only that is told."""

    id: str
    revision: int
    kind: Kind
    locator: dict[str, Any]
    fraction: float
    text: str
    note: str
    ink: Ink
    stays: bool
    deleted: bool
    made_at: datetime
    changed_at: datetime

    @classmethod
    def of(cls, mark: Mark) -> Self:
        """From the margin."""
        writing = mark.writing
        return cls(
            id=mark.id,
            revision=mark.revision,
            kind=writing.kind,
            locator=locator_of(writing.locator),
            fraction=writing.fraction,
            text=writing.text,
            note=writing.note,
            ink=writing.ink,
            stays=writing.stays,
            deleted=mark.deleted,
            made_at=mark.made_at,
            changed_at=mark.changed_at,
        )


class MarksShown(Told):
    """Marks, and the revision at which they stand so."""

    revision: int
    marks: list[MarkShown]

    @classmethod
    def of(cls, synced: Synced) -> Self:
        """From the margin."""
        return cls(revision=synced.revision, marks=[MarkShown.of(mark) for mark in synced.marks])


class LeftNoteShown(Told):
    """A note that somebody left in the book, and where."""

    id: str = Field(description="Unique among the notes left in this copy.")
    by: str = Field(description="What the writer is called; may be empty.")
    locator: dict[str, Any]
    fraction: float
    text: str
    note: str
    made_at: datetime

    @classmethod
    def of(cls, left: LeftNote) -> Self:
        """From the margin."""
        mark, writing = left.mark, left.mark.writing
        return cls(
            id=left.id,
            by=left.name,
            locator=locator_of(writing.locator),
            fraction=writing.fraction,
            text=writing.text,
            note=writing.note,
            made_at=mark.made_at,
        )


class LeftNotes(Told):
    """Notes that others left in the book, in its order."""

    notes: list[LeftNoteShown]


@bp.get("/loans/<id:loan_id>/marks/left")
@Contract(answers={200: Answer("The notes.", LeftNotes)}, access=Access.READER)
def list_left_notes(reader: Admission) -> LeftNotes:
    """Notes that others left in this copy for whoever has it next, and for its owner."""
    return LeftNotes(notes=[LeftNoteShown.of(left) for left in desk().margins.left(reader)])


@bp.delete("/loans/<id:loan_id>/marks/left/<note_id>")
@Contract(
    answers={204: Answer("It is in the book no longer.")},
    access=Access.READER,
    refuses=(refusals.NotAllowed, refusals.NotFound),
)
def rub_out_left_note(reader: Admission, note_id: str) -> None:
    """The owner, reading, removes a note that somebody left in their book. Its writer keeps it."""
    desk().margins.rub_out(reader, note_id)


@bp.get("/loans/<id:loan_id>/marks")
@Contract(answers={200: Answer("The marks.", MarksShown)}, access=Access.READER)
def list_marks(reader: Admission) -> MarksShown:
    """All marks in the book that are there.

    Of an owner's own copy: those of all their readings.
    """
    return MarksShown.of(desk().margins.marks(reader))


@bp.post("/loans/<id:loan_id>/marks")
@Contract(
    answers={200: Answer("What has changed since.", MarksShown)},
    access=Access.READER,
    body=MarkChanges,
    refuses=(refusals.TooManyMarks,),
    largest_body=LARGEST_BODY,
)
def sync_marks(reader: Admission, body: MarkChanges) -> MarksShown:
    """Tell what this device changed, and hear what the others did.

    Nothing that somebody wrote is lost: where a change didn't know the latest, both notes stand in one,
    and a deletion is not followed. The answer has every mark changed after `since`, deleted ones too. A
    request may be repeated: what was done is not done twice.
    """
    return MarksShown.of(
        desk().margins.sync(reader, body.since, [change.change() for change in body.changes])
    )
