"""Where owners say what they ask of readers: the two forms, and what was written in them."""

from typing import Final

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.circulation.terms import ReadingTerms
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.pages import account, owner
from lending.web.refusals_http import told

bp = Blueprint("terms", __name__)

ANY: Final = "any"
OTHER: Final = "other"


@bp.post("/account/reading-terms")
def of_all_books() -> ResponseReturnValue:
    """Choose the terms on which others read the actor's books."""
    try:
        desk().terms.set_for_account(guards.actor(), _asked())
    except refusals.UnacceptableInput as refusal:
        return account.account_page(refused_told=told(refusal)), told(refusal).status
    return to(url_for("account.account", terms="kept", _anchor="terms"))


@bp.post("/books/<copy_id>/reading-terms")
def of_book(copy_id: str) -> ResponseReturnValue:
    """Choose them for one title, or leave it with those of all books."""
    try:
        terms = _asked() if request.form.get("whose") == OTHER else None
        desk().terms.set_for_copy(guards.actor(), copy_id, terms)
    except refusals.UnacceptableInput as refusal:
        return owner.book_page(copy_id, told(refusal)), told(refusal).status
    return to(url_for("owner.book", copy_id=copy_id, terms="kept", _anchor="terms"))


def _asked() -> ReadingTerms:
    """The terms as the form says them. Raises UnacceptableInput for a length that is no number."""
    form = request.form
    return ReadingTerms(
        quotation_limit=_quotation_limit(),
        slows_down="slows_down" in form,
        guards_printing="guards_printing" in form,
        names_reader="names_reader" in form,
    )


def _quotation_limit() -> int | None:
    chosen = request.form.get("quotation", "")
    if chosen == ANY:
        return None
    length = request.form.get("characters", "").strip() if chosen == OTHER else chosen
    if not length.isdecimal() or len(length) > 9:
        raise refusals.UnacceptableInput("quotation_limit", "is not a number")
    return int(length)
