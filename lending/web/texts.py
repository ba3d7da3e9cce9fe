"""Flask-Babel, typed: it ships no types, and a page's words should not be `Any`.

The names are those that the extraction of messages looks for.
"""

from datetime import datetime, timedelta
from typing import cast

import flask_babel
from babel.units import format_unit
from flask_babel import LazyString, lazy_gettext

__all__ = [
    "LazyString",
    "gettext",
    "lazy_gettext",
    "locale_name",
    "ngettext",
    "shown_bytes",
    "shown_date",
    "shown_moment",
    "shown_wait",
    "somebody",
    "titled",
]


def gettext(text: str, **values: object) -> str:
    """A text in the page's language, its %(blanks)s filled."""
    return cast("str", flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, count: int, **values: object) -> str:
    """A text that depends on a count, which fills %(num)s."""
    return cast("str", flask_babel.ngettext(one, many, count, **values))


def shown_date(when: datetime, pattern: str) -> str:
    """A date in the page's language (a CLDR pattern)."""
    return cast("str", flask_babel.format_date(when, pattern))


def shown_moment(when: datetime, pattern: str) -> str:
    """A date and time in the page's language (a CLDR pattern)."""
    return cast("str", flask_babel.format_datetime(when, pattern))


def shown_bytes(count: int) -> str:
    """A size in bytes as people say it."""
    unit, size = next(
        ((unit, count / scale) for unit, scale in (("gigabyte", 1e9), ("megabyte", 1e6)) if count >= scale),
        ("kilobyte", max(1, count / 1e3)),
    )
    shown = round(size, 1) if size < 10 else round(size)
    return format_unit(shown, f"digital-{unit}", "short", locale=locale_name())


def shown_wait(wait: timedelta) -> str:
    """How long to wait as people say it, and never shorter than it is."""
    minutes = max(1, -(-wait // timedelta(minutes=1)))
    if minutes < 120:
        return ngettext("%(num)d minute", "%(num)d minutes", minutes)
    return ngettext("%(num)d hour", "%(num)d hours", -(-minutes // 60))


def somebody(name: str) -> str:
    """The name of an owner, or what stands for one whose account was erased."""
    return name or gettext("somebody")


def titled(title: str) -> str:
    """The title of a book, or what stands for one that somebody has deleted from the database."""
    return title or gettext("(title missing)")


def locale_name() -> str:
    """The page's language, as Babel names it."""
    return str(flask_babel.get_locale() or "en")
