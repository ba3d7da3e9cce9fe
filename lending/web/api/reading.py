"""A loan's book, one part at a time, to the one reader who has it. Never the file, never an archive of it.

Every answer is `no-store` (headers.protect sees to that), and every request asks anew
whether the loan is open.
"""

from datetime import datetime
from typing import Any, Final, Literal

from flask import Blueprint, Response, jsonify, request
from pydantic import Field
from werkzeug.exceptions import Forbidden
from werkzeug.wsgi import FileWrapper

from lending import refusals
from lending.epub.resources import Resource
from lending.pdf.records import WIDEST, PageLink
from lending.services.reading import Admission, LoanSeen
from lending.services.seating import Seat
from lending.services.taking_home import KEPT
from lending.web import cookies, guards, headers
from lending.web.api.contract import JSON, Access, Answer, Asked, Contract, Query, Told
from lending.web.api.links import NONCE, put_pass, with_nonce
from lending.web.api.seats import WINDOW_NAME
from lending.web.api.shapes import Format, format_of, read_url
from lending.web.desk import desk
from lending.web.texts import gettext, somebody

bp = Blueprint("reading", __name__)

PIECE: Final = 1 << 16
WIDTH_STEP: Final = 100
"""Pages are drawn in these steps of width, so that windows of many sizes share few drawings."""

_HANDS_OUT_NONCE: Final = ("api.reading.renew_pass", "api.reading.return_copy")
_WHOLE_WINDOW: Final = frozenset({"document", "embed", "object"})
_NO_PART: Final = (refusals.NoSuchPart, refusals.PartUnreadable, refusals.ReadingTooFast)
_NOT_ALONE: Final = {403: "A browser would show the part outside the reader."}


class PartWanted(Query):
    """What a part is fetched for."""

    ahead: bool = Field(
        default=False,
        description="Before its reader gets there, who may never. It is not counted as opened by that.",
    )


class WidthWanted(PartWanted):
    """How wide the picture is to be, and what it is fetched for."""

    w: int = Field(1200, ge=64, le=4000, description="In pixels; rounded up to a step of 100.")


class TileWanted(Query):
    """How wide the page is that the piece is cut from."""

    w: int = Field(ge=64, le=WIDEST, description="In pixels; rounded up to a step of 100.")


class LinkOnPage(Told):
    """A place on the page that leads to another page, counted from 1, or out of the book."""

    box: tuple[float, float, float, float]
    page: int | None
    href: str | None

    @classmethod
    def of(cls, link: PageLink) -> "LinkOnPage":
        """From the page's text."""
        return cls(box=link.box, page=None if link.page is None else link.page + 1, href=link.href or None)


class PageWords(Told):
    """The text and the links of a page: points from the top left; a line is x, y, width, height, text."""

    width: float
    height: float
    lines: list[tuple[float, float, float, float, str]]
    links: list[LinkOnPage]


class LoanStatus(Told):
    """How the loan stands. An ended loan has no status: it is refused with `loan-ended`."""

    state: Literal["open"]
    due_at: datetime | None
    seconds_left: int | None
    recalled: bool = Field(description="The owner has asked for it back.")
    marks_revision: int = Field(description="Counts the changes of this reader's marks, on any device.")
    seat: Seat | None = Field(description="Where it is read; null if no window was named, or nobody knows.")


class WindowHeard(Query):
    """The open window that asks, if one does: to learn whether the book is read in it."""

    window: str = Field("", pattern=f"^$|{WINDOW_NAME}", description="Its name, made at random.")
    waits: bool = Field(default=False, description="It has given way, and doesn't sit down by itself.")


class Proven(Asked):
    """A proof of the loan's key, for this very request."""

    proof: str = Field(min_length=1, max_length=4096)


class Return(Asked):
    """The reader is done. A loan bound to a key is returned only with a proof of it."""

    proof: str = Field("", max_length=4096)


class LoanShown(Told):
    """A book that this browser has on loan."""

    id: str
    title: str
    authors: list[str]
    format: Format
    lender: str
    passed_by: str | None = Field(
        description="Who passed it on, empty if they said no name; null if it is from the lender."
    )
    due_at: datetime | None
    read_url: str

    @classmethod
    def of(cls, seen: LoanSeen) -> "LoanShown":
        """From the reading room's record."""
        return cls(
            id=seen.held.loan.id,
            title=seen.edition.title,
            authors=list(seen.edition.authors),
            format=format_of(seen.edition.media_type),
            lender=somebody(seen.lender),
            passed_by=seen.passed_by,
            due_at=seen.held.loan.due_at,
            read_url=read_url(seen.held.loan),
        )


