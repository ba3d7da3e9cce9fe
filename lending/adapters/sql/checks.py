"""`ports.checks.Checks` over SQL."""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, literal_column, select

from lending.adapters.sql.desk_tables import log_check, log_check_wish, stock_check
from lending.adapters.sql.ledger_tables import ONLY_ROW
from lending.adapters.sql.tables import account, copy, edition
from lending.adapters.sql.upserts import upsert
from lending.ports.checks import Found, LogCheck, StockCheck, StockException, StockTaken, ToCheck

_is_here = copy.c.withdrawn_at.is_(None)
_is_wrong = stock_check.c.found != literal_column("'good'")  # as the index on exceptions says it


class SqlChecks:
    """What was found, and when."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep_log_check(self, check: LogCheck, most: int, until: datetime) -> None:
        """See the port."""
        row = {"at": check.at, "entries": check.entries, "faults": json.dumps(check.faults)}
        upsert(self._connection, log_check, row)
        newest = select(log_check.c.at).where(log_check.c.at <= until)
        newest = newest.order_by(log_check.c.at.desc()).limit(most)
        self._connection.execute(delete(log_check).where(log_check.c.at.not_in(newest)))

    def last_log_check(self, until: datetime) -> LogCheck | None:
        """See the port."""
        newest = select(log_check).where(log_check.c.at <= until).order_by(log_check.c.at.desc()).limit(1)
        row = self._connection.execute(newest).one_or_none()
        return None if row is None else LogCheck(row.at, row.entries, tuple(json.loads(row.faults)))

    def ask_for_log_check(self, at: datetime) -> None:
        """See the port."""
        upsert(self._connection, log_check_wish, {"id": ONLY_ROW, "asked_at": at})

    def log_check_asked_at(self) -> datetime | None:
        """See the port."""
        asked = select(log_check_wish.c.asked_at).where(log_check_wish.c.id == ONLY_ROW)
        found: datetime | None = self._connection.execute(asked).scalar()
        return found

    def log_check_was_made(self, asked_at: datetime) -> None:
        """See the port."""
        self._connection.execute(delete(log_check_wish).where(log_check_wish.c.asked_at == asked_at))

    def to_check(self, before: datetime, limit: int) -> list[ToCheck]:
        """See the port."""
        never = _TO_CHECK.where(_is_here, stock_check.c.copy_id.is_(None)).order_by(copy.c.id).limit(limit)
        found = [_to_check(row) for row in self._connection.execute(never)]
        long_ago = (
            _TO_CHECK.where(_is_here, stock_check.c.looked_at < before)
            .order_by(stock_check.c.looked_at, copy.c.id)
            .limit(limit - len(found))
        )
        return found + [_to_check(row) for row in self._connection.execute(long_ago)]

    def keep_stock_checks(self, checks: Iterable[StockCheck]) -> None:
        """See the port."""
        rows = [
            {"copy_id": one.copy_id, "looked_at": one.looked_at, "found": one.found.value} for one in checks
        ]
        upsert(self._connection, stock_check, *rows)

    def stock_taken(self, owners: Collection[str] | None = None) -> StockTaken:
        """See the port."""
        row = self._connection.execute(_STOCK_TAKEN.where(*_of(owners))).one()
        return StockTaken(row.copies, row.looked_at, row.exceptions, row.oldest, row.newest)

    def exceptions(self, limit: int, owners: Collection[str] | None = None) -> list[StockException]:
        """See the port."""
        query = _EXCEPTIONS.where(*_of(owners)).limit(limit)
        return [_exception(row) for row in self._connection.execute(query)]


_TO_CHECK = (
    select(copy.c.id, edition.c.file_id, edition.c.fingerprint)
    .join(edition, edition.c.id == copy.c.edition_id)
    .outerjoin(stock_check, stock_check.c.copy_id == copy.c.id)
)
_STOCK_TAKEN = (
    select(
        func.count().label("copies"),
        func.count(stock_check.c.copy_id).label("looked_at"),
        func.count().filter(_is_wrong).label("exceptions"),
        func.min(stock_check.c.looked_at).label("oldest"),
        func.max(stock_check.c.looked_at).label("newest"),
    )
    .select_from(copy.outerjoin(stock_check, stock_check.c.copy_id == copy.c.id))
    .where(_is_here)
)
_EXCEPTIONS = (
    select(stock_check, edition.c.title, account.c.name, copy.c.number)
    .join(copy, copy.c.id == stock_check.c.copy_id)
    .join(edition, edition.c.id == copy.c.edition_id)
    .join(account, account.c.id == copy.c.owner_id)
    .where(_is_wrong, _is_here)
    .order_by(stock_check.c.looked_at.desc(), copy.c.id)
)


def _of(owners: Collection[str] | None) -> Iterable[ColumnElement[bool]]:
    return () if owners is None else (copy.c.owner_id.in_(owners),)


def _to_check(row: Row[*tuple[Any, ...]]) -> ToCheck:
    return ToCheck(row.id, row.file_id, row.fingerprint)


def _exception(row: Row[Any]) -> StockException:
    check = StockCheck(row.copy_id, row.looked_at, Found(row.found))
    return StockException(check, row.title, row.name, row.number)
