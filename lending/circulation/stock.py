"""The stock: copies that leave the collection, are lost, and are found again."""

from dataclasses import replace
from datetime import datetime, timedelta

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision, permit, settle
from lending.circulation.events import Event, EventKind
from lending.circulation.transitions import Act

FILE_WAITS = timedelta(hours=24)
"""How long the file of a copy that was taken out can be downloaded."""


def withdraw(copy: Copy, now: datetime) -> Decision:
    """Take the copy out of the collection. Refuses with CannotWithdraw unless it is on the shelf, or lost."""
    copy, settled = _here(copy, now)
    permit(copy, Act.WITHDRAW, now)
    return settled.then(_noted(replace(copy, withdrawn_at=now), EventKind.COPY_WITHDRAWN, now))


def take_out(copy: Copy, now: datetime) -> Decision:
    """Take the copy out of the collection, with its file, which its owner can download for `FILE_WAITS`.

    Refuses with CannotWithdraw unless it is on the shelf: what is lost has no file to take.
    """
    copy, settled = _here(copy, now)
    permit(copy, Act.TAKE_OUT, now)
    taken = replace(copy, withdrawn_at=now, file_until=now + FILE_WAITS)
    return settled.then(_noted(taken, EventKind.TAKEN_OUT, now))


def forget_file(copy: Copy) -> Decision:
    """The copy that was taken out has no file here any more."""
    return Decision(replace(copy, file_until=None))


def mark_lost(copy: Copy, now: datetime) -> Decision:
    """Say that the copy can't be found. Refuses with CopyIsOut, LinkAlreadyOut or CopyIsLost unless it
    should be on the shelf: what somebody has is asked back, not lost."""
    copy, settled = _here(copy, now)
    permit(copy, Act.MARK_LOST, now)
    return settled.then(_noted(replace(copy, lost_at=now), EventKind.COPY_LOST, now))


def find(copy: Copy, now: datetime) -> Decision:
    """Put a lost copy back on the shelf. Refuses with NotFound when it isn't lost."""
    copy, settled = _here(copy, now)
    permit(copy, Act.FIND, now)
    return settled.then(_noted(replace(copy, lost_at=None), EventKind.COPY_FOUND, now)).settled(now)


def _here(copy: Copy, now: datetime) -> tuple[Copy, Decision]:
    settled = settle(copy, now)
    if settled.copy.withdrawn_at is not None:
        raise refusals.NotFound
    return settled.copy, settled


def _noted(copy: Copy, kind: EventKind, now: datetime) -> Decision:
    return Decision(copy, events=(Event(kind, now, copy.id, copy.epoch, by=copy.owner_id),))
