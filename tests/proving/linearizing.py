"""Whether some order of a copy's acts explains every answer that was given.

The search is Wing and Gong's with Lowe's refinement: acts are put in order no earlier than an answer asks for
it. At every moment the ways in which things may stand are known, each a state of the copy and the acts under
way that it has counted already. An answer leaves those in which its act came to just that; when none is left,
no order explains the history, and that answer is the one to look at.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tests.proving.history import Act, Kind
from tests.proving.model import State, answer, is_to_come

Way = tuple[State, frozenset[int]]
"""A state of the copy, and which of the acts under way have happened in it."""

MOST_WAYS = 100_000


@dataclass(frozen=True, slots=True)
class Puzzle:
    """An answer that no order of the acts explains, and how the copy may have stood before it."""

    act: Act
    states: tuple[State, ...]
    undecided: bool = False
    """There were too many ways to look at them all: nothing was shown, for or against."""

    def __str__(self) -> str:
        if self.undecided:
            return f"undecided at act {self.act.number}: too many possibilities"
        what = " ".join(filter(None, (self.act.kind, self.act.link, self.act.loan)))
        stood = "; ".join(map(str, self.states[:3])) or "nothing possible"
        return (
            f"act {self.act.number}, {what} by {self.act.who}: “{self.act.outcome}” is impossible ({stood})"
        )


def puzzle(acts: Iterable[Act], epochs: Mapping[str, int], most: int = MOST_WAYS) -> Puzzle | None:
    """The first answer about one copy that can't be explained, or None.

    `epochs` tells the epoch of each loan that the library has. A loan that was acknowledged and isn't there
    is never explained.
    """
    return _Search(epochs, most).through(acts)


class _TooManyError(Exception):
    """More ways than are looked at."""


class _Search:
    def __init__(self, epochs: Mapping[str, int], most: int) -> None:
        self._epochs = epochs
        self._most = most
        self._under_way: dict[int, Act] = {}
        self._ways: set[Way] = {(State(), frozenset())}

    def through(self, acts: Iterable[Act]) -> Puzzle | None:
        for act, is_answer in _moments(acts):
            if not is_answer:
                self._under_way[act.number] = act
                continue
            states = tuple(sorted({state for state, _ in self._ways}))
            try:
                self._ways = set(self._ways_after(act))
            except _TooManyError:
                return Puzzle(act, states, undecided=True)
            if not self._ways:
                return Puzzle(act, states)
            del self._under_way[act.number]
        return None

    def _ways_after(self, act: Act) -> Iterator[Way]:
        seen = set(self._ways)
        open_ = list(seen)
        while open_:
            if len(seen) > self._most:
                raise _TooManyError
            state, happened = open_.pop()
            happened = self._with_what_changes_nothing(state, happened)
            if act.number in happened:
                yield state, happened - {act.number}
                continue
            for way in self._ways_on(state, happened):
                if way not in seen:
                    seen.add(way)
                    open_.append(way)

    def _with_what_changes_nothing(self, state: State, happened: frozenset[int]) -> frozenset[int]:
        """An act whose answer fits now and which changes nothing may as well have happened now."""
        fitting = {
            number
            for number, act in self._under_way.items()
            if act.is_known and number not in happened and self._after(state, act) == state
            and not (act.kind is Kind.EXPIRE and is_to_come(state, act, self._epoch(act)))
        }  # fmt: skip
        return happened | fitting if fitting else happened

    def _ways_on(self, state: State, happened: frozenset[int]) -> Iterator[Way]:
        tried = set()
        for number, act in self._under_way.items():
            if number in happened:
                continue
            if not act.is_known:  # those that are alike count in the order in which they were asked
                alike = (act.kind, act.who, act.link, act.loan, act.shown)
                if alike in tried:
                    continue
                tried.add(alike)
            after = self._after(state, act)
            if after is not None and after != state:
                yield after, happened | {number}

    def _after(self, state: State, act: Act) -> State | None:
        """The state after the act, or None if it could not be answered so here."""
        asked = self._epoch(act)
        must = answer(state, act, asked)
        if not act.is_known:
            return must.state
        if act.outcome != must.outcome or (act.loan and asked != must.epoch):
            return None
        return must.state

    def _epoch(self, act: Act) -> int:
        """Of a loan that the library hasn't got: -1, which is no copy's."""
        return self._epochs.get(act.loan, -1) if act.loan else 0


def _moments(acts: Iterable[Act]) -> Iterator[tuple[Act, bool]]:
    """Each act as it was asked and as it was answered, in the order of time. At the same moment questions
    come first: then they overlap."""
    moments = []
    for act in acts:
        moments.append((act.invoked, 0, act.number, act))
        if act.answered is not None:
            moments.append((act.answered, 1, act.number, act))
    for _, is_answer, _, act in sorted(moments, key=lambda moment: moment[:3]):
        yield act, bool(is_answer)
