"""Who asks: sessions, access tokens, reading passes. And what comes from another site is turned away."""

from flask import g, request
from werkzeug.exceptions import Forbidden, UnsupportedMediaType

from lending import refusals
from lending.services.actors import Actor
from lending.services.reading import Admission
from lending.web import cookies
from lending.web.desk import desk

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BEARER = "Bearer "
FROM_ANYWHERE = frozenset({"api.letters.stop_letters_at_once"})
"""Mail programs send this one, wherever they run, as the form that they like (RFC 8058). It bears its own
token: no cookie counts for it, and the form isn't read."""


def refuse_cross_site() -> None:
    """Turn away a request to change something that a browser sends on another site's behalf.

    Browsers say where a request comes from, in Sec-Fetch-Site or at least in Origin; what
    says neither is no browser, and carries no cookie that it was tricked into sending.
    """
    if request.method in SAFE_METHODS or request.endpoint in FROM_ANYWHERE:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        same = site in ("same-origin", "none")
    else:
        origin = request.headers.get("Origin")
        same = origin is None or origin.partition("://")[2] == request.host
    if not same:
        raise Forbidden("The request comes from another site.")


def refuse_multipart() -> None:
    """Forms with files would be written to temporary files by the framework: books come in by tus only."""
    if request.mimetype == "multipart/form-data" and request.endpoint not in FROM_ANYWHERE:
        raise UnsupportedMediaType("Send books to /api/v1/uploads.")


def actor() -> Actor:
    """Who asks. Raises NotSignedIn."""
    found = actor_or_none()
    if found is None:
        raise refusals.NotSignedIn
    return found


def actor_or_none() -> Actor | None:
    """Who asks, if they say: by an access token (API only) or by their session's cookie."""
    if "actor" not in g:
        g.actor = _of_token() if _shows_token() else _of_session()
    found: Actor | None = g.actor
    return found


def harvester() -> Actor:
    """Who asks; or whose token a program sends in the address, as the COUNTER API would have it. Addresses
    stay in logs on their way, so a token that can do more than read is not taken there.

    Raises NotSignedIn or NotAllowed.
    """
    key = request.args.get("api_key")
    if key is None:
        return actor()
    g.actor = found = desk().accounts.of_token(key)
    if found.may_change:
        raise refusals.NotAllowed
    return found


def reader(loan_id: str) -> Admission:
    """The reader of a loan, let in for this request. Raises the kinds of CannotRead."""
    secret = cookies.read(request, cookies.LOAN + loan_id)
    return desk().reading.admit(loan_id, secret, actor_or_none())


def _shows_token() -> bool:
    """Tokens open the API alone. On a page the header is not for us: a proxy may ask for passwords."""
    return request.path.startswith("/api/") and "Authorization" in request.headers


def _of_token() -> Actor:
    authorization = request.headers["Authorization"]
    if not authorization.startswith(BEARER):
        raise refusals.NotSignedIn
    return desk().accounts.of_token(authorization.removeprefix(BEARER).strip())


def _of_session() -> Actor | None:
    secret = cookies.read(request, cookies.SESSION)
    if secret is None:
        return None
    try:
        return desk().accounts.of_session(secret)
    except refusals.NotSignedIn:
        return None
