"""The librarian's front page: the library as a whole."""

from flask import Blueprint, render_template

from lending.ports.overview import Counted
from lending.services.overview import LATELY
from lending.web import guards
from lending.web.charts import weekly
from lending.web.desk import desk

bp = Blueprint("overview", __name__)


@bp.get("/overview")
def overview() -> str:
    """Charts and figures: how much is lent, who waits, whether the log is right."""
    seen = desk().overview.look(guards.actor())
    charts = {kind.name.lower(): weekly(kind, seen.weeks) for kind in Counted}
    return render_template(
        "librarian/overview.html",
        seen=seen,
        in_charge_of=desk().accounts.in_charge_of(guards.actor()),
        charts=charts,
        lately=LATELY,
        unusual=desk().unusual.lately(guards.actor()),
        witnesses=desk().witnesses.standing(),
    )
