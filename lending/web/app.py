"""The app factory: everything that answers HTTP is wired here, from arguments."""

import errno
import json
import logging
from datetime import timedelta
from pathlib import Path

from flask import Flask, Response, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from werkzeug.exceptions import BadHost, HTTPException, ServiceUnavailable
from werkzeug.middleware.proxy_fix import ProxyFix

from lending import refusals
from lending.config import Settings
from lending.ports.library import LibraryUnavailable
from lending.web import compression, guards, headers, language, pages
from lending.web.addresses import to
from lending.web.api import openapi_app
from lending.web.assets import Assets
from lending.web.desk import KEY, Services
from lending.web.refusals_http import told
from lending.web.texts import gettext
from lending.web.texts import lazy_gettext as _l

LARGEST_BODY = 1 << 20
"""For everything but books and covers, whose views raise it for themselves."""

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG})
"""What the system says when the books' disk is full or can't be written."""

_log = logging.getLogger(__name__)

_TITLES = {
    404: _l("There is nothing here"),
    413: _l("That is too much at once"),
    503: _l("The library can’t answer just now"),
}
_SENSELESS = _l("That request makes no sense here")
"""What a page says whose status is none of the above: only a hand-made request meets it."""


def create_app(services: Services, settings: Settings) -> Flask:
    """The web application of a library. Nothing is shared between two of them."""
    app = openapi_app()
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # their addresses change with their content
        BABEL_TRANSLATION_DIRECTORIES=str(Path(__file__).parent / "translations"),
        BASE_URL=settings.base_url.rstrip("/"),
    )
    app.extensions[KEY] = services
    app.extensions[Assets.KEY] = Assets.built()
    Babel(app, locale_selector=language.of_request, timezone_selector=lambda: "UTC")
    app.before_request(guards.refuse_cross_site)
    app.before_request(guards.refuse_multipart)
    app.after_request(compression.compress)  # called last: Flask begins with the last
    app.after_request(headers.protect)
    app.register_error_handler(refusals.Refusal, _refused)
    app.register_error_handler(HTTPException, _failed)
    app.register_error_handler(BadHost, _no_such_host)
    app.register_error_handler(LibraryUnavailable, _out_of_service)
    app.register_error_handler(Exception, _broken)
    pages.register(app)
    if settings.proxies:
        n = settings.proxies
        # Not X-Forwarded-Host: many a proxy hands on what the client wrote there. LENDING_BASE_URL says it.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=0)  # type: ignore[method-assign]  # Flask's own recipe
    return app


def _refused(refusal: Exception) -> ResponseReturnValue:
    assert isinstance(refusal, refusals.Refusal)
    if isinstance(refusal, refusals.NotSignedIn) and not _wants_json():
        then = request.full_path.rstrip("?") if request.method == "GET" else None
        return to(url_for("account.sign_in", next=then))
    answer = told(refusal)
    if _wants_json():
        response = _problem(answer.problem())
    else:
        response = make_response(render_template("refusal.html", told=answer), answer.status)
    if refusal.wait is not None:
        response.headers["Retry-After"] = str(max(1, -(-refusal.wait // timedelta(seconds=1))))
    return response


def _failed(error: Exception) -> ResponseReturnValue:
    assert isinstance(error, HTTPException)
    code = error.code or 500
    if code < 400:
        return error
    title = str(_TITLES.get(code) or _SENSELESS)
    if _wants_json():
        problem = {
            "type": "about:blank",
            "title": error.name,
            "status": code,
            "detail": error.description or "",
        }
        return _problem(problem, error)
    return render_template("error.html", code=code, title=title), code


def _no_such_host(error: Exception) -> ResponseReturnValue:
    """Without a host that can be one, no page can be shown: none knows its own address."""
    return Response("This is no host's name.\n", 400, content_type="text/plain; charset=utf-8")


def _out_of_service(error: Exception) -> ResponseReturnValue:
    _log.error("out of service at %s", request.endpoint, exc_info=error)
    g.actor = None  # the page that says so is anybody's: to ask who it is might be what fails
    answer = make_response(_failed(ServiceUnavailable("Nothing was changed. Try again in a while.")))
    answer.headers["Retry-After"] = "10"
    return answer


def _broken(error: Exception) -> ResponseReturnValue:
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return _out_of_service(error)
    # The message may hold what a person typed: only where it happened is logged.
    _log.error("unhandled %s in %s", type(error).__name__, request.endpoint, exc_info=error)
    title = gettext("Something went wrong on our side")
    if _wants_json():
        return _problem({"type": "about:blank", "title": title, "status": 500})
    return render_template("error.html", code=500, title=title), 500


def _problem(problem: dict[str, object], error: HTTPException | None = None) -> Response:
    response = Response(json.dumps(problem, default=str), content_type="application/problem+json")
    response.status_code = int(str(problem["status"]))
    if error is not None:
        response.headers.extend(
            (name, value) for name, value in error.get_headers() if name in ("Allow", "Content-Range")
        )
    return response


def _wants_json() -> bool:
    return request.path.startswith("/api/")
