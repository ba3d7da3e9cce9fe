"""The borrower's pages: the lend link, the reader, what this browser has on loan."""

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.ports.records import EPUB
from lending.services.reading import LoanSeen
from lending.web import cookies, guards, headers
from lending.web.assets import Assets
from lending.web.desk import desk
from lending.web.pages.script_texts import (
    carry_texts,
    claim_texts,
    letters_texts,
    place_texts,
    reader_texts,
    term_texts,
)
from lending.web.texts import gettext

bp = Blueprint("borrower", __name__)


@bp.get("/b")
def claim() -> str:
    """Where every lend link leads: the same page for everyone, which changes nothing.

    The token is in the fragment, so this server doesn't know for which book it is shown.
    """
    return render_template(
        "borrower/claim.html", texts=claim_texts(), letters=desk().correspondence.is_set_up
    )


@bp.get("/c")
def carry() -> str:
    """Where a loan goes on that comes from another device: the same page for everyone, changing nothing."""
    texts = carry_texts()
    return render_template("borrower/carry.html", texts=texts, nonce=desk().lending.nonce())


@bp.get("/letters")
def letters() -> str:
    """Where a letter's foot leads: the same page for everyone, changing nothing."""
    return render_template("borrower/letters.html", texts=letters_texts())


@bp.get("/borrowed")
def borrowed() -> Response:
    """What this browser has on loan, and what of it can still be taken home. All else it may forget."""
    loans = desk().reading.borrowed(cookies.passes(request))
    ended = desk().taking_home.waiting(cookies.ended_passes(request))
    nonce = desk().lending.nonce()
    page = render_template(
        "borrower/borrowed.html",
        loans=loans,
        ended=ended,
        nonce=nonce,
        texts=place_texts(),
        terms={seen.held.loan.id: _term(seen) for seen in loans},
    )
    response = make_response(page)
    cookies.forget_other_loans(request, response, {seen.held.loan.id for seen in (*loans, *ended)})
    return response


def _term(seen: LoanSeen) -> dict[str, object]:
    """What the page's script needs to return a loan, or to keep it for longer."""
    loan = seen.held.loan
    return {
        "title": seen.edition.title,
        "binding": "key" if loan.has_key else "cookie",
        "due": None if loan.due_at is None else loan.due_at.isoformat(),
        "recalled": loan.recalled_at is not None,
        "texts": term_texts(lender=seen.lender),
    }


@bp.get("/read/<loan_id>")
def read(loan_id: str) -> ResponseReturnValue:
    """The reader. It holds no text of the book: that comes part by part, each time the loan allows it."""
    try:
        reader = guards.reader(loan_id)
    except refusals.PassExpired:
        return render_template("borrower/renew.html", loan_id=loan_id, nonce=desk().lending.nonce())
    loan = desk().reading.seen(reader.held)
    home = _home(loan)
    page = render_template(
        "borrower/read.html",
        loan=loan,
        home=home,
        config=_reader_config(loan),
        may_pass_on=desk().passing.stands(reader.held).allowed,
        terms=loan.held.terms,
        footer_line=_footer_line(loan),
    )
    return _under_reader_policy(make_response(page))


def _home(seen: LoanSeen) -> str:
    """Where leaving the book leads: the owner to its page, a borrower to what they have on loan."""
    loan = seen.held.loan
    return url_for("owner.book", copy_id=loan.copy_id) if loan.to_owner else url_for("borrower.borrowed")


def _footer_line(seen: LoanSeen) -> str:
    """Who lends it to whom, for the foot of each page; empty where the owner doesn't want it there."""
    reader = seen.held.loan.borrower_name
    if not seen.held.terms.names_reader:
        return ""
    if not reader:
        return gettext("Lent by %(lender)s", lender=seen.lender)
    return gettext("Lent to %(reader)s by %(lender)s", reader=reader, lender=seen.lender)


def _reader_config(seen: LoanSeen) -> dict[str, object]:
    loan, terms = seen.held.loan, seen.held.terms
    return {
        "loan": loan.id,
        "base": f"/api/v1/loans/{loan.id}/",
        "kind": "epub" if seen.edition.media_type == EPUB else "pdf",
        "title": seen.edition.title,
        "mine": loan.to_owner,
        "due": None if loan.due_at is None else loan.due_at.isoformat(),
        "binding": "account" if loan.to_owner else "key" if loan.has_key else "cookie",
        "terms": {"quotation": terms.quotation_limit, "printing": not terms.guards_printing},
        "nonce": desk().lending.nonce(),
        "texts": reader_texts(lender=seen.lender),
    }


def _under_reader_policy(response: Response) -> Response:
    assets: Assets = current_app.extensions[Assets.KEY]
    response.headers["Content-Security-Policy"] = headers.reader_page(assets.engine_style_hashes)
    return response
