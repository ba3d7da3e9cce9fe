"""Lend links and what comes of them: the offer, the claim, and the owner's own reading."""

import base64
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from flask import Blueprint, Response, request
from pydantic import Field

from lending import refusals
from lending.circulation.links import LinkKind, LinkState
from lending.circulation.offering import Offer
from lending.ports.records import Edition
from lending.services.actors import Actor
from lending.services.lending import SignedLink
from lending.services.passes import ClaimRequest, Pass
from lending.web import cookies, language
from lending.web.accessibility_words import sentences
from lending.web.addresses import lend_link
from lending.web.api.bindings import Binding, claim_request
from lending.web.api.contract import JSON, Access, Answer, Asked, Contract, Told
from lending.web.api.shapes import Format, LinkShown, format_of, read_url
from lending.web.desk import desk
from lending.web.texts import somebody

bp = Blueprint("links", __name__)

NONCE = {"DPoP-Nonce": "What the next proof of a key must contain."}
COOKIE_LASTS = timedelta(days=400)
"""As long as browsers keep one."""

_CANNOT_BORROW = (
    refusals.UnknownLink,
    refusals.LinkExpired,
    refusals.LinkUsed,
    refusals.LinkCancelled,
    refusals.NotPassedOn,
    refusals.CopyIsOut,
    refusals.TooManyLoans,
)
_HANDS_OUT_NONCE = ("api.links.look", "api.links.claim")
Token = Annotated[str, Field(max_length=4096, description="The link's fragment, as it stands after the #.")]


class LinkWanted(Asked):
    """What the owner offers, to whom."""

    loan_seconds: int | None = Field(
        None, ge=1, le=10**9, description="How long the loan lasts: by the loan rules if not said."
    )
    for_whom: str = Field("", max_length=1000, description="The friend's name; up to 100 characters.")
    note: str = Field("", max_length=10_000, description="A word to the friend; up to 1,000 characters.")


class LinkOut(LinkShown):
    """A link with its token and the address to send. Whoever has it can borrow the copy, once."""

    token: str
    url: str

    @classmethod
    def signed(cls, signed: SignedLink) -> Self:
        """From the lending desk's record."""
        shown = LinkShown.of(signed.link).model_dump()
        return cls(**shown, token=signed.token, url=lend_link(signed.token))


class LinkHeld(Asked):
    """A link that somebody was sent."""

    token: Token


class OfferShown(Told):
    """What a link offers. `cover` is a `data:` address.

    Where a borrower passes the book on, `passed_by` is their name (empty if they said none), and it is due
    at `due_at` as before; both are null for any other link. A used link says so instead of being refused:
    the browser that used it may claim again.
    """

    title: str
    authors: list[str]
    language: str
    format: Format
    cover: str | None
    lender: str
    for_whom: str
    note: str
    loan_seconds: int
    claim_by: datetime
    state: LinkState
    kind: LinkKind
    due_at: datetime | None
    passed_by: str | None
    accessibility: list[str] = Field(description="What is known of it, in sentences.")


class Claimed(Asked):
    """Somebody presses the button. `binding` is what makes the claim safe to repeat."""

    token: Token
    name: str = Field("", max_length=1000, description="The borrower's name; up to 100 characters.")
    email: str = Field(
        "", max_length=1000, description="Where letters about the loan go; forgotten where no mail is sent."
    )
    binding: Binding

    def request(self) -> ClaimRequest:
        """As the lending desk takes it."""
        proven = claim_request(self.binding, self.name)
        return replace(proven, email=self.email, language=language.of_request())


class LoanOpened(Told):
    """The loan, in few words."""

    id: str
    title: str
    due_at: datetime


class CheckedOut(Told):
    """The copy is on loan to this browser; its cookie came along."""

    loan: LoanOpened
    read_url: str
    binding: Literal["key", "ticket"]


class OwnLoan(Told):
    """The owner has their copy."""

    id: str
    checked_out_at: datetime


class OwnReading(Told):
    """The owner's loan to themselves, and where they read."""

    loan: OwnLoan
    read_url: str


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response) if request.endpoint in _HANDS_OUT_NONCE else response


@bp.post("/copies/<id:copy_id>/link")
@Contract(
    answers={201: Answer("The link.", LinkOut)},
    body=LinkWanted,
    refuses=(
        refusals.LinkAlreadyOut,
        refusals.LoanPeriodOutOfRange,
        refusals.CopyIsOut,
        refusals.CopyIsLost,
        refusals.CopyIsHeld,
        refusals.GiftIsOut,
    ),
)
def make_link(actor: Actor, copy_id: str, body: LinkWanted) -> LinkOut:
    """Lend a copy: make the link to send to one friend."""
    period = None if body.loan_seconds is None else timedelta(seconds=body.loan_seconds)
    offer = Offer(period, body.for_whom, body.note)
    return LinkOut.signed(desk().lending.make_link(actor, copy_id, offer))


