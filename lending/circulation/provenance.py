"""Whose a copy was, one after the other: what bookplates tell of a paper book."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from lending.circulation.events import Event, EventKind

CHANGES_HANDS = (EventKind.TITLE_ADDED, EventKind.COPY_ADDED, EventKind.GIVEN)
"""The kinds of event by which a copy gets an owner."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """The time in which a copy was an account's: `until` is None for its present owner."""

    owner_id: str
    since: datetime
    until: datetime | None = None


def brought_in_by(events: Iterable[Event], owner_id: str) -> str:
    """Who brought a copy into the library: its first owner by those events, or, where they say nothing, the
    present one, `owner_id`."""
    return next((tenure.owner_id for tenure in tenures(events)), owner_id)


def tenures(events: Iterable[Event]) -> tuple[Tenure, ...]:
    """The owners of one copy, the first first, by its events of the kinds `CHANGES_HANDS`, in order."""
    found: list[Tenure] = []
    for event in events:
        owner_id = event.to if event.kind is EventKind.GIVEN else event.by
        assert owner_id is not None
        if found:
            found[-1] = replace(found[-1], until=event.at)
        found.append(Tenure(owner_id, event.at))
    return tuple(found)
