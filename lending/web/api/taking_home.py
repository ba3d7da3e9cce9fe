"""Marks as files to take home: while the book is on loan, and for a while after it went back."""

import json
from enum import StrEnum
from typing import Final

from flask import Blueprint, Response, request
from pydantic import Field

from lending import refusals
from lending.marks.markdown import Words, markdown
from lending.marks.taking_home import Collection
from lending.marks.web_annotations import MEDIA_TYPE, web_annotations
from lending.services.reading import Admission
from lending.services.taking_home import Identity
from lending.web import cookies, guards
from lending.web.api.contract import Access, Answer, Asked, Contract, Query
from lending.web.api.links import NONCE, with_nonce
from lending.web.desk import desk
from lending.web.downloads import attach, plain_name
from lending.web.texts import gettext

bp = Blueprint("taking_home", __name__)

MARKDOWN: Final = "text/markdown"
_FILE: Final = Answer("The marks.", media_types=(MEDIA_TYPE, MARKDOWN))


class Form(StrEnum):
    """How the marks are written down."""

    W3C = "w3c"
    MARKDOWN = "markdown"


class FormWanted(Query):
    """How they are to be written down."""

    format: Form = Field(Form.W3C, description="W3C Web Annotations (JSON-LD), or Markdown.")


class HomeTaken(Asked):
    """Somebody whose loan has ended. A loan that was bound to a key wants a proof of it, for this request."""

    proof: str = Field("", max_length=4096)
    format: Form = Form.W3C


@bp.after_request
def _hand_out_nonce(response: Response) -> Response:
    return with_nonce(response) if request.endpoint == "api.taking_home.take_home" else response


@bp.get("/loans/<id:loan_id>/marks/export")
@Contract(answers={200: _FILE}, access=Access.READER, query=FormWanted)
def export_marks(reader: Admission, query: FormWanted) -> Response:
    """All marks in the book as a file."""
    return _file(desk().taking_home.during(reader), query.format)


@bp.post("/loans/<id:loan_id>/take-home")
@Contract(
    answers={200: Answer("The marks.", media_types=(MEDIA_TYPE, MARKDOWN), headers=NONCE)},
    access=Access.ANYONE,
    body=HomeTaken,
    refuses=(
        refusals.ProofInvalid,
        refusals.NotYourLoan,
        refusals.NotSignedIn,
        refusals.StillOnLoan,
        refusals.MarksForgotten,
    ),
)
def take_home(loan_id: str, body: HomeTaken) -> Response:
    """All marks of a loan that has ended, as a file: for 30 days, for the browser that had it.

    An owner takes home those of their own readings, however long ago.
    """
    secret = cookies.ended_passes(request).get(loan_id, "")
    who = Identity(body.proof, request.path, secret, guards.actor_or_none())
    return _file(desk().taking_home.after(loan_id, who), body.format)


def _file(collection: Collection, form: Form) -> Response:
    if form is Form.MARKDOWN:
        response = Response(markdown(collection, _words()), content_type=f"{MARKDOWN}; charset=utf-8")
    else:
        text = json.dumps(web_annotations(collection), ensure_ascii=False, indent=2)
        response = Response(text, content_type=MEDIA_TYPE)
    ending = "md" if form is Form.MARKDOWN else "jsonld"
    name = f"{_file_name(collection.book.title)}.{ending}"
    attach(response, name)
    return response


def _file_name(title: str) -> str:
    plain = plain_name(title)
    return f"{plain} - marks" if plain else "marks"


def _words() -> Words:
    return Words(
        page=gettext("Page {page}"),
        percent=gettext("{percent} %"),
        bookmark=gettext("Bookmark"),
        nothing=gettext("Nothing was marked."),
    )
