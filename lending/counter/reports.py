"""A report: what stands in its header, and what of the figures it shows.

The header (section 3.2.1, and the API's `Base_Report_Header`), what is summed and what is left out (3.3.7 and
3.3.8; 5.1).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lending.counter.exceptions import MONTHS_MISSING, NO_USAGE, Caveat
from lending.counter.figures import Counts, Metric, Month, Period, Title, TitleFigures
from lending.counter.identifiers import is_namespaced
from lending.counter.kinds import ReportKind

RELEASE: Final = "5.1"

_REGISTRY: Final = re.compile(
    r"https://registry\.countermetrics\.org/(?:platform|usage-data-host)/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|"
)


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
    """One title with all that the report tells of it, or all titles together: then there is no `title`."""

    title: Title | None
    performances: tuple[Performance, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A report, before it is written down in one form or the other: both say the same."""

    header: Header
    items: tuple[ReportItem, ...]


def report(header: Header, figures: Iterable[TitleFigures]) -> Report:
    """What a report says of these figures: titles by name, each once; without use, not at all.

    A report that is empty says why: unless months are missing in it, that there was no use.
    """
    kind = header.kind
    sums: dict[Title | None, dict[tuple[str, ...], dict[Metric, Counter[Month]]]]
    sums = defaultdict(lambda: defaultdict(lambda: defaultdict(Counter)))
    for one in filter(kind.is_about, figures):
        for metric, month, number in _told(header, one.counts):
            shown = tuple(one.attributes[name] for name in kind.shown)
            sums[one.title if kind.by_title else None][shown][metric][month] += number
    items = tuple(
        ReportItem(title, tuple(_performance(kind, shown, of[shown]) for shown in sorted(of)))
        for title, of in sorted(sums.items(), key=lambda item: _by_name(item[0]))
    )
    if not items and not any(caveat.code in MONTHS_MISSING for caveat in header.caveats):
        caveats = sorted((*header.caveats, NO_USAGE), key=lambda caveat: caveat.code)
        header = replace(header, caveats=tuple(caveats))
    return Report(header, items)


def _told(header: Header, counts: Counts) -> Iterable[tuple[Metric, Month, int]]:
    """Where only totals are told, the first month stands for all."""
    for metric in header.kind.metrics:
        for month, number in counts.get(metric, {}).items():
            if month in header.period and number:
                yield metric, header.period.first if header.kind.totals else month, number


def _performance(kind: ReportKind, shown: tuple[str, ...], counts: Counts) -> Performance:
    in_order = {metric: dict(sorted(counts[metric].items())) for metric in kind.metrics if metric in counts}
    return Performance(dict(zip(kind.shown, shown, strict=True)), in_order)


def _by_name(title: Title | None) -> tuple[str, ...]:
    """Titles of one name keep an order too, so that the same figures make the same report."""
    if title is None:
        return ()
    return title.name.casefold(), title.name, title.publisher, title.identifiers.own
