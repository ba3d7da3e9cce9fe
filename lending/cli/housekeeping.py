"""The housekeeper of a running server: writes down what time has ended, clears away what nobody wants.

Nothing depends on it. A loan past due serves no page, and the next claim settles it,
whether or not the housekeeper came by; the record is only more prompt for it.
"""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from lending.bootstrap import Services

SECONDS_BETWEEN_ROUNDS: Final = 20.0
SECONDS_BETWEEN_POSTS: Final = 5.0
_SECONDS_TO_FINISH: Final = 4.0  # a letter under way then may be sent once more after the next start
_log = logging.getLogger(__name__)


class _Stopping(Exception):
    """Ends what would take longer than a server may take to stop."""


class Housekeeper:
    """A thread that makes its rounds for as long as the block lasts."""

    def __init__(self, services: Services, every: float = SECONDS_BETWEEN_ROUNDS) -> None:
        self._services = services
        self._has_just_started = True
        self._stopping = threading.Event()
        # Letters have a thread of their own, and each witness has: a mail server, or another's machine, that
        # doesn't answer holds up nothing else.
        self._threads = [
            threading.Thread(target=self._rounds, args=rounds, name=rounds[0], daemon=True)
            for rounds in (
                ("housekeeper", self._tidy, every),
                ("postman", self._post, min(every, SECONDS_BETWEEN_POSTS)),
                *((f"messenger to {one.witness.name}", one.round, every) for one in services.messengers),
                # And so has what looks at everything, which takes as long as there is much.
                ("auditor", self._look_through, every),
            )
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(_SECONDS_TO_FINISH)

    def _rounds(self, name: str, work: Callable[[], None], every: float) -> None:
        while not self._stopping.wait(every):
            try:
                work()
            except Exception:  # noqa: BLE001 - the rounds go on whatever happened in one
                # A database that is away for a while must not end the rounds for good.
                _log.exception("a round of the %s failed", name)

    def _tidy(self) -> None:
        self._services.lending.settle_due()
        self._services.acquisitions.forget_stale()
        self._services.taking_out.destroy_over()
        self._services.taking_home.forget_old()
        self._services.correspondence.forget_old()
        self._services.erasing.long_ago()
        self._services.overview.count()
        self._services.logkeeping.checkpoint()
        self._services.log_pruning.prune()

    def _look_through(self) -> None:
        try:
            self._services.log_checking.check_if_due(
                self._go_on_unless_stopping, has_just_started=self._has_just_started
            )
            self._has_just_started = False
            self._services.stock_taking.take_some(lambda: not self._stopping.is_set())
        except _Stopping:
            _log.info("the check of the log was broken off")

    def _go_on_unless_stopping(self, _entries: int) -> None:
        if self._stopping.is_set():
            raise _Stopping

    def _post(self) -> None:
        self._services.correspondence.write_reminders()
        self._services.correspondence.send_waiting()
