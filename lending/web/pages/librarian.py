"""The loan log and the record, and the searches that a librarian has saved. They open no book."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lending import refusals
from lending.circulation.events import EventKind, Purpose
from lending.counter.customizing import values_of
from lending.counter.kinds import KINDS
from lending.ports.records import EventQuery, LoanState, LogQuery
from lending.services.audit import EVENTS_ON_A_PAGE
from lending.web import guards
from lending.web.addresses import to
from lending.web.desk import desk
from lending.web.pages.furniture import event_words
from lending.web.refusals_http import Told, told

bp = Blueprint("librarian", __name__)


FILTERS: Final = (
    "copy",
    "book",
    "owner",
    "borrower",
    "state",
    "friends",
    "passed_by",
    "long",
    "since",
    "until",
)
NAMES: Final = ("borrower", "passed_by")
"""What looks for readers by name. Not kept in a saved search: an erased name would stand there."""
LENGTHS: Final = (7, 14, 21, 30, 60, 90, 180)
"""Days."""


@bp.get("/log")
def log() -> ResponseReturnValue:
    """The loan log, newest first, by book, owner, borrower and all else that a line tells."""
    try:
        return _log_page()
    except refusals.NamesCovered as refusal:
        return _log_page(told(refusal), covered=True), told(refusal).status


@bp.post("/log/searches")
def save_search() -> ResponseReturnValue:
    """Keep the filters that are shown under a name."""
    filters = _filters(dict(parse_qsl(request.form.get("query", ""))))
    query = {name: value for name, value in filters.items() if name not in NAMES}
    try:
        saved = desk().searches.save(guards.actor(), request.form.get("name", ""), urlencode(query))
    except refusals.UnacceptableInput as refusal:
        return _log_page(told(refusal), asked=query), told(refusal).status
    return to(f"{url_for('librarian.log')}?{saved.query}")


@bp.post("/log/searches/<search_id>/name")
def rename_search(search_id: str) -> ResponseReturnValue:
    """Call a saved search something else."""
    try:
        desk().searches.rename(guards.actor(), search_id, request.form.get("name", ""))
    except refusals.UnacceptableInput as refusal:
        return _log_page(told(refusal)), told(refusal).status
    return to(url_for("librarian.log"))


@bp.post("/log/searches/<search_id>/delete")
def delete_search(search_id: str) -> ResponseReturnValue:
    """Forget a saved search."""
    desk().searches.delete(guards.actor(), search_id)
    return to(url_for("librarian.log"))


@bp.post("/log/names")
def show_names() -> ResponseReturnValue:
    """Have readers' names shown for an hour, saying what for: of one loan, or all."""
    loan_id = request.form.get("loan") or None
    desk().identities.show(guards.actor(), _purpose(request.form.get("purpose", "")), loan_id)
    if loan_id is not None:
        return to(url_for("lives.of_loan", loan_id=loan_id))
    query = urlencode(_filters(dict(parse_qsl(request.form.get("query", "")))))
    return to(f"{url_for('librarian.log')}?{query}" if query else url_for("librarian.log"))


@bp.get("/log/record")
def record() -> ResponseReturnValue:
    """The record: every event, of one copy or of all, of one kind or of all."""
    copy_id = request.args.get("copy") or None
    kind = request.args.get("kind", None, type=EventKind)
    before = request.args.get("before", 0, type=int)
    lines = desk().audit.events(guards.actor(), EventQuery(copy_id, before, EVENTS_ON_A_PAGE, kind))
    return render_template(
        "librarian/record.html",
        lines=lines,
        copy_id=copy_id,
        kind=kind,
        kinds=sorted((event_words(one), one) for one in EventKind),
        more=len(lines) == EVENTS_ON_A_PAGE,
    )


def _purpose(word: str) -> Purpose:
    try:
        return Purpose(word)
    except ValueError:
        raise refusals.UnacceptableInput("purpose", "is empty") from None


def _log_page(
    refused: Told | None = None, *, covered: bool = False, asked: Mapping[str, str] | None = None
) -> str:
    """By the filters of the address, or those that were `asked` by a form. `covered`: without what looks for
    readers by name."""
    asked = request.args if asked is None else asked
    query, filters = _query(asked), _filters(asked)
    page = desk().audit.loans(guards.actor(), replace(query, borrower="", passed_by="") if covered else query)
    days = {"since": query.since, "until": query.until}
    export = filters | {name: moment.isoformat() for name, moment in days.items() if moment}
    return render_template(
        "librarian/log.html",
        page=page,
        filters=filters,
        query=urlencode(filters),
        saved_as=urlencode({name: value for name, value in filters.items() if name not in NAMES}),
        export=export,
        searches=desk().searches.of(guards.actor()),
        lengths=LENGTHS,
        months=desk().usage.latest(),
        reports=KINDS.values(),
        values_of=values_of,
        told=refused,
        covered=covered,
    )


def _filters(asked: Mapping[str, str]) -> dict[str, str]:
    """Those that are set, in the order in which the form has them: so the same are the same address."""
    return {name: asked[name] for name in FILTERS if asked.get(name)}


def _query(asked: Mapping[str, str]) -> LogQuery:
    state = asked.get("state", "")
    return LogQuery(
        copy_id=asked.get("copy", "")[:32],
        passed_by=asked.get("passed_by", "")[:200],
        longer_than=_days(asked.get("long", "")),
        book=asked.get("book", "")[:200],
        owner=asked.get("owner", "")[:200],
        borrower=asked.get("borrower", "")[:200],
        state=LoanState(state) if state in set(LoanState) else None,
        to_friends=bool(asked.get("friends")),
        since=_day(asked.get("since", "")),
        until=_day(asked.get("until", ""), after=timedelta(days=1)),
        after=asked.get("after", ""),
    )


def _days(text: str) -> timedelta | None:
    """So many days, if it is a number that can be one."""
    return timedelta(days=int(text)) if text.isdecimal() and 0 < len(text) < 5 else None


def _day(text: str, after: timedelta = timedelta(0)) -> datetime | None:
    """Midnight UTC of a typed day, and so much later; None for what is no day."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC) + after
    except (ValueError, OverflowError):
        return None
