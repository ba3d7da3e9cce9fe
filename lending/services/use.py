"""How often titles are read, counted without watching people.

What counts is COUNTER's (`counter.counting`): an *investigation* for opening the book's reading page, a
*request* for opening a chapter. To know what counts once, it must be remembered for a while what a loan has
opened: in this process's memory, and in Valkey under names that tell nothing, for an hour at most. What is
written down are sums, by title, month and metric. Of single uses nothing is.

Owners who read their own copies are not counted: a library counts what it lends.
"""

import logging
import threading
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lending.counter.counting import TOTALS, TWO_CLICKS, Act, Use, session_of, uniques
from lending.counter.figures import Metric, Month
from lending.ports.library import Library, LibraryUnavailable
from lending.ports.people import Limits
from lending.ports.records import HeldLoan
from lending.ports.use import UseKey

SESSION: Final = timedelta(hours=1)
_WHOLE: Final = ""
"""The item of whoever opens the book and no chapter of it, and of a book without known chapters."""

_log = logging.getLogger(__name__)


class UseBuffer:
    """Sums that wait to be written, so that nobody who reads waits for a write. Threads may share it.

    With `every`, what was added is written that much later, by a thread of its own. What a process has not
    written when it is killed is not counted: the reading of the last seconds. A database that is away loses
    nothing, as long as the process lives. `close` writes what is left.
    """

    def __init__(self, library: Library, every: timedelta | None = None) -> None:
        """Without `every`, nothing is written until somebody asks for it."""
        self._library = library
        self._every = every
        self._counts: Counter[UseKey] = Counter()
        self._timer: threading.Timer | None = None
        self._lock = threading.Lock()

    def add(self, edition_id: str, month: Month, metrics: Iterable[Metric]) -> None:
        """Count one more by each of the metrics."""
        with self._lock:
            self._counts.update(UseKey(edition_id, month, metric) for metric in metrics)
            self._wait()

    def flush(self) -> None:
        """Write what is there. If the library can't be written now, it stays for the next time."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
        if not counts:
            return
        try:
            with self._library.change() as desk:
                desk.use.add(counts)
        except LibraryUnavailable as trouble:
            _log.warning("the use of books is not written down yet: %s", trouble)
            with self._lock:
                self._counts.update(counts)
                self._wait()

    def close(self) -> None:
        """Write what is there, now and for the last time."""
        with self._lock:
            self._every = None
            if self._timer is not None:
                self._timer.cancel()
        self.flush()

    def _wait(self) -> None:
        if self._every is not None and self._timer is None and self._counts:
            self._timer = threading.Timer(self._every.total_seconds(), self.flush)
            self._timer.daemon = True
            self._timer.start()


@dataclass(frozen=True, slots=True)
class UseCounting:
    """Counts what borrowers open. One loan is one reader, and an hour of the clock with it one session.

    Of what is opened twice within half a minute the first counts, where COUNTER says the last: it is the same
    number, but for the turn of a month. What a reading page fetches ahead of its reader is nothing that they
    did (3.3.3): it says so, and a chapter is counted when it is on the screen. While Valkey is away each
    process remembers for itself, and may count once more what another has counted.
    """

    limits: Limits
    buffer: UseBuffer

    def book(self, held: HeldLoan, now: datetime) -> None:
        """The book's reading page is opened."""
        self._clicked(held, Use(held.loan.id, held.edition_id, _WHOLE, now, Act.INVESTIGATION))

    def chapter(self, held: HeldLoan, chapter: str, now: datetime) -> None:
        """A chapter is opened that comes as a whole."""
        self._clicked(held, Use(held.loan.id, held.edition_id, chapter, now, Act.REQUEST))

    def page_of(self, held: HeldLoan, chapter: str, now: datetime) -> None:
        """A page of a chapter is shown, of a book whose pages come one by one. To turn a page opens nothing,
        so a chapter counts once in a session."""
        use = Use(held.loan.id, held.edition_id, chapter, now, Act.REQUEST)
        if not held.loan.to_owner and self._is_first(use, "pages", chapter):
            self._count(use)

    def _clicked(self, held: HeldLoan, use: Use) -> None:
        if held.loan.to_owner:
            return
        what = f"{use.reader} {use.act} {use.item}"
        if self.limits.first_time("use-click", what, TWO_CLICKS, renews=True):
            self._count(use)

    def _count(self, use: Use) -> None:
        new = [metric for metric, once in uniques(use) if self._is_first(use, metric, *once)]
        self.buffer.add(use.title, Month.of(use.at), [*TOTALS[use.act], *new])

    def _is_first(self, use: Use, *what: str) -> bool:
        """Whether it is, in the session."""
        reader, hour = session_of(use)
        return self.limits.first_time("use", f"{reader} {hour:%Y-%m-%d %H} {' '.join(what)}", SESSION)
