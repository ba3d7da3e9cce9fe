"""`ports.library.LoanLog` over SQL: what librarians look at. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Subquery,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    type_coerce,
)

from lending import refusals
from lending.adapters.sql.columns import COUNTER, EPOCH, MILLISECOND, Moment, folded
from lending.adapters.sql.ownership import (
    GIVER_OF_EVENT,
    GIVER_OF_LOAN,
    TITLE_OF_EVENT,
    TITLE_OF_LOAN,
    events_of,
    loans_of,
    titles_given,
)
from lending.adapters.sql.rows import LOAN_COLUMNS, event_from, loan_from
from lending.adapters.sql.tables import account, copy, edition, event, hold, loan
from lending.circulation.events import Event, EventKind
from lending.circulation.provenance import CHANGES_HANDS
from lending.ports.records import EventLine, EventQuery, LoanState, LogLine, LogQuery, Reach

_WHOLE_LOG = 2**40
_place = tuple_(loan.c.checked_out_at, loan.c.id)
_before, _after = loan.alias("before"), loan.alias("after")
_passed_on_by_it = and_(
    event.c.kind == EventKind.PASSED_ON.value,
    _after.c.copy_id == event.c.copy_id,
    _after.c.passed_from == event.c.loan_id,
)


@dataclass(frozen=True, slots=True)
class _Titled:
    """A copy was one of an edition from one entry to another: those of the gifts that changed it."""

    edition_id: str
    after: int
    until: int


class SqlLoanLog:
    """The loan log and the record, newest first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def loans(self, query: LogQuery, now: datetime) -> list[LogLine]:
        """See the port."""
        found = _found(query, now)
        lines = (
            select(
                *LOAN_COLUMNS,
                edition.c.title,
                edition.c.authors,
                account.c.name.label("owner_name"),
                copy.c.number.label("copy_number"),
                _before.c.borrower_name.label("passed_by"),
            )
            .select_from(
                found.join(loan, loan.c.id == found.c.id)
                # No loan is left out because something that it names is gone.
                .outerjoin(copy, copy.c.id == loan.c.copy_id)
                .outerjoin(edition, edition.c.id == func.coalesce(TITLE_OF_LOAN, copy.c.edition_id))
                .outerjoin(account, account.c.id == func.coalesce(GIVER_OF_LOAN, copy.c.owner_id))
                .outerjoin(_before, _before.c.id == loan.c.passed_from)
            )
            .where(*_known(query, now), *_searched(query, now))
            .order_by(loan.c.checked_out_at.desc(), loan.c.id.desc())
            .limit(query.limit)
        )
        return [_line(row) for row in self._connection.execute(lines)]

    def reach(self, query: LogQuery, now: datetime, most: int) -> Reach | None:
        """See the port."""
        newest = (
            select(loan.c.checked_out_at, loan.c.id)
            .where(*_known(query, now))
            .order_by(loan.c.checked_out_at.desc(), loan.c.id.desc())
            .limit(most)
            .subquery()
        )
        last = select(newest, func.count().over().label("found")).order_by(*newest.c).limit(1)
        row = self._connection.execute(last).one_or_none()
        if row is None or row.found < most:
            return None
        return Reach(_cursor(row.checked_out_at, row.id), row.checked_out_at)

    def events(self, query: EventQuery) -> list[EventLine]:
        """See the port."""
        titles = () if query.copy_id is None else self._titles(query.copy_id)
        numbers = select(event.c.number).where(*_asked(query, titles)).order_by(event.c.number.desc())
        # The limit keeps the joins out of it, as in `_found`.
        found = numbers.limit(query.limit).subquery("found")
        entries = _ENTRIES.where(event.c.number.in_(select(found.c.number)))
        return [_event_line(row) for row in self._connection.execute(entries)]

    def all_names_shown(self, owner_id: str, after: int, limit: int) -> list[EventLine]:
        """See the port."""
        theirs = or_(_CHARGE_THEN == "null", _CHARGE_THEN.contains(f'"{owner_id}"', autoescape=True))
        shown = _ENTRIES.where(_NAMES_SHOWN, event.c.loan_id.is_(None), event.c.number > after, theirs)
        return [_event_line(row) for row in self._connection.execute(shown.limit(limit))]

    def first_lent(self, copy_id: str, owner_id: str) -> int | None:
        """See the port."""
        to_a_friend = EventQuery(copy_id, kind=EventKind.CHECKED_OUT, owners=frozenset({owner_id}))
        first = select(func.min(event.c.number)).where(*_asked(to_a_friend), event.c.by.is_(None))
        number: int | None = self._connection.execute(first).scalar()
        return number

    def events_of_loan(self, loan_id: str) -> list[EventLine]:
        """See the port."""
        of = self._connection.execute(_OF_LOAN.where(loan.c.id == loan_id)).one_or_none()
        if of is None:
            return []
        its = event.c.loan_id == loan_id
        if of.link_id:  # that of the hold too, if they waited for it: the link has the hold's id
            its = or_(its, event.c.link_id == of.link_id, event.c.hold_id == of.link_id)
        near = or_(event.c.copy_id == of.copy_id, event.c.edition_id == of.waited_for)
        return [_event_line(row) for row in self._connection.execute(_ENTRIES.where(near, its))][::-1]

    def latest(self) -> int:
        """See the port."""
        return self._connection.execute(select(func.max(event.c.number))).scalar() or 0

    def of_owner(self, owner_id: str, after: int, limit: int) -> list[EventLine]:
        """See the port."""
        theirs = or_(account.c.id == owner_id, event.c.to == owner_id)
        entries = _ENTRIES.where(event.c.number > after, theirs).limit(limit)
        return [_event_line(row) for row in self._connection.execute(entries)]

    def turn_aways(self, since: datetime, until: datetime) -> list[Event]:
        """See the port."""
        within = select(event).where(_TURNED_AWAY, event.c.at >= since, event.c.at < until)
        return [event_from(row) for row in self._connection.execute(within.order_by(event.c.number))]

    def first_turn_away(self, owners: frozenset[str] | None = None) -> datetime | None:
        """See the port."""
        moments = select(event.c.at).where(_TURNED_AWAY).order_by(event.c.at).limit(1)
        if owners is not None:
            theirs = select(edition.c.id).where(edition.c.owner_id.in_(owners))
            moments = moments.where(event.c.edition_id.in_(theirs))
        first: datetime | None = self._connection.execute(moments).scalar()
        return first

    def names_shown_to(self, account_id: str | None, since: datetime) -> list[Event]:
        """See the port."""
        shown = select(event).where(_NAMES_SHOWN, event.c.by == account_id, event.c.at >= since)
        return [event_from(row) for row in self._connection.execute(shown.order_by(event.c.number))]

    def title_then(self, copy_id: str, number: int) -> str:
        """See the port."""
        return next(one.edition_id for one in self._titles(copy_id) if number <= one.until)

    def _titles(self, copy_id: str) -> list[_Titled]:
        """Of which titles a copy was one, in turn; of a copy that there is not, none."""
        found, after = [], 0
        for row in self._connection.execute(titles_given(copy_id)):
            found.append(_Titled(row.title, after, row.number))
            after = row.number
        present = select(copy.c.edition_id).where(copy.c.id == copy_id)
        now = self._connection.execute(present).scalars()
        return [*found, *(_Titled(edition_id, after, _WHOLE_LOG) for edition_id in now)]

    def changes_of_hands(self, copy_id: str) -> list[Event]:
        """See the port."""
        kinds = [kind.value for kind in CHANGES_HANDS]
        of_copy = select(event).where(event.c.copy_id == copy_id, event.c.kind.in_(kinds))
        return [event_from(row) for row in self._connection.execute(of_copy.order_by(event.c.number))]


