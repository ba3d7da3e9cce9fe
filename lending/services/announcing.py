"""The library, which tells the bulletin of all that happens to copies: in this one place, for every service.

What happened is what the record was told. So a new kind of event is announced without anybody's doing.
"""

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, cast

from lending.circulation.desk import Decision
from lending.circulation.events import Event
from lending.circulation.waiting import HoldDecision
from lending.ports.bulletin import Bulletin, books_of
from lending.ports.library import Library, LibraryUnavailable, Transaction

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AnnouncingLibrary:
    """A `Library`. Whatever becomes of the announcement, the change stands."""

    library: Library
    bulletin: Bulletin

    @contextmanager
    def change(self) -> Iterator[Transaction]:
        """See the port. What happened is announced once it is durable."""
        happened: list[Event] = []
        with self.library.change() as desk:
            # It is all that a Transaction is, as far as it was asked.
            yield cast("Transaction", _Overheard(desk, happened))
        if happened:
            self._announce(happened)

    def read(self) -> AbstractContextManager[Transaction]:
        """See the port."""
        return self.library.read()

    def _announce(self, happened: list[Event]) -> None:
        copies = {event.copy_id for event in happened if event.copy_id}
        titles = {event.edition_id for event in happened if event.edition_id}
        try:
            with self.library.read() as desk:
                editions = [desk.collection.entry(copy_id).edition for copy_id in copies]
                editions += [desk.collection.edition(edition_id) for edition_id in titles]
        except LibraryUnavailable as trouble:
            _log.warning("what happened is not announced: %s", trouble)
            return
        accounts = {edition.owner_id for edition in editions}
        for event in happened:  # a copy that was given is in other books now
            accounts |= {account_id for account_id in (event.by, event.to) if account_id}
        self.bulletin.bump({books_of(account_id) for account_id in accounts})


class _Overheard:
    """A transaction whose events are noted."""

    def __init__(self, desk: Transaction, happened: list[Event]) -> None:
        self._desk = desk
        self.circulation = _OverheardPart(desk.circulation, happened)
        self.line = _OverheardPart(desk.line, happened)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._desk, name)


class _OverheardPart:
    """Where a transaction writes events down."""

    def __init__(self, part: Any, happened: list[Event]) -> None:
        self._part = part
        self._happened = happened

    def store(self, decision: Decision | HoldDecision) -> list[int]:
        numbers: list[int] = self._part.store(decision)
        self._happened += decision.events
        return numbers

    def record(self, event: Event) -> int:
        number: int = self._part.record(event)
        self._happened.append(event)
        return number

    def __getattr__(self, name: str) -> Any:
        return getattr(self._part, name)
