"""Who could not have a book: entered into the record, without their name."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lending import refusals
from lending.circulation.events import Event
from lending.circulation.turning_away import turned_away, turned_away_from_line
from lending.counter.counting import TWO_CLICKS
from lending.ports.library import Library, Transaction
from lending.ports.people import Limits
from lending.ports.world import Clock

MOST_A_DAY: Final = 12
"""How many of one link, or of one browser from one title's line, are entered within a day: nobody floods the
record."""
MOST_FROM_A_LINE: Final = 100
"""The same from one title's line of all together: a browser that comes with new keys is anybody's."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TurnAways:
    """Notes them. A refusal stays the refusal that it was, whatever becomes of the note.

    The entry is a transaction of its own, after that of the refused act has been rolled back. Of what comes
    with one link in quick succession the first counts (COUNTER's double click): to look and to claim is one.
    """

    library: Library
    clock: Clock
    limits: Limits

    @contextmanager
    def with_link(self, link_id: str, binding: str = "") -> Iterator[None]:
        """While somebody looks at a link, or claims with it in a browser that proved `binding`."""
        try:
            yield
        except refusals.Refusal as refusal:
            noted = refusal  # the name itself ends with the block
            self._note("", lambda desk: self._from_copy(desk, link_id, binding, noted))
            raise

    @contextmanager
    def at_line(self, title: Callable[[Transaction], str], binding: str) -> Iterator[None]:
        """While somebody asks for the `title` of that id in a browser that proved `binding`."""
        try:
            yield
        except refusals.LineIsFull:
            self._note(binding, lambda desk: turned_away_from_line(title(desk), self.clock.now()))
            raise

    def _from_copy(
        self, desk: Transaction, link_id: str, binding: str, refusal: refusals.Refusal
    ) -> Event | None:
        link = desk.circulation.link(link_id)
        entry = desk.collection.entry(link.copy_id)
        lent = desk.circulation.loan_of_link(link_id)
        return turned_away(entry.copy, entry.edition.id, link, lent, refusal, binding, self.clock.now())

    def _note(self, who: str, happened: Callable[[Transaction], Event | None]) -> None:
        """`who` tells apart who came to the same, in this moment, where that is known."""
        try:
            with self.library.read() as desk:
                event = happened(desk)
            if event is not None and self._counts(event.link_id or event.edition_id or "", who):
                with self.library.change() as desk:
                    desk.circulation.record(event)
        except refusals.Refusal:
            return  # the link, or the page, is of no library, or not of this one
        except Exception:  # noqa: BLE001 - whoever is refused is told so, and not that something else is broken
            _log.exception("a turn-away is not in the record")

    def _counts(self, what: str, who: str) -> bool:
        if not self.limits.first_time("turned-away", f"{what} {who}", TWO_CLICKS, renews=True):
            return False
        most = MOST_A_DAY
        if who:
            if self.limits.allow("turned-away", f"{what} {who}", MOST_A_DAY, timedelta(days=1)) is not None:
                return False
            most = MOST_FROM_A_LINE
        return self.limits.allow("turned-away", what, most, timedelta(days=1)) is None