_TURNED_AWAY = event.c.kind == literal_column("'turned-away'")  # as the index on turn-aways says it
_NAMES_SHOWN = event.c.kind == literal_column("'identity-shown'")  # as the index on these says it

_receiver, _actor = account.alias("receiver"), account.alias("actor")
_CHARGE_THEN = func.coalesce(event.c.detail, type_coerce(_actor.c.charge, Text), "null")
_OF_LOAN = select(loan.c.copy_id, loan.c.link_id, hold.c.edition_id.label("waited_for")).outerjoin(
    hold, hold.c.id == loan.c.link_id
)
_ENTRIES = (
    select(
        event,
        edition.c.title,
        account.c.name.label("owner_name"),
        func.coalesce(loan.c.borrower_name, hold.c.name).label("borrower_name"),
        loan.c.to_owner,
        _after.c.borrower_name.label("passed_to"),
        _receiver.c.name.label("receiver_name"),
        _actor.c.name.label("by_name"),
    )
    .select_from(
        event.outerjoin(copy, copy.c.id == event.c.copy_id)
        .outerjoin(
            edition, edition.c.id == func.coalesce(event.c.edition_id, TITLE_OF_EVENT, copy.c.edition_id)
        )
        .outerjoin(
            account,
            account.c.id == func.coalesce(GIVER_OF_EVENT, copy.c.owner_id, edition.c.owner_id),
        )
        .outerjoin(_receiver, _receiver.c.id == event.c.to)
        .outerjoin(_actor, _actor.c.id == event.c.by)
        .outerjoin(loan, loan.c.id == event.c.loan_id)
        .outerjoin(hold, hold.c.id == event.c.hold_id)
        .outerjoin(_after, _passed_on_by_it)
    )
    .order_by(event.c.number.desc())
)


