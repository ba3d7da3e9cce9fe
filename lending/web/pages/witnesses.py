"""The log's promises in public, in plain text, for witnesses and whoever else remembers: how many entries it
has, with which root, and that it only grew. Nobody needs an account for that, and nothing else is told."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from lending.ledger.encoding import number_of
from lending.ledger.errors import LedgerError, Malformed, NotSigned
from lending.ledger.notes import Note
from lending.ledger.witnessing import NotWhatWasSeen
from lending.refusals import LogDamaged
from lending.services.witnesses import NothingSigned, UnknownCheckpoint
from lending.web.desk import desk

bp = Blueprint("witnesses", __name__, url_prefix="/log")

LARGEST_BODY: Final = 1 << 14

_STATUS: Final[dict[type[LedgerError], int]] = {
    Malformed: 400,
    NotSigned: 403,
    NothingSigned: 404,
    UnknownCheckpoint: 404,
}


def _answered(view: Callable[[], str]) -> Callable[[], Response]:
    """A view of plain text for programs, with what is wrong told as plainly. Not too often for each."""

    @wraps(view)
    def answer() -> Response:
        wait = desk().witnesses.wait(request.remote_addr or "")
        if wait is not None:
            response = _text("too many requests", 429)
            response.headers["Retry-After"] = str(max(1, -(-wait // timedelta(seconds=1))))
            return response
        try:
            said = view()
            return _text(said) if said else Response(status=204)
        except NotWhatWasSeen as why:
            return Response(f"{why.seen}\n", 409, content_type="text/x.tlog.size")
        except LogDamaged:
            return _text("the log is damaged\n", 503)
        except LedgerError as why:
            return _text(f"{why}\n", _STATUS.get(type(why), 400))
        except HTTPException as why:
            return _text(f"{why.name}\n", why.code or 400)

    return answer


@bp.get("/checkpoint")
@_answered
def checkpoint() -> str:
    """The latest signed checkpoint, with all cosignatures (C2SP tlog-checkpoint)."""
    return str(desk().witnesses.checkpoint())


@bp.get("/growth")
@_answered
def growth() -> str:
    """What a witness that saw `old` entries wants to be sent (C2SP tlog-witness). Where the log has less, 409
    and how many it has."""
    return str(desk().witnesses.growth(number_of(request.args.get("old", ""))))


@bp.post("/cosignatures")
@_answered
def cosignatures() -> str:
    """Take cosignatures: a checkpoint as it was signed, with the lines of witnesses below it.

    204; 403 if no witness that is known here has cosigned it; 404 if it is none of this log; 409, with how
    many entries the log has, if the log's own key signed it and it is not in the log, or the log is too
    damaged to show that it is.
    """
    request.max_content_length = LARGEST_BODY
    try:
        body = request.get_data().decode()
    except UnicodeDecodeError:
        raise Malformed("that is no UTF-8") from None
    desk().witnesses.take(Note.parsed(body))
    return ""


def _text(said: str, status: int = 200) -> Response:
    return Response(said, status, content_type="text/plain; charset=utf-8")
