"""What becomes of changes to marks: nothing that somebody wrote is lost, whichever device comes last.

A change that knew the mark as it stands is followed. Otherwise two devices changed it without
knowing of each other: then the newcomer's place and ink stand, both notes do, and a deletion is
not followed, since it did not know what it would delete. The note is left for others only if both
say so: no device shows around what another has just taken back. A change that was followed once is known
again when it is repeated (its answer was lost on the way), even if others came between.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import astuple, replace
from datetime import datetime

from lending.marks.records import LONGEST_NOTE, Change, Mark, Writing

REMEMBERED = 8
"""How many of a mark's latest changes are known again when they are repeated."""
BETWEEN_NOTES = "\n\n"


def applied(
    kept: Mapping[str, Mark], changes: Iterable[Change], revision: int, now: datetime
) -> dict[str, Mark]:
    """The marks that `changes` change, as they shall stand, each with a revision of its own above `revision`.

    `kept` holds the marks that `touched` names, as far as they exist.
    """
    after, changed = dict(kept), set()
    for change in changes:
        fingerprint, stored = _fingerprint(change), after.get(change.id)
        if stored is not None and fingerprint in stored.heard:
            continue  # nor does it go on in another mark now, for want of room beside what came later
        for said in _within_bounds(stored, change):
            mark = _merged(after.get(said.id), said, fingerprint, revision + 1, now)
            if mark is not None:
                revision += 1
                after[mark.id] = mark
                changed.add(mark.id)
    return {mark_id: after[mark_id] for mark_id in changed}


def touched(changes: Iterable[Change]) -> set[str]:
    """Ids of the marks that these changes may change or make."""
    return {name for change in changes for name in (change.id, _continuation_id(change))}


def _merged(
    stored: Mark | None, change: Change, fingerprint: str, revision: int, now: datetime
) -> Mark | None:
    """The mark as a change leaves it; None if it leaves it as it is."""
    if stored is None:
        new = Mark(change.id, revision, change.writing, now, now, heard=(fingerprint,))
        return None if change.deleted else new
    if fingerprint in stored.heard:
        return None
    writing, deleted = _outcome(stored, change)
    if (writing, deleted) == (stored.writing, stored.deleted):
        return None
    heard = (*stored.heard, fingerprint)[-REMEMBERED:]
    return Mark(stored.id, revision, writing, stored.made_at, now, deleted, heard)


def _outcome(stored: Mark, change: Change) -> tuple[Writing, bool]:
    """What the mark shall say, and whether it shall be gone."""
    knew = change.base == stored.revision
    if change.deleted:
        return (_erased(stored.writing), True) if knew else (stored.writing, stored.deleted)
    if knew or stored.deleted:
        return change.writing, False
    note = _both(stored.writing.note, change.writing.note)
    stays = stored.writing.stays and change.writing.stays
    return replace(change.writing, note=note, stays=stays), False


def _both(stored: str, arrived: str) -> str:
    """Both notes in one, each once."""
    if arrived in stored:
        return stored
    return arrived if stored in arrived else stored + BETWEEN_NOTES + arrived


def _within_bounds(stored: Mark | None, change: Change) -> tuple[Change, ...]:
    """The change itself; or, where both notes are too long for one mark, it with the stored note, and
    a second mark at the same place for the newcomer's."""
    if stored is None or stored.deleted or change.deleted or change.base == stored.revision:
        return (change,)
    if len(_both(stored.writing.note, change.writing.note)) <= LONGEST_NOTE:
        return (change,)
    main = replace(change, writing=replace(change.writing, note=stored.writing.note))
    return main, replace(change, id=_continuation_id(change), base=0)


def _continuation_id(change: Change) -> str:
    """Always the same for the same mark and note, so that a repeated change makes no second one."""
    said = f"{change.id} {change.writing.note}"
    return "c" + hashlib.sha256(said.encode()).hexdigest()[:31]


def _fingerprint(change: Change) -> str:
    said = json.dumps([change.base, change.deleted, *astuple(change.writing)])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _erased(writing: Writing) -> Writing:
    return Writing(writing.kind, "{}", 0)
