"""The owner's pages: the shelf, a book, lending it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.circulation.noticing import notice
from lending.circulation.offering import Offer
from lending.circulation.policy import LoanRules
from lending.refusals import Refusal
from lending.services.shelf import ORDERS, Correction
from lending.web import guards
from lending.web.accessibility_words import told as in_words
from lending.web.addresses import ask_link, gift_link, lend_link, to
from lending.web.desk import desk
from lending.web.pages.script_texts import upload_texts
from lending.web.refusals_http import Told, told

bp = Blueprint("owner", __name__)

PAGE: Final = 60
PERIODS: Final = (
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=14),
    timedelta(days=30),
    timedelta(days=90),
)
_TOO_LATE: Final = (
    refusals.NotFound,
    refusals.LoanEnded,
    refusals.AlreadyRecalled,
    refusals.CopyIsOut,
    refusals.CopyIsLost,
    refusals.LinkAlreadyOut,
    refusals.GiftIsOut,
    refusals.CopyIsHeld,
)
"""What has become of the copy meanwhile, as its page shows."""

UNITS: Final = {"hours": timedelta(hours=1), "days": timedelta(days=1), "weeks": timedelta(weeks=1)}


@bp.get("/shelf")
def shelf() -> str:
    """The actor's copies, with search."""
    actor, text = guards.actor(), request.args.get("q", "").strip()
    news = desk().news.since(actor).cursor  # before the page is: what happens in between is news
    order = request.args.get("order", "added")
    number = max(1, request.args.get("page", 1, type=int))
    page = desk().shelf.page(actor, text, order if order in ORDERS else "added", (number - 1) * PAGE, PAGE)
    pages = max(1, -(-page.total // PAGE))
    return render_template(
        "owner/shelf.html",
        shelf=page,
        number=number,
        pages=pages,
        text=text,
        order=order,
        taken_out=desk().taking_out.waiting(actor),
        news=news,
    )


@bp.get("/add")
def add() -> str:
    """Where books come in."""
    guards.actor()
    largest = desk().acquisitions.largest_file
    return render_template("owner/add.html", largest=largest, texts=upload_texts())


@bp.get("/books/<copy_id>")
def book(copy_id: str) -> str:
    """One copy: its record, where it is, and what can be done with it."""
    return book_page(copy_id)


@bp.get("/books/<copy_id>/lend")
def lend_form(copy_id: str) -> str:
    """For how long, to whom, with what words."""
    return _lend_page(copy_id)


@bp.post("/books/<copy_id>/lend")
def lend(copy_id: str) -> ResponseReturnValue:
    """Make the link and show it."""
    actor, form = guards.actor(), request.form
    try:
        offer = Offer(_loan_period(), form.get("for_whom", ""), form.get("note", ""))
        desk().lending.make_link(actor, copy_id, offer)
    except Refusal as refusal:
        return _lend_page(copy_id, typed=form, told=told(refusal)), told(refusal).status
    return to(url_for("owner.book", copy_id=copy_id))


@bp.post("/books/<copy_id>/cancel")
def cancel(copy_id: str) -> ResponseReturnValue:
    """Take the link back."""
    return done(copy_id, lambda: desk().lending.cancel_link(guards.actor(), copy_id))


@bp.post("/books/<copy_id>/read")
def read(copy_id: str) -> ResponseReturnValue:
    """Take the copy off the shelf and open it."""
    try:
        loan = desk().lending.take_off_shelf(guards.actor(), copy_id)
    except (refusals.CopyIsOut, refusals.CopyIsHeld) as refusal:
        return book_page(copy_id, told(refusal)), 409
    return to(url_for("borrower.read", loan_id=loan.id))


@bp.post("/books/<copy_id>/put-back")
def put_back(copy_id: str) -> ResponseReturnValue:
    """Put the copy back on the shelf."""
    return done(copy_id, lambda: desk().lending.put_back(guards.actor(), copy_id))


@bp.post("/books/<copy_id>/recall")
def recall(copy_id: str) -> ResponseReturnValue:
    """Ask the borrower for it back."""
    return done(copy_id, lambda: desk().lending.recall(guards.actor(), copy_id))


@bp.post("/books/<copy_id>/more-time")
def more_time(copy_id: str) -> ResponseReturnValue:
    """Let the borrower keep it for longer, from now."""
    try:
        desk().lending.extend(guards.actor(), copy_id, _loan_period())
    except (refusals.LoanPeriodOutOfRange, refusals.LoanEnded, refusals.NothingGained) as refusal:
        return book_page(copy_id, told(refusal)), told(refusal).status
    return to(url_for("owner.book", copy_id=copy_id))


@bp.post("/books/<copy_id>/lost")
def lost(copy_id: str) -> ResponseReturnValue:
    """Say that it can't be found."""
    return done(copy_id, lambda: desk().shelf.mark_lost(guards.actor(), copy_id))


@bp.post("/books/<copy_id>/found")
def found(copy_id: str) -> ResponseReturnValue:
    """Say that it has been found."""
    return done(copy_id, lambda: desk().shelf.find(guards.actor(), copy_id))


@bp.get("/books/<copy_id>/record")
def record(copy_id: str) -> str:
    """The catalogue record, to be corrected."""
    return render_template("owner/record.html", entry=desk().shelf.entry(guards.actor(), copy_id))


@bp.post("/books/<copy_id>/record")
def correct(copy_id: str) -> ResponseReturnValue:
    """Correct the record."""
    form, actor = request.form, guards.actor()
    correction = Correction(
        title=form.get("title"),
        authors=tuple(form.get("authors", "").splitlines()),
        language=form.get("language"),
        description=form.get("description"),
    )
    try:
        desk().shelf.correct(actor, copy_id, correction)
    except refusals.UnacceptableInput as refusal:
        answer, entry = told(refusal), desk().shelf.entry(actor, copy_id)
        return render_template("owner/record.html", entry=entry, typed=form, told=answer), answer.status
    return to(url_for("owner.book", copy_id=copy_id))


@bp.post("/books/<copy_id>/withdraw")
def withdraw(copy_id: str) -> ResponseReturnValue:
    """Take the copy out of the library for good."""
    try:
        desk().shelf.withdraw(guards.actor(), copy_id)
    except refusals.CannotWithdraw as refusal:
        return book_page(copy_id, told(refusal)), 409
    return to(url_for("owner.shelf"))


def book_page(copy_id: str, refused: Told | None = None) -> str:
    """The page of one of the actor's copies, with what there is to tell of what was just asked."""
    actor = guards.actor()
    news = desk().news.since(actor).cursor  # before the page is: what happens in between is news
    entry = desk().shelf.entry(actor, copy_id)
    rules = desk().rules.of_copy(actor, copy_id)
    ask_page = desk().asking.of_copy(actor, copy_id)
    happened = desk().audit.of_copy(actor, copy_id)
    return render_template(
        "owner/book.html",
        ask_page=ask_page,
        ask_url=ask_link(ask_page.id) if ask_page else "",
        line=desk().waiting.of_copy(actor, copy_id),
        news=news,
        entry=entry,
        address=_address(lambda: lend_link(desk().lending.link_out(actor, copy_id).token)),
        gift=_address(lambda: gift_link(desk().giving.link_out(actor, copy_id).token)),
        plates=desk().audit.provenance(actor, copy_id),
        told=refused,
        terms=desk().terms.of_copy(actor, copy_id),
        rules=rules,
        periods=_periods(rules.holds),
        happened=happened,
        unusual=notice(line.event for line in happened),
        accessibility=in_words(desk().describing.accessibility(entry.edition)),
    )


def _address(of_link: Callable[[], str]) -> str | None:
    """The address of the link that waits for the copy, if one of that kind does."""
    try:
        return of_link()
    except refusals.NotFound:
        return None


def _lend_page(copy_id: str, typed: Mapping[str, str] | None = None, told: Told | None = None) -> str:
    actor = guards.actor()
    rules = desk().rules.of_copy(actor, copy_id).holds
    return render_template(
        "owner/lend.html",
        entry=desk().shelf.entry(actor, copy_id),
        asked=len(desk().waiting.of_copy(actor, copy_id)),
        periods=_periods(rules),
        rules=rules,
        typed=typed or {},
        told=told,
    )


def done(copy_id: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it, and show the book as it is now; when it is too late to do, the book's page says so by itself."""
    try:
        act()
    except _TOO_LATE:
        desk().shelf.entry(guards.actor(), copy_id)
    return to(url_for("owner.book", copy_id=copy_id))


def _loan_period() -> timedelta:
    """The chosen period, or the typed one. Raises LoanPeriodOutOfRange."""
    chosen = request.form.get("period", "")
    if chosen.isdecimal() and len(chosen) < 10:
        return timedelta(seconds=int(chosen))
    count, unit = request.form.get("count", ""), UNITS.get(request.form.get("unit", ""))
    if unit is None or not count.isdecimal() or len(count) > 6:
        raise refusals.LoanPeriodOutOfRange
    return int(count) * unit


def _periods(rules: LoanRules) -> list[timedelta]:
    """Those that are offered, the rules' own among them."""
    return sorted({*PERIODS, rules.loan_period})
