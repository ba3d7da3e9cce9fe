"""COUNTER reports for librarians: how often titles were read, and whom the library could not serve.

They are made of sums by month and of turn-aways, and name nobody.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from lending import refusals
from lending.circulation.events import Denial
from lending.counter.figures import Metric, Month, Period, Title, TitleFigures
from lending.counter.identifiers import Identifiers
from lending.counter.reports import (
    KINDS,
    NOT_READY,
    PARTIAL,
    Caveat,
    Header,
    Report,
    ReportKind,
    report,
)
from lending.ports.library import Library, Transaction
from lending.ports.records import Edition, Role
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.use import UseBuffer

PLATFORM: Final = "lending"
"""Under which reports know this program, and the namespace of its ids."""
LONGEST_PERIOD: Final = 120
"""Months."""

_METRIC_OF: Final = {
    Denial.LIMIT_EXCEEDED: Metric.LIMIT_EXCEEDED,
    Denial.NO_LICENSE: Metric.NO_LICENSE,
}
_YEAR: Final = re.compile(r"(?<!\d)\d{4}(?!\d)", re.ASCII)
_Counts = dict[Metric, Counter[Month]]


@dataclass(frozen=True, slots=True)
class Usage:
    """Makes the reports. `house` is what the library is called by in them: its host, a person's name never.

    `buffer` is what this process has counted and not yet written: it is, before a report is made.
    """

    library: Library
    clock: Clock
    buffer: UseBuffer
    house: str

    @property
    def house_id(self) -> str:
        """The library's id in reports."""
        return f"{PLATFORM}:{self.house}"

    def kinds(self, actor: Actor) -> Iterable[ReportKind]:
        """Which reports there are. Raises NotAllowed."""
        actor.reads_as(Role.LIBRARIAN)
        return KINDS.values()

    def this_year(self) -> Period:
        """The months of this year, the present one included."""
        now = Month.of(self.clock.now())
        return Period(Month(now.year, 1), now)

    def available(self, actor: Actor) -> Period | None:
        """The months of which something is known and that are over; None if there are none yet. Raises
        NotAllowed."""
        actor.reads_as(Role.LIBRARIAN)
        with self.library.read() as desk:
            used, turned_away = desk.use.first_month(), desk.log.first_turn_away()
        begun = [] if turned_away is None else [Month.of(turned_away)]
        first = min([*begun, *([] if used is None else [used])], default=None)
        last = _before(Month.of(self.clock.now()))
        return None if first is None or first > last else Period(first, last)

    def report(self, actor: Actor, report_id: str, period: Period) -> Report:
        """A report on a period: on all titles, or on those of the owners that a librarian looks after.

        Of the present month it has what has happened so far, and says so.

        Raises NotAllowed, NotFound if there is no such report, or UnacceptableInput for a period of many
        years.
        """
        owners = actor.charge()
        kind = KINDS.get(report_id.upper())
        if kind is None:
            raise refusals.NotFound
        if len(period) > LONGEST_PERIOD:
            raise refusals.UnacceptableInput("end_date", f"is more than {LONGEST_PERIOD} months later")
        now = self.clock.now()
        header = Header(
            kind,
            period,
            platform=PLATFORM,
            institution=self.house,
            institution_id=self.house_id,
            created=now,
            created_by=PLATFORM,
            caveats=tuple(_caveats(period, Month.of(now))),
        )
        return report(header, self._figures(period, Month.of(now), owners))

    def _figures(self, period: Period, present: Month, owners: Collection[str] | None) -> list[TitleFigures]:
        if period.first > present:
            return []
        self.buffer.flush()
        known = Period(period.first, min(period.last, present))
        with self.library.read() as desk:
            counts = _counts(desk, known)
            titles = [desk.collection.edition(edition_id) for edition_id in counts]
        theirs = (one for one in titles if owners is None or one.owner_id in owners)
        return [_of_title(one, counts[one.id]) for one in theirs]


def _counts(desk: Transaction, period: Period) -> dict[str, _Counts]:
    """By title: what was counted as use, and turn-aways from the record."""
    counts: dict[str, _Counts] = defaultdict(lambda: defaultdict(Counter))
    for key, number in desk.use.within(period).items():
        counts[key.edition_id][key.metric][key.month] += number
    for event in desk.log.turn_aways(_midnight(period.first), _midnight(_after(period.last))):
        if event.edition_id is not None and isinstance(event.reason, Denial):
            counts[event.edition_id][_METRIC_OF[event.reason]][Month.of(event.at)] += 1
    return counts


def _of_title(edition: Edition, counts: _Counts) -> TitleFigures:
    identifiers = Identifiers.of(f"{PLATFORM}:{edition.id}", edition.identifiers)
    title = Title(edition.title, edition.publisher, identifiers)
    return TitleFigures(title, counts, year=_year(edition.published))


def _year(published: str) -> int | None:
    """The first year that a date of publication names, however it is written."""
    found = _YEAR.search(published)
    return int(found[0]) or None if found else None


def _caveats(period: Period, present: Month) -> Iterator[Caveat]:
    if period.first > present:
        yield NOT_READY
    elif period.last >= present:
        yield Caveat(PARTIAL.code, PARTIAL.message, f"{present} is not over")


def _midnight(month: Month) -> datetime:
    return datetime.combine(month.first_day, time(), UTC)


def _before(month: Month) -> Month:
    return Month.of(month.first_day - timedelta(days=1))


def _after(month: Month) -> Month:
    return Month.of(month.last_day + timedelta(days=1))
