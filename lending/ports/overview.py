"""The library as a whole, for librarians: counted by the week, surveyed now and then, or asked now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

WEEK: Final = timedelta(days=7)
A_MONDAY: Final = datetime(1970, 1, 5, tzinfo=UTC)


class Counted(StrEnum):
    """What is counted by the week, under the word of its event."""

    LOANS = "checked-out"
    """To friends: what owners take off the shelf to read themselves is no loan that anybody asks about."""
    RECALLS = "recalled"
    TURN_AWAYS = "turned-away"


def week_of(moment: datetime) -> datetime:
    """The Monday, 00:00 UTC, with which its week began."""
    return A_MONDAY + (moment - A_MONDAY) // WEEK * WEEK


@dataclass(frozen=True, slots=True)
class WeekCount:
    """How often something happened in the week that began then."""

    week: datetime
    kind: Counted
    count: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many entries of the log are counted, from the first on, and when they were."""

    entries: int = 0
    counted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BusyTitle:
    """A title, and how often it was lent. `title` is what it is called now."""

    edition_id: str
    loans: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class IdleCopy:
    """A copy that no friend has ever borrowed."""

    copy_id: str
    title: str = ""
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class Survey:
    """What is too much to look through each time somebody asks.

    `copies` are all that are here, `never_lent` how many of them no friend has borrowed; `idle` are the first
    of these, by when they were added.
    """

    taken_at: datetime
    copies: int
    never_lent: int
    busiest: tuple[BusyTitle, ...] = ()
    idle: tuple[IdleCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """How the library stands at a moment. `waits` are from joining a line to borrowing, the latest first."""

    out: int
    waiting: int
    waits: tuple[timedelta, ...] = ()


class Tallies(Protocol):
    """Figures of the library as a whole. Asking for them costs the same however long the record is, but for
    `counts_of` and `take_survey`, which are for the housekeeper, and what is asked for of some `owners`: that
    looks at all of theirs."""

    def tally(self) -> Tally:
        """How far the log is counted."""

    def lock(self) -> Tally:
        """The same, held against every other transaction until this one ends."""

    def counts_of(self, start: int, end: int) -> list[WeekCount]:
        """What happened in the entries of the log from `start` on and before `end`."""

    def add(self, counts: Iterable[WeekCount], tally: Tally) -> None:
        """Add these to what is counted, which then reaches so far."""

    def forget(self) -> None:
        """Forget all that was counted, so that it is counted anew."""

    def weeks(self, since: datetime) -> list[WeekCount]:
        """What was counted of the weeks that began at a moment or later, in no order."""

    def weeks_of(self, owners: Collection[str], since: datetime) -> list[WeekCount]:
        """The same of what was these accounts' then, counted now."""

    def standing(
        self, now: datetime, since: datetime, most: int, owners: Collection[str] | None = None
    ) -> Standing:
        """How things stand, with these accounts' books or with all. Waits are those of who has borrowed
        since a moment, the latest `most`."""

    def take_survey(self, now: datetime, since: datetime, most: int) -> Survey:
        """The busiest titles since a moment, and the copies that were never lent: `most` of each by name."""

    def keep_survey(self, survey: Survey) -> None:
        """Instead of the one before."""

    def survey_of(self, owners: Collection[str], now: datetime, since: datetime, most: int) -> Survey:
        """A survey of these accounts' books, taken now, with titles and owners."""

    def last_survey(self) -> Survey | None:
        """The one that is kept, its titles and owners as they are called now."""
