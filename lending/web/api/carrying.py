"""A loan changes its device: a token from the one, shown as a QR code, opens it on the other."""

from datetime import datetime
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import Field

from lending import refusals
from lending.services.reading import Admission
from lending.web.addresses import carry_link
from lending.web.api.bindings import Binding, claim_request
from lending.web.api.contract import JSON, Access, Answer, Asked, Contract, Told
from lending.web.api.links import NONCE, put_pass, with_nonce
from lending.web.api.qr_codes import drawn
from lending.web.api.shapes import read_url
from lending.web.desk import desk

bp = Blueprint("carrying", __name__)


class Departure(Asked):
    """The reader wants to go on elsewhere. A loan bound to a key is carried only with a proof of it."""

    proof: str = Field("", max_length=4096)


class CarriageShown(Told):
    """The address to open on the other device, as text and as a drawing of its QR code."""

    url: str
    qr: str = Field(description="An SVG image.")
    until: datetime


class Arrived(Asked):
    """The other device is there. `binding` is what makes it safe to ask again."""

    token: Annotated[str, Field(max_length=4096, description="As it stands in the address after the #.")]
    binding: Binding


class GoesOn(Told):
    """Where the book is read now."""

    read_url: str


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response)


@bp.post("/loans/<id:loan_id>/carriage")
@Contract(
    answers={200: Answer("The address.", CarriageShown, headers=NONCE)},
    access=Access.READER,
    body=Departure,
    refuses=(refusals.NotAllowed, refusals.ProofInvalid),
)
def begin(reader: Admission, body: Departure) -> CarriageShown:
    """An address that opens this loan on another device, once, within ten minutes."""
    signed = desk().carrying.begin(reader.held, body.proof, request.path)
    url = carry_link(signed.token)
    return CarriageShown(url=url, qr=drawn(url), until=signed.carriage.until)


@bp.post("/arrivals")
@Contract(
    answers={200: Answer("The loan goes on in this browser; its cookie came along.", GoesOn, headers=NONCE)},
    access=Access.ANYONE,
    body=Arrived,
    refuses=(
        refusals.UnknownLink,
        refusals.LinkExpired,
        refusals.LinkUsed,
        refusals.LoanEnded,
        refusals.ProofInvalid,
    ),
)
def arrive(body: Arrived) -> Response:
    """Go on reading here. The device that the loan came from is shut out at once."""
    reading_pass = desk().carrying.arrive(body.token, claim_request(body.binding), request.path)
    told = GoesOn(read_url=read_url(reading_pass.loan))
    response = Response(told.model_dump_json(), content_type=JSON)
    put_pass(response, reading_pass)
    return response
