"""Whether the log can be believed, and what shows it."""

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from lending.web import guards
from lending.web.addresses import base_url, to
from lending.web.desk import desk
from lending.web.downloads import attach

bp = Blueprint("integrity", __name__)


@bp.get("/log/integrity")
def page() -> str:
    """The latest checkpoint, the log's key, and how to check the log oneself."""
    shown = desk().evidence.of_log(guards.actor())
    witnesses = desk().witnesses.standing()
    return render_template(
        "librarian/integrity.html", shown=shown, witnesses=witnesses, library_url=base_url()
    )


@bp.post("/log/integrity/check")
def ask_for_check() -> ResponseReturnValue:
    """Ask for a check of the whole log: it takes too long to be made in a request."""
    desk().log_checking.ask(guards.actor())
    return to(url_for("integrity.page"))


@bp.get("/log/record/<int:number>/proof")
def proof(number: int) -> ResponseReturnValue:
    """The proof that an event is in the log, as a file."""
    found = desk().evidence.of_event(guards.actor(), number)
    response = Response(found.text, content_type="text/plain; charset=utf-8")
    attach(response, f"entry-{found.entry}.tlog-proof")
    return response
