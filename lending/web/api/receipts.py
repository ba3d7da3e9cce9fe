"""Receipts of check-outs and returns: files that prove, years later and elsewhere, what is in the log."""

from typing import Final

from flask import Blueprint, Response, request
from pydantic import Field

from lending import refusals
from lending.services.actors import Actor
from lending.services.reading import Admission
from lending.services.receipts import Receipt, ReceiptOf
from lending.services.taking_home import Identity
from lending.web import cookies, guards
from lending.web.api.contract import Access, Answer, Asked, Contract, Query
from lending.web.api.links import NONCE, with_nonce
from lending.web.desk import desk
from lending.web.downloads import attach, plain_name
from lending.web.texts import gettext

bp = Blueprint("receipts", __name__)

TLOG_PROOF: Final = "text/plain"
_FILE: Final = Answer(
    "The receipt: a C2SP tlog-proof, with the facts that it opens.", media_types=(TLOG_PROOF,)
)
_CANNOT_PROVE: Final = (refusals.NotFound, refusals.LogDamaged)


class ReceiptWanted(Query):
    """Which receipt of a loan."""

    of: ReceiptOf = Field(ReceiptOf.CHECK_OUT, description="Of the check-out, or of the return.")


class ReturnProven(Asked):
    """Somebody whose loan has ended. A loan that was bound to a key wants a proof of it, for this request."""

    proof: str = Field("", max_length=4096)


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response) if request.endpoint == "api.receipts.keep_receipt_of_return" else response


@bp.get("/loans/<id:loan_id>/receipt")
@Contract(answers={200: _FILE}, access=Access.READER, refuses=_CANNOT_PROVE)
def keep_receipt(reader: Admission) -> Response:
    """The receipt of the check-out, for who has the book."""
    return _file(desk().receipts.of_check_out(reader), ReceiptOf.CHECK_OUT)


@bp.post("/loans/<id:loan_id>/receipt")
@Contract(
    answers={200: Answer("The receipt.", media_types=(TLOG_PROOF,), headers=NONCE)},
    access=Access.ANYONE,
    body=ReturnProven,
    refuses=(
        refusals.ProofInvalid,
        refusals.NotYourLoan,
        refusals.NotSignedIn,
        refusals.StillOnLoan,
        *_CANNOT_PROVE,
    ),
)
def keep_receipt_of_return(loan_id: str, body: ReturnProven) -> Response:
    """The receipt of the return, for the browser that had the book."""
    secret = cookies.ended_passes(request).get(loan_id, "")
    who = Identity(body.proof, request.path, secret, guards.actor_or_none())
    return _file(desk().receipts.of_return(loan_id, who), ReceiptOf.RETURN)


@bp.get("/copies/<id:copy_id>/loans/<id:loan_id>/receipt")
@Contract(answers={200: _FILE}, query=ReceiptWanted, refuses=_CANNOT_PROVE)
def keep_owners_receipt(actor: Actor, copy_id: str, loan_id: str, query: ReceiptWanted) -> Response:
    """A receipt of a loan of one's own copy."""
    return _file(desk().receipts.for_owner(actor, copy_id, loan_id, query.of), query.of)


def _file(receipt: Receipt, of: ReceiptOf) -> Response:
    response = Response(receipt.text, content_type=f"{TLOG_PROOF}; charset=utf-8")
    kind = gettext("receipt of loan") if of is ReceiptOf.CHECK_OUT else gettext("receipt of return")
    plain = plain_name(receipt.title)
    attach(response, f"{plain} - {kind}.tlog-proof" if plain else f"{kind}.tlog-proof")
    return response