def _found(query: LogQuery, now: datetime) -> Subquery:
    """The loans that are looked at: those of the page, or all that a search may look at.

    The limit keeps the joins out of it: a planner that doesn't know how few of many loans are wanted would
    join them all. (What is known is said of the loans outside too: else it would read these whole, to join
    the thousands of a search.)
    """
    most = _WHOLE_LOG if query.is_search else query.limit
    newest = select(loan.c.id).where(*_known(query, now))
    return newest.order_by(loan.c.checked_out_at.desc(), loan.c.id.desc()).limit(most).subquery("found")


def _asked(query: EventQuery, titles: Iterable[_Titled] = ()) -> list[ColumnElement[bool]]:
    """Which events are asked for. Of a copy, with what happened in the lines of these titles."""
    asked: list[ColumnElement[bool]] = []
    if query.copy_id is not None:
        of_lines = (
            and_(
                event.c.copy_id.is_(None),
                event.c.edition_id == one.edition_id,
                event.c.number.between(one.after, one.until),
            )
            for one in titles
        )
        asked.append(or_(event.c.copy_id == query.copy_id, *of_lines))
    if query.before:
        asked.append(event.c.number < query.before)
    if query.kind is not None:
        # One copy has few events: of it, SQLite shall not go by the index of kinds.
        kind = event.c.kind if query.copy_id is None else event.c.kind.concat(literal_column("''"))
        asked.append(kind == query.kind.value)
    if query.owners is not None:
        own = and_(_NAMES_SHOWN, event.c.copy_id.is_(None), event.c.by == query.asked_by)
        asked.append(or_(events_of(query.owners), own) if query.asked_by else events_of(query.owners))
    return asked


def _known(query: LogQuery, now: datetime) -> list[ColumnElement[bool]]:
    """What an index of loans finds, in the log's order."""
    wanted: list[ColumnElement[bool]] = []
    if query.copy_id:
        wanted.append(loan.c.copy_id == query.copy_id)
    if query.loan_id:
        wanted.append(loan.c.id == query.loan_id)
    if query.owners is not None:
        wanted.append(loans_of(query.owners))
    if query.passed_by:
        wanted.append(loan.c.passed_from.is_not(None))
    if query.state is not None and query.state is not LoanState.EXPIRED:
        wanted.append(_in_state(query.state, now))
    if query.to_friends:
        wanted.append(loan.c.to_owner.is_(False))
    return wanted + _between(query)


