"""How often titles are used: sums by month, which name nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lending.counter.figures import Metric, Month, Period


@dataclass(frozen=True, slots=True, order=True)
class UseKey:
    """What is counted: of a title, in a month (of UTC), by a metric of COUNTER."""

    edition_id: str
    month: Month
    metric: Metric


class UseCounts(Protocol):
    """The counters. There is nothing in them of single uses."""

    def add(self, counts: Mapping[UseKey, int]) -> None:
        """Count so many more. Whoever adds at the same time adds too."""

    def within(self, period: Period) -> dict[UseKey, int]:
        """The counters of some months. One that is not there is 0."""

    def first_month(self, owners: frozenset[str] | None = None) -> Month | None:
        """The earliest month of which something was counted, of the titles of these accounts or of all."""