class Borrowed(Told):
    """What this browser has on loan."""

    loans: list[LoanShown]


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response) if request.endpoint in _HANDS_OUT_NONCE else response


@bp.get("/borrowed")
@Contract(answers={200: Answer("The open loans.", Borrowed)}, access=Access.ANYONE)
def borrowed() -> Borrowed:
    """What this browser has on loan, by its cookies."""
    return Borrowed(loans=[LoanShown.of(seen) for seen in desk().reading.borrowed(cookies.passes(request))])


@bp.get("/loans/<id:loan_id>/manifest")
@Contract(
    answers={200: Answer("The book's make-up.", media_types=(JSON,))},
    access=Access.READER,
    refuses=(refusals.PartUnreadable,),
)
def manifest(reader: Admission) -> Response:
    """What a reading program needs to begin.

    Of an EPUB: metadata, sections, contents, direction, layout. Of a PDF: page count, sizes, labels,
    contents.
    """
    return jsonify(desk().reading.manifest(reader))


@bp.get("/loans/<id:loan_id>/r/<path:path>")
@Contract(
    answers={
        200: Answer("The part, cleaned, under its own media type.", media_types=("*/*",)),
        206: Answer("Some bytes of a sound or film.", media_types=("*/*",)),
    },
    access=Access.READER,
    query=PartWanted,
    refuses=_NO_PART,
    fails=_NOT_ALONE | {416: "The part has no such bytes."},
)
def part(reader: Admission, path: str, query: PartWanted) -> Response:
    """A chapter, picture, font, stylesheet or sound of an EPUB."""
    _insist_on_reader()
    return _served(desk().reading.resource(reader, path, ahead=query.ahead))


@bp.get("/loans/<id:loan_id>/wrapped/<path:path>")
@Contract(
    answers={200: Answer("A page.", media_types=("application/xhtml+xml",))},
    access=Access.READER,
    query=PartWanted,
    refuses=_NO_PART,
    fails=_NOT_ALONE,
)
def wrapped_part(reader: Admission, path: str, query: PartWanted) -> Response:
    """A picture that stands where a chapter would, in a page of its own."""
    _insist_on_reader()
    missing = gettext("This chapter is missing from the book.")
    return _served(desk().reading.wrapped(reader, path, missing, ahead=query.ahead))


@bp.post("/loans/<id:loan_id>/opened/<path:path>")
@Contract(answers={204: Answer("It is counted.")}, access=Access.READER, refuses=(refusals.NoSuchPart,))
def part_opened(reader: Admission, path: str) -> None:
    """What was fetched ahead is on the screen now: it is counted as opened, without its reader.

    A chapter of an EPUB, or the page of a PDF, by its number.
    """
    desk().reading.opened(reader, path)


@bp.get("/loans/<id:loan_id>/pages/<int(min=1, max=999999):number>")
@Contract(
    answers={200: Answer("The page, drawn.", media_types=("image/webp",))},
    access=Access.READER,
    query=WidthWanted,
    refuses=_NO_PART,
    fails=_NOT_ALONE,
)
def page(reader: Admission, number: int, query: WidthWanted) -> Response:
    """A page of a PDF as a picture."""
    _insist_on_reader()
    drawn = desk().reading.page(reader, number, _in_steps(query.w), ahead=query.ahead)
    return Response(drawn.data, content_type=drawn.media_type)


@bp.get(
    "/loans/<id:loan_id>/pages/<int(min=1, max=999999):number>"
    "/tiles/<int(min=0, max=999):column>/<int(min=0, max=999):row>"
)
@Contract(
    answers={200: Answer("The piece, drawn.", media_types=("image/webp",))},
    access=Access.READER,
    query=TileWanted,
    refuses=_NO_PART,
    fails=_NOT_ALONE,
)
def tile(reader: Admission, number: int, column: int, row: int, query: TileWanted) -> Response:
    """A piece of a PDF's page as a picture, for a page that is shown large.

    Pieces are 1024 pixels square (smaller at the right and at the bottom), counted from 0 at the top left.
    """
    _insist_on_reader()
    drawn = desk().reading.tile(reader, number, column, row, _in_steps(query.w))
    return Response(drawn.data, content_type=drawn.media_type)


