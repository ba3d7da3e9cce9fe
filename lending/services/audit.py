"""The loan log for librarians, and for owners the record of their own copies.

It reads; it changes nothing and opens no book.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lending import refusals
from lending.ports.library import Library
from lending.ports.records import EventLine, LogLine, LogQuery, Role
from lending.ports.world import Clock
from lending.services.actors import Actor

LARGEST_PAGE = 200
EXPORT_PAGE = 500


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines of the log; `after` is the cursor of the next page, empty at the end."""

    lines: list[LogLine]
    after: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Audit:
    """What may be looked at, and by whom."""

    library: Library
    clock: Clock

    def loans(self, actor: Actor, query: LogQuery) -> LogPage:
        """A page of the loan log, newest first. Raises NotAllowed or UnacceptableInput."""
        actor.reads_as(Role.LIBRARIAN)
        limit = max(1, min(query.limit, LARGEST_PAGE))
        now = self.clock.now()
        with self.library.read() as desk:
            lines = desk.log.loans(replace(query, limit=limit + 1), now)
        after = lines[limit - 1].cursor if len(lines) > limit else ""
        return LogPage(lines[:limit], after, now)

    def export(self, actor: Actor, query: LogQuery) -> Iterator[LogLine]:
        """Every line that matches, newest first, read page by page. Raises NotAllowed at once."""
        actor.reads_as(Role.LIBRARIAN)
        return self._all(replace(query, limit=EXPORT_PAGE))

    def events(self, actor: Actor, copy_id: str | None = None, before: int = 0) -> list[EventLine]:
        """Entries of the record, newest first, of one copy or of all. Raises NotAllowed."""
        actor.reads_as(Role.LIBRARIAN)
        with self.library.read() as desk:
            return desk.log.events(copy_id, before, 100)

    def of_copy(self, actor: Actor, copy_id: str) -> list[EventLine]:
        """What happened to one of the actor's own copies, newest first: the latest hundred entries.

        Raises NotAllowed, or NotFound, for somebody else's too.
        """
        owner_id = actor.reads_as(Role.OWNER)
        with self.library.read() as desk:
            if desk.collection.entry(copy_id).copy.owner_id != owner_id:
                raise refusals.NotFound
            return desk.log.events(copy_id, 0, 100)

    def _all(self, query: LogQuery) -> Iterator[LogLine]:
        while True:
            with self.library.read() as desk:
                lines = desk.log.loans(query, self.clock.now())
            yield from lines
            if len(lines) < query.limit:
                return
            query = replace(query, after=lines[-1].cursor)
