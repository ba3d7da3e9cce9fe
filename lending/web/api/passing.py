"""A borrower passes the book on to a friend, for what is left of the loan."""

from datetime import datetime
from typing import Self

from flask import Blueprint, Response, request
from pydantic import Field

from lending import refusals
from lending.circulation.links import Link
from lending.circulation.passing import Words
from lending.services.lending import SignedLink
from lending.services.reading import Admission
from lending.web.addresses import lend_link
from lending.web.api.contract import Access, Answer, Asked, Contract, Told
from lending.web.api.links import NONCE, with_nonce
from lending.web.api.qr_codes import drawn
from lending.web.desk import desk

bp = Blueprint("passing", __name__)


class OnwardWanted(Asked):
    """To whom the book is passed on. A loan bound to a key is given away only with a proof of it."""

    for_whom: str = Field("", max_length=1000, description="The friend's name; up to 100 characters.")
    note: str = Field("", max_length=10_000, description="A word to the friend; up to 1,000 characters.")
    proof: str = Field("", max_length=4096)

    def words(self) -> Words:
        """As the desk takes them."""
        return Words(self.for_whom, self.note)


class OnwardShownAgain(Asked):
    """The link that waits is to be shown again: whoever sees it can take the book over."""

    proof: str = Field("", max_length=4096)


class OnwardOffer(Told):
    """An offer that waits for a friend, without its link."""

    for_whom: str
    note: str
    made_at: datetime
    claim_by: datetime

    @classmethod
    def of(cls, link: Link) -> Self:
        """From the desk's record."""
        return cls(for_whom=link.for_whom, note=link.note, made_at=link.made_at, claim_by=link.claim_by)


class Onward(Told):
    """Whether the book may be passed on, and the offer that waits, if one does."""

    allowed: bool
    offer: OnwardOffer | None


class OnwardLink(OnwardOffer):
    """The link to send to the friend, as text and as a drawing of its QR code."""

    token: str
    url: str
    qr: str = Field(description="An SVG image.")

    @classmethod
    def signed(cls, signed: SignedLink) -> Self:
        """From the desk's record."""
        offer, url = OnwardOffer.of(signed.link).model_dump(), lend_link(signed.token)
        return cls(**offer, token=signed.token, url=url, qr=drawn(url))


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response)


@bp.get("/loans/<id:loan_id>/onward")
@Contract(answers={200: Answer("How it stands.", Onward, headers=NONCE)}, access=Access.READER)
def stands(reader: Admission) -> Onward:
    """Whether the book may be passed on, and whether an offer waits."""
    found = desk().passing.stands(reader.held)
    return Onward(allowed=found.allowed, offer=None if found.offer is None else OnwardOffer.of(found.offer))


@bp.post("/loans/<id:loan_id>/onward")
@Contract(
    answers={201: Answer("The link.", OnwardLink, headers=NONCE)},
    access=Access.READER,
    body=OnwardWanted,
    refuses=(
        refusals.NotAllowed,
        refusals.ProofInvalid,
        refusals.PassingOnNotAllowed,
        refusals.LoanRecalled,
        refusals.LinkAlreadyOut,
    ),
)
def offer(reader: Admission, body: OnwardWanted) -> OnwardLink:
    """Make the link by which a friend takes the book over. Until they do, it is read here."""
    return OnwardLink.signed(desk().passing.offer(reader.held, body.words(), body.proof, request.path))


@bp.post("/loans/<id:loan_id>/onward/link")
@Contract(
    answers={200: Answer("The link.", OnwardLink, headers=NONCE)},
    access=Access.READER,
    body=OnwardShownAgain,
    refuses=(refusals.ProofInvalid, refusals.NotFound),
)
def show_again(reader: Admission, body: OnwardShownAgain) -> OnwardLink:
    """The link that waits for the friend, once more."""
    return OnwardLink.signed(desk().passing.offered(reader.held, body.proof, request.path))


@bp.delete("/loans/<id:loan_id>/onward")
@Contract(answers={204: Answer("Nobody takes it over now.", headers=NONCE)}, access=Access.READER)
def take_back(reader: Admission) -> None:
    """Take the offer back, if one waits."""
    desk().passing.take_back(reader.held)
