"""`ports.unusual.Signs` over SQL. Each question has a partial index of few rows."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, Select, and_, func, select

from lending.adapters.sql.desk_tables import AFTER_ITS_USE, IS_SIGN, OF_A_LOAN
from lending.adapters.sql.ownership import TITLE_OF_LOAN, loans_of
from lending.adapters.sql.rows import event_from
from lending.adapters.sql.tables import copy, edition, event, loan
from lending.ports.unusual import LoanInBrief, Sign, Stretch

_MOST_IDS: Final = 500
"""In one question; SQLite takes no more than some thousands."""


class SqlSigns:
    """Signs about loans to friends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def latest(self, before: int, most: int) -> Stretch:
        """See the port."""
        newest = select(event).where(IS_SIGN).order_by(event.c.number.desc()).limit(most)
        if before:
            newest = newest.where(event.c.number < before)
        rows = self._connection.execute(newest).all()
        by_id = self._lent(loan.c.id, {row.loan_id for row in rows if row.loan_id})
        # Who came with a link that was used is about no loan by itself, but about the one that came by it.
        by_link = self._lent(loan.c.link_id, {row.link_id for row in rows if row.link_id and not row.loan_id})
        about = [(row, by_id.get(row.loan_id) or by_link.get(row.link_id)) for row in rows]
        signs = tuple(Sign(row.number, event_from(row), loan_id) for row, loan_id in about if loan_id)
        return Stretch(signs) if len(rows) < most else Stretch(signs, rows[-1].number, rows[-1].at)

    def of_loans(self, loan_ids: Iterable[str]) -> list[Sign]:
        """See the port."""
        found: list[Sign] = []
        for ids in _in_parts(loan_ids):
            for query in (_OF_LOANS.where(event.c.loan_id.in_(ids)), _OF_LINKS.where(loan.c.id.in_(ids))):
                found += map(_sign, self._connection.execute(query))
        return sorted(found, key=lambda sign: sign.number)

    def loans(self, loan_ids: Iterable[str], owners: Collection[str] | None = None) -> dict[str, LoanInBrief]:
        """See the port."""
        whose = () if owners is None else (loans_of(owners),)
        found: dict[str, LoanInBrief] = {}
        for ids in _in_parts(loan_ids):
            rows = self._connection.execute(_IN_BRIEF.where(loan.c.id.in_(ids), *whose))
            found |= {row.id: LoanInBrief(*row) for row in rows}
        return found

    def _lent(self, named: Column[str], names: Iterable[str]) -> dict[str, str]:
        """Ids of loans to friends, by what they are named by here."""
        found: dict[str, str] = {}
        for part in _in_parts(names):
            query = select(named.label("name"), loan.c.id).where(named.in_(part), loan.c.to_owner.is_(False))
            found |= {row.name: row.id for row in self._connection.execute(query)}
        return found


_OF_LOANS: Select[Any] = (
    select(event, loan.c.id.label("about"))
    .join(loan, loan.c.id == event.c.loan_id)
    .where(OF_A_LOAN, loan.c.to_owner.is_(False))
)
_OF_LINKS: Select[Any] = (
    select(event, loan.c.id.label("about"))
    .join(loan, and_(loan.c.link_id == event.c.link_id, loan.c.to_owner.is_(False)))
    .where(AFTER_ITS_USE)
)
_IN_BRIEF = (
    select(
        loan.c.id,
        loan.c.copy_id,
        func.coalesce(edition.c.title, ""),
        copy.c.number,
        loan.c.checked_out_at,
        loan.c.due_at,
        loan.c.ended_at,
    )
    .join(copy, copy.c.id == loan.c.copy_id)
    .outerjoin(edition, edition.c.id == func.coalesce(TITLE_OF_LOAN, copy.c.edition_id))
)


def _sign(row: Row[Any]) -> Sign:
    return Sign(row.number, event_from(row), row.about)


def _in_parts(loan_ids: Iterable[str]) -> Iterable[list[str]]:
    ids = sorted(set(loan_ids))
    return (ids[at : at + _MOST_IDS] for at in range(0, len(ids), _MOST_IDS))
