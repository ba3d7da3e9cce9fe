"""Which reports there are, what stands in their headers, and what of the figures they show.

The Title Report and its Standard Views for books (section 4.3, tables 4.h to 4.l), the header (3.2.1, and the
API's `Base_Report_Header`), what is summed and what is left out (3.3.7 and 3.3.8; 5.1), and exceptions
(appendix D).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lending.counter.figures import (
    AccessMethod,
    AccessType,
    Counts,
    DataType,
    Metric,
    Month,
    Period,
    Title,
    TitleFigures,
)
from lending.counter.identifiers import is_namespaced

RELEASE: Final = "5.1"

_REGISTRY: Final = re.compile(
    r"https://registry\.countermetrics\.org/(?:platform|usage-data-host)/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|"
)


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report that can be asked for.

    `filters` are the values that it is about, by column, in the header's order. `shown` are the columns that
    it tells apart; over all others it sums. `called_for` are those of them that it need not have.
    """

    id: str
    name: str
    metrics: tuple[Metric, ...]
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    shown: tuple[str, ...]
    called_for: tuple[str, ...] = ()

    @property
    def named_metrics(self) -> tuple[Metric, ...]:
        """The metrics as its header names them: none where it has all, since what is usual isn't told."""
        return () if self.metrics == tuple(Metric) else self.metrics

    def is_about(self, figures: TitleFigures) -> bool:
        """Whether its filters let these figures through."""
        return all(figures.attributes[name] in values for name, values in self.filters)


_BOOKS: Final = ("Data_Type", tuple(kind.value for kind in DataType))
_REGULAR: Final = ("Access_Method", (AccessMethod.REGULAR.value,))

TR: Final = ReportKind(
    "TR",
    "Title Report",
    metrics=tuple(Metric),
    filters=(),
    shown=("Data_Type", "YOP", "Access_Type", "Access_Method"),
    called_for=("YOP", "Access_Type", "Access_Method"),
)
"""All figures there are, with all that can be told of them."""

TR_B1: Final = ReportKind(
    "TR_B1",
    "Book Requests (Controlled)",
    metrics=(Metric.TOTAL_ITEM_REQUESTS, Metric.UNIQUE_TITLE_REQUESTS),
    filters=(_BOOKS, ("Access_Type", (AccessType.CONTROLLED.value,)), _REGULAR),
    shown=("Data_Type", "YOP"),
)
"""What was read of books that are not open to everybody."""

TR_B2: Final = ReportKind(
    "TR_B2",
    "Book Access Denied",
    metrics=(Metric.LIMIT_EXCEEDED, Metric.NO_LICENSE),
    filters=(_BOOKS, _REGULAR),
    shown=("Data_Type", "YOP"),
)
"""What could not be read: the unmet demand."""

KINDS: Final[Mapping[str, ReportKind]] = {kind.id: kind for kind in (TR, TR_B1, TR_B2)}


@dataclass(frozen=True, slots=True)
class Caveat:
    """Why a report is not what was to be expected of it. The Code calls it an exception.

    `data` says more, such as which months are missing.
    """

    code: int
    message: str
    data: str = ""


NO_USAGE: Final = Caveat(3030, "No Usage Available for Requested Dates")
NOT_READY: Final = Caveat(3031, "Usage Not Ready for Requested Dates")
NO_LONGER: Final = Caveat(3032, "Usage No Longer Available for Requested Dates")
PARTIAL: Final = Caveat(3040, "Partial Data Returned")


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above a report. Whatever the API would not take is a `ValueError`.

    `institution` is whose use it tells of: a house, never a person; `institution_id` its name at the
    platform, `platform:value`. `registry` is the address of the platform's entry in COUNTER's registry, empty
    for one that has none. `created` is an aware datetime.
    """

    kind: ReportKind
    period: Period
    platform: str
    institution: str
    institution_id: str
    created: datetime
    created_by: str
    registry: str = ""
    caveats: tuple[Caveat, ...] = ()

    def __post_init__(self) -> None:
        for name in (self.platform, self.institution, self.created_by):
            if len(name) < 2:
                raise ValueError(f"{name!r} is too short a name for a report.")
        if not is_namespaced(self.institution_id):
            raise ValueError(f"{self.institution_id!r} is not of the form platform:value.")
        if not _REGISTRY.fullmatch(self.registry):
            raise ValueError(f"{self.registry!r} is no address in COUNTER's registry.")
        if self.created.tzinfo is None:
            raise ValueError("A report is made at a moment that is the same everywhere.")


@dataclass(frozen=True, slots=True)
class Performance:
    """How often, for one combination of what the report tells apart. No count is 0."""

    attributes: Mapping[str, str]
    counts: Counts


@dataclass(frozen=True, slots=True)
class ReportItem:
    """One title with all that the report tells of it."""

    title: Title
    performances: tuple[Performance, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report, before it is written down in one form or the other: both say the same."""

    header: Header
    items: tuple[ReportItem, ...]


def report(header: Header, figures: Iterable[TitleFigures]) -> Report:
    """What a report says of these figures: titles by name, each once; without use, not at all.

    A report that is empty says why: unless its header does, that there was no use.
    """
    sums: dict[Title, dict[tuple[str, ...], dict[Metric, Counter[Month]]]]
    sums = defaultdict(lambda: defaultdict(lambda: defaultdict(Counter)))
    for one in filter(header.kind.is_about, figures):
        for metric, month, number in _told(header, one.counts):
            shown = tuple(one.attributes[name] for name in header.kind.shown)
            sums[one.title][shown][metric][month] += number
    items = tuple(
        ReportItem(title, tuple(_performance(header.kind, shown, of[shown]) for shown in sorted(of)))
        for title, of in sorted(sums.items(), key=lambda item: _by_name(item[0]))
    )
    if not items and not header.caveats:
        header = replace(header, caveats=(NO_USAGE,))
    return Report(header, items)


def _told(header: Header, counts: Counts) -> Iterable[tuple[Metric, Month, int]]:
    for metric in header.kind.metrics:
        for month, number in counts.get(metric, {}).items():
            if month in header.period and number:
                yield metric, month, number


def _performance(kind: ReportKind, shown: tuple[str, ...], counts: Counts) -> Performance:
    in_order = {metric: dict(sorted(counts[metric].items())) for metric in kind.metrics if metric in counts}
    return Performance(dict(zip(kind.shown, shown, strict=True)), in_order)


def _by_name(title: Title) -> tuple[str, ...]:
    """Titles of one name keep an order too, so that the same figures make the same report."""
    return title.name.casefold(), title.name, title.publisher, title.identifiers.own
