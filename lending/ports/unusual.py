"""Where signs are found that a loan is unusual (`circulation.noticing`), however long the record is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lending.circulation.events import Event


@dataclass(frozen=True, slots=True)
class Sign:
    """An event that may be a sign, with the loan that it is about. `number` is its place in the record."""

    number: int
    event: Event
    loan_id: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """The signs of a part of the record, newest first. There are no older ones where `before` is 0; else they
    have lower numbers, and this part reaches back to `reaches_to`."""

    signs: tuple[Sign, ...]
    before: int = 0
    reaches_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class LoanInBrief:
    """Which loan it is, without saying whose. `ended_at` is None while it is open."""

    id: str
    copy_id: str
    title: str
    copy_number: int
    checked_out_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


class Signs(Protocol):
    """Signs about loans to friends. What owners do with their own books is nothing to be noticed."""

    def latest(self, before: int, most: int) -> Stretch:
        """Of the events below a number (0: of all), the `most` newest that may be signs are looked at."""

    def of_loans(self, loan_ids: Iterable[str]) -> list[Sign]:
        """All signs about these loans, in order."""

    def loans(self, loan_ids: Iterable[str], owners: Collection[str] | None = None) -> dict[str, LoanInBrief]:
        """Loans by their ids; of copies that were these accounts' then, or of anybody's."""
