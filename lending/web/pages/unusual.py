"""Loans about which something unusual was noticed, for librarians. It names no reader."""

from flask import Blueprint, render_template, request

from lending.web import guards
from lending.web.desk import desk

bp = Blueprint("unusual", __name__)


@bp.get("/log/unusual")
def page() -> str:
    """The latest first; `before` asks for what has signs below a number of the record."""
    before = max(0, request.args.get("before", 0, type=int))
    return render_template("librarian/unusual.html", page=desk().unusual.page(guards.actor(), before))
