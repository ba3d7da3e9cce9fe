"""A hold: somebody's place in the line for a title."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class HoldState(StrEnum):
    """What has become of a hold. The first three are open, the others are how it ended."""

    ASKED = "asked"
    """The owner has yet to say yes."""
    WAITING = "waiting"
    READY = "ready"
    """A copy is kept for them, behind a link that bears the hold's id."""
    FILLED = "filled"
    """They have borrowed it."""
    LAPSED = "lapsed"
    """They did not come for the copy in time."""
    LEFT = "left"
    DECLINED = "declined"
    """The owner said no, or has no copy of the title any more."""


OPEN = frozenset({HoldState.ASKED, HoldState.WAITING, HoldState.READY})


@dataclass(frozen=True, slots=True)
class Hold:
    """One friend waiting for a title. A line goes by `asked_at`, whenever the owner said yes.

    `binding` names what the friend's browser proved when it asked, as a loan's does: asking twice is asking
    once. When its turn comes, a copy is kept behind a *link* that has the hold's own id.
    """

    id: str
    edition_id: str
    binding: str
    name: str
    asked_at: datetime
    state: HoldState = HoldState.WAITING
    ready_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether they still wait."""
        return self.state in OPEN
