"""A witness that logs send their checkpoints to, over HTTP (C2SP tlog-witness, "add-checkpoint").

Flask, which the library itself is served with: reading requests, their limits and connections that are kept
open are then nothing of ours.
"""

import time
from typing import Final

from flask import Flask, Response, request

from lending.ledger.errors import LedgerError, Malformed, NotProven, NotSigned
from lending.ledger.witnessing import NotWhatWasSeen, Submission, UnknownLog
from lending.witness.witness import Witness

LARGEST_BODY: Final = 1 << 16
"""63 hashes and a note with many signatures have room in it."""

SECONDS_BETWEEN_REMINDERS: Final = 3600.0

_STATUS: Final[dict[type[LedgerError], int]] = {
    Malformed: 400,
    NotSigned: 403,
    UnknownLog: 404,
    NotProven: 422,
}


def witness_app(witness: Witness) -> Flask:
    """The WSGI app of a witness."""
    app = Flask("lending.witness", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY

    reminded = time.monotonic()

    @app.before_request
    def remind() -> None:
        nonlocal reminded
        if time.monotonic() - reminded > SECONDS_BETWEEN_REMINDERS:
            reminded = time.monotonic()
            witness.remind()

    @app.post("/add-checkpoint")
    def add_checkpoint() -> Response:
        line = witness.add(Submission.parsed(_text_of(request.get_data())))
        return Response(f"{line}\n", content_type="text/plain; charset=utf-8")

    @app.errorhandler(NotWhatWasSeen)
    def conflict(why: NotWhatWasSeen) -> Response:
        return Response(f"{why.seen}\n", 409, content_type="text/x.tlog.size")

    @app.errorhandler(LedgerError)
    def refused(why: LedgerError) -> Response:
        status = _STATUS.get(type(why), 500)
        if status == 500:
            witness.tell(f"This witness can't work: {why}")
        return Response(f"{why}\n", status, content_type="text/plain; charset=utf-8")

    return app


def _text_of(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise Malformed("that is no UTF-8") from None
