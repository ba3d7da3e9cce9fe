"""The life of a copy, and of one loan: what happened, in order, told loan by loan."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from lending import refusals
from lending.circulation.events import EventKind
from lending.circulation.provenance import tenures
from lending.ports.library import Library, Transaction
from lending.ports.records import EventLine, EventQuery, LogLine, LogQuery, ShelfEntry
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.audit import Bookplate
from lending.services.identities import sight

MOST_EVENTS: Final = 300
"""Of a copy's life at once; what is older is told on a page of its own."""
_BEGINS: Final = EventKind.CHECKED_OUT
_ENDS: Final = frozenset({EventKind.RETURNED, EventKind.EXPIRED, EventKind.PASSED_ON})


@dataclass(slots=True)
class Chapter:
    """A loan with all that belongs to it, or what happened between loans (`loan_id` is None).

    In a loan's chapter stands also what happened meanwhile to others: who joined the line, what an owner
    noted. `began_at` and `ended_at` are those of the loan, as far as the chapter tells them.
    """

    loan_id: str | None
    lines: list[EventLine] = field(default_factory=list)

    @property
    def began_at(self) -> datetime | None:
        """When the copy was checked out."""
        return next((one.event.at for one in self._of_loan() if one.event.kind is _BEGINS), None)

    @property
    def ended_at(self) -> datetime | None:
        """When it was back."""
        return next((one.event.at for one in self._of_loan() if one.event.kind in _ENDS), None)

    @property
    def lasted(self) -> timedelta | None:
        """How long the loan was, once it is over."""
        began, ended = self.began_at, self.ended_at
        return ended - began if began and ended else None

    @property
    def borrower_name(self) -> str:
        """Who had the copy, as far as it is known."""
        return next((one.borrower_name for one in self._of_loan() if one.event.kind is _BEGINS), "")

    @property
    def is_owners(self) -> bool:
        """Whether it is the owner's own reading."""
        return any(one.event.kind is _BEGINS and one.event.by is not None for one in self._of_loan())

    def _of_loan(self) -> Iterable[EventLine]:
        return (one for one in self.lines if self.loan_id and one.event.loan_id == self.loan_id)


@dataclass(frozen=True, slots=True)
class CopyLife:
    """A copy's story, oldest first. `before` is the number below which there is more of it, or 0.

    `is_here`: it is one of those that the librarian looks after; else they are told what it was while it was,
    and not how it stands.
    """

    entry: ShelfEntry
    owner_name: str
    owners: tuple[Bookplate, ...]
    chapters: tuple[Chapter, ...]
    before: int
    now: datetime
    is_here: bool = True


@dataclass(frozen=True, slots=True)
class LoanLife:
    """A loan's story, oldest first. `passed_to` is the loan that it was passed on to."""

    line: LogLine
    lines: tuple[EventLine, ...]
    passed_to: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Lives:
    """Tells librarians the story of one thing."""

    library: Library
    clock: Clock

    def of_copy(self, actor: Actor, copy_id: str, before: int = 0) -> CopyLife:
        """The latest part of a copy's life, or what came before an event. Raises NotAllowed or NotFound.

        A librarian of some owners is told it as far as the copy was one of theirs.
        """
        owners = actor.charge()
        with self.library.read() as desk:
            entry = desk.collection.entry(copy_id)
            is_here = owners is None or entry.copy.owner_id in owners
            sees = sight(desk, actor, self.clock.now())
            newest_first = desk.log.events(EventQuery(copy_id, before, MOST_EVENTS, owners=owners))
            if not (is_here or newest_first):
                raise refusals.NotFound
            if not is_here:  # its present owner's record of the book is no business of theirs
                then = desk.log.title_then(copy_id, newest_first[0].number)
                entry = replace(entry, edition=desk.collection.edition(then))
            lines = [sees.of_event(one) for one in newest_first[::-1]]
            return CopyLife(
                sees.of_entry(entry),
                desk.accounts.get(entry.copy.owner_id).name,
                tuple(_owners(desk, copy_id)),
                tuple(chapters(lines)),
                lines[0].number if len(lines) == MOST_EVENTS else 0,
                self.clock.now(),
                is_here,
            )

    def of_loan(self, actor: Actor, loan_id: str) -> LoanLife:
        """A loan's life. Raises NotAllowed or NotFound."""
        owners, now = actor.charge(), self.clock.now()
        with self.library.read() as desk:
            found = desk.log.loans(LogQuery(loan_id=loan_id, limit=1, owners=owners), now)
            if not found:
                raise refusals.NotFound
            after = desk.circulation.passed_to(found[0].loan)
            sees = sight(desk, actor, now)
            lines = tuple(sees.of_event(one, loan_id) for one in desk.log.events_of_loan(loan_id))
        return LoanLife(sees.of_line(found[0]), lines, after.id if after else None, now)


def chapters(lines: Sequence[EventLine]) -> list[Chapter]:
    """A copy's events, given oldest first, loan by loan.

    The link by which a copy was lent, and the time for which it was held, belong to the loan that came of
    them. What belongs to no loan stands with the one that was open then.
    """
    of_links = {one.event.link_id: one.event.loan_id for one in lines if one.event.kind is _BEGINS}
    told: list[Chapter] = []
    open_chapter: Chapter | None = None
    by_loan: dict[str, Chapter] = {}
    for line in lines:
        loan_id = line.event.loan_id or of_links.get(line.event.link_id or "")
        if loan_id is None:
            chapter = open_chapter or _between(told)
        elif loan_id in by_loan:
            chapter = by_loan[loan_id]
        else:
            chapter = by_loan[loan_id] = Chapter(loan_id)
            told.append(chapter)
        chapter.lines.append(line)
        if line.event.kind is _BEGINS:
            open_chapter = chapter
        elif line.event.kind in _ENDS and chapter is open_chapter:
            open_chapter = None
    return told


def _between(told: list[Chapter]) -> Chapter:
    """The chapter between loans that was begun last, or a new one."""
    if not told or told[-1].loan_id is not None:
        told.append(Chapter(None))
    return told[-1]


def _owners(desk: Transaction, copy_id: str) -> Iterable[Bookplate]:
    for one in tenures(desk.log.changes_of_hands(copy_id)):
        yield Bookplate(desk.accounts.get(one.owner_id).name, one)
