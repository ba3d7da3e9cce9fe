"""From single uses of books to figures: what counts once, and what does not (section 7).

A *double click* (7.2) is the same thing asked for twice within 30 seconds: the first is removed, the second
stays, however many there are in a row. In a *session* (7.3 and 7.4) an item and a title are counted once for
each metric of unique ones. Where nobody tells when a session ends, the Code takes what somebody does within
one hour of the clock, and so does this module; hours, days and months are those of UTC, since the Code names
no other.

Only what was answered with success is a use (7.1), and nothing that a program does by itself (7.8): whoever
feeds this sees to both.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from lending.counter.figures import Counts, Metric, Month

DOUBLE_CLICK: Final = timedelta(seconds=30)
"""Between two clicks that are one, at most."""
TWO_CLICKS: Final = DOUBLE_CLICK + timedelta(milliseconds=1)
"""Between two clicks that are two, at least: no clock here is finer."""


class Act(StrEnum):
    """What somebody did, or wanted to do."""

    INVESTIGATION = "investigation"
    REQUEST = "request"
    LIMIT_EXCEEDED = "limit-exceeded"
    NO_LICENSE = "no-license"


@dataclass(frozen=True, slots=True)
class Use:
    """One act. `reader` tells one from another, such as by a cookie's digest, and is in no figure.

    `title` and `item` are any names by which these are known again. Of a request, the investigation that it
    is too need not be told.
    """

    reader: str
    title: str
    item: str
    at: datetime
    act: Act


TOTALS: Final[Mapping[Act, tuple[Metric, ...]]] = {
    Act.INVESTIGATION: (Metric.TOTAL_ITEM_INVESTIGATIONS,),
    Act.REQUEST: (Metric.TOTAL_ITEM_INVESTIGATIONS, Metric.TOTAL_ITEM_REQUESTS),
    Act.LIMIT_EXCEEDED: (Metric.LIMIT_EXCEEDED,),
    Act.NO_LICENSE: (Metric.NO_LICENSE,),
}
"""The metrics that each act raises, every time that it counts."""


def count(uses: Iterable[Use]) -> dict[str, Counts]:
    """Figures by title, whatever the order of uses. What nobody did is in none of them."""
    figures: dict[str, dict[Metric, Counter[Month]]] = defaultdict(lambda: defaultdict(Counter))
    seen: set[tuple[object, ...]] = set()
    for use in without_double_clicks(uses):
        figure, month, session = figures[use.title], Month.of(use.at.astimezone(UTC)), session_of(use)
        for metric in TOTALS[use.act]:
            figure[metric][month] += 1
        for metric, once in uniques(use):
            if (session, metric, *once) not in seen:
                seen.add((session, metric, *once))
                figure[metric][month] += 1
    return {
        title: {metric: dict(sorted(months.items())) for metric, months in sorted(of.items())}
        for title, of in figures.items()
    }


def without_double_clicks(uses: Iterable[Use]) -> Iterator[Use]:
    """Those that count: of acts that follow each other within 30 seconds, the last."""
    links: dict[tuple[str, str, str, Act], list[Use]] = defaultdict(list)
    for use in uses:
        links[use.reader, use.title, use.item, use.act].append(use)
    for clicks in links.values():
        clicks.sort(key=lambda use: use.at)
        yield from (use for use, after in pairwise(clicks) if after.at - use.at > DOUBLE_CLICK)
        yield clicks[-1]


def session_of(use: Use) -> tuple[str, datetime]:
    """Who in which hour."""
    return use.reader, use.at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def uniques(use: Use) -> Iterator[tuple[Metric, tuple[str, ...]]]:
    """The metrics of unique ones that a use may raise, and what of it counts once in a session."""
    if use.act in (Act.INVESTIGATION, Act.REQUEST):
        yield Metric.UNIQUE_ITEM_INVESTIGATIONS, (use.title, use.item)
        yield Metric.UNIQUE_TITLE_INVESTIGATIONS, (use.title,)
    if use.act is Act.REQUEST:
        yield Metric.UNIQUE_ITEM_REQUESTS, (use.title, use.item)
        yield Metric.UNIQUE_TITLE_REQUESTS, (use.title,)
