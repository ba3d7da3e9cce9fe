"""Where a reader was, on each of their devices, and which of these places counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

MOST_DEVICES = 20
"""Whose places are kept for one loan: those read on latest."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device was: `locator` is the reading page's own JSON, `fraction` 0..1 of the book.

    `device` is its own random name, or empty for one that gives none.
    """

    locator: str
    fraction: float
    read_at: datetime
    device: str = ""


def chosen(places: Iterable[Place], device: str) -> tuple[Place | None, Place | None]:
    """The place of the latest reading; and where `device` itself was, if that is another and older one."""
    in_time = sorted(places, key=_when)
    if not in_time:
        return None, None
    latest = in_time[-1]
    own = next((place for place in reversed(in_time) if place.device == device), latest)
    return latest, None if own.locator == latest.locator else own


def later(kept: Place | None, arrived: Place) -> Place:
    """Which of two places of one device stands: messages may overtake each other."""
    return arrived if kept is None or kept.read_at <= arrived.read_at else kept


def superfluous(places: Iterable[Place]) -> list[Place]:
    """Places of devices that were used least lately, beyond those that are kept."""
    return sorted(places, key=_when, reverse=True)[MOST_DEVICES:]


def _when(place: Place) -> tuple[datetime, str]:
    return place.read_at, place.device
