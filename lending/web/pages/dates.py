"""Dates and times on pages: in UTC, and marked so that a browser can say them in its own zone.

`data-shows` tells the front end how a time is said (`due.ts`): "day", "short" or "moment".
"""

from datetime import UTC, datetime, timedelta
from typing import Final

from markupsafe import Markup

from lending.web.texts import shown_date, shown_moment

NEAR: Final = timedelta(days=2)
"""What lies no further ahead is said with its time of day: then hours matter, and zones."""


def day(when: datetime, now: datetime) -> Markup:
    """A date."""
    return _marked(when, "day", _dated(when, now, "d MMM y"))


def short_day(when: datetime, now: datetime) -> Markup:
    """A day of this or the last year, where there is little room."""
    return _marked(when, "short", _dated(when, now, "d MMM"))


def moment(when: datetime) -> Markup:
    """A date and time."""
    return _marked(when, "moment", _timed(when, "d MMM y"))


def _dated(when: datetime, now: datetime, pattern: str) -> str:
    return _timed(when, pattern) if now <= when < now + NEAR else shown_date(when, pattern)


def _timed(when: datetime, pattern: str) -> str:
    return f"{shown_moment(when, f'{pattern}, HH:mm')} UTC"


def _marked(when: datetime, shows: str, words: str) -> Markup:
    machine_readable = when.astimezone(UTC).isoformat(timespec="seconds")
    return Markup('<time datetime="{}" data-shows="{}">{}</time>').format(machine_readable, shows, words)
