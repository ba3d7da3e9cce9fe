"""`ports.library.LoanLog` over SQL: what librarians look at. Reads only."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, case, or_, select, tuple_

from lending import refusals
from lending.adapters.sql.columns import EPOCH, MILLISECOND, Moment, folded
from lending.adapters.sql.rows import LOAN_COLUMNS, loan_from
from lending.adapters.sql.tables import account, copy, edition, event, loan
from lending.circulation.events import Event, EventKind
from lending.ports.records import EventLine, LoanState, LogLine, LogQuery


class SqlLoanLog:
    """The loan log and the record, newest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def loans(self, query: LogQuery, now: datetime) -> list[LogLine]:
        """See the port."""
        lines = (
            select(
                *LOAN_COLUMNS,
                edition.c.title,
                edition.c.authors,
                account.c.name.label("owner_name"),
                copy.c.number.label("copy_number"),
            )
            .select_from(
                loan.join(copy, copy.c.id == loan.c.copy_id)
                .join(edition, edition.c.id == copy.c.edition_id)
                .join(account, account.c.id == copy.c.owner_id)
            )
            .where(*_wanted(query, now))
            .order_by(loan.c.checked_out_at.desc(), loan.c.id.desc())
            .limit(query.limit)
        )
        return [_line(row) for row in self._connection.execute(lines)]

    def events(self, copy_id: str | None, before: int, limit: int) -> list[EventLine]:
        """See the port."""
        entries = (
            select(
                event,
                edition.c.title,
                account.c.name.label("owner_name"),
                loan.c.borrower_name,
                loan.c.to_owner,
            )
            .select_from(
                event.join(copy, copy.c.id == event.c.copy_id)
                .join(edition, edition.c.id == copy.c.edition_id)
                .join(account, account.c.id == copy.c.owner_id)
                .outerjoin(loan, loan.c.id == event.c.loan_id)
            )
            .order_by(event.c.number.desc())
            .limit(limit)
        )
        if copy_id is not None:
            entries = entries.where(event.c.copy_id == copy_id)
        if before:
            entries = entries.where(event.c.number < before)
        return [_event_line(row) for row in self._connection.execute(entries)]


def _wanted(query: LogQuery, now: datetime) -> list[ColumnElement[bool]]:
    borrower = case((loan.c.to_owner, account.c.name_folded), else_=loan.c.borrower_folded)
    wanted: list[ColumnElement[bool]] = [
        column.contains(word, autoescape=True)
        for column, text in (
            (edition.c.search_text, query.book),
            (account.c.name_folded, query.owner),
            (borrower, query.borrower),
        )
        for word in folded(text).split()
    ]
    if query.state is not None:
        wanted.append(_in_state(query.state, now))
    if query.since is not None:
        wanted.append(loan.c.checked_out_at >= query.since)
    if query.until is not None:
        wanted.append(loan.c.checked_out_at < query.until)
    if query.after:
        wanted.append(tuple_(loan.c.checked_out_at, loan.c.id) < tuple_(*_cursor_values(query.after)))
    return wanted


def _in_state(state: LoanState, now: datetime) -> ColumnElement[bool]:
    past_due = and_(loan.c.ended_at.is_(None), loan.c.due_at.is_not(None), loan.c.due_at <= now)
    return {
        LoanState.OUT: and_(loan.c.ended_at.is_(None), or_(loan.c.due_at.is_(None), loan.c.due_at > now)),
        LoanState.RETURNED: loan.c.end == "returned",
        LoanState.EXPIRED: or_(loan.c.end == "expired", past_due),
    }[state]


def _cursor_values(cursor: str) -> tuple[Any, Any]:
    milliseconds, _, loan_id = cursor.partition("-")
    if not milliseconds.isdecimal() or len(milliseconds) > 14:
        raise refusals.UnacceptableInput("after", "is not a cursor of this log")
    moment = EPOCH + int(milliseconds) * MILLISECOND
    return bindparam(None, moment, Moment()), loan_id


def _line(row: Row[*tuple[Any, ...]]) -> LogLine:
    found = loan_from(row)
    assert found is not None
    cursor = f"{(found.checked_out_at - EPOCH) // MILLISECOND}-{found.id}"
    return LogLine(found, row.title, row.authors, row.owner_name, row.copy_number, cursor)


def _event_line(row: Row[Any]) -> EventLine:
    happened = Event(
        kind=EventKind(row.kind),
        at=row.at,
        copy_id=row.copy_id,
        epoch=row.epoch,
        link_id=row.link_id,
        loan_id=row.loan_id,
        by=row.by,
        due_at=row.due_at,
    )
    borrower = row.owner_name if row.to_owner else row.borrower_name or ""
    return EventLine(row.number, happened, row.title, row.owner_name, borrower)
