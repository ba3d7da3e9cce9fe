"""Asking to borrow: whoever has the address of an ask page gets in line, and looks after their place."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Self

from flask import Blueprint, Response, request, url_for
from pydantic import Field

from lending import refusals
from lending.circulation.holds import HoldState
from lending.circulation.waiting import Estimate
from lending.services.asking import TitleLine, TitleSeen
from lending.services.passes import ClaimRequest
from lending.services.waiting import PlaceSeen
from lending.web import language
from lending.web.addresses import place_link
from lending.web.api.bindings import Binding, claim_request
from lending.web.api.contract import JSON, Access, Answer, Asked, Contract, Query, Told
from lending.web.api.links import NONCE, cover_of, with_nonce
from lending.web.api.shapes import Words, read_url
from lending.web.desk import desk
from lending.web.texts import somebody

bp = Blueprint("asking", __name__)

_HANDS_OUT_NONCE = ("api.asking.ask_to_borrow", "api.asking.look_at_place")
Token = Annotated[str, Field(max_length=4096, description="As it stands in the place's address after the #.")]


class TitlesWanted(Query):
    """Which of the titles."""

    q: Words = Field("", description="Words of titles and authors; accents and case don't matter.")
    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(60, ge=1, le=200)


class TitleInList(Told):
    """A title that can be asked for."""

    id: str
    title: str
    authors: list[str]
    waiting: int
    is_free: bool = Field(description="Nobody has a copy, and nobody waits for one.")
    cover_url: str | None

    @classmethod
    def of(cls, page_id: str, line: TitleLine) -> Self:
        """From the library's record."""
        edition = line.edition
        address = url_for("api.asking.asked_cover", page_id=page_id, edition_id=edition.id)
        return cls(
            id=edition.id,
            title=edition.title,
            authors=list(edition.authors),
            waiting=line.waiting,
            is_free=line.is_free,
            cover_url=address if edition.cover_id else None,
        )


class AskPageSeen(Told):
    """What can be asked for on a page."""

    lender: str
    approves: bool
    titles: list[TitleInList]
    total: int


class EstimateShown(Told):
    """When a turn may come."""

    likely: datetime | None = Field(description="If people keep it as long as they do here; null if unknown.")
    latest: datetime = Field(
        description="If everybody keeps it as long as they may, and any yes it needs comes by then."
    )

    @classmethod
    def of(cls, estimate: Estimate | None) -> Self | None:
        """From the desk's."""
        return None if estimate is None else cls(likely=estimate.likely, latest=estimate.latest)


class TitleAsked(Told):
    """A title, and who waits for it."""

    id: str
    title: str
    authors: list[str]
    lender: str
    approves: bool
    waiting: int
    estimate: EstimateShown | None = Field(description="For who asks now; null if nobody can say.")

    @classmethod
    def of(cls, seen: TitleSeen) -> Self:
        """From the library's record."""
        return cls(
            id=seen.edition.id,
            title=seen.edition.title,
            authors=list(seen.edition.authors),
            lender=seen.lender,
            approves=seen.page.approves,
            waiting=seen.waiting,
            estimate=EstimateShown.of(seen.estimate),
        )


class HoldWanted(Asked):
    """Somebody asks to borrow. `binding` is what makes it safe to repeat."""

    name: str = Field(max_length=1000, description="Their name; up to 100 characters.")
    email: str = Field(
        "", max_length=1000, description="Where letters about it go; forgotten where no mail is sent."
    )
    binding: Binding

    def request(self) -> ClaimRequest:
        """As the line takes it."""
        proven = claim_request(self.binding, self.name)
        return replace(proven, email=self.email, language=language.of_request())


class PlaceShown(Told):
    """How a place stands."""

    title_id: str
    title: str
    authors: list[str]
    lender: str
    name: str
    state: HoldState
    place: int | None = Field(description="From 1, while they wait for a copy.")
    waiting: int = Field(description="How many are in line, or have asked to be.")
    estimate: EstimateShown | None
    until: datetime | None = Field(description="Until when a copy is kept for them: it is their turn.")
    link_token: str | None = Field(description="Then it is claimed with this, like any lend link.")
    loan_seconds: int | None
    read_url: str | None = Field(description="Where it is read, once it is borrowed.")
    ask_url: str | None = Field(description="Where to ask again, if that is possible.")
    cover: str | None = Field(description="A `data:` address, where it was asked for.")

    @classmethod
    def of(cls, seen: PlaceSeen, *, cover: bool = False) -> Self:
        """From the library's record."""
        turn, edition = seen.turn, seen.edition
        return cls(
            title_id=edition.id,
            title=edition.title,
            authors=list(edition.authors),
            lender=somebody(seen.lender),
            name=seen.hold.name,
            state=seen.hold.state,
            place=seen.place,
            waiting=seen.waiting,
            estimate=EstimateShown.of(seen.estimate),
            until=turn.link.claim_by if turn else None,
            link_token=turn.token if turn else None,
            loan_seconds=int(turn.link.loan_period.total_seconds()) if turn else None,
            read_url=read_url(seen.loan) if seen.loan else None,
            ask_url=_again(seen),
            cover=cover_of(edition) if cover else None,
        )


