"""Asking to borrow: the public pages, a friend's place in the line, and what owners do with both."""

from contextlib import suppress
from typing import Final

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.services.asking import TitleSeen
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.pages.script_texts import ask_texts, place_texts

bp = Blueprint("asking", __name__)

PAGE: Final = 60


@bp.get("/ask/<id:page_id>")
def page(page_id: str) -> ResponseReturnValue:
    """Where anybody with the address may ask: for one title, or for one of a shelf's."""
    if desk().asking.page(page_id).edition_id is not None:
        return _title_page(desk().asking.title(page_id))
    text = request.args.get("q", "").strip()
    number = max(1, request.args.get("page", 1, type=int))
    seen = desk().asking.titles(page_id, text, (number - 1) * PAGE, PAGE)
    pages = max(1, -(-seen.total // PAGE))
    return render_template("asking/shelf.html", seen=seen, text=text, number=number, pages=pages)


@bp.get("/ask/<id:page_id>/<id:edition_id>")
def title(page_id: str, edition_id: str) -> str:
    """One title of a shelf."""
    return _title_page(desk().asking.title(page_id, edition_id))


@bp.get("/w")
def place() -> str:
    """Somebody's place in a line: the same page for everyone, which changes nothing. The token is in the
    fragment, so this server doesn't know whose it is until the page asks."""
    return render_template("asking/place.html", texts=place_texts(), nonce=desk().lending.nonce())


@bp.post("/books/<id:copy_id>/ask-page")
def of_book(copy_id: str) -> Response:
    """Open the page of a title, change how it works, or close it."""
    actor, wanted = guards.actor(), request.form.get("ask", "")
    if wanted in _APPROVES:
        desk().asking.open_for_copy(actor, copy_id, approves=_APPROVES[wanted])
    else:
        desk().asking.close_for_copy(actor, copy_id)
    return to(url_for("owner.book", copy_id=copy_id, ask="kept", _anchor="line"))


@bp.post("/account/ask-page")
def of_all_books() -> Response:
    """The same of all the account's titles."""
    actor, wanted = guards.actor(), request.form.get("ask", "")
    if wanted in _APPROVES:
        desk().asking.open_for_account(actor, approves=_APPROVES[wanted])
    else:
        desk().asking.close_for_account(actor)
    return to(url_for("account.account", ask="kept", _anchor="ask"))


@bp.post("/books/<id:copy_id>/line/<id:hold_id>")
def decide(copy_id: str, hold_id: str) -> Response:
    """Say yes or no to somebody who asked, or take them out of the line."""
    actor = guards.actor()
    act = desk().waiting.approve if request.form.get("says") == "yes" else desk().waiting.decline
    with suppress(refusals.HoldEnded):  # they left a moment ago, or have borrowed it: the page shows it
        act(actor, copy_id, hold_id)
    return to(url_for("owner.book", copy_id=copy_id, _anchor="line"))


@bp.post("/books/<id:copy_id>/line")
def send_away(copy_id: str) -> Response:
    """Say no to everybody in line, or to all who wait for a yes."""
    desk().waiting.send_away(guards.actor(), copy_id, asked_only=request.form.get("who") == "asked")
    return to(url_for("owner.book", copy_id=copy_id, _anchor="line"))


_APPROVES: Final = {"approved": True, "by-itself": False}


def _title_page(seen: TitleSeen) -> str:
    return render_template(
        "asking/title.html",
        seen=seen,
        letters=desk().correspondence.is_set_up,
        texts=ask_texts(),
        nonce=desk().lending.nonce(),
    )
