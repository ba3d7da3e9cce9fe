"""What was found when log and stock were looked through in the background."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LogCheck:
    """What a check of the whole log has found, in words; nothing, if all was as it was entered."""

    at: datetime
    entries: int
    faults: tuple[str, ...] = ()


class Found(StrEnum):
    """What was found of a copy's file."""

    GOOD = "good"
    MISSING = "missing"
    """The sealed file or its key is not there."""
    CHANGED = "changed"
    """It opens, and is not the file that was accessioned."""
    UNREADABLE = "unreadable"
    """It is there, and does not open: what is sealed was damaged."""


@dataclass(frozen=True, slots=True)
class StockCheck:
    """How a copy's file was found."""

    copy_id: str
    looked_at: datetime
    found: Found


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A copy whose file is to be looked at: which file, and what its bytes hash to."""

    copy_id: str
    file_id: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class StockException:
    """A copy that was not found as it should be."""

    check: StockCheck
    title: str
    owner_name: str
    copy_number: int


@dataclass(frozen=True, slots=True)
class StockTaken:
    """How far the stock is looked through. `oldest` is when the one was looked at that waits longest."""

    copies: int
    looked_at: int
    exceptions: int
    oldest: datetime | None = None
    newest: datetime | None = None


class Checks(Protocol):
    """What was found, and when."""

    def keep_log_check(self, check: LogCheck, most: int, until: datetime) -> None:
        """Keep it, and of those up to a moment the newest, so that there are `most`. Later ones go."""

    def last_log_check(self, until: datetime) -> LogCheck | None:
        """The newest up to a moment: one that says to be of later was written by somebody else."""

    def ask_for_log_check(self, at: datetime) -> None:
        """Note that somebody wants the log to be checked soon, instead of what was noted before."""

    def log_check_asked_at(self) -> datetime | None:
        """When somebody asked for a check that is not made yet."""

    def log_check_was_made(self, asked_at: datetime) -> None:
        """Forget that it was asked for then. What was asked since stays."""

    def to_check(self, before: datetime, limit: int) -> list[ToCheck]:
        """Copies that are here and were not looked at since a moment: those never looked at first, then
        those that wait longest."""

    def keep_stock_checks(self, checks: Iterable[StockCheck]) -> None:
        """Keep what was found of copies, instead of what was found before."""

    def stock_taken(self, owners: Collection[str] | None = None) -> StockTaken:
        """How far the stock is looked through: of copies that are here, of these accounts' or of all."""

    def exceptions(self, limit: int, owners: Collection[str] | None = None) -> list[StockException]:
        """Copies that are here and were not found as they should be, the latest first."""