def _between(query: LogQuery) -> list[ColumnElement[bool]]:
    """From where to where in the log's order."""
    wanted: list[ColumnElement[bool]] = []
    if query.since is not None:
        wanted.append(loan.c.checked_out_at >= query.since)
    if query.until is not None:
        wanted.append(loan.c.checked_out_at < query.until)
    if query.after:
        wanted.append(_place < tuple_(*_cursor_values(query.after)))
    if query.down_to:
        wanted.append(_place >= tuple_(*_cursor_values(query.down_to)))
    return wanted


def _searched(query: LogQuery, now: datetime) -> list[ColumnElement[bool]]:
    """What has to be looked at loan by loan."""
    borrower = case((loan.c.to_owner, account.c.name_folded), else_=loan.c.borrower_folded)
    wanted: list[ColumnElement[bool]] = [
        column.contains(word, autoescape=True)
        for column, text in (
            (edition.c.search_text, query.book),
            (account.c.name_folded, query.owner),
            (borrower, query.borrower),
            (_before.c.borrower_folded, query.passed_by),
        )
        for word in folded(text).split()
    ]
    if query.state is LoanState.EXPIRED:
        wanted.append(_in_state(query.state, now))
    if query.longer_than is not None:
        this_moment = bindparam(None, now, Moment())
        until_now = case((loan.c.due_at < this_moment, loan.c.due_at), else_=this_moment)
        until = func.coalesce(loan.c.ended_at, until_now)
        lasted = type_coerce(until, COUNTER) - type_coerce(loan.c.checked_out_at, COUNTER)
        wanted.append(lasted >= query.longer_than // MILLISECOND)
    return wanted


def _in_state(state: LoanState, now: datetime) -> ColumnElement[bool]:
    past_due = and_(loan.c.ended_at.is_(None), loan.c.due_at.is_not(None), loan.c.due_at <= now)
    return {
        LoanState.OUT: and_(loan.c.ended_at.is_(None), or_(loan.c.due_at.is_(None), loan.c.due_at > now)),
        LoanState.RETURNED: loan.c.end == "returned",
        LoanState.PASSED_ON: loan.c.end == "passed-on",
        LoanState.EXPIRED: or_(loan.c.end == "expired", past_due),
    }[state]


def _cursor_values(cursor: str) -> tuple[Any, Any]:
    milliseconds, _, loan_id = cursor.partition("-")
    if not milliseconds.isdecimal() or len(milliseconds) > 14:
        raise refusals.UnacceptableInput("after", "is not a cursor of this log")
    moment = EPOCH + int(milliseconds) * MILLISECOND
    return bindparam(None, moment, Moment()), loan_id


def _cursor(checked_out_at: datetime, loan_id: str) -> str:
    return f"{(checked_out_at - EPOCH) // MILLISECOND}-{loan_id}"


def _line(row: Row[*tuple[Any, ...]]) -> LogLine:
    found = loan_from(row)
    assert found is not None
    cursor = _cursor(found.checked_out_at, found.id)
    passed_by = row.passed_by or ""
    return LogLine(
        found,
        row.title or "",
        row.authors or (),
        row.owner_name or "",
        row.copy_number or 0,
        cursor,
        passed_by,
    )


def _event_line(row: Row[Any]) -> EventLine:
    borrower = (row.owner_name if row.to_owner else row.borrower_name) or ""
    return EventLine(
        row.number,
        event_from(row),
        row.title or "",
        row.owner_name or "",
        borrower,
        row.passed_to or "",
        row.receiver_name or "",
        row.by_name or "",
        bool(row.to_owner),
    )