class PlaceGot(Told):
    """A place in the line, and the address of its page."""

    token: str
    url: str
    place: PlaceShown


class PlaceHeld(Asked):
    """A place that somebody has."""

    token: Token


class PlaceLooked(PlaceHeld):
    """Somebody looks at their place."""

    cover: bool = Field(default=False, description="Whether the cover is wanted: it stays the same.")


@bp.get("/ask/<id:page_id>")
@Contract(
    answers={200: Answer("What can be asked for.", AskPageSeen)},
    access=Access.ANYONE,
    query=TitlesWanted,
    refuses=(refusals.NotFound,),
)
def asked_titles(page_id: str, query: TitlesWanted) -> AskPageSeen:
    """What can be asked for on a page: one title, or those of a shelf."""
    seen = desk().asking.titles(page_id, query.q, query.offset, query.limit)
    return AskPageSeen(
        lender=seen.lender,
        approves=seen.page.approves,
        titles=[TitleInList.of(page_id, one) for one in seen.titles],
        total=seen.total,
    )


@bp.get("/ask/<id:page_id>/titles/<id:edition_id>")
@Contract(answers={200: Answer("The title.", TitleAsked)}, access=Access.ANYONE, refuses=(refusals.NotFound,))
def asked_title(page_id: str, edition_id: str) -> TitleAsked:
    """One title, how many wait for it, and when one's turn might come."""
    return TitleAsked.of(desk().asking.title(page_id, edition_id))


@bp.get("/ask/<id:page_id>/titles/<id:edition_id>/cover")
@Contract(
    answers={200: Answer("A small JPEG.", media_types=("image/jpeg",))},
    access=Access.ANYONE,
    refuses=(refusals.NotFound,),
)
def asked_cover(page_id: str, edition_id: str) -> Response:
    """The cover of a title that can be asked for."""
    edition = desk().asking.title(page_id, edition_id).edition
    return Response(desk().shelf.cover_of(edition), content_type="image/jpeg")


@bp.post("/ask/<id:page_id>/titles/<id:edition_id>/holds")
@Contract(
    answers={
        201: Answer("They are in line, or have asked to be.", PlaceGot, headers=NONCE),
        200: Answer("They were before, from this very browser: the same place.", PlaceGot, headers=NONCE),
    },
    access=Access.ANYONE,
    body=HoldWanted,
    refuses=(refusals.NotFound, refusals.AskedTooOften, refusals.LineIsFull, refusals.ProofInvalid),
)
def ask_to_borrow(page_id: str, edition_id: str, body: HoldWanted) -> Response:
    """Ask to borrow. A browser has one place in the line for a title."""
    address = request.remote_addr or ""
    placed = desk().waiting.ask(page_id, edition_id, body.request(), request.path, address)
    seen = PlaceShown.of(desk().waiting.look(placed.token))
    told = PlaceGot(token=placed.token, url=place_link(placed.token), place=seen)
    status = 200 if placed.repeated else 201
    return Response(told.model_dump_json(), status=status, content_type=JSON)


@bp.post("/holds/look")
@Contract(
    answers={200: Answer("How it stands.", PlaceShown, headers=NONCE)},
    access=Access.ANYONE,
    body=PlaceLooked,
    refuses=(refusals.UnknownLink,),
)
def look_at_place(body: PlaceLooked) -> PlaceShown:
    """How a place stands. Looking changes nothing of it; it may be asked every two seconds."""
    return PlaceShown.of(desk().waiting.look(body.token), cover=body.cover)


@bp.post("/holds/leave")
@Contract(
    answers={204: Answer("The place is given up.")},
    access=Access.ANYONE,
    body=PlaceHeld,
    refuses=(refusals.UnknownLink, refusals.HoldEnded),
)
def leave_line(body: PlaceHeld) -> None:
    """Leave the line. To do so twice is to do it once."""
    desk().waiting.leave(body.token)


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response) if request.endpoint in _HANDS_OUT_NONCE else response


def _again(seen: PlaceSeen) -> str | None:
    """Where somebody asks for the title once more, or nothing: the owner may have closed the page."""
    if seen.page is None:
        return None
    if seen.page.edition_id is not None:
        return url_for("asking.page", page_id=seen.page.id)
    return url_for("asking.title", page_id=seen.page.id, edition_id=seen.edition.id)
