"""Where a loan's book is read just now, when several windows have it open: one sits, the others offer to take
over.

Comfort, not a rule: the database says whose loan it is, and each of their windows is served.
"""

from dataclasses import dataclass
from enum import StrEnum

from lending.ports.seats import Seats
from lending.services.reading import Admission


class Seat(StrEnum):
    """Where the book is read, as one of its windows sees it."""

    HERE = "here"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Seating:
    """Gives the seat of each loan to one window. Without `seats` none has it, and all may be read in."""

    seats: Seats | None

    def beat(self, reader: Admission, window: str, *, waits: bool = False) -> Seat | None:
        """Hear of a window, which sits down if the seat is free; where the book is read, None if that isn't
        known.

        A window that `waits` has given way to another, and doesn't sit down by itself: else two that lie open
        beside each other would take turns.
        """
        if self.seats is None or not window:
            return None
        seat = _seat(reader)
        holder = self.seats.holder(seat) if waits else self.seats.sit(seat, window)
        if holder is None:
            return None
        return Seat.HERE if holder == window else Seat.ELSEWHERE

    def take(self, reader: Admission, window: str) -> None:
        """The book is read in this window from now on."""
        if self.seats is not None:
            self.seats.take(_seat(reader), window)

    def leave(self, reader: Admission, window: str) -> None:
        """The window is closed, or out of sight: the next that is opened need not ask."""
        if self.seats is not None:
            self.seats.leave(_seat(reader), window)


def _seat(reader: Admission) -> str:
    """A loan that was carried to another device has another seat there: the device that it left holds up
    nobody."""
    return f"{reader.loan_id} {reader.held.loan.binding}"
