"""An owner's shelf: the copies, their records and covers."""

import sys
from typing import Literal

from flask import Blueprint, Response, request
from pydantic import Field
from werkzeug.exceptions import LengthRequired, UnsupportedMediaType

from lending import refusals
from lending.ports.records import EPUB, PDF
from lending.services.actors import Actor
from lending.services.shelf import Correction
from lending.web.api.contract import Answer, Asked, Contract, Query, Raw, Told
from lending.web.api.shapes import CopyAdded, CopyShown, Words
from lending.web.desk import desk

bp = Blueprint("copies", __name__)

LARGEST_COVER = 10 << 20
FILE_TYPES = (EPUB, PDF, "application/octet-stream")
COVER_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp", "image/avif")


class ShelfWanted(Query):
    """Which part of the shelf."""

    q: Words = Field("", description="Words of titles and authors; accents and case don't matter.")
    order: Literal["added", "title", "author"] = "added"
    offset: int = Field(0, ge=0, le=1_000_000)
    limit: int = Field(60, ge=1, le=200)


class ShelfShown(Told):
    """Some copies, and how many match in all."""

    copies: list[CopyShown]
    total: int


class FileSent(Query):
    """A whole file in one request."""

    filename: Words = Field("", description="The file's name: a last resort for a title.")
    second_copy: bool = Field(default=False, description="The owner bought this very file once more.")


class RecordCorrected(Asked):
    """What the record should say. What is left out stays as it is."""

    title: str | None = None
    authors: list[str] | None = Field(None, max_length=100)
    language: str | None = None
    description: str | None = None


@bp.get("/copies")
@Contract(answers={200: Answer("Some of the shelf.", ShelfShown)}, query=ShelfWanted)
def list_copies(actor: Actor, query: ShelfWanted) -> ShelfShown:
    """The shelf, a page at a time."""
    page = desk().shelf.page(actor, query.q, query.order, query.offset, query.limit)
    now = desk().shelf.clock.now()
    return ShelfShown(copies=[CopyShown.of(entry, now) for entry in page.entries], total=page.total)


@bp.post("/copies")
@Contract(
    answers={201: Answer("The copy, on the shelf.", CopyAdded)},
    query=FileSent,
    body=Raw(FILE_TYPES),
    refuses=(
        refusals.NotABook,
        refusals.EmptyFile,
        refusals.DamagedFile,
        refusals.NothingToRead,
        refusals.UnsafeArchive,
        refusals.PasswordProtected,
        refusals.DrmProtected,
        refusals.FileTooLarge,
        refusals.AlreadyOnShelf,
        refusals.UploadBusy,
    ),
    fails={411: "The request has no Content-Length."},
)
def add_copy(actor: Actor, query: FileSent) -> CopyAdded:
    """Add a whole file at once: for scripts near the library. Over slow lines use `/uploads`."""
    if request.content_length is None:
        raise LengthRequired
    _insist_on(FILE_TYPES)
    request.max_content_length = sys.maxsize  # the service knows how much it takes, and says so by name
    entry = desk().acquisitions.add_file(
        actor, query.filename, request.stream, request.content_length, second_copy=query.second_copy
    )
    return CopyAdded(copy_=CopyShown.of(entry, desk().shelf.clock.now()))


@bp.get("/copies/<id:copy_id>")
@Contract(answers={200: Answer("The copy.", CopyShown)})
def show_copy(actor: Actor, copy_id: str) -> CopyShown:
    """One copy, and where it is now."""
    return CopyShown.of(desk().shelf.entry(actor, copy_id), desk().shelf.clock.now())


@bp.patch("/copies/<id:copy_id>")
@Contract(answers={200: Answer("The corrected copy.", CopyShown)}, body=RecordCorrected)
def correct_copy(actor: Actor, copy_id: str, body: RecordCorrected) -> CopyShown:
    """Correct the catalogue record."""
    correction = Correction(
        title=body.title,
        authors=None if body.authors is None else tuple(body.authors),
        language=body.language,
        description=body.description,
    )
    return CopyShown.of(desk().shelf.correct(actor, copy_id, correction), desk().shelf.clock.now())


@bp.delete("/copies/<id:copy_id>")
@Contract(answers={204: Answer("It is gone.")}, refuses=(refusals.CannotWithdraw,))
def withdraw_copy(actor: Actor, copy_id: str) -> None:
    """Take a copy out of the library. With the last copy of a file, the file is destroyed."""
    desk().shelf.withdraw(actor, copy_id)


@bp.get("/copies/<id:copy_id>/cover")
@Contract(answers={200: Answer("A small JPEG.", media_types=("image/jpeg",))})
def cover(actor: Actor, copy_id: str) -> Response:
    """The cover."""
    return Response(desk().shelf.cover(actor, copy_id), content_type="image/jpeg")


@bp.put("/copies/<id:copy_id>/cover")
@Contract(
    answers={200: Answer("The copy with its new cover.", CopyShown)},
    body=Raw(COVER_TYPES),
    refuses=(refusals.UnacceptableInput,),
)
def replace_cover(actor: Actor, copy_id: str) -> CopyShown:
    """Give the book another cover: a picture of up to 10 MiB."""
    _insist_on(COVER_TYPES)
    request.max_content_length = LARGEST_COVER
    entry = desk().shelf.replace_cover(actor, copy_id, request.get_data())
    return CopyShown.of(entry, desk().shelf.clock.now())


def _insist_on(media_types: tuple[str, ...]) -> None:
    if request.mimetype not in media_types:
        raise UnsupportedMediaType("Send one of " + ", ".join(media_types) + ".")
