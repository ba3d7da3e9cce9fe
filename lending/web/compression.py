"""Text is sent compressed to who takes it so (RFC 9110 §8.4.1.3): a chapter in a third of its length.

Whoever sees how long an answer is learns something of what compresses well in it. So nothing is compressed
that another site made a browser ask for, nor a page with a secret in it: see docs/decisions/0018.
"""

import zlib
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Response, current_app, request
from werkzeug.security import safe_join
from werkzeug.wsgi import FileWrapper

SHORTEST: Final = 1_000
"""Bytes. A shorter answer fits into one packet as it is."""

_TEXTS: Final = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/problem+json",
        "application/smil+xml",
        "application/xhtml+xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/vtt",
    }
)
_WITH_SECRETS: Final = frozenset(
    {"account", "api.accounts", "api.asking", "api.gifts", "api.lines", "api.links"}
)
"""Blueprints whose answers hold access tokens, invitations, lend links, gifts and places in a line."""
_PAGES_WITH_SECRETS: Final = frozenset({"owner.book"})
_QUICK, _THOROUGH = 4, 9
_GZIP: Final = 16 + zlib.MAX_WBITS


def compress(response: Response) -> Response:
    """Compress an answer, if it is text and whoever asks takes it so. To be called last."""
    if (
        response.mimetype not in _TEXTS
        or response.status_code != 200
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    if not _is_wanted() or _holds_secrets():
        return response
    if request.endpoint == "static":
        return _with_body(response, _built_file(response))
    if response.is_streamed or len(response.get_data()) < SHORTEST:
        return response
    return _with_body(response, _compressed(response.get_data(), _QUICK))


def _is_wanted() -> bool:
    if request.method == "HEAD" or "Range" in request.headers:
        return False
    return request.accept_encodings["gzip"] > 0


def _holds_secrets() -> bool:
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    return request.blueprint in _WITH_SECRETS or request.endpoint in _PAGES_WITH_SECRETS


def _built_file(response: Response) -> bytes:
    """A file that would have been sent from disk as it is."""
    assert isinstance(response.response, FileWrapper)
    response.response.close()
    response.direct_passthrough = False
    path = safe_join(str(current_app.static_folder), (request.view_args or {})["filename"])
    assert path is not None  # Flask has just found it there
    return _compressed_file(path, response.get_etag())


@lru_cache(100)
def _compressed_file(path: str, _etag: tuple[str, bool]) -> bytes:
    """Once for each: built files are few, and change only with the program."""
    return _compressed(Path(path).read_bytes(), _THOROUGH)


def _compressed(data: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, zlib.DEFLATED, _GZIP)
    return packer.compress(data) + packer.flush()


def _with_body(response: Response, data: bytes) -> Response:
    etag, _ = response.get_etag()
    if etag is not None:
        response.set_etag(etag, weak=True)  # the same text, other bytes
    response.set_data(data)
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    return response
