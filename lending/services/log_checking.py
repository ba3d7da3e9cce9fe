"""Checks the whole log in the background, and keeps what was found for whoever asks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lending.ports.checks import LogCheck
from lending.ports.library import Library
from lending.ports.records import Role
from lending.ports.world import Clock
from lending.services.actors import Actor
from lending.services.overview import Integrity
from lending.services.verifying import Verifying

EVERY: Final = timedelta(hours=6)
"""Even where nothing was entered: what is checked is also that nobody has changed the tables."""
AT_LEAST_BETWEEN: Final = timedelta(minutes=10)
"""From the start of one check to that of one that was asked for: else asking would keep the auditor busy
without end."""
MOST_KEPT: Final = 30
LONGEST_FAULT: Final = 300

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LogChecking:
    """For the housekeeper: a check takes as long as the log is long. Librarians ask for one."""

    library: Library
    clock: Clock
    verifying: Verifying

    def ask(self, actor: Actor) -> None:
        """Ask for a check soon: whichever process has the auditor makes it, `AT_LEAST_BETWEEN` after the last
        one began at the earliest. Asked again before that, nothing changes. Raises NotAllowed."""
        actor.acts_as(Role.LIBRARIAN)
        with self.library.change() as desk:
            now = self.clock.now()
            if Integrity.seen(desk, now).awaited_since is None:
                desk.checks.ask_for_log_check(now)

    def check_if_due(
        self, progress: Callable[[int], None] = lambda _: None, *, has_just_started: bool = False
    ) -> LogCheck | None:
        """Check the log if that was not done for `EVERY`, or for `AT_LEAST_BETWEEN` where somebody asked for
        it; after a start, also if it has grown since.

        None if it was not due; what was asked for stays noted. `progress` is told how many entries are
        checked; what it raises ends it.
        """
        now = self.clock.now()
        with self.library.read() as desk:
            seen = Integrity.seen(desk, now)
        last = seen.last
        wait = EVERY if seen.awaited_since is None else AT_LEAST_BETWEEN
        if last is not None and now - last.at < wait:
            grew = seen.entries != last.entries
            if not (has_just_started and grew):
                return None
        return self.check(progress)

    def check(self, progress: Callable[[int], None] = lambda _: None) -> LogCheck:
        """Check the whole log now, and keep what was found: also that it could not be read, or librarians
        would go on seeing the last check."""
        at = self.clock.now()
        with self.library.read() as desk:
            asked_at = desk.checks.log_check_asked_at()
        check = self._found(at, progress)
        with self.library.change() as desk:
            desk.checks.keep_log_check(check, MOST_KEPT, max(at, self.clock.now()))
            if asked_at is not None:  # who asks while it is made wants one that begins after
                desk.checks.log_check_was_made(asked_at)
        return check

    def _found(self, at: datetime, progress: Callable[[int], None]) -> LogCheck:
        entries = 0

        def go_on(checked: int) -> None:
            nonlocal entries
            entries = checked
            try:
                progress(checked)
            except Exception as why:
                raise _BrokenOff(why) from why

        try:
            findings = self.verifying.verify(go_on)
        except _BrokenOff as broken_off:
            raise broken_off.why from None
        except Exception as why:  # noqa: BLE001 - whatever it is, the log was not found right
            _log.exception("the log could not be checked")
            return LogCheck(at, entries, (f"could not be read: {type(why).__name__}: {why}"[:LONGEST_FAULT],))
        return LogCheck(at, findings.entries, tuple(str(fault) for fault in findings.faults))


class _BrokenOff(Exception):
    """Whoever was told how far the check had come has ended it."""

    def __init__(self, why: Exception) -> None:
        super().__init__(str(why))
        self.why = why
