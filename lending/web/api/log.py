"""The librarian's log of loans, its export, and the record of events. Nothing here opens a book."""

import re
from datetime import datetime, timedelta
from itertools import chain
from typing import Annotated, Self

from flask import Blueprint, Response
from pydantic import AwareDatetime, BeforeValidator, Field

from lending import refusals
from lending.circulation.events import Denial, EventKind, Purpose
from lending.counter.tabular import BYTE_ORDER_MARK
from lending.ports.records import EventLine, EventQuery, LoanState, LogLine, LogQuery
from lending.services.actors import Actor
from lending.services.audit import EVENTS_ON_A_PAGE
from lending.services.identities import Sight
from lending.services.loan_csv import as_csv, borrower
from lending.services.loan_jsonl import as_jsonl
from lending.web.api.contract import Answer, Asked, Contract, Query, Told
from lending.web.api.converters import IdConverter
from lending.web.api.shapes import Words
from lending.web.desk import desk

bp = Blueprint("log", __name__)


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
    friends: bool = Field(default=False, description="Without owners' own reading.")
    copy_: str | None = Field(None, alias="copy", pattern=f"^{IdConverter.regex}$")
    passed_by: Words = Field("", description="Who passed the copy on to the borrower.")
    long: int | None = Field(
        None, ge=1, le=9999, description="Lasted so many days at least, or lasts so long now."
    )
    since: Moment | None = Field(None, description="Checked out at this moment or later.")
    until: Moment | None = Field(None, description="Checked out before this moment.")

    def wanted(self, after: str = "", limit: int = 50) -> LogQuery:
        """As the log takes it."""
        return LogQuery(
            book=self.book,
            owner=self.owner,
            borrower=self.borrower,
            state=self.state,
            to_friends=self.friends,
            copy_id=self.copy_ or "",
            passed_by=self.passed_by,
            longer_than=None if self.long is None else timedelta(days=self.long),
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
    borrower: str = Field(description="Empty where no name is known, or it is covered.")
    covered: bool = Field(description="The borrower's name is known, and not shown to this account now.")
    passed_from: str | None = Field(description="The loan that was passed on to it.")
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
            covered=line.is_covered,
            passed_from=line.loan.passed_from,
            to_owner=line.loan.to_owner,
            checked_out_at=line.loan.checked_out_at,
            due_at=line.loan.due_at,
            ended_at=line.loan.ended_by(now),
            state=line.state(now),
        )


class Loans(Told):
    """Some loans, newest first; `after` asks for the next page and is empty at the end. A search looks at so
    many loans at once: a page may have few lines, or none, and not be the last."""

    loans: list[LoanLine]
    after: str


class NamesWanted(Asked):
    """Whose names are to be shown, and what for."""

    purpose: Purpose
    loan: str | None = Field(
        None, pattern=f"^{IdConverter.regex}$", description="Of this loan's reader; null: those of all."
    )


class NamesShown(Told):
    """Whose names this account sees now: for an hour from when it asked."""

    loans: list[str] = Field(description="The loans whose readers' names it asked for one by one.")
    all_until: datetime | None = Field(description="Until when it sees all; null: it doesn't.")

    @classmethod
    def of(cls, sight: Sight) -> Self:
        """From what the account sees."""
        return cls(loans=sorted(sight.loans), all_until=sight.all_until)


class EventsWanted(Query):
    """Which events."""

    copy_: str | None = Field(None, alias="copy", pattern=f"^{IdConverter.regex}$")
    kind: EventKind | None = None
    before: int = Field(0, ge=0, le=2**53, description="Numbers below this one; 0: from the newest.")


