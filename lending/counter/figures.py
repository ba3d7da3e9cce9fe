"""How often titles were used, by metric and month (sections 3.3.2 to 3.3.6)."""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Self

from lending.counter.identifiers import Identifiers

UNKNOWN_YEAR: Final = "0001"
"""What the Code writes for a year of publication that is not known."""

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?")


class Metric(StrEnum):
    """What is counted of a book, in the order of reports.

    An *investigation* is any look at an item or at what is told of it, a *request* a look at the item itself:
    each request is an investigation too. An *item* is a segment of a book, such as a chapter; of a book
    without known segments, the whole. *Limit exceeded* is whom the book was not given because others had it,
    *no license* whom because there is no right to it. *Searches* are those of all that a platform has; who
    borrows here has nothing to search but the book that is open, so there are none.
    """

    LIMIT_EXCEEDED = "Limit_Exceeded"
    NO_LICENSE = "No_License"
    SEARCHES_PLATFORM = "Searches_Platform"
    TOTAL_ITEM_INVESTIGATIONS = "Total_Item_Investigations"
    TOTAL_ITEM_REQUESTS = "Total_Item_Requests"
    UNIQUE_ITEM_INVESTIGATIONS = "Unique_Item_Investigations"
    UNIQUE_ITEM_REQUESTS = "Unique_Item_Requests"
    UNIQUE_TITLE_INVESTIGATIONS = "Unique_Title_Investigations"
    UNIQUE_TITLE_REQUESTS = "Unique_Title_Requests"


class DataType(StrEnum):
    """What a title is. Reports on books are about these two."""

    BOOK = "Book"
    REFERENCE_WORK = "Reference_Work"


class AccessType(StrEnum):
    """Who may have it: only some, everybody for good, or everybody for now."""

    CONTROLLED = "Controlled"
    OPEN = "Open"
    FREE_TO_READ = "Free_To_Read"


class AccessMethod(StrEnum):
    """How it is used: by people, or to mine texts and data."""

    REGULAR = "Regular"
    TDM = "TDM"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month of a year, written `2026-01`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.number <= 12):
            raise ValueError(f"{self} is no month.")

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @classmethod
    def of(cls, moment: date | datetime) -> Self:
        """The month in which a moment lies, by its own clock."""
        return cls(moment.year, moment.month)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From `2026-01`; otherwise `ValueError`."""
        found = _DATE.fullmatch(text)
        if not found or found[3]:
            raise ValueError(f"{text!r} is no month.")
        return cls(int(found[1]), int(found[2]))

    @property
    def before(self) -> "Month":
        """The month before."""
        return Month.of(self.first_day - timedelta(days=1))

    @property
    def after(self) -> "Month":
        """The month after."""
        return Month.of(self.last_day + timedelta(days=1))

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months, from the first to the last, both included."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"A period from {self.first} can't end in {self.last}.")

    @classmethod
    def parse(cls, begin: str, end: str) -> Self:
        """As whoever asks for a report names it: by months, or by the first day and the last.

        `ValueError` if it isn't whole months.
        """
        first, last = Month.parse(begin[:7]), Month.parse(end[:7])
        if begin not in (str(first), str(first.first_day)) or end not in (str(last), str(last.last_day)):
            raise ValueError(f"{begin!r} to {end!r} are not whole months.")
        return cls(first, last)

    def __iter__(self) -> Iterator[Month]:
        for count in range(_months(self.first), _months(self.last) + 1):
            yield Month(count // 12, count % 12 + 1)

    def __len__(self) -> int:
        return _months(self.last) - _months(self.first) + 1

    def __contains__(self, month: Month) -> bool:
        return self.first <= month <= self.last

    @property
    def begin_date(self) -> date:
        """Its first day."""
        return self.first.first_day

    @property
    def end_date(self) -> date:
        """Its last day."""
        return self.last.last_day


Counts = Mapping[Metric, Mapping[Month, int]]
"""How often, by metric and month. What is not there is 0."""


@dataclass(frozen=True, slots=True)
class Title:
    """A book, as reports know it. No authors: title reports tell none."""

    name: str
    publisher: str
    identifiers: Identifiers


@dataclass(frozen=True, slots=True)
class TitleFigures:
    """How often one title was used. `year` is that of its publication, None if nobody knows.

    One title may have several, which differ in what kind of use they tell of.
    """

    title: Title
    counts: Counts
    year: int | None = None
    data_type: DataType = DataType.BOOK
    access_type: AccessType = AccessType.CONTROLLED
    access_method: AccessMethod = AccessMethod.REGULAR

    @property
    def attributes(self) -> dict[str, str]:
        """What kind of use it tells of, by the names of columns, in their order."""
        return {
            "Data_Type": self.data_type.value,
            "YOP": UNKNOWN_YEAR if self.year is None else f"{self.year:04}",
            "Access_Type": self.access_type.value,
            "Access_Method": self.access_method.value,
        }


def _months(month: Month) -> int:
    """Since the year 0, so that months can be counted."""
    return month.year * 12 + month.number - 1
