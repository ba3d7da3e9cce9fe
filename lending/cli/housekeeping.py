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


class Housekeeper:
    """A thread that makes its rounds for as long as the block lasts."""

    def __init__(self, services: Services, every: float = SECONDS_BETWEEN_ROUNDS) -> None:
        self._services = services
        self._stopping = threading.Event()
        # Letters have a thread of their own: a mail server that doesn't answer holds up nothing else.
        self._threads = [
            threading.Thread(target=self._rounds, args=rounds, name=rounds[0], daemon=True)
            for rounds in (
                ("housekeeper", self._tidy, every),
                ("postman", self._post, min(every, SECONDS_BETWEEN_POSTS)),
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
        self._services.taking_home.forget_old()
        self._services.correspondence.forget_old()

    def _post(self) -> None:
        self._services.correspondence.write_reminders()
        self._services.correspondence.send_waiting()
