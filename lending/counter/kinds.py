"""Which reports there are: what each is about, what it tells apart, and what may be chosen of it.

The Platform Report and the Title Report may be customized; their Standard Views for books are what they are
(sections 4.1 and 4.3; tables 4.a to 4.c, and 4.h to 4.l).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lending.counter.figures import AccessMethod, AccessType, DataType, Metric, TitleFigures

COLUMNS: Final = ("Data_Type", "YOP", "Access_Type", "Access_Method")
"""All that can be told apart of one title's use, in the order of reports."""

METRIC_TYPE: Final = "Metric_Type"
ITEM_ID: Final = "Item_ID"
PLATFORM: Final = "Platform"
FILTERS: Final = (*COLUMNS, ITEM_ID, PLATFORM)
"""The order in which a header names them."""


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A report as it can be asked for, or as it was.

    `filters` are the values that it is about, by name, in the header's order. `shown` are the columns that it
    tells apart; over all others it sums. `choices` are the filters, and `may_show` the further columns, that
    may be asked for: a Standard View has none. `called_for` are those that were. `by_title`: it has a line
    for each title, not one for all. `names_metrics`: its header does, since they are not all that there are.
    With `totals` it has the sum of all months only.
    """

    id: str
    name: str
    description: str
    metrics: tuple[Metric, ...]
    shown: tuple[str, ...]
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    choices: tuple[str, ...] = ()
    may_show: tuple[str, ...] = ()
    called_for: tuple[str, ...] = ()
    by_title: bool = True
    names_metrics: bool = True
    totals: bool = False

    @property
    def is_view(self) -> bool:
        """Whether nothing may be chosen of it but months."""
        return not self.choices

    @property
    def named_metrics(self) -> tuple[Metric, ...]:
        """The metrics that its header names. What is usual isn't told (3.3.7)."""
        return self.metrics if self.names_metrics else ()

    def is_about(self, figures: TitleFigures) -> bool:
        """Whether its filters let these figures through."""
        return all(_is_among(figures, name, values) for name, values in self.filters)


def _is_among(figures: TitleFigures, name: str, values: tuple[str, ...]) -> bool:
    if name == PLATFORM:
        return True
    if name == ITEM_ID:
        return any(map(figures.title.identifiers.answers_to, values))
    if name == "YOP":
        year, spans = figures.attributes["YOP"], (one.partition("-") for one in values)
        return any(first <= year <= (last or first) for first, _, last in spans)
    return figures.attributes[name] in values


_BOOKS: Final = ("Data_Type", tuple(kind.value for kind in DataType))
_CONTROLLED: Final = ("Access_Type", (AccessType.CONTROLLED.value,))
_REGULAR: Final = ("Access_Method", (AccessMethod.REGULAR.value,))
_USE: Final = tuple(metric for metric in Metric if metric.endswith(("_Investigations", "_Requests")))
_DENIED: Final = (Metric.LIMIT_EXCEEDED, Metric.NO_LICENSE)

PR: Final = ReportKind(
    "PR",
    "Platform Report",
    "The use of all titles together, with filters and columns to choose",
    metrics=(Metric.SEARCHES_PLATFORM, *_USE),
    shown=("Data_Type",),
    choices=(METRIC_TYPE, "Data_Type", "Access_Method"),
    may_show=("Access_Method",),
    by_title=False,
    names_metrics=False,
)
"""All use together. Of books it tells as title reports do (3.3.2): what is read of one is a `Book`."""

PR_P1: Final = ReportKind(
    "PR_P1",
    "Platform Usage",
    "The use of all titles together, by metric",
    metrics=(
        Metric.SEARCHES_PLATFORM,
        Metric.TOTAL_ITEM_REQUESTS,
        Metric.UNIQUE_ITEM_REQUESTS,
        Metric.UNIQUE_TITLE_REQUESTS,
    ),
    shown=("Data_Type",),
    filters=(_REGULAR,),
    by_title=False,
)
"""What was read, of all books together."""

TR: Final = ReportKind(
    "TR",
    "Title Report",
    "The use of each title, with filters and columns to choose",
    metrics=(*_DENIED, *_USE),
    shown=("Data_Type",),
    choices=(METRIC_TYPE, *COLUMNS, ITEM_ID),
    may_show=("YOP", "Access_Type", "Access_Method"),
    names_metrics=False,
)
"""All figures there are."""

TR_B1: Final = ReportKind(
    "TR_B1",
    "Book Requests (Controlled)",
    "How often each book was read, but for open ones",
    metrics=(Metric.TOTAL_ITEM_REQUESTS, Metric.UNIQUE_TITLE_REQUESTS),
    shown=("Data_Type", "YOP"),
    filters=(_BOOKS, _CONTROLLED, _REGULAR),
)
"""What was read of books that are not open to everybody."""

TR_B2: Final = ReportKind(
    "TR_B2",
    "Book Access Denied",
    "How often somebody could not have a book: others had it, or there is no right to it",
    metrics=_DENIED,
    shown=("Data_Type", "YOP"),
    filters=(_BOOKS, _REGULAR),
)
"""What could not be read: the unmet demand."""

TR_B3: Final = ReportKind(
    "TR_B3",
    "Book Usage by Access Type",
    "All use of each book, by who may have it",
    metrics=_USE,
    shown=("Data_Type", "YOP", "Access_Type"),
    filters=(_BOOKS, _REGULAR),
)
"""What was read and looked at."""

KINDS: Final[Mapping[str, ReportKind]] = {kind.id: kind for kind in (PR, PR_P1, TR, TR_B1, TR_B2, TR_B3)}
"""Those that a host of e-books has to have (tables 4 and 4.h)."""
