"""`ports.names.Names` over SQL."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, or_, select, update

from lending.adapters.sql.columns import folded
from lending.adapters.sql.tables import event, hold, link, loan
from lending.circulation.events import EventKind
from lending.concordance.naming import names
from lending.ports.ledger import Covered, RowName
from lending.ports.names import Named

# As the partial indexes say it: what has been forgotten is looked at no more.
LOAN_NAMES_SOMEBODY = and_(~loan.c.to_owner, loan.c.binding != "")
HOLD_NAMES_SOMEBODY = hold.c.binding != ""
LINK_NAMES_SOMEBODY = or_(link.c.for_whom != "", link.c.note != "")

_FORGOTTEN: dict[Covered, tuple[Table, dict[str, Any]]] = {
    Covered.LOAN: (
        loan,
        {"borrower_name": "", "borrower_folded": "", "binding": "", "email": None, "language": None},
    ),
    Covered.HOLD: (hold, {"name": "", "binding": "", "email": None, "language": None}),
    Covered.LINK: (link, {"for_whom": "", "note": ""}),
}


_LOANS = select(
    loan.c.id, loan.c.borrower_name.label("name"), loan.c.ended_at.label("over_at"), loan.c.copy_id
).where(LOAN_NAMES_SOMEBODY)
_HOLDS = select(
    hold.c.id, hold.c.name.label("name"), hold.c.closed_at.label("over_at"), hold.c.edition_id
).where(HOLD_NAMES_SOMEBODY)
_LINKS = select(
    link.c.id, link.c.for_whom.label("name"), link.c.closed_at.label("over_at"), link.c.copy_id
).where(LINK_NAMES_SOMEBODY)
_ALL = ((Covered.LOAN, _LOANS), (Covered.HOLD, _HOLDS), (Covered.LINK, _LINKS))


class SqlNames:
    """The names of friends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def under(self, name: str) -> list[Named]:
        """See the port."""
        wanted = folded(name).strip()
        # Every name that is still kept is looked at: it is done seldom, and nobody may be passed over.
        found = ((table, row) for table, query in _ALL for row in self._connection.execute(query))
        return [_named(table, row) for table, row in found if wanted and folded(row.name).strip() == wanted]

    def over_since(self, moment: datetime, limit: int) -> list[Named]:
        """See the port."""
        over = (
            (Covered.LOAN, _LOANS.where(loan.c.ended_at < moment)),
            (Covered.HOLD, _HOLDS.where(hold.c.closed_at < moment)),
            (Covered.LINK, _LINKS.where(link.c.closed_at < moment)),
        )
        found = [
            _named(table, row)
            for table, query in over
            for row in self._connection.execute(query.limit(limit))
        ]
        return found[:limit]

    def given_to(self, account_id: str) -> list[Named]:
        """See the port."""
        given = select(event.c.link_id).where(
            event.c.kind == EventKind.GIVEN.value, event.c.to == account_id, event.c.link_id.is_not(None)
        )
        rows = self._connection.execute(_LINKS.where(link.c.id.in_(given)))
        return [_named(Covered.LINK, row) for row in rows]

    def forget_notes_by(self, account_id: str) -> None:
        """See the port."""
        theirs = and_(link.c.made_by == account_id, link.c.note != "")
        self._connection.execute(update(link).where(theirs).values(note=""))

    def forget_notes_naming(self, name: str) -> None:
        """See the port."""
        # Each is looked at, as each name is.
        noted = self._connection.execute(select(link.c.id, link.c.note).where(link.c.note != "")).all()
        for row in noted:
            if names(row.note, name):
                self._connection.execute(update(link).where(link.c.id == row.id).values(note=""))

    def forget(self, rows: Iterable[RowName]) -> None:
        """See the port."""
        for row in rows:
            table, forgotten = _FORGOTTEN[row.table]
            self._connection.execute(update(table).where(table.c.id == row.id).values(forgotten))
            if row.table is Covered.LOAN:
                self._forget_notes_around(row.id)

    def _forget_notes_around(self, loan_id: str) -> None:
        lent = select(loan.c.copy_id, loan.c.link_id).where(loan.c.id == loan_id)
        of = self._connection.execute(lent).one()
        # By the copy, of whose links there is an index.
        around = and_(link.c.copy_id == of.copy_id, or_(link.c.id == of.link_id, link.c.loan_id == loan_id))
        self._connection.execute(update(link).where(around, link.c.note != "").values(note=""))


def _named(table: Covered, row: Row[*tuple[Any, ...]]) -> Named:
    of = {"edition_id": row.edition_id} if table is Covered.HOLD else {"copy_id": row.copy_id}
    return Named(RowName(table, row.id), is_over=row.over_at is not None, name=row.name, **of)
