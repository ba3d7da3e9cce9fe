"""Asking another machine over HTTP, where neither its silence nor its talkativeness holds anybody up."""

import http.client
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

PATIENCE: Final = 10.0
"""Seconds for the whole answer."""
MOST: Final = 1 << 18
"""Bytes of an answer. None that is asked for here is longer."""


class Unreachable(Exception):
    """There is no answer, or none that makes sense. Says why, in a short English sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other machine said."""

    status: int
    media_type: str
    body: bytes


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: it isn't followed to wherever it leads."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def ask(url: str, body: bytes | None = None, patience: float = PATIENCE) -> Answer:
    """GET an http or https address, or POST plain text to it. Raises Unreachable."""
    if not url.startswith(("http://", "https://")):
        raise Unreachable(f"{url} is no address on the web")
    until = time.monotonic() + patience
    headers = {"User-Agent": "lending-witness", "Content-Type": "text/plain; charset=utf-8"}
    try:
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - http or https, as said
        try:
            reply = _opener.open(request, timeout=patience)
        except urllib.error.HTTPError as error:
            reply = error  # an answer too
        with reply:
            return Answer(reply.status, reply.headers.get_content_type(), _whole(reply, until))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{type(error).__name__}: {error}") from error


def is_fine(answer: Answer) -> bool:
    """Whether the status is one of success."""
    return HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES


def _whole(reply: http.client.HTTPResponse, until: float) -> bytes:
    """The body, piece by piece: a machine that sends a byte now and then is not waited for without end."""
    body = b""
    while piece := reply.read1(MOST):
        body += piece
        if len(body) > MOST:
            raise OSError("the answer is too long")
        if time.monotonic() > until:
            raise TimeoutError("the answer takes too long")
    return body
