"""The margins: what a reader leaves in the book that they have. Marks, places, settings.

Whoever calls has been let in by the reading room (`Admission`). A borrower's things are their
loan's. An owner's marks and places are those of all their own readings of a copy, and their
settings those of their account.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from lending import refusals
from lending.circulation.loans import Loan
from lending.marks import merging, places, settings
from lending.marks.places import Place
from lending.marks.records import MOST_KEPT, MOST_MARKS, Change, LeftNote, Mark
from lending.marks.settings import MOST_SETTINGS, Setting, Value
from lending.ports.library import Library, Transaction
from lending.services.reading import Admission

LONGEST_LOCATOR = 4096


MOST_LEFT = 500
"""How many notes of others a reader is shown."""


@dataclass(frozen=True, slots=True)
class Synced:
    """A margin's revision, and the marks that somebody needs to know of it."""

    revision: int
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A reader's choice on a device, so long ago."""

    value: Value
    ago: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Margins:
    """Keeps what readers leave in books, for them alone."""

    library: Library

    def revision(self, reader: Admission) -> int:
        """Counts the changes of the reader's marks, so that a device notices another's."""
        with self.library.read() as desk:
            return desk.marks.revision(margin_of(reader.held.loan))

    def marks(self, reader: Admission) -> Synced:
        """All marks that are there."""
        with self.library.read() as desk:
            known = _since(desk, margin_of(reader.held.loan), 0)
        return replace(known, marks=[mark for mark in known.marks if not mark.deleted])

    def left(self, reader: Admission) -> list[LeftNote]:
        """Notes that others left in the copy, in the book's order: the newest, where there are very many."""
        loan = reader.held.loan
        with self.library.read() as desk:
            return desk.marks.left(loan.copy_id, not_in=margin_of(loan), most=MOST_LEFT)

    def rub_out(self, reader: Admission, note_id: str) -> None:
        """The owner, reading, takes a note that somebody left out of the book; its writer keeps their words.

        Raises NotAllowed for a borrower; NotFound. A note that stays is a guest in somebody's book.
        """
        loan = reader.held.loan
        if not loan.to_owner:
            raise refusals.NotAllowed
        with self.library.change() as desk:
            left = desk.marks.left(loan.copy_id, not_in=margin_of(loan), most=MOST_LEFT)
            note = next((note for note in left if note.id == note_id), None)
            if note is None:
                raise refusals.NotFound
            desk.marks.rub_out(loan.copy_id, note)

    def sync(self, reader: Admission, since: int, changes: Sequence[Change]) -> Synced:
        """Bring a device's changes and the others' together (see `lending.marks.merging`).

        Answers with every mark that changed after revision `since`, deleted ones included.
        Raises UnacceptableInput, and TooManyMarks with nothing of the changes kept.
        """
        for change in changes:
            _refuse_unfit(change.writing.locator, change.writing.fraction)
        margin_id = margin_of(reader.held.loan)
        if not changes:
            with self.library.read() as desk:
                return _since(desk, margin_id, since)
        with self.library.change() as desk:
            revision = desk.marks.lock(margin_id, reader.held.loan.copy_id)
            known = desk.marks.named(margin_id, merging.touched(changes))
            desk.marks.store(margin_id, merging.applied(known, changes, revision, reader.now).values())
            _refuse_too_many(desk, margin_id)
            return _since(desk, margin_id, since)

    def place(self, reader: Admission, device: str) -> tuple[Place | None, Place | None]:
        """Where the reader was last on any device; and on this one, if that is another and older place."""
        loan = reader.held.loan
        with self.library.read() as desk:
            kept = desk.marks.owners_places(loan.copy_id) if loan.to_owner else desk.marks.places(loan.id)
        return places.chosen(kept, device)

    def save_place(self, reader: Admission, place: Place) -> None:
        """Remember where a device is. Raises UnacceptableInput."""
        _refuse_unfit(place.locator, place.fraction)
        with self.library.change() as desk:
            kept = {one.device: one for one in desk.marks.places(reader.loan_id)}
            kept[place.device] = places.later(kept.get(place.device), place)
            desk.marks.save_place(reader.loan_id, kept[place.device])
            for forgotten in places.superfluous(kept.values()):
                desk.marks.forget_place(reader.loan_id, forgotten.device)

    def settings(self, reader: Admission) -> dict[str, Setting]:
        """What the reader has chosen, by name."""
        with self.library.read() as desk:
            return desk.marks.settings(_holder(reader))

    def change_settings(self, reader: Admission, choices: Mapping[str, Chosen]) -> dict[str, Setting]:
        """Keep choices unless there are later ones; what then is kept. Raises UnacceptableInput."""
        arrived = {name: Setting(choice.value, reader.now - choice.ago) for name, choice in choices.items()}
        with self.library.change() as desk:
            after = settings.merged(desk.marks.lock_settings(_holder(reader)), arrived)
            if len(after) > MOST_SETTINGS:
                raise refusals.UnacceptableInput("settings", f"are more than {MOST_SETTINGS}")
            desk.marks.save_settings(_holder(reader), after)
        return after


def margin_of(loan: Loan) -> str:
    """Whose marks are whose: the id of the margin in which the reader of a loan writes."""
    return loan.copy_id if loan.to_owner else loan.id


def _holder(reader: Admission) -> str:
    return reader.held.owner_id if reader.held.loan.to_owner else reader.loan_id


def _since(desk: Transaction, margin_id: str, since: int) -> Synced:
    revision = desk.marks.revision(margin_id)
    # A library restored from a backup may be behind what the device saw: then it is told everything.
    return Synced(revision, desk.marks.since(margin_id, since if since <= revision else 0))


def _refuse_too_many(desk: Transaction, margin_id: str) -> None:
    """Asked after the changes: those that delete make room for those that come with them."""
    there, kept = desk.marks.count(margin_id)
    if there > MOST_MARKS or kept > MOST_KEPT:
        raise refusals.TooManyMarks(MOST_MARKS)


def _refuse_unfit(locator: str, fraction: float) -> None:
    if len(locator) > LONGEST_LOCATOR:
        raise refusals.UnacceptableInput("locator", f"is longer than {LONGEST_LOCATOR} characters")
    if not 0 <= fraction <= 1:
        raise refusals.UnacceptableInput("fraction", "is not between 0 and 1")
