"""Every cookie: its name, its attributes.

Over HTTPS the names carry the `__Host-` prefix: browsers then accept them only with
Secure, for this host alone and the whole site. Over plain HTTP (localhost, a home
network) browsers refuse that prefix, so the bare name is used.
"""

from datetime import datetime

from flask import Request, Response

PREFIX = "__Host-"
SESSION = "session"
LOAN = "loan-"
ENDED = "ended-"
"""What was the pass of a loan that was given back: it opens nothing, but says whose marks the loan's are."""
LANGUAGE = "language"


def read(request: Request, name: str) -> str | None:
    """A cookie's value, under the name that this connection allows."""
    return request.cookies.get(_full(request, name))


def passes(request: Request) -> dict[str, str]:
    """The reading passes this browser holds: loan id to secret."""
    return _beginning(_full(request, LOAN), request)


def ended_passes(request: Request) -> dict[str, str]:
    """Those of loans that may have ended: given back from this browser, or not noticed yet to be over."""
    return passes(request) | _beginning(_full(request, ENDED), request)


def _beginning(start: str, request: Request) -> dict[str, str]:
    return {
        name.removeprefix(start): value for name, value in request.cookies.items() if name.startswith(start)
    }


def forget_other_loans(request: Request, response: Response, loan_ids: set[str]) -> None:
    """Have the browser forget the passes of all loans but these: they last long, and add up."""
    for start in (LOAN, ENDED):
        for loan_id in _beginning(_full(request, start), request).keys() - loan_ids:
            drop(request, response, start + loan_id)


def put(request: Request, response: Response, name: str, value: str, until: datetime) -> None:
    """Set a cookie that scripts can't read. Lax: people arrive from chats, by a link."""
    response.set_cookie(
        _full(request, name),
        value,
        expires=until,
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )


def drop(request: Request, response: Response, name: str) -> None:
    """Have the browser forget a cookie."""
    response.delete_cookie(
        _full(request, name), path="/", secure=request.is_secure, httponly=True, samesite="Lax"
    )


def _full(request: Request, name: str) -> str:
    return PREFIX + name if request.is_secure else name