class EventShown(Told):
    """One entry of the record. `by` is the account that acted, `by_name` its name; null and empty for a
    borrower, or for time itself."""

    number: int
    kind: EventKind
    at: datetime
    copy_id: str | None = Field(description="Null for what happens in the line for a title.")
    epoch: int
    link_id: str | None
    loan_id: str | None
    hold_id: str | None
    by: str | None
    by_name: str
    to: str | None = Field(description="The account that a copy was given to, or that was erased.")
    reason: Denial | Purpose | None = Field(
        description="Why somebody was turned away (not kept: who), or what a reader's name was shown for."
    )
    title: str
    owner: str = Field(description="Whose the copy was then.")
    borrower: str = Field(description="Empty where no name is known, or it is covered.")
    covered: bool = Field(description="The borrower's name is known, and not shown to this account now.")
    receiver: str = Field(description="To whom the copy was given; empty where it was not.")
    passed_to: str = Field(description="Who has it from the borrower, where it was passed on.")

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
            hold_id=event.hold_id,
            by=event.by,
            by_name=line.by_name,
            to=event.to,
            reason=event.reason,
            title=line.title,
            owner=line.owner_name,
            borrower=line.borrower_name,
            covered=line.is_covered,
            receiver=line.receiver_name,
            passed_to=line.passed_to,
        )


class Events(Told):
    """Some of the record, newest first; `before` asks for the next page and is null at the end."""

    events: list[EventShown]
    before: int | None


class EventsOfCopy(Told):
    """The record of one copy, newest first."""

    events: list[EventShown]


@bp.post("/log/names")
@Contract(
    answers={200: Answer("They are shown, and it is recorded.", NamesShown)},
    body=NamesWanted,
    refuses=(refusals.NotFound,),
)
def show_names(actor: Actor, body: NamesWanted) -> NamesShown:
    """Have the name of a loan's reader shown to this account for an hour, or the names of all.

    Readers' names are covered in all else that librarians are told. That they had one shown stands in the
    record, with what it was for; the owner of the copy finds it there.
    """
    return NamesShown.of(desk().identities.show(actor, body.purpose, body.loan))


@bp.get("/loans")
@Contract(
    answers={200: Answer("Some of the log.", Loans)}, query=LoansWanted, refuses=(refusals.NamesCovered,)
)
def list_loans(actor: Actor, query: LoansWanted) -> Loans:
    """The loan log, newest first."""
    page = desk().audit.loans(actor, query.wanted(query.after, query.limit))
    return Loans(loans=[LoanLine.of(line, page.now) for line in page.lines], after=page.after)


@bp.get("/loans.csv")
@Contract(
    answers={200: Answer("All that match, as CSV with a line of headings.", media_types=("text/csv",))},
    query=LoansFiltered,
    refuses=(refusals.NamesCovered,),
)
def export_loans(actor: Actor, query: LoansFiltered) -> Response:
    """The loan log for spreadsheets: every line that matches, sent as it is read.

    It begins with a byte order mark, by which these know that it is UTF-8.
    """
    lines = desk().audit.export(actor, query.wanted())
    rows = chain((BYTE_ORDER_MARK,), as_csv(lines, desk().audit.clock.now()))
    response = Response(rows, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="loans.csv"'
    return response


@bp.get("/loans.jsonl")
@Contract(
    answers={
        200: Answer("All that match, as JSON Lines: each as in the list.", media_types=("application/jsonl",))
    },
    query=LoansFiltered,
    refuses=(refusals.NamesCovered,),
)
def export_loans_as_lines(actor: Actor, query: LoansFiltered) -> Response:
    """The loan log for programs: every line that matches, sent as it is read."""
    lines = desk().audit.export(actor, query.wanted())
    response = Response(as_jsonl(lines, desk().audit.clock.now()), content_type="application/jsonl")
    response.headers["Content-Disposition"] = 'attachment; filename="loans.jsonl"'
    return response


@bp.get("/events")
@Contract(answers={200: Answer("Some of the record.", Events)}, query=EventsWanted)
def list_events(actor: Actor, query: EventsWanted) -> Events:
    """The record of circulation, newest first: of one copy or of all, of one kind or of all."""
    wanted = EventQuery(query.copy_, query.before, EVENTS_ON_A_PAGE, query.kind)
    lines = desk().audit.events(actor, wanted)
    more = len(lines) == EVENTS_ON_A_PAGE
    return Events(events=[EventShown.of(line) for line in lines], before=lines[-1].number if more else None)


@bp.get("/copies/<id:copy_id>/events")
@Contract(answers={200: Answer("The latest hundred entries.", EventsOfCopy)})
def list_events_of_copy(actor: Actor, copy_id: str) -> EventsOfCopy:
    """What happened to one of the account's own copies, newest first."""
    return EventsOfCopy(events=[EventShown.of(line) for line in desk().audit.of_copy(actor, copy_id)])
