"""The loan log for librarians, and for owners the record of their own copies.

It reads; it changes nothing and opens no book.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from lending import refusals
from lending.circulation.provenance import Tenure, tenures
from lending.ports.library import Library, Transaction
from lending.ports.records import EventLine, EventQuery, LogLine, LogQuery, Role
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.identities import Sight, sight

LARGEST_PAGE = 200
EVENTS_ON_A_PAGE = 100
EXPORT_PAGE = 500
SEARCHED_AT_ONCE = 5_000
"""Loans that a search looks at for one page: so it costs no more in a library of a million."""
PASSED_ON_AT_ONCE = 100
"""The same of a search for who passed a copy on. Few are, so this goes back as far."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some lines of the log; `after` is the cursor of the next page, empty at the end. `sight` is whose names
    they show.

    A search looks at so many loans at once. Where it came to that many before its page was full,
    `looked_back_to` says until when it has looked; `after` goes on from there.
    """

    lines: list[LogLine]
    after: str
    now: datetime
    sight: Sight
    looked_back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bookplate:
    """Whose a copy was, and when."""

    name: str
    tenure: Tenure


@dataclass(frozen=True, slots=True)
class Audit:
    """What may be looked at, and by whom."""

    library: Library
    clock: Clock

    def loans(self, actor: Actor, query: LogQuery) -> LogPage:
        """A page of the loan log, newest first. Raises NotAllowed or UnacceptableInput, and NamesCovered
        where it looks for a reader's name and the actor doesn't see them all."""
        query, sees = self._seen(actor, query)
        return self._page(query, max(1, min(query.limit, LARGEST_PAGE)), sees)

    def export(self, actor: Actor, query: LogQuery) -> Iterator[LogLine]:
        """Every line that matches, newest first, read page by page. Raises what `loans` does, at once."""
        return self._all(*self._seen(actor, query))

    def events(self, actor: Actor, query: EventQuery | None = None) -> list[EventLine]:
        """A page of the record, newest first. Raises NotAllowed."""
        query = replace(query or EventQuery(limit=EVENTS_ON_A_PAGE), owners=actor.charge(), asked_by=actor.id)
        with self.library.read() as desk:
            sees = sight(desk, actor, self.clock.now())
            return [sees.of_event(line) for line in desk.log.events(query)]

    def of_copy(self, actor: Actor, copy_id: str) -> list[EventLine]:
        """What happened to one of the actor's own copies while it was theirs, newest first: the latest
        hundred entries. Who borrowed it from a former owner is no business of theirs. When who looked after
        their books then had all names shown, since a friend first had it of them, is part of it.

        Raises NotAllowed, or NotFound, for somebody else's too.
        """
        with self.library.read() as desk:
            owner_id = actor.reads_as(Role.OWNER)
            _refuse_others(desk, copy_id, owner_id)
            theirs = EventQuery(copy_id, limit=EVENTS_ON_A_PAGE, owners=frozenset({owner_id}))
            lines = desk.log.events(theirs)
            lent = desk.log.first_lent(copy_id, owner_id)
            if lent is not None:  # before that there was no name of a reader of this copy to show
                lines += desk.log.all_names_shown(owner_id, lent, EVENTS_ON_A_PAGE)
        return sorted(lines, key=lambda line: line.number, reverse=True)[:EVENTS_ON_A_PAGE]

    def provenance(self, actor: Actor, copy_id: str) -> list[Bookplate]:
        """Whose one of the actor's own copies was, the first owner first. Raises what `of_copy` does."""
        with self.library.read() as desk:
            _refuse_others(desk, copy_id, actor.reads_as(Role.OWNER))
            owners = tenures(desk.log.changes_of_hands(copy_id))
            return [Bookplate(desk.accounts.get(one.owner_id).name, one) for one in owners]

    def _seen(self, actor: Actor, query: LogQuery) -> tuple[LogQuery, Sight]:
        """As the actor may ask, and whose names they see."""
        query = replace(query, owners=actor.charge())
        with self.library.read() as desk:
            sees = sight(desk, actor, self.clock.now())
        if (query.borrower or query.passed_by) and not sees.is_whole:
            raise refusals.NamesCovered
        return query, sees

    def _page(self, query: LogQuery, limit: int, sees: Sight) -> LogPage:
        now = self.clock.now()
        query, reach = replace(query, limit=limit + 1), None
        with self.library.read() as desk:
            at_once = PASSED_ON_AT_ONCE if query.passed_by else SEARCHED_AT_ONCE
            if query.is_search and (reach := desk.log.reach(query, now, at_once)):
                query = replace(query, down_to=reach.cursor)
            lines = [sees.of_line(line) for line in desk.log.loans(query, now)]
        if len(lines) > limit:
            return LogPage(lines[:limit], lines[limit - 1].cursor, now, sees)
        if reach:
            return LogPage(lines, reach.cursor, now, sees, reach.moment)
        return LogPage(lines, "", now, sees)

    def _all(self, query: LogQuery, sees: Sight) -> Iterator[LogLine]:
        while True:
            page = self._page(query, EXPORT_PAGE, sees)
            yield from page.lines
            if not page.after:
                return
            query = replace(query, after=page.after)


def _refuse_others(desk: Transaction, copy_id: str, owner_id: str) -> None:
    if desk.collection.entry(copy_id).copy.owner_id != owner_id:
        raise refusals.NotFound
