"""Stock-taking: which copies' files are not as they should be."""

from flask import Blueprint, render_template

from lending.web import guards
from lending.web.desk import desk

bp = Blueprint("stock", __name__)


@bp.get("/stock")
def page() -> str:
    """How far the stock is looked through, and the exceptions."""
    return render_template("librarian/stock.html", report=desk().stock_taking.report(guards.actor()))
