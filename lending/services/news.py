"""What has happened to an owner's copies since they last asked: for pages that are open and ask often."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

from lending import refusals
from lending.circulation.events import Event
from lending.circulation.news import is_news
from lending.ports.bulletin import Bulletin, books_of
from lending.ports.library import Library, Transaction
from lending.ports.records import EventLine, Role
from lending.services.actors import Actor

MOST_NEWS: Final = 20
MOST_READ: Final = 100
"""Events at once. Of more, the older ones are not told: their books show how they stand."""
FARTHEST: Final = 10_000
"""Events of the whole library. Who was away for more is told nothing of what is older."""
LATECOMERS: Final = 32
"""Numbers are given before a transaction ends, so one may be seen after others that are higher. So many are
looked through again."""

CURSOR: Final = r"[0-9]{1,18}\.[0-9]{0,18}\.([0-9]{1,18}_)*"


@dataclass(frozen=True, slots=True)
class Cursor:
    """Until where the record was read: the highest number of all events; of the latest, those that were told
    already; and the version of the bulletin before it was read."""

    number: int
    version: int | None
    told: frozenset[int]

    @classmethod
    def read(cls, text: str) -> Self:
        """What `str` wrote. Raises UnacceptableInput."""
        if not re.fullmatch(CURSOR, text):
            raise refusals.UnacceptableInput("after", "is not a cursor of the news")
        number, version, told = text.split(".")
        return cls(int(number), int(version) if version else None, frozenset(_numbers(told)))

    def __str__(self) -> str:
        told = "".join(f"{number}_" for number in sorted(self.told))
        return f"{self.number}.{'' if self.version is None else self.version}.{told}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of news, and the copy on whose page it can be seen: None if that is the owner's no more."""

    line: EventLine
    copy_id: str | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What is new, oldest first. `changed`: something happened, be it what the owner did themselves."""

    news: list[Piece]
    changed: bool
    cursor: str


@dataclass(frozen=True, slots=True)
class News:
    """Tells owners what others did. Without a bulletin the database is asked each time."""

    library: Library
    bulletin: Bulletin | None

    def since(self, actor: Actor, after: str = "") -> Heard:
        """What happened after a cursor; without one, nothing but the cursor from which to go on.

        The database is asked only if there may be something. Raises NotAllowed or UnacceptableInput.
        """
        owner_id = actor.reads_as(Role.OWNER)
        cursor = Cursor.read(after) if after else None
        version = None if self.bulletin is None else self.bulletin.version(books_of(owner_id))
        if cursor is not None and version is not None and version == cursor.version:
            return Heard([], changed=False, cursor=after)
        return self._heard(owner_id, cursor, version)

    def _heard(self, owner_id: str, cursor: Cursor | None, version: int | None) -> Heard:
        with self.library.read() as desk:
            latest = desk.log.latest()
            # A library restored from a backup may be behind what was told.
            known = latest if cursor is None else min(cursor.number, latest)
            missed = known < latest - FARTHEST
            read_from = max(known, latest - FARTHEST) - LATECOMERS
            lines = desk.log.of_owner(owner_id, read_from, MOST_READ)[::-1]
            fresh = [] if cursor is None else [line for line in lines if line.number not in cursor.told]
            news = [line for line in fresh if is_news(line.event, owner_id)][-MOST_NEWS:]
            pieces = [Piece(line, _copy_to_see(desk, line.event, owner_id)) for line in news]
        told = frozenset(line.number for line in lines if line.number > latest - LATECOMERS)
        return Heard(pieces, missed or bool(fresh), str(Cursor(latest, version, told)))


def _copy_to_see(desk: Transaction, event: Event, owner_id: str) -> str | None:
    copies = [event.copy_id] if event.copy_id else desk.collection.copies_of(event.edition_id or "")
    for copy_id in copies:
        copy = desk.collection.entry(copy_id).copy
        if copy.owner_id == owner_id and copy.withdrawn_at is None:
            return copy_id
    return None


def _numbers(told: str) -> Iterable[int]:
    return (int(number) for number in told.split("_") if number)
