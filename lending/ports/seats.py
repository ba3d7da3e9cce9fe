"""Reading seats: in which window a loan's book is read, when several have it open. Comfort, never a rule."""

from datetime import timedelta
from typing import Protocol

KEPT_FOR = timedelta(seconds=10)
"""How long a window that isn't heard of keeps its seat."""


class Seats(Protocol):
    """Seats, by their names. What is kept may be lost: then nobody sits, and whoever reads sits down again.

    A window (an open reading page) has a name of its own making. Nothing is ever raised.
    """

    def sit(self, seat: str, window: str) -> str | None:
        """Sit down if the seat is free, or stay for another `KEPT_FOR`; which window has it now, None if that
        isn't known."""

    def take(self, seat: str, window: str) -> None:
        """Sit down, whichever sat there."""

    def holder(self, seat: str) -> str | None:
        """Which window sits there; None if none does, or it isn't known."""

    def leave(self, seat: str, window: str) -> None:
        """Get up. If another window sits there, it keeps the seat."""
