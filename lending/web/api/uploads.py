"""Books coming in, in parts that survive a broken connection: tus 1.0.0 (https://tus.io/protocols/resumable-upload).

The core protocol with its extensions creation, creation-with-upload and termination.
A body goes to the library piece by piece as it arrives: it is never whole in memory,
and never in a file that isn't sealed.
"""

import base64
import binascii
import sys
from collections.abc import Iterator

from flask import Blueprint, Response, request, url_for
from pydantic import Field
from werkzeug.exceptions import BadRequest, PreconditionFailed, UnsupportedMediaType

from lending import refusals
from lending.services.actors import Actor
from lending.web.api.contract import Access, Answer, Asked, Contract, Raw, Told
from lending.web.api.shapes import CopyAdded, CopyShown
from lending.web.desk import desk

bp = Blueprint("uploads", __name__)

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,termination"
PART = "application/offset+octet-stream"
PIECE = 1 << 16
"""How many bytes of a body are in memory at a time."""

_NUMBER = r"^[0-9]{1,15}$"
_VERSION_HEADER = {"Tus-Resumable": r"^1\.0\.0$"}
_OTHER_VERSION = {412: "Tus-Resumable is missing, or names another version than 1.0.0."}
_STANDS_AT = {"Upload-Offset": "How many bytes the library has."}


class UploadShown(Told):
    """How far an upload has come; `copy_id` once it is on the shelf."""

    id: str
    file_name: str
    offset: int
    length: int
    copy_id: str | None


class FileComplete(Asked):
    """The file is complete."""

    second_copy: bool = Field(default=False, description="The owner bought this very file once more.")


