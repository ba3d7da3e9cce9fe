"""The library as a whole, for librarians: how much is lent, who waits, whether the log is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Final, Self

from lending.ports.checks import LogCheck, StockException
from lending.ports.library import Library, Transaction
from lending.ports.overview import WEEK, Counted, Survey, Tally, WeekCount, week_of
from lending.ports.world import Clock
from lending.services.actors import Actor

WEEKS_SHOWN: Final = 26
LATELY: Final = timedelta(days=90)
MOST_WAITS: Final = 500
"""How many of the latest waits a median is of, at most: so many tell as much as all."""
MOST_NAMED: Final = 10
SURVEY_EVERY: Final = timedelta(hours=1)
_AT_ONCE: Final = 20_000
STALE_AFTER: Final = timedelta(days=1)
"""Of the last check of the log: one is made each few hours while a server runs."""
CLOCKS_DIFFER: Final = timedelta(minutes=10)
"""A check that another process has just made may be of a moment that this one's clock has not reached."""


@dataclass(frozen=True, slots=True)
class Week:
    """What happened in the week that began at a moment. `is_over`: no more will."""

    start: datetime
    is_over: bool
    counts: Mapping[Counted, int]

    def count(self, kind: Counted) -> int:
        """How often something happened."""
        return self.counts.get(kind, 0)


@dataclass(frozen=True, slots=True)
class Integrity:
    """What the last check of the whole log has found, and how many entries there are by now.

    `awaited_since`: when somebody asked for a check that is not made yet. `is_stale`: the last check is so
    old that others should have been made since.
    """

    entries: int
    last: LogCheck | None
    awaited_since: datetime | None = None
    is_stale: bool = False

    @classmethod
    def seen(cls, desk: Transaction, now: datetime) -> Self:
        """As it is now."""
        checks = desk.checks
        last = checks.last_log_check(now + CLOCKS_DIFFER)
        is_stale = last is not None and now - last.at > STALE_AFTER
        return cls(desk.ledger.head().frontier.size, last, checks.log_check_asked_at(), is_stale)

    @property
    def unchecked(self) -> int:
        """Entries that came after the check."""
        return max(0, self.entries - self.last.entries) if self.last else self.entries


@dataclass(frozen=True, slots=True)
class Overview:
    """All on one page. `weeks` are in order, this one last; `median_wait` is None where nobody waited."""

    now: datetime
    weeks: tuple[Week, ...]
    counted_at: datetime | None
    out: int
    waiting: int
    median_wait: timedelta | None
    survey: Survey | None
    integrity: Integrity
    exceptions: tuple[StockException, ...]


@dataclass(frozen=True, slots=True)
class Overviewing:
    """Shows librarians the whole, and has the housekeeper count what would be too much for a page."""

    library: Library
    clock: Clock

    def look(self, actor: Actor) -> Overview:
        """The library as it is now; for a librarian of some owners, their books. Raises NotAllowed."""
        owners, now = actor.charge(), self.clock.now()
        first = week_of(now) - (WEEKS_SHOWN - 1) * WEEK
        with self.library.read() as desk:
            if owners is None:
                counted, counted_at = desk.tallies.weeks(first), desk.tallies.tally().counted_at
                survey = desk.tallies.last_survey()
            else:  # what is counted beforehand is of the whole; some owners' books are few enough to look at
                counted, counted_at = desk.tallies.weeks_of(owners, first), now
                survey = desk.tallies.survey_of(owners, now, now - LATELY, MOST_NAMED)
            standing = desk.tallies.standing(now, now - LATELY, MOST_WAITS, owners)
            integrity = Integrity.seen(desk, now)
            exceptions = tuple(desk.checks.exceptions(MOST_NAMED, owners))
        return Overview(
            now,
            _weeks(first, now, counted),
            counted_at,
            standing.out,
            standing.waiting,
            _median(standing.waits),
            survey,
            integrity,
            exceptions,
        )

    def count(self) -> int:
        """Count the entries that came since the last time, and take a survey if the last is old; how many
        entries there were. Whoever else counts at the same time counts others."""
        counted = 0
        while batch := self._count_some():
            counted += batch
        self._survey_if_due()
        return counted

    def recount(self) -> int:
        """Count everything anew; how many entries there were."""
        with self.library.change() as desk:
            desk.tallies.lock()
            desk.tallies.forget()
        counted = self.count()
        self._survey()
        return counted

    def _count_some(self) -> int:
        with self.library.read() as desk:
            if desk.tallies.tally().entries >= desk.ledger.head().frontier.size:
                return 0
        with self.library.change() as desk:
            # Entries are numbered as they are committed, so nothing with a lower number comes later.
            start = desk.tallies.lock().entries
            end = min(start + _AT_ONCE, desk.ledger.head().frontier.size)
            if end > start:
                desk.tallies.add(desk.tallies.counts_of(start, end), Tally(end, self.clock.now()))
        return end - start

    def _survey_if_due(self) -> None:
        with self.library.read() as desk:
            last = desk.tallies.last_survey()
        if last is None or self.clock.now() - last.taken_at >= SURVEY_EVERY:
            self._survey()

    def _survey(self) -> None:
        now = self.clock.now()
        with self.library.read() as desk:
            survey = desk.tallies.take_survey(now, now - LATELY, MOST_NAMED)
        with self.library.change() as desk:
            desk.tallies.keep_survey(survey)


def _median(waits: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in waits)) if waits else None


def _weeks(first: datetime, now: datetime, counted: list[WeekCount]) -> tuple[Week, ...]:
    found: dict[datetime, dict[Counted, int]] = {}
    for one in counted:
        found.setdefault(one.week, {})[one.kind] = one.count
    starts = [first + number * WEEK for number in range(WEEKS_SHOWN)]
    return tuple(Week(start, start + WEEK <= now, found.get(start, {})) for start in starts)
