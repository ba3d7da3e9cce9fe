"""The housekeeper of a running server: writes down what time has ended, clears away what nobody wants.

Nothing depends on it. A loan past due serves no page, and the next claim settles it,
whether or not the housekeeper came by; the record is only more prompt for it.
"""

import logging
import threading
from types import TracebackType
from typing import Final, Self

from lending.bootstrap import Services

SECONDS_BETWEEN_ROUNDS: Final = 20.0
_log = logging.getLogger(__name__)


class Housekeeper:
    """A thread that makes its rounds for as long as the block lasts."""

    def __init__(self, services: Services, every: float = SECONDS_BETWEEN_ROUNDS) -> None:
        self._services = services
        self._every = every
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._rounds, name="housekeeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def _rounds(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self._services.lending.settle_due()
                self._services.acquisitions.forget_stale()
                self._services.taking_home.forget_old()
            except Exception:  # noqa: BLE001 - the rounds go on whatever happened in one
                # A database that is away for a while must not end the rounds for good.
                _log.exception("a housekeeping round failed")
