"""What is unusual about a loan: told to its owner and to librarians, who may think of a reason.

It is seen in the record of events alone. Which passages somebody reads is kept nowhere, nor is it here.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from lending.circulation.events import Denial, Event, EventKind

MANY_DEVICES: Final = 3
"""Who carries a loan so often has more devices than most, or more people have the code."""


class Unusual(StrEnum):
    """What is unusual."""

    READ_FAST = "read-fast"
    """Pages were asked for faster than a person can leaf through them."""
    MANY_DEVICES = "many-devices"
    """The loan was carried to another device again and again."""
    LINK_TRIED_AGAIN = "link-tried-again"
    """The link was opened after somebody had borrowed with it: by the friend elsewhere, or by others."""


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something unusual about a loan: how often it was noted, and when last."""

    what: Unusual
    loan_id: str
    times: int
    last_at: datetime


_NO_LINKS: Final[Mapping[str, str]] = MappingProxyType({})


def notice(events: Iterable[Event], loans_of_links: Mapping[str, str] = _NO_LINKS) -> list[Noticed]:
    """What is unusual about the loans of one copy or of many, by what happened to them; the latest first.

    By which link a loan came is known from its check-out; where that is not among the events,
    `loans_of_links` says it.
    """
    in_order = sorted(events, key=lambda event: event.at)
    loans = dict(loans_of_links) | {
        event.link_id: event.loan_id
        for event in in_order
        if event.kind is EventKind.CHECKED_OUT and event.link_id and event.loan_id
    }
    times: Counter[tuple[Unusual, str]] = Counter()
    last: dict[tuple[Unusual, str], datetime] = {}
    for event in in_order:
        sign = _sign(event, loans)
        if sign is not None:
            times[sign] += 1
            last[sign] = event.at
    enough = [sign for sign, count in times.items() if count >= _LEAST.get(sign[0], 1)]
    found = [Noticed(what, loan_id, times[what, loan_id], last[what, loan_id]) for what, loan_id in enough]
    return sorted(found, key=lambda one: one.last_at, reverse=True)


_LEAST: Final = {Unusual.MANY_DEVICES: MANY_DEVICES}


def _sign(event: Event, loans: dict[str, str]) -> tuple[Unusual, str] | None:
    """What an event is a sign of, and of which loan."""
    if event.kind is EventKind.READ_FAST and event.loan_id:
        return Unusual.READ_FAST, event.loan_id
    if event.kind is EventKind.CARRIED and event.loan_id:
        return Unusual.MANY_DEVICES, event.loan_id
    after_use = event.kind is EventKind.TURNED_AWAY and event.reason is Denial.NO_LICENSE
    if after_use and event.link_id in loans:
        return Unusual.LINK_TRIED_AGAIN, loans[event.link_id]
    return None
