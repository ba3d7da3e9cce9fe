"""How times, periods, lists and searchable names become columns."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

COUNTER = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database hands out. SQLite numbers rows only in a column called INTEGER."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, kept as whole milliseconds since 1970: the same on every database."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Refuse naive times: they are a bug, not a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give the time back, aware. SQLite keeps halves too, and words: they are no times."""
        if value is not None and not isinstance(value, int):
            raise TypeError(f"{value!r} is no time")
        return None if value is None else EPOCH + value * MILLISECOND


class Period(TypeDecorator[timedelta]):
    """A duration, kept as whole seconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:
        """Seconds."""
        return None if value is None else value // timedelta(seconds=1)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> timedelta | None:
        """Give the duration back."""
        return None if value is None else timedelta(seconds=value)


class Texts(TypeDecorator[tuple[str, ...]]):
    """A few short texts in order, kept as a JSON array."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """As JSON, readable."""
        return None if value is None else json.dumps(list(value), ensure_ascii=False)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Give the texts back."""
        return None if value is None else tuple(json.loads(value))


def folded(*texts: str) -> str:
    """Texts as one searchable line, without accents and case.

    >>> folded("Les Misérables", "Victor HUGO")
    'les miserables victor hugo'
    """
    decomposed = unicodedata.normalize("NFKD", " ".join(texts).casefold())
    # PostgreSQL's texts can't hold NUL, so a search for one must not get that far.
    return "".join(c for c in decomposed if c != "\0" and not unicodedata.combining(c))
