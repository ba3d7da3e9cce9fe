"""Where owners say how they lend: the two forms, and what was written in them."""

from datetime import timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.circulation.policy import LoanRules
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.pages import account, owner
from lending.web.refusals_http import told

bp = Blueprint("rules", __name__)


@bp.post("/account/loan-rules")
def of_all_books() -> ResponseReturnValue:
    """Choose the rules by which the actor's books are lent."""
    try:
        desk().rules.set_for_account(guards.actor(), _asked())
    except refusals.UnacceptableInput as refusal:
        return account.account_page(refused_told=told(refusal)), told(refusal).status
    return to(url_for("account.account", rules="kept", _anchor="rules"))


@bp.post("/books/<copy_id>/loan-rules")
def of_book(copy_id: str) -> ResponseReturnValue:
    """Choose them for one title, or leave it with those of all books."""
    try:
        rules = _asked() if request.form.get("whose") == "other" else None
        desk().rules.set_for_copy(guards.actor(), copy_id, rules)
    except refusals.UnacceptableInput as refusal:
        return owner.book_page(copy_id, told(refusal)), told(refusal).status
    return to(url_for("owner.book", copy_id=copy_id, rules="kept", _anchor="rules"))


def _asked() -> LoanRules:
    """The rules as the form says them. Raises UnacceptableInput for what is no number."""
    return LoanRules(
        loan_period=_period("loan_period"),
        renewals=_number("renewals"),
        claim_window=_period("claim_window"),
        recall_notice=_period("recall_notice"),
        pick_up_window=_period("pick_up_window"),
        loans_per_borrower=_number("loans_per_borrower"),
        passing_on="passing_on" in request.form,
    )


def _period(field: str) -> timedelta:
    unit = timedelta(hours=1) if request.form.get(f"{field}_unit") == "hours" else timedelta(days=1)
    return _number(field) * unit


def _number(field: str) -> int:
    number = request.form.get(field, "").strip()
    if not number.isdecimal() or len(number) > 6:
        raise refusals.UnacceptableInput(field, "is not a number")
    return int(number)
