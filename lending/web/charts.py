"""Charts as their pages draw them: where each bar stands, in the units of a drawing that stretches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lending.ports.overview import Counted
from lending.services.overview import Week

BAR: Final = 10
"""How wide a week is, its gap included."""
GAP: Final = 2
HEIGHT: Final = 100
_LEAST: Final = 1.5
"""How high a bar is at least that stands for something."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One week. `is_over`: it will grow no more."""

    start: datetime
    count: int
    is_over: bool
    x: int
    y: float
    width: int
    height: float


@dataclass(frozen=True, slots=True)
class WeeklyChart:
    """How often something happened, week by week. `top` is what the whole height stands for."""

    kind: Counted
    bars: tuple[Bar, ...]
    top: int
    total: int

    @property
    def width(self) -> int:
        """Of the drawing."""
        return len(self.bars) * BAR

    @property
    def highest(self) -> Bar:
        """The first of the weeks in which it happened most."""
        return max(self.bars, key=lambda bar: bar.count)


def weekly(kind: Counted, weeks: Sequence[Week]) -> WeeklyChart:
    """The chart of one thing, for weeks in order."""
    counts = [week.count(kind) for week in weeks]
    top = round_top(max(counts))
    bars = []
    for place, (week, count) in enumerate(zip(weeks, counts, strict=True)):
        height = max(_LEAST, round(count / top * HEIGHT, 2)) if count else 0
        x, y = place * BAR + GAP // 2, round(HEIGHT - height, 2)
        bars.append(Bar(week.start, count, week.is_over, x, y, BAR - GAP, height))
    return WeeklyChart(kind, tuple(bars), top, sum(counts))


def round_top(most: int) -> int:
    """A number that people like to read on an axis, and that nothing is above: 2, 4, 10, 20, 40, 50, 100 …

    >>> [round_top(most) for most in (0, 1, 3, 7, 12, 30, 41, 260)]
    [2, 2, 4, 10, 20, 40, 50, 400]
    """
    scale = 1
    while True:
        for step in (2, 4, 5, 10):
            if step * scale >= most and (step * scale) % 2 == 0:
                return step * scale
        scale *= 10
