"""`ports.overview.Tallies` over SQL."""

import json
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite

from lending.adapters.sql.columns import COUNTER, EPOCH, MILLISECOND
from lending.adapters.sql.desk_tables import survey, tally, weekly_count
from lending.adapters.sql.ledger_tables import ONLY_ROW, log_entry
from lending.adapters.sql.ownership import TITLE_OF_LOAN, events_of, loans_of
from lending.adapters.sql.tables import account, copy, edition, event, hold, loan
from lending.adapters.sql.upserts import insert_if_absent, upsert
from lending.ports.overview import (
    A_MONDAY,
    WEEK,
    BusyTitle,
    Counted,
    IdleCopy,
    Standing,
    Survey,
    Tally,
    WeekCount,
)

_WEEK = WEEK // MILLISECOND
_MONDAY = (A_MONDAY - EPOCH) // MILLISECOND


_ANY = true()


class SqlTallies:
    """Figures of the library as a whole."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def tally(self) -> Tally:
        """See the port."""
        return _tally(self._connection.execute(_TALLY).one_or_none())

    def lock(self) -> Tally:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        insert_if_absent(self._connection, tally, {"id": ONLY_ROW, "entries": 0, "counted_at": EPOCH})
        return _tally(self._connection.execute(_TALLY.with_for_update()).one())

    def counts_of(self, start: int, end: int) -> list[WeekCount]:
        """See the port."""
        entries = log_entry.c.number
        counted = _COUNTED.where(entries >= start, entries < end)
        return [
            WeekCount(A_MONDAY + row.week * WEEK, Counted(row.kind), row.count_)
            for row in self._connection.execute(counted)
        ]

    def add(self, counts: Iterable[WeekCount], tally: Tally) -> None:
        """See the port."""
        rows = [{"week": one.week, "kind": one.kind.value, "count": one.count} for one in counts]
        if rows:
            dialect = sqlite if self._connection.dialect.name == "sqlite" else postgresql
            adding = dialect.insert(weekly_count)
            more = {"count": weekly_count.c.count + adding.excluded.count}
            self._connection.execute(
                adding.on_conflict_do_update(index_elements=["week", "kind"], set_=more), rows
            )
        row = {"id": ONLY_ROW, "entries": tally.entries, "counted_at": tally.counted_at or EPOCH}
        upsert(self._connection, _TALLY_TABLE, row)

    def forget(self) -> None:
        """See the port."""
        # The tally's row stays: somebody may be waiting for it.
        self._connection.execute(delete(weekly_count))
        upsert(self._connection, tally, {"id": ONLY_ROW, "entries": 0, "counted_at": EPOCH})

    def weeks(self, since: datetime) -> list[WeekCount]:
        """See the port."""
        counted = select(weekly_count).where(weekly_count.c.week >= since)
        return [
            WeekCount(row.week, Counted(row.kind), row._mapping["count"])  # noqa: SLF001 - a row has a method of that name
            for row in self._connection.execute(counted)
        ]

    def weeks_of(self, owners: Collection[str], since: datetime) -> list[WeekCount]:
        """See the port."""
        counted = self._connection.execute(_HAPPENED.where(event.c.at >= since, events_of(owners)))
        return [WeekCount(A_MONDAY + row.week * WEEK, Counted(row.kind), row.count_) for row in counted]

    def standing(
        self, now: datetime, since: datetime, most: int, owners: Collection[str] | None = None
    ) -> Standing:
        """See the port."""
        lent = () if owners is None else (loans_of(owners),)
        in_line = () if owners is None else (hold.c.edition_id.in_(_titles_of(owners)),)
        # An owner's own reading has no due date.
        out = select(func.count()).where(loan.c.ended_at.is_(None), loan.c.due_at > now, *lent)
        waiting = select(func.count()).where(hold.c.closed_at.is_(None), *in_line)
        filled = (
            select(hold.c.asked_at, hold.c.closed_at)
            .where(_was_filled, hold.c.closed_at >= since, *in_line)
            .order_by(hold.c.closed_at.desc())
            .limit(most)
        )
        return Standing(
            self._connection.execute(out).scalar_one(),
            self._connection.execute(waiting).scalar_one(),
            tuple(row.closed_at - row.asked_at for row in self._connection.execute(filled)),
        )

    def take_survey(self, now: datetime, since: datetime, most: int) -> Survey:
        """See the port."""
        return self._survey(now, since, most)

    def survey_of(self, owners: Collection[str], now: datetime, since: datetime, most: int) -> Survey:
        """See the port."""
        theirs = copy.c.owner_id.in_(owners)
        return self._named(self._survey(now, since, most, loans_of(owners), theirs))

    def _survey(
        self,
        now: datetime,
        since: datetime,
        most: int,
        loans: ColumnElement[bool] = _ANY,
        copies: ColumnElement[bool] = _ANY,
    ) -> Survey:
        """Of these loans, and of these copies that are here."""
        never_lent = ~_lent.where(loans)
        count = select(func.count().label("copies"), func.count().filter(never_lent).label("never_lent"))
        counted = self._connection.execute(count.where(_is_here, copies)).one()
        busiest = _BUSIEST.where(loan.c.checked_out_at >= since, loans).limit(most)
        idle = select(copy.c.id).where(_is_here, copies, never_lent).order_by(copy.c.added_at, copy.c.id)
        return Survey(
            now,
            counted.copies,
            counted.never_lent,
            tuple(BusyTitle(row.title_id, row.loans) for row in self._connection.execute(busiest)),
            tuple(IdleCopy(copy_id) for copy_id in self._connection.execute(idle.limit(most)).scalars()),
        )

    def keep_survey(self, survey: Survey) -> None:
        """See the port."""
        found = {
            "copies": survey.copies,
            "never_lent": survey.never_lent,
            "busiest": [[one.edition_id, one.loans] for one in survey.busiest],
            "idle": [one.copy_id for one in survey.idle],
        }
        row = {"id": ONLY_ROW, "taken_at": survey.taken_at, "found": json.dumps(found)}
        upsert(self._connection, _SURVEY_TABLE, row)

    def last_survey(self) -> Survey | None:
        """See the port."""
        row = self._connection.execute(select(survey).where(survey.c.id == ONLY_ROW)).one_or_none()
        if row is None:
            return None
        found = json.loads(row.found)
        return self._named(
            Survey(
                row.taken_at,
                found["copies"],
                found["never_lent"],
                tuple(BusyTitle(one, loans) for one, loans in found["busiest"]),
                tuple(IdleCopy(one) for one in found["idle"]),
            )
        )

    def _named(self, survey: Survey) -> Survey:
        titles = self._titles([one.edition_id for one in survey.busiest])
        copies = self._copies([one.copy_id for one in survey.idle])
        return replace(
            survey,
            busiest=tuple(replace(one, title=titles.get(one.edition_id, "")) for one in survey.busiest),
            idle=tuple(copies[one.copy_id] for one in survey.idle if one.copy_id in copies),
        )

    def _titles(self, ids: list[str]) -> dict[str, str]:
        query = select(edition.c.id, edition.c.title).where(edition.c.id.in_(ids))
        return {row.id: row.title for row in self._connection.execute(query)}

    def _copies(self, ids: list[str]) -> dict[str, IdleCopy]:
        query = (
            select(copy.c.id, edition.c.title, account.c.name)
            .join(edition, edition.c.id == copy.c.edition_id)
            .join(account, account.c.id == copy.c.owner_id)
            .where(copy.c.id.in_(ids))
        )
        return {row.id: IdleCopy(row.id, row.title, row.name) for row in self._connection.execute(query)}


_TALLY_TABLE, _SURVEY_TABLE = tally, survey  # for methods that take one of the same name
_TALLY = select(tally).where(tally.c.id == ONLY_ROW)

# Whole numbers of milliseconds, divided as whole numbers: the same on both databases.
_week: ColumnElement[int] = (type_coerce(event.c.at, COUNTER) - _MONDAY) // _WEEK
_to_a_friend = or_(event.c.kind != Counted.LOANS.value, event.c.by.is_(None))
_HAPPENED: Select[Any] = (
    select(_week.label("week"), event.c.kind, func.count().label("count_"))
    .where(event.c.kind.in_([kind.value for kind in Counted]), _to_a_friend)
    .group_by(literal_column("week"), event.c.kind)
)
_COUNTED = _HAPPENED.select_from(log_entry.join(event, event.c.number == log_entry.c.event_number))

_was_filled = hold.c.state == literal_column("'filled'")  # as the index of these says it
_lent = exists().where(loan.c.copy_id == copy.c.id, loan.c.to_owner.is_(False))
_is_here = copy.c.withdrawn_at.is_(None)
_loans = func.count().label("loans")
_title_then = func.coalesce(TITLE_OF_LOAN, copy.c.edition_id)
_BUSIEST = (
    select(_title_then.label("title_id"), _loans)
    .select_from(loan.join(copy, copy.c.id == loan.c.copy_id))
    .where(loan.c.to_owner.is_(False))
    .group_by(literal_column("title_id"))
    .order_by(_loans.desc(), literal_column("title_id"))
)


def _titles_of(owners: Collection[str]) -> Select[Any]:
    return select(edition.c.id).where(edition.c.owner_id.in_(owners))


def _tally(row: Row[Any] | None) -> Tally:
    return Tally() if row is None else Tally(row.entries, row.counted_at if row.entries else None)
