"""What whoever asks for a report chooses of it: filters and attributes (3.3.7, tables 3.x and 3.y; 8.3).

What can't be heeded is ignored, and the report says so (appendix D: 3050, 3060 and 3062).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from lending.counter.exceptions import INVALID_ATTRIBUTE, INVALID_FILTER, UNKNOWN_PARAMETER, Caveat
from lending.counter.figures import AccessMethod, AccessType, DataType
from lending.counter.kinds import COLUMNS, FILTERS, ITEM_ID, METRIC_TYPE, PLATFORM, ReportKind

_OF_EVERY_REQUEST: Final = frozenset({"customer_id", "requestor_id", "api_key", "begin_date", "end_date"})
_OF_EXTENSIONS: Final = frozenset({"attributed", "country_code", "subdivision_code"})
"""Filters that everybody's reports may have, and these don't: 3060 (8.1)."""
_VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "Data_Type": tuple(DataType),
    "Access_Type": tuple(AccessType),
    "Access_Method": tuple(AccessMethod),
}
_YEARS: Final = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
_ALL_YEARS: Final = ("0001-9999",)


def customized(
    kind: ReportKind, asked: Mapping[str, str], platform: str, *, tabular: bool
) -> tuple[ReportKind, tuple[Caveat, ...]]:
    """The report that is meant by the parameters of a request, and what of these could not be heeded.

    Lists have bars between their values. A parameter that is empty is none. Months are another's business.
    """
    choosing = _Choosing(kind, platform, tabular=tabular)
    for name, text in asked.items():
        if text and name not in _OF_EVERY_REQUEST:
            choosing.hear(name, text)
    return choosing.kind, tuple(choosing.caveats())


def values_of(kind: ReportKind) -> Mapping[str, tuple[str, ...]]:
    """The values from which may be chosen, by filter; those that are not listed are written freely."""
    named = {METRIC_TYPE: tuple(kind.metrics)} | dict(_VALUES)
    return {name: named[name] for name in kind.choices if name in named}


class _Choosing:
    def __init__(self, kind: ReportKind, platform: str, *, tabular: bool) -> None:
        self.kind = kind
        self._platform = platform
        self._filters = {name.lower(): name for name in kind.choices}
        self._totals = ("exclude_monthly_details", "True", "False")
        if not tabular:
            self._totals = ("granularity", "Totals", "Month")
        self._unknown: list[str] = []
        self._bad_filters: list[str] = []
        self._bad_attributes: list[str] = []

    def hear(self, name: str, text: str) -> None:
        values = text.split("|")
        if name == "platform":
            self._filter(PLATFORM, values, (self._platform,))
        elif self.kind.is_view:
            self._unknown.append(name)
        elif name in _OF_EXTENSIONS:
            self._bad_filters.append(f"{name}={text}")
        elif name in self._filters:
            self._choose(self._filters[name], text, values)
        elif name == "attributes_to_show":
            self._show(values)
        elif name == self._totals[0]:
            self._sum_up(text)
        else:
            self._unknown.append(name)

    def caveats(self) -> Iterable[Caveat]:
        for caveat, said in (
            (UNKNOWN_PARAMETER, self._unknown),
            (INVALID_FILTER, self._bad_filters),
            (INVALID_ATTRIBUTE, self._bad_attributes),
        ):
            if said:
                yield caveat.because(", ".join(said).replace(";", ","))

    def _choose(self, name: str, text: str, values: list[str]) -> None:
        if name == METRIC_TYPE:
            self._narrow_metrics(values)
        elif name == ITEM_ID:
            self._add(name, (text,))
        elif name == "YOP":
            self._filter(name, values, tuple(filter(_are_years, values)), everything=_ALL_YEARS)
        else:
            # These are all types of data that there are here, and not all that the Code knows.
            everything = () if name == "Data_Type" else _VALUES[name]
            self._filter(name, values, _VALUES[name], everything)

    def _filter(
        self, name: str, values: list[str], allowed: tuple[str, ...], everything: tuple[str, ...] = ()
    ) -> None:
        good = tuple(dict.fromkeys(value for value in allowed if value in values))
        self._bad_filters += [f"{name.lower()}={value}" for value in values if value not in allowed]
        if good and good != everything:
            self._add(name, good)

    def _narrow_metrics(self, values: list[str]) -> None:
        metrics = tuple(metric for metric in self.kind.metrics if metric in values)
        self._bad_filters += [f"metric_type={value}" for value in values if value not in self.kind.metrics]
        if metrics and metrics != self.kind.metrics:
            self.kind = replace(self.kind, metrics=metrics, names_metrics=True)

    def _show(self, values: list[str]) -> None:
        good = tuple(name for name in self.kind.may_show if name in values)
        shown = tuple(name for name in COLUMNS if name in self.kind.shown or name in good)
        self.kind = replace(self.kind, called_for=good, shown=shown)
        bad = [value for value in values if value not in self.kind.may_show]
        self._bad_attributes += [f"attributes_to_show={value}" for value in bad]

    def _sum_up(self, text: str) -> None:
        name, totals, months = self._totals
        if text in (totals, months):
            self.kind = replace(self.kind, totals=text == totals)
        else:
            self._bad_attributes.append(f"{name}={text}")

    def _add(self, name: str, values: tuple[str, ...]) -> None:
        filters = sorted([*self.kind.filters, (name, values)], key=lambda one: FILTERS.index(one[0]))
        self.kind = replace(self.kind, filters=tuple(filters))


def _are_years(text: str) -> bool:
    found = _YEARS.fullmatch(text)
    return found is not None and found[1] <= (found[2] or found[1])
