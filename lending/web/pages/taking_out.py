"""Taking a copy out of the library: the act, and the page from which its file is downloaded."""

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.pages import owner
from lending.web.refusals_http import told

bp = Blueprint("taking_out", __name__)


@bp.post("/books/<copy_id>/take-out")
def take_out(copy_id: str) -> ResponseReturnValue:
    """Take the copy out, and show where its file is."""
    try:
        desk().taking_out.take_out(guards.actor(), copy_id)
    except (refusals.CannotWithdraw, refusals.NotBroughtIn) as refusal:
        return owner.book_page(copy_id, told(refusal)), told(refusal).status
    return to(url_for("taking_out.file", copy_id=copy_id))


@bp.get("/books/<copy_id>/file")
def file(copy_id: str) -> str:
    """The file of a copy that was taken out, while it waits."""
    return render_template("owner/file.html", entry=desk().taking_out.entry(guards.actor(), copy_id))
