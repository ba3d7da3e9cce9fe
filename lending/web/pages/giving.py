"""Giving a copy away, and the page on which another owner accepts it."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.circulation.passing import Words
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.pages import owner
from lending.web.pages.script_texts import gift_texts
from lending.web.refusals_http import told

bp = Blueprint("giving", __name__)


@bp.post("/books/<copy_id>/give")
def give(copy_id: str) -> ResponseReturnValue:
    """Offer the copy to another owner, and show the link."""
    words = Words(request.form.get("for_whom", ""), request.form.get("note", ""))
    try:
        desk().giving.offer(guards.actor(), copy_id, words)
    except (refusals.CannotLend, refusals.CopyIsOut, refusals.UnacceptableInput) as refusal:
        return owner.book_page(copy_id, told(refusal)), told(refusal).status
    return to(url_for("owner.book", copy_id=copy_id))


@bp.post("/books/<copy_id>/keep")
def keep(copy_id: str) -> ResponseReturnValue:
    """Take the gift back. Whoever accepted it meanwhile has the copy: then there is no such book here."""
    return owner.done(copy_id, lambda: desk().giving.take_back(guards.actor(), copy_id))


@bp.get("/g")
def gift() -> str:
    """Where every gift's link leads: the same page for everyone, which changes nothing.

    The token is in the fragment, so this server doesn't know for which book it is shown.
    """
    signed_in = guards.actor_or_none() is not None
    return render_template("owner/gift.html", texts=gift_texts(), signed_in=signed_in)
