"""What the friends know of each other's links and loans, so that they can get in each other's way."""

import itertools
import random
import threading
from collections import deque
from dataclasses import dataclass, field

from tests.proving.history import Act, Kind

ENOUGH_UNKNOWN = 20
"""Acts without an answer after which a copy is left alone: each doubles what may have happened."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A link: its tag, and the token by which one claims; `ends` is the loan that is passed on by it."""

    tag: str
    token: str
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """A loan that somebody was given, with the pass that opens it and its tag (none for the owner's own)."""

    loan: str
    who: str
    reading_pass: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Somebody's place in the line: the hold's tag, and the token by which they look after it."""

    tag: str
    token: str


@dataclass(frozen=True, slots=True)
class SetOut:
    """A loan on its way to another browser: whose browser it left, and the token that the other shows."""

    loan: str
    who: str
    token: str


@dataclass
class Shelved:
    """One copy in play."""

    copy: str
    links: deque[Offered] = field(default_factory=lambda: deque(maxlen=6))
    loans: deque[Held] = field(default_factory=lambda: deque(maxlen=60))
    doubtful: dict[str, Offered] = field(default_factory=dict)
    """Whose claim got no answer: they ask again, as the front end does."""
    places: dict[str, Place] = field(default_factory=dict)
    set_out: deque[SetOut] = field(default_factory=lambda: deque(maxlen=6))
    on_the_way: dict[str, SetOut] = field(default_factory=dict)
    """Whose arrival got no answer: they ask again."""
    unknown: int = 0


class Board:
    """The copies in play and the history of what was done to them. Threads share it."""

    def __init__(self, copies: tuple[str, ...], at_once: int) -> None:
        shelved = [Shelved(copy) for copy in copies]
        self.in_play, self._reserve = shelved[:at_once], deque(shelved[at_once:])
        self.acts: list[Act] = []
        self._numbers = itertools.count(1)
        self._tags = itertools.count(1)
        self._lock = threading.Lock()

    def some_copy(self, dice: random.Random) -> Shelved:
        """One of those in play."""
        return dice.choice(self.in_play)

    def new_tag(self) -> str:
        """What tells a link from all others."""
        return f"L{next(self._tags)}"

    def new_name(self) -> str:
        """What tells a hold from all others: the name that its friend gives."""
        return f"H{next(self._tags)}"

    def new_pass(self) -> str:
        """What tells a pass from all others."""
        return f"P{next(self._tags)}"

    def new_number(self) -> int:
        """What tells an act from all others."""
        return next(self._numbers)

    def done(self, shelved: Shelved, act: Act) -> None:
        """Keep an act. Without an answer a page tells nothing, and any other act makes the copy a riddle."""
        if not act.is_known and act.kind is Kind.READ:
            return
        with self._lock:
            self.acts.append(act)
            if not act.is_known:
                shelved.unknown += 1
                if shelved.unknown == ENOUGH_UNKNOWN and self._reserve:
                    self.in_play[self.in_play.index(shelved)] = self._reserve.popleft()
