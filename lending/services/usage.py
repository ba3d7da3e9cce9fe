"""COUNTER reports for librarians: how often titles were read, and whom the library could not serve.

They are made of sums by month and of turn-aways, and name nobody.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from types import MappingProxyType
from typing import Final

from lending import refusals
from lending.circulation.events import Denial
from lending.counter.customizing import customized
from lending.counter.exceptions import NO_LONGER, NOT_READY, NOT_THE_WHOLE, Caveat
from lending.counter.figures import Metric, Month, Period, Title, TitleFigures
from lending.counter.identifiers import Identifiers
from lending.counter.kinds import KINDS, ReportKind
from lending.counter.reports import Header, Report, report
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

    def latest(self) -> Period:
        """The latest month that is over: what whoever names none asks for (section 5.2)."""
        month = Month.of(self.clock.now()).before
        return Period(month, month)

    def available(self, actor: Actor) -> Period:
        """The months of which something is known and that are over, for whose books the actor looks after.
        Raises NotAllowed.

        Of a library that has only begun, it is the last month before it, in which indeed there was no use.
        """
        owners = actor.charge()
        with self.library.read() as desk:
            return _available(desk, owners, self.latest().last)

    def report(
        self,
        actor: Actor,
        report_id: str,
        period: Period,
        asked: Mapping[str, str] = MappingProxyType({}),
        *,
        tabular: bool = False,
    ) -> Report:
        """A report on a period: on all titles, or on those of the owners that a librarian looks after.

        `asked` are the filters and attributes that are wanted, as the Code names them
        (`counter.customizing`), for a table or for JSON. Of a month that is not over nothing is told: the
        report ends before it, and says so (section 5, and appendix D on 3031), as it says which months there
        are if it begins before the first of them (3032), and that a librarian is not told of all titles.

        Raises NotAllowed, NotFound if there is no such report, or UnacceptableInput for a period that begins
        in a month that is not over (3020), or of many years.
        """
        owners = actor.charge()
        kind = KINDS.get(report_id.upper())
        if kind is None:
            raise refusals.NotFound
        now = self.clock.now()
        if period.first >= Month.of(now):
            raise refusals.UnacceptableInput("begin_date", "is in a month that is not over")
        if len(period) > LONGEST_PERIOD:
            raise refusals.UnacceptableInput("end_date", f"is more than {LONGEST_PERIOD} months later")
        wanted, unheeded = customized(kind, asked, PLATFORM, tabular=tabular)
        self.buffer.flush()
        with self.library.read() as desk:
            available = _available(desk, owners, self.latest().last)
            known = Period(period.first, min(period.last, available.last))
            figures = list(_figures(desk, known, owners))
        header = Header(
            wanted,
            known,
            platform=PLATFORM,
            institution=self.house,
            institution_id=self.house_id,
            created=now,
            created_by=PLATFORM,
            caveats=(*_caveats(period, available, whole=owners is None), *unheeded),
        )
        return report(header, figures)


def _available(desk: Transaction, owners: frozenset[str] | None, last: Month) -> Period:
    used, turned_away = desk.use.first_month(owners), desk.log.first_turn_away(owners)
    begun = [] if turned_away is None else [Month.of(turned_away)]
    return Period(min([last, *begun, *([] if used is None else [used])]), last)


def _figures(desk: Transaction, period: Period, owners: frozenset[str] | None) -> Iterator[TitleFigures]:
    for edition_id, counts in _counts(desk, period).items():
        edition = desk.collection.edition(edition_id)
        if owners is None or edition.owner_id in owners:
            yield _of_title(edition, counts)


def _counts(desk: Transaction, period: Period) -> dict[str, _Counts]:
    """By title: what was counted as use, and turn-aways from the record."""
    counts: dict[str, _Counts] = defaultdict(lambda: defaultdict(Counter))
    for key, number in desk.use.within(period).items():
        counts[key.edition_id][key.metric][key.month] += number
    for event in desk.log.turn_aways(_midnight(period.first), _midnight(period.last.after)):
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


def _caveats(period: Period, available: Period, *, whole: bool) -> Iterator[Caveat]:
    if not whole:
        yield NOT_THE_WHOLE.because("the titles of those owners whose books this librarian looks after")
    if period.last > available.last:
        wanted = f"request was for {period.first} to {period.last}"
        yield NOT_READY.because(f"{wanted}, however usage is only available to {available.last}")
    if period.first < available.first:
        yield NO_LONGER.because(f"usage is available from {available.first} to {available.last}")


def _midnight(month: Month) -> datetime:
    return datetime.combine(month.first_day, time(), UTC)
