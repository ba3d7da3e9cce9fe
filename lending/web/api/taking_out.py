"""A copy leaves the library with its file: the one address that gives a whole file, to who brought it in."""

from datetime import datetime
from typing import Final, Self

from flask import Blueprint, Response, url_for
from werkzeug.wsgi import FileWrapper

from lending import refusals
from lending.ports.records import EPUB, PDF, Edition, ShelfEntry
from lending.services.actors import Actor
from lending.web.api.contract import Answer, Contract, Told
from lending.web.api.shapes import Format, format_of
from lending.web.desk import desk
from lending.web.downloads import attach, plain_name

bp = Blueprint("taking_out", __name__)

CHUNK: Final = 1 << 16


class TakenOut(Told):
    """A copy that was taken out, and where its file is until when."""

    id: str
    title: str
    authors: list[str]
    format: Format
    bytes: int
    file_until: datetime
    file_url: str

    @classmethod
    def of(cls, entry: ShelfEntry) -> Self:
        """From the service's record."""
        edition, until = entry.edition, entry.copy.file_until
        assert until is not None
        return cls(
            id=entry.copy.id,
            title=edition.title,
            authors=list(edition.authors),
            format=format_of(edition.media_type),
            bytes=edition.byte_length,
            file_until=until,
            file_url=url_for("api.taking_out.file", copy_id=entry.copy.id),
        )


class AllTakenOut(Told):
    """Files that wait to be downloaded, the latest first."""

    files: list[TakenOut]


@bp.post("/copies/<id:copy_id>/take-out")
@Contract(
    answers={200: Answer("It has left the library; its file waits for a day.", TakenOut)},
    refuses=(refusals.CannotWithdraw, refusals.NotBroughtIn),
)
def take_out(actor: Actor, copy_id: str) -> TakenOut:
    """Take a copy out of the library, with its file: only for who brought it in."""
    return TakenOut.of(desk().taking_out.take_out(actor, copy_id))


@bp.get("/taken-out")
@Contract(answers={200: Answer("The files.", AllTakenOut)})
def list_taken_out(actor: Actor) -> AllTakenOut:
    """The files of the account's copies that were taken out, while they can be downloaded."""
    return AllTakenOut(files=[TakenOut.of(entry) for entry in desk().taking_out.waiting(actor)])


@bp.get("/copies/<id:copy_id>/file")
@Contract(
    answers={200: Answer("The file, as it was brought in.", media_types=(EPUB, PDF))},
    refuses=(refusals.FileNotKept,),
)
def file(actor: Actor, copy_id: str) -> Response:
    """The file of a copy that was taken out. Every other copy's file is not to be had."""
    taken = desk().taking_out.file(actor, copy_id)
    response = Response(FileWrapper(taken.content, CHUNK), content_type=taken.edition.media_type)
    attach(response, _file_name(taken.edition))
    response.content_length = taken.edition.byte_length
    return response


def _file_name(edition: Edition) -> str:
    name = plain_name(" - ".join([edition.title, *edition.authors[:1]]))
    return f"{name or 'book'}.{format_of(edition.media_type)}"
