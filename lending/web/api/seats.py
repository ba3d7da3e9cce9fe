"""In which of its windows a loan's book is read. The loan's status is their heartbeat."""

from flask import Blueprint
from pydantic import Field

from lending.services.reading import Admission
from lending.web.api.contract import Access, Answer, Asked, Contract, Query
from lending.web.desk import desk

bp = Blueprint("seats", __name__)

WINDOW_NAME = r"^[0-9A-Za-z-]{8,64}$"
"""An open reading page makes its own name, at random."""


class SeatTaken(Asked):
    """In which window the book is read from now on."""

    window: str = Field(pattern=WINDOW_NAME)


class SeatLeft(Query):
    """Which window is left."""

    window: str = Field(pattern=WINDOW_NAME)


@bp.put("/loans/<id:loan_id>/seat")
@Contract(answers={204: Answer("It is read there.")}, access=Access.READER, body=SeatTaken)
def take_seat(reader: Admission, body: SeatTaken) -> None:
    """Read in this window from now on. The one in which it was read till now learns it by its status."""
    desk().seating.take(reader, body.window)


@bp.delete("/loans/<id:loan_id>/seat")
@Contract(answers={204: Answer("It is not read there.")}, access=Access.READER, query=SeatLeft)
def leave_seat(reader: Admission, query: SeatLeft) -> None:
    """The window is closed or out of sight. If another has the seat, nothing happens."""
    desk().seating.leave(reader, query.window)
