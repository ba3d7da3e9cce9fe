"""The librarian's log of loans, its export, and the record of events. Nothing here opens a book."""

import re
from datetime import datetime
from typing import Annotated, Self

from flask import Blueprint, Response
from pydantic import AwareDatetime, BeforeValidator, Field

from lending.circulation.events import EventKind
from lending.ports.records import EventLine, LoanState, LogLine, LogQuery
from lending.services.actors import Actor
from lending.services.loan_csv import as_csv, borrower
from lending.web.api.contract import Answer, Contract, Query, Told
from lending.web.api.converters import IdConverter
from lending.web.api.shapes import Words
from lending.web.desk import desk

bp = Blueprint("log", __name__)

EVENTS_AT_ONCE = 100


def _as_written(text: str) -> str:
    """Pydantic would take a bare number for seconds since 1970."""
    if not re.match(r"\d{4}-\d\d-\d\d[Tt ]", text):
        raise ValueError("write it like 2026-03-01T12:00:00Z")
    return text


Moment = Annotated[AwareDatetime, BeforeValidator(_as_written)]


class LoansFiltered(Query):
    """Which loans. Texts match parts of names; accents and case don't matter."""

    book: Words = ""
    owner: Words = ""
    borrower: Words = ""
    state: LoanState | None = None
    since: Moment | None = Field(None, description="Checked out at this moment or later.")
    until: Moment | None = Field(None, description="Checked out before this moment.")

    def wanted(self, after: str = "", limit: int = 50) -> LogQuery:
        """As the log takes it."""
        return LogQuery(
            book=self.book,
            owner=self.owner,
            borrower=self.borrower,
            state=self.state,
            since=self.since,
            until=self.until,
            after=after,
            limit=limit,
        )


class LoansWanted(LoansFiltered):
    """Which loans, a page at a time."""

    after: str = Field(
        "",
        pattern=rf"^([0-9]{{1,14}}-{IdConverter.regex})?$",
        description="The `after` of the page before.",
    )
    limit: int = Field(50, ge=1, le=200)


class LoanLine(Told):
    """Who lent what to whom, when it was due and when it came back."""

    id: str
    copy_id: str
    title: str
    authors: list[str]
    owner: str
    copy_number: int
    borrower: str
    to_owner: bool
    checked_out_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    state: LoanState

    @classmethod
    def of(cls, line: LogLine, now: datetime) -> Self:
        """From the log's line, as it stands at `now`."""
        return cls(
            id=line.loan.id,
            copy_id=line.loan.copy_id,
            title=line.title,
            authors=list(line.authors),
            owner=line.owner_name,
            copy_number=line.copy_number,
            borrower=borrower(line),
            to_owner=line.loan.to_owner,
            checked_out_at=line.loan.checked_out_at,
            due_at=line.loan.due_at,
            ended_at=line.loan.ended_at,
            state=line.state(now),
        )


class Loans(Told):
    """Some loans, newest first; `after` asks for the next page and is empty at the end."""

    loans: list[LoanLine]
    after: str


class EventsWanted(Query):
    """Which events."""

    copy_: str | None = Field(None, alias="copy", pattern=f"^{IdConverter.regex}$")
    before: int = Field(0, ge=0, le=2**53, description="Numbers below this one; 0: from the newest.")


class EventShown(Told):
    """One entry of the record. `by` is the account that acted; null for a borrower, or for time itself."""

    number: int
    kind: EventKind
    at: datetime
    copy_id: str
    epoch: int
    link_id: str | None
    loan_id: str | None
    by: str | None
    title: str
    owner: str
    borrower: str

    @classmethod
    def of(cls, line: EventLine) -> Self:
        """From the record's entry."""
        event = line.event
        return cls(
            number=line.number,
            kind=event.kind,
            at=event.at,
            copy_id=event.copy_id,
            epoch=event.epoch,
            link_id=event.link_id,
            loan_id=event.loan_id,
            by=event.by,
            title=line.title,
            owner=line.owner_name,
            borrower=line.borrower_name,
        )


class Events(Told):
    """Some of the record, newest first; `before` asks for the next page and is null at the end."""

    events: list[EventShown]
    before: int | None


class EventsOfCopy(Told):
    """The record of one copy, newest first."""

    events: list[EventShown]


@bp.get("/loans")
@Contract(answers={200: Answer("Some of the log.", Loans)}, query=LoansWanted)
def list_loans(actor: Actor, query: LoansWanted) -> Loans:
    """The loan log, newest first."""
    page = desk().audit.loans(actor, query.wanted(query.after, query.limit))
    return Loans(loans=[LoanLine.of(line, page.now) for line in page.lines], after=page.after)


@bp.get("/loans.csv")
@Contract(
    answers={200: Answer("All that match, as CSV with a line of headings.", media_types=("text/csv",))},
    query=LoansFiltered,
)
def export_loans(actor: Actor, query: LoansFiltered) -> Response:
    """The loan log for spreadsheets: every line that matches, sent as it is read."""
    lines = desk().audit.export(actor, query.wanted())
    response = Response(as_csv(lines, desk().audit.clock.now()), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="loans.csv"'
    return response


@bp.get("/events")
@Contract(answers={200: Answer("Some of the record.", Events)}, query=EventsWanted)
def list_events(actor: Actor, query: EventsWanted) -> Events:
    """The record of circulation, newest first: of one copy, or of all."""
    lines = desk().audit.events(actor, query.copy_, query.before)
    more = len(lines) == EVENTS_AT_ONCE
    return Events(events=[EventShown.of(line) for line in lines], before=lines[-1].number if more else None)


@bp.get("/copies/<id:copy_id>/events")
@Contract(answers={200: Answer("The latest hundred entries.", EventsOfCopy)})
def list_events_of_copy(actor: Actor, copy_id: str) -> EventsOfCopy:
    """What happened to one of the account's own copies, newest first."""
    return EventsOfCopy(events=[EventShown.of(line) for line in desk().audit.of_copy(actor, copy_id)])


def _borrower(line: LogLine) -> str:
    return line.owner_name if line.loan.to_owner else line.loan.borrower_name
