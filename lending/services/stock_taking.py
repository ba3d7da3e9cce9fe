"""Stock-taking: is each copy's file where it should be, and is it the file that was accessioned?

The whole file is read, so it is done in the background, copy by copy; what was found is kept for each copy,
so that it can be stopped at any time and goes on where it was. That a copy's state agrees with the log is
another question: `services.verifying` answers it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lending import refusals
from lending.ports.checks import Found, StockCheck, StockException, StockTaken, ToCheck
from lending.ports.files import BookFiles
from lending.ports.library import Library
from lending.ports.world import Clock
from lending.sealing.errors import Tampered
from lending.services.actors import Actor

EVERY: Final = timedelta(days=30)
"""How often each copy is looked at."""
MOST_SHOWN: Final = 200
_IN_A_ROUND: Final = 200_000_000
"""Bytes. The housekeeper reads so much at a time, and then rests until its next round."""
_AT_ONCE: Final = 50
_PART: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class StockReport:
    """How far the stock is looked through, and what was not as it should be."""

    taken: StockTaken
    exceptions: list[StockException]

    @property
    def more(self) -> int:
        """How many exceptions there are besides those."""
        return max(0, self.taken.exceptions - len(self.exceptions))


@dataclass(frozen=True, slots=True)
class StockTaking:
    """Looks at files, and tells librarians what it found."""

    library: Library
    clock: Clock
    files: BookFiles

    def report(self, actor: Actor) -> StockReport:
        """What was found so far. Raises NotAllowed."""
        owners = actor.charge()
        with self.library.read() as desk:
            return StockReport(desk.checks.stock_taken(owners), desk.checks.exceptions(MOST_SHOWN, owners))

    def take_some(self, goes_on: Callable[[], bool] = lambda: True) -> int:
        """Look at copies that were not looked at for `EVERY`, for one round; how many there were.

        `goes_on` is asked before each. For the housekeeper.
        """
        looked_at, left = 0, _IN_A_ROUND
        for one in self._due(self.clock.now() - EVERY):
            if left <= 0 or not goes_on():
                break
            left -= self._look(one)
            looked_at += 1
        return looked_at

    def take_all(self, not_since: datetime, progress: Callable[[int], None] = lambda _: None) -> int:
        """Look at every copy that was not looked at since a moment; how many there were."""
        seen: set[ToCheck] = set()  # a clock that is wrong must not make this go on for ever
        while due := [one for one in self._due(not_since) if one not in seen]:
            for one in due:
                self._look(one)
                seen.add(one)
                progress(len(seen))
        return len(seen)

    def _due(self, before: datetime) -> list[ToCheck]:
        with self.library.read() as desk:
            return desk.checks.to_check(before, _AT_ONCE)

    def _look(self, one: ToCheck) -> int:
        """Look at one file, and keep what was found; how many bytes were read."""
        found, size = self._found(one)
        check = StockCheck(one.copy_id, self.clock.now(), found)
        with self.library.change() as desk:
            # A copy that was given away meanwhile was sealed anew: its old file is rightly gone.
            if found is Found.GOOD or desk.collection.entry(one.copy_id).edition.file_id == one.file_id:
                desk.checks.keep_stock_checks([check])
        return size

    def _found(self, one: ToCheck) -> tuple[Found, int]:
        digest, size = hashlib.sha256(), 0
        try:
            with self.files.open(one.file_id) as file:
                while part := file.read(_PART):
                    digest.update(part)
                    size += len(part)
        except refusals.NotFound:
            return Found.MISSING, size
        except (Tampered, OSError):
            return Found.UNREADABLE, size
        return (Found.GOOD if digest.hexdigest() == one.fingerprint else Found.CHANGED), size
