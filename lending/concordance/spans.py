"""From places in a text that was changed back to places in the text as it was."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

Change = tuple[int, int, int, int]
"""Start and end in the changed text, then start and end in the original."""


_NONE: Final = array("I")


@dataclass(frozen=True, slots=True)
class Spans:
    """Where a text was changed. Between two changes, both texts run on side by side.

    Four whole numbers for each change, in four arrays: a long text has some hundred thousand.
    """

    starts: "array[int]"
    ends: "array[int]"
    original_starts: "array[int]"
    original_ends: "array[int]"

    @classmethod
    def of(cls, changes: Iterable[Change]) -> Self:
        """Changes in order, none inside another."""
        columns = tuple(array("I", column) for column in zip(*changes, strict=True))
        return cls(*(columns or (_NONE,) * 4))

    def start(self, place: int) -> int:
        """Where in the original the character at `place` begins: at the start of a change that holds it."""
        last = bisect_right(self.starts, place) - 1
        if last < 0:
            return place
        if place < self.ends[last]:
            return self.original_starts[last]
        return self.original_ends[last] + place - self.ends[last]

    def end(self, place: int) -> int:
        """Where in the original the character before `place` ends: at the end of a change that holds it."""
        if place == 0:
            return 0
        last = bisect_right(self.starts, place - 1) - 1
        if last < 0:
            return place
        if place <= self.ends[last]:
            return self.original_ends[last]
        return self.original_ends[last] + place - self.ends[last]

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return 4 * 4 * len(self.starts)
