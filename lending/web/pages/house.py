"""The door: the landing page, what problems mean, and whether the house stands."""

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from lending.ports.records import Role
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.refusals_http import told_in_general

bp = Blueprint("house", __name__)


@bp.get("/")
def door() -> ResponseReturnValue:
    """To the shelf or the overview for who is known; a few words about the house for who is not."""
    visitor = guards.actor_or_none()
    if visitor is None:
        return render_template("house/door.html", nobody_yet=desk().accounts.nobody_yet())
    room = "owner.shelf" if Role.OWNER in visitor.account.roles else "overview.overview"
    return to(url_for(room))


@bp.get("/about")
def about() -> str:
    """What this is, how it keeps its promises, and what it can't promise."""
    return render_template("house/about.html", names_kept_days=desk().erasing.names_kept_for.days)


@bp.get("/problems/<code>")
def problem(code: str) -> str:
    """What a problem type of the API means (RFC 9457 §3.1.1)."""
    told = told_in_general(code)
    if told is None:
        abort(404)
    return render_template("house/problem.html", told=told)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """This process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """The library can serve: its database answers and has this program's schema."""
    try:
        ready = desk().upkeep.is_ready()
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, the answer is "not ready"
        ready = False
    return ({"status": "ready"}, 200) if ready else ({"status": "not ready"}, 503)
