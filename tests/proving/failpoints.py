"""Where a server kills itself: at a named step of one request, as the request's sender asks.

Nothing of this is in the product: steps of the database are SQLAlchemy's own events, the others WSGI's.
"""

import os
import signal
import threading
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sqlalchemy import Connection, Engine, event
from werkzeug.wsgi import ClosingIterator

HEADER: Final = "Proving-Crash"
_KEY: Final = "HTTP_PROVING_CRASH"
_SOON: Final = 0.02  # seconds in which an answer that was handed over has left, or not


class Step(StrEnum):
    """The steps of a request that changes something."""

    BEFORE_BEGIN = "before_begin"
    AFTER_UPDATE = "after_update"
    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT_BEFORE_RESPONSE = "after_commit_before_response"
    AFTER_RESPONSE = "after_response"


class Failpoints:
    """WSGI middleware around a server's app that kills its server where a request says so."""

    def __init__(self, app: WSGIApplication, engine: Engine) -> None:
        self._app = app
        self._asked = threading.local()
        event.listen(engine, "begin", self._begins, insert=True)
        event.listen(engine, "after_cursor_execute", self._executed)
        event.listen(engine, "commit", self._commits)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        step = self._asked.step = environ.get(_KEY, "")
        answer = self._app(environ, start_response)
        if step == Step.AFTER_COMMIT_BEFORE_RESPONSE:
            die()
        if step == Step.AFTER_RESPONSE:
            return ClosingIterator(answer, [threading.Timer(_SOON, die).start])
        return answer

    def _begins(self, connection: Connection) -> None:
        self._if_at(Step.BEFORE_BEGIN, connection)

    def _executed(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE copy "):
            self._if_at(Step.AFTER_UPDATE, connection)

    def _commits(self, connection: Connection) -> None:
        self._if_at(Step.BEFORE_COMMIT, connection)

    def _if_at(self, step: Step, connection: Connection) -> None:
        writes = connection.get_execution_options().get("lending_writes", False)
        if writes and getattr(self._asked, "step", "") == step:
            die()


def die() -> None:
    """Kill this server, workers and all, at this very moment."""
    os.killpg(os.getpgid(0), signal.SIGKILL)
