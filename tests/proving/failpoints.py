"""Where a server kills itself: at a named step of one request, as the request's sender asks. Its last word,
in the log, says where it was.

Nothing of this is in the product: steps of the database are SQLAlchemy's own events, the others WSGI's.
"""

import os
import re
import signal
import threading
from collections.abc import Iterable
from enum import StrEnum
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from sqlalchemy import Connection, Engine, event
from werkzeug.wsgi import ClosingIterator

_HEADER: Final = "Proving-Crash"
_LAST_WORD: Final = "died at "
_KEY: Final = "HTTP_PROVING_CRASH"
_SOON: Final = 0.02  # seconds in which an answer that was handed over has left, or not


class Step(StrEnum):
    """The steps of a request that changes something."""

    BEFORE_BEGIN = "before_begin"
    AFTER_UPDATE = "after_update"
    BEFORE_COMMIT = "before_commit"
    AFTER_COMMIT_BEFORE_RESPONSE = "after_commit_before_response"
    AFTER_RESPONSE = "after_response"


def header(act: str, step: Step) -> tuple[str, str]:
    """What a request says that shall be its server's last. `act` is only repeated."""
    return _HEADER, f"{act} {step}"


def last_words(log: str) -> list[tuple[str, str]]:
    """At which step of which act servers killed themselves."""
    return re.findall(rf"^{_LAST_WORD}(\S+) (\S+)$", log, re.MULTILINE)


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
        asked = self._asked.crash = environ.get(_KEY, "")
        answer = self._app(environ, start_response)
        self._if_at(Step.AFTER_COMMIT_BEFORE_RESPONSE)
        if asked.endswith(f" {Step.AFTER_RESPONSE}"):
            return ClosingIterator(answer, [threading.Timer(_SOON, die, [asked]).start])
        return answer

    def _begins(self, connection: Connection) -> None:
        self._if_writes_at(Step.BEFORE_BEGIN, connection)

    def _executed(self, connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE copy "):
            self._if_writes_at(Step.AFTER_UPDATE, connection)

    def _commits(self, connection: Connection) -> None:
        self._if_writes_at(Step.BEFORE_COMMIT, connection)

    def _if_writes_at(self, step: Step, connection: Connection) -> None:
        if connection.get_execution_options().get("lending_writes", False):
            self._if_at(step)

    def _if_at(self, step: Step) -> None:
        asked = getattr(self._asked, "crash", "")
        if asked.endswith(f" {step}"):
            die(asked)


def die(where: str) -> None:
    """Say so, and kill this server, workers and all, at this very moment."""
    os.write(1, f"{_LAST_WORD}{where}\n".encode())
    os.killpg(os.getpgid(0), signal.SIGKILL)