@bp.get("/copies/<id:copy_id>/link")
@Contract(answers={200: Answer("The link.", LinkOut)})
def show_link(actor: Actor, copy_id: str) -> LinkOut:
    """The link that waits to be used, once more."""
    return LinkOut.signed(desk().lending.link_out(actor, copy_id))


@bp.delete("/copies/<id:copy_id>/link")
@Contract(answers={204: Answer("It lends nothing now.")})
def cancel_link(actor: Actor, copy_id: str) -> None:
    """Take the waiting link back."""
    desk().lending.cancel_link(actor, copy_id)


@bp.post("/copies/<id:copy_id>/reading")
@Contract(
    answers={200: Answer("The owner has the copy.", OwnReading)},
    refuses=(refusals.CopyIsOut, refusals.CopyIsLost, refusals.CopyIsHeld, refusals.GiftIsOut),
)
def take_off_shelf(actor: Actor, copy_id: str) -> OwnReading:
    """The owner takes their copy to read it; nobody can borrow it meanwhile."""
    loan = desk().lending.take_off_shelf(actor, copy_id)
    return OwnReading(loan=OwnLoan(id=loan.id, checked_out_at=loan.checked_out_at), read_url=read_url(loan))


@bp.delete("/copies/<id:copy_id>/reading")
@Contract(answers={204: Answer("It is back on the shelf.")}, refuses=(refusals.LoanEnded,))
def put_back(actor: Actor, copy_id: str) -> None:
    """The owner puts their copy back on the shelf."""
    desk().lending.put_back(actor, copy_id)


@bp.post("/links/look")
@Contract(
    answers={200: Answer("What it offers.", OfferShown, headers=NONCE)},
    access=Access.ANYONE,
    body=LinkHeld,
    refuses=_CANNOT_BORROW,
)
def look(body: LinkHeld) -> OfferShown:
    """What a link offers. Looking changes nothing; the record counts who is refused, and not who it was."""
    seen = desk().lending.look(body.token)
    return OfferShown(
        title=seen.edition.title,
        authors=list(seen.edition.authors),
        language=seen.edition.language,
        format=format_of(seen.edition.media_type),
        cover=cover_of(seen.edition),
        lender=somebody(seen.lender),
        for_whom=seen.link.for_whom,
        note=seen.link.note,
        loan_seconds=int(seen.lasts.total_seconds()),
        claim_by=seen.link.claim_by,
        state=seen.link.state,
        kind=seen.link.kind,
        due_at=seen.due_at,
        passed_by=seen.passed_by,
        accessibility=sentences(desk().describing.accessibility(seen.edition)),
    )


@bp.post("/claims")
@Contract(
    answers={
        201: Answer("The copy is checked out to this browser.", CheckedOut, headers=NONCE),
        200: Answer("It was before, to this very browser: the same loan.", CheckedOut, headers=NONCE),
    },
    access=Access.ANYONE,
    body=Claimed,
    refuses=(*_CANNOT_BORROW, refusals.YoursAlready, refusals.ProofInvalid),
)
def claim(body: Claimed) -> Response:
    """Borrow with a link. The same browser may ask again after a lost answer, and gets the same loan."""
    checked_out = desk().lending.claim(body.token, body.request(), request.path)
    told = _checked_out(checked_out.reading_pass, body.binding.kind)
    status = 200 if checked_out.repeated else 201
    response = Response(told.model_dump_json(), status=status, content_type=JSON)
    put_pass(response, checked_out.reading_pass)
    return response


def with_nonce(response: Response) -> Response:
    """Add a nonce for the next proof: to refusals too, so that a browser with a stale one can go on."""
    response.headers["DPoP-Nonce"] = desk().lending.nonce()
    return response


def put_pass(response: Response, reading_pass: Pass) -> None:
    """Give the browser its reading pass. The cookie outlives the pass: a browser that shows a stale one is
    told to prove its key, and not that the book is somebody else's. It outlives the due date, which may move.
    """
    until = desk().shelf.clock.now() + COOKIE_LASTS
    cookies.put(request, response, cookies.LOAN + reading_pass.loan.id, reading_pass.secret, until)


def _checked_out(reading_pass: Pass, kind: Literal["key", "ticket"]) -> CheckedOut:
    loan = reading_pass.loan
    assert loan.due_at is not None
    admitted = desk().reading.admit(loan.id, reading_pass.secret, None)
    title = desk().reading.seen(admitted.held).edition.title
    opened = LoanOpened(id=loan.id, title=title, due_at=loan.due_at)
    return CheckedOut(loan=opened, read_url=read_url(loan), binding=kind)


def cover_of(edition: Edition) -> str | None:
    """The cover as a `data:` address, for who may see it before they have the book."""
    try:
        image = desk().shelf.cover_of(edition)
    except refusals.NotFound:
        return None
    return "data:image/jpeg;base64," + base64.b64encode(image).decode()
