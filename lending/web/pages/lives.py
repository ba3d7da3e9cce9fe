"""The story of one copy, and of one loan, for librarians."""

from flask import Blueprint, render_template, request

from lending.circulation.noticing import notice
from lending.web import guards
from lending.web.desk import desk

bp = Blueprint("lives", __name__)


@bp.get("/log/copies/<copy_id>")
def of_copy(copy_id: str) -> str:
    """A copy's life, loan by loan; `before` asks for what is older than an event."""
    before = request.args.get("before", 0, type=int)
    return render_template("librarian/copy.html", life=desk().lives.of_copy(guards.actor(), copy_id, before))


@bp.get("/log/loans/<loan_id>")
def of_loan(loan_id: str) -> str:
    """A loan's life, and what is unusual about it. What owners do with their own books is not."""
    life = desk().lives.of_loan(guards.actor(), loan_id)
    unusual = [] if life.line.loan.to_owner else notice(line.event for line in life.lines)
    return render_template(
        "librarian/loan.html", life=life, unusual=[one for one in unusual if one.loan_id == loan_id]
    )