@bp.get("/loans/<id:loan_id>/pages/<int(min=1, max=999999):number>/text")
@Contract(answers={200: Answer("Its text.", PageWords)}, access=Access.READER, refuses=_NO_PART)
def page_text(reader: Admission, number: int) -> PageWords:
    """The text of a PDF's page, line by line, and its links."""
    text = desk().reading.page_text(reader, number)
    links = [LinkOnPage.of(link) for link in text.links]
    return PageWords(width=text.width, height=text.height, lines=text.lines, links=links)


@bp.get("/loans/<id:loan_id>/status")
@Contract(answers={200: Answer("It is open.", LoanStatus)}, access=Access.READER, query=WindowHeard)
def loan_status(reader: Admission, query: WindowHeard) -> LoanStatus:
    """Whether the loan is open, and for how long. A window that asks sits down, if the seat is free."""
    left = reader.left
    return LoanStatus(
        state="open",
        due_at=reader.held.loan.due_at,
        seconds_left=None if left is None else int(left.total_seconds()),
        recalled=reader.held.loan.recalled_at is not None,
        marks_revision=desk().margins.revision(reader),
        seat=desk().seating.beat(reader, query.window, waits=query.waits),
    )


@bp.post("/loans/<id:loan_id>/pass")
@Contract(
    answers={204: Answer("The new pass came as a cookie.", headers=NONCE)},
    access=Access.ANYONE,
    body=Proven,
    refuses=(refusals.ProofInvalid, refusals.NotYourLoan, refusals.LoanEnded),
)
def renew_pass(loan_id: str, body: Proven) -> Response:
    """A fresh pass, for the browser that proves the loan's key."""
    response = Response(status=204)
    put_pass(response, desk().lending.renew_pass(loan_id, body.proof, request.path))
    return response


@bp.post("/loans/<id:loan_id>/return")
@Contract(
    answers={204: Answer("The copy is back.", headers=NONCE)},
    access=Access.ANYONE,
    body=Return,
    refuses=(
        refusals.ProofInvalid,
        refusals.NotYourLoan,
        refusals.LoanEnded,
        refusals.PassExpired,
        refusals.NotAllowed,
        refusals.NotSignedIn,
    ),
)
def return_copy(loan_id: str, body: Return) -> Response:
    """Give the book back.

    With a proof of the loan's key no pass is needed. An owner puts their own copy back on the shelf.
    """
    reader = None if body.proof else guards.reader(loan_id)
    if reader is not None and reader.held.loan.to_owner:
        desk().lending.put_back(guards.actor(), reader.held.loan.copy_id)
    else:
        desk().lending.check_in(loan_id, body.proof, request.path)
    response = Response(status=204)
    _end_pass(response, loan_id)
    return response


def _end_pass(response: Response, loan_id: str) -> None:
    """The browser forgets its pass. What it keeps instead opens no book: it says whose marks those are."""
    secret = cookies.read(request, cookies.LOAN + loan_id)
    cookies.drop(request, response, cookies.LOAN + loan_id)
    if secret is not None:
        until = desk().taking_home.clock.now() + KEPT
        cookies.put(request, response, cookies.ENDED + loan_id, secret, until)


def _in_steps(width: int) -> int:
    return -(-width // WIDTH_STEP) * WIDTH_STEP


def _insist_on_reader() -> None:
    """A part has its place in the reader. A browser that is asked to show it alone says so; that this can be
    forged makes it a hint to honest people, no protection."""
    if request.headers.get("Sec-Fetch-Dest") in _WHOLE_WINDOW:
        raise Forbidden("The parts of a book are shown in the reader.")


def _served(resource: Resource) -> Response:
    response = _streamed(resource) if resource.data is None else Response(resource.data)
    response.headers["Content-Type"] = resource.media_type
    response.headers["Content-Security-Policy"] = headers.BOOK_PART
    return response


def _streamed(resource: Resource) -> Response:
    """A sound or film, as much of it as is asked for (RFC 9110, section 14), read as it is sent."""
    assert resource.opener is not None
    stream: Any = resource.opener()
    response = Response(FileWrapper(stream, PIECE), direct_passthrough=True)
    response.content_length = resource.size
    response.make_conditional(request, accept_ranges=True, complete_length=resource.size)
    return response
