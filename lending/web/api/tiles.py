"""The log's tree in tiles, for librarians' programs that want to compute every proof themselves."""

from typing import Final

from flask import Blueprint, Response

from lending import refusals
from lending.services.actors import Actor
from lending.web.api.contract import Answer, Contract
from lending.web.desk import desk

bp = Blueprint("tiles", __name__)

BYTES: Final = "application/octet-stream"


@bp.get("/log/tile/<path:path>")
@Contract(
    answers={200: Answer("The hashes of a tile, or a bundle of entries.", media_types=(BYTES,))},
    refuses=(refusals.NotFound, refusals.LogDamaged),
)
def read_tile(actor: Actor, path: str) -> Response:
    """A part of the log as C2SP tlog-tiles has it: `0/000`, `1/000.p/7`, `entries/x001/234.p/5`.

    A full tile has 256 hashes or entries. The signed checkpoint that it belongs to is at `/log/checkpoint`.
    """
    return Response(desk().logkeeping.tile(actor, path), content_type=BYTES)