@bp.after_request
def _speak_tus(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    if response.status_code == 412:
        response.headers["Tus-Version"] = VERSION
    return response


@bp.route("/uploads", methods=["OPTIONS"])
@Contract(
    answers={
        204: Answer(
            "What this library speaks.",
            headers={
                "Tus-Version": "1.0.0",
                "Tus-Extension": "What it knows beyond the core.",
                "Tus-Max-Size": "The largest file, in bytes.",
            },
        )
    },
    access=Access.ANYONE,
)
def upload_options() -> Response:
    """Which version and extensions of tus are spoken here."""
    response = Response(status=204)
    response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = EXTENSIONS
    response.headers["Tus-Max-Size"] = str(desk().acquisitions.largest_file)
    return response


@bp.post("/uploads", provide_automatic_options=False)
@Contract(
    answers={
        201: Answer("The upload may go on.", headers=_STANDS_AT | {"Location": "The upload's address."})
    },
    body=Raw((PART,), required=False),
    headers=_VERSION_HEADER | {"Upload-Length": _NUMBER, "Upload-Metadata": r"^[ -~]{0,4000}$"},
    required_headers=("Tus-Resumable", "Upload-Length"),
    refuses=(refusals.EmptyFile, refusals.FileTooLarge, refusals.UnacceptableInput, refusals.UploadBusy),
    fails=_OTHER_VERSION,
)
def begin_upload(actor: Actor) -> Response:
    """Open an upload. Its first part may come along as the body."""
    _insist_on_version()
    length = _number("Upload-Length")
    has_part = bool(request.content_length)
    if has_part:
        _insist_on_part()
    progress = desk().acquisitions.begin(actor, _metadata().get("filename", ""), length)
    offset = desk().acquisitions.append(actor, progress.id, 0, _pieces()) if has_part else 0
    response = Response(status=201)
    response.location = url_for("api.uploads.show_upload", upload_id=progress.id)
    response.headers["Upload-Offset"] = str(offset)
    return response


@bp.route("/uploads/<id:upload_id>", methods=["HEAD"])  # before GET, which would answer HEAD as well
@Contract(
    answers={200: Answer("How far it is.", headers=_STANDS_AT | {"Upload-Length": "Of how many."})},
    headers=_VERSION_HEADER,
    required_headers=("Tus-Resumable",),
    fails=_OTHER_VERSION,
)
def upload_offset(actor: Actor, upload_id: str) -> Response:
    """How far an upload has come, in headers, for tus."""
    _insist_on_version()
    progress = desk().acquisitions.progress(actor, upload_id)
    response = Response()
    response.headers["Upload-Offset"] = str(progress.offset)
    response.headers["Upload-Length"] = str(progress.length)
    response.cache_control.no_store = True
    return response


@bp.get("/uploads/<id:upload_id>")
@Contract(answers={200: Answer("How far it is.", UploadShown)})
def show_upload(actor: Actor, upload_id: str) -> UploadShown:
    """How far an upload has come, and which copy it became."""
    progress = desk().acquisitions.progress(actor, upload_id)
    return UploadShown(
        id=progress.id,
        file_name=progress.file_name,
        offset=progress.offset,
        length=progress.length,
        copy_id=progress.copy_id,
    )


@bp.patch("/uploads/<id:upload_id>")
@Contract(
    answers={204: Answer("The part is here.", headers=_STANDS_AT)},
    body=Raw((PART,)),
    headers=_VERSION_HEADER | {"Upload-Offset": _NUMBER},
    required_headers=("Tus-Resumable", "Upload-Offset"),
    refuses=(refusals.WrongOffset, refusals.UploadBusy, refusals.FileTooLarge),
    fails=_OTHER_VERSION,
)
def append_to_upload(actor: Actor, upload_id: str) -> Response:
    """Send the next part. What came before a broken connection is kept."""
    _insist_on_version()
    _insist_on_part()
    offset = desk().acquisitions.append(actor, upload_id, _number("Upload-Offset"), _pieces())
    response = Response(status=204)
    response.headers["Upload-Offset"] = str(offset)
    return response


@bp.delete("/uploads/<id:upload_id>")
@Contract(
    answers={204: Answer("It is forgotten.")},
    headers=_VERSION_HEADER,
    required_headers=("Tus-Resumable",),
    fails=_OTHER_VERSION,
)
def discard_upload(actor: Actor, upload_id: str) -> None:
    """Give an upload up."""
    _insist_on_version()
    desk().acquisitions.discard(actor, upload_id)


@bp.post("/uploads/<id:upload_id>/accession")
@Contract(
    answers={
        201: Answer("The copy, on the shelf.", CopyAdded),
        200: Answer("The copy that it became before.", CopyAdded),
    },
    body=FileComplete,
    refuses=(
        refusals.WrongOffset,
        refusals.NotABook,
        refusals.DamagedFile,
        refusals.NothingToRead,
        refusals.UnsafeArchive,
        refusals.PasswordProtected,
        refusals.DrmProtected,
        refusals.AlreadyOnShelf,
        refusals.UploadBusy,
    ),
)
def accession(actor: Actor, upload_id: str, body: FileComplete) -> tuple[CopyAdded, int]:
    """Turn a finished upload into a copy on the shelf. Asked again, it answers the same."""
    before = desk().acquisitions.progress(actor, upload_id)
    entry = desk().acquisitions.accession(actor, upload_id, second_copy=body.second_copy)
    added = CopyAdded(copy_=CopyShown.of(entry, desk().shelf.clock.now()))
    return added, 200 if before.copy_id else 201


def _insist_on_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise PreconditionFailed(f"Tus-Resumable must be {VERSION}.")


def _insist_on_part() -> None:
    if request.mimetype != PART:
        raise UnsupportedMediaType(f"Send {PART}.")


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadRequest(f"{header} must be a whole number.")
    return int(text)


def _metadata() -> dict[str, str]:
    """Upload-Metadata: keys and base64 values, separated by commas. What can't be read is left out."""
    found = {}
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def _pieces() -> Iterator[bytes]:
    """The body as it arrives. It may be as long as it likes: the service knows what it announced."""
    request.max_content_length = sys.maxsize
    return iter(lambda: request.stream.read(PIECE), b"")
