"""The librarian's pages: the loan log and the record. They change nothing and open no book."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from lending.ports.records import LoanState, LogQuery
from lending.web import guards
from lending.web.desk import desk

bp = Blueprint("librarian", __name__)


@bp.get("/log")
def log() -> str:
    """The loan log, newest first, by book, owner, borrower, state and date."""
    query = _query()
    page = desk().audit.loans(guards.actor(), query)
    filters = {name: value for name, value in request.args.items() if value and name != "after"}
    days = {"since": query.since, "until": query.until}
    export = filters | {name: moment.isoformat() for name, moment in days.items() if moment}
    return render_template("librarian/log.html", page=page, filters=filters, export=export)


@bp.get("/log/record")
def record() -> ResponseReturnValue:
    """The record: every event, of one copy or of all."""
    copy_id = request.args.get("copy") or None
    lines = desk().audit.events(guards.actor(), copy_id, request.args.get("before", 0, type=int))
    return render_template("librarian/record.html", lines=lines, copy_id=copy_id)


def _query() -> LogQuery:
    asked = request.args
    state = asked.get("state", "")
    return LogQuery(
        book=asked.get("book", "")[:200],
        owner=asked.get("owner", "")[:200],
        borrower=asked.get("borrower", "")[:200],
        state=LoanState(state) if state in set(LoanState) else None,
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", ""), after=timedelta(days=1)),
        after=asked.get("after", ""),
    )


def _day(text: str, after: timedelta = timedelta(0)) -> datetime | None:
    """Midnight UTC of a typed day, and so much later; None for what is no day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + after
    except (ValueError, OverflowError):
        return None
