"""`ports.library.Collection` over SQL: editions and copies."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, insert, select, update

from lending import refusals
from lending.adapters.sql.columns import folded
from lending.adapters.sql.rows import COPY_COLUMNS, COPY_WITH_LOAN_AND_LINK, copy_from
from lending.adapters.sql.tables import account, copy, edition
from lending.circulation.copies import Copy
from lending.ports.records import Edition, ShelfEntry, ShelfQuery

_EDITION_COLUMNS = [column.label(f"edition_{column.name}") for column in edition.c]


class SqlCollection:
    """Editions and copies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, owner_id: str) -> None:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        # "No key update", so that what merely refers to the account goes on meanwhile.
        held = select(account.c.id).where(account.c.id == owner_id).with_for_update(key_share=True)
        self._connection.execute(held)

    def add_edition(self, new: Edition) -> None:
        """See the port."""
        self._connection.execute(insert(edition).values(_edition_row(new)))

    def edition(self, edition_id: str) -> Edition:
        """See the port."""
        return self._one_edition(edition.c.id == edition_id) or _not_found()

    def edition_by_fingerprint(self, owner_id: str, fingerprint: str) -> Edition | None:
        """See the port."""
        held = select(copy.c.id).where(copy.c.edition_id == edition.c.id, copy.c.withdrawn_at.is_(None))
        return self._one_edition(
            and_(edition.c.owner_id == owner_id, edition.c.fingerprint == fingerprint, held.exists())
        )

    def change_edition(self, changed: Edition) -> None:
        """See the port."""
        change = update(edition).where(edition.c.id == changed.id).values(_edition_row(changed))
        self._connection.execute(change)

    def add_copy(self, new: Copy, edition_id: str, added_at: datetime) -> int:
        """See the port."""
        latest = select(func.max(copy.c.number)).where(copy.c.edition_id == edition_id)
        number = (self._connection.execute(latest).scalar_one() or 0) + 1
        row = {
            "id": new.id,
            "edition_id": edition_id,
            "owner_id": new.owner_id,
            "number": number,
            "epoch": new.epoch,
            "added_at": added_at,
        }
        self._connection.execute(insert(copy).values(row))
        return number

    def copies_of(self, edition_id: str) -> list[str]:
        """See the port."""
        query = (
            select(copy.c.id)
            .where(copy.c.edition_id == edition_id, copy.c.withdrawn_at.is_(None))
            .order_by(copy.c.number)
        )
        return list(self._connection.execute(query).scalars())

    def entry(self, copy_id: str) -> ShelfEntry:
        """See the port."""
        row = self._connection.execute(_entries().where(copy.c.id == copy_id)).one_or_none()
        return _entry(row) if row is not None else _not_found()

    def shelf(self, query: ShelfQuery) -> tuple[list[ShelfEntry], int]:
        """See the port."""
        wanted = [copy.c.owner_id == query.owner_id, copy.c.withdrawn_at.is_(None)]
        wanted += [
            edition.c.search_text.contains(word, autoescape=True) for word in folded(query.text).split()
        ]
        page = (
            _entries().where(*wanted).order_by(*_order(query.order)).offset(query.offset).limit(query.limit)
        )
        entries = [_entry(row) for row in self._connection.execute(page)]
        matching = select(func.count()).select_from(copy.join(edition)).where(*wanted)
        return entries, self._connection.execute(matching).scalar_one()

    def _one_edition(self, where: ColumnElement[bool]) -> Edition | None:
        row = self._connection.execute(select(*_EDITION_COLUMNS).where(where).limit(1)).one_or_none()
        return None if row is None else _edition(row)


def _entries() -> Select[Any]:
    return select(*COPY_COLUMNS, *_EDITION_COLUMNS).select_from(COPY_WITH_LOAN_AND_LINK.join(edition))


def _order(order: str) -> list[ColumnElement[Any]]:
    orders: dict[str, list[ColumnElement[Any]]] = {
        "added": [copy.c.added_at.desc(), copy.c.id],
        "title": [edition.c.title_folded.asc(), copy.c.number.asc(), copy.c.id.asc()],
        "author": [edition.c.author_folded.asc(), edition.c.title_folded.asc(), copy.c.id.asc()],
    }
    return orders[order]


def _not_found() -> Any:
    raise refusals.NotFound


def _edition_row(record: Edition) -> dict[str, object]:
    row: dict[str, object] = {name: getattr(record, name) for name in Edition.__slots__}
    surname = record.authors[0].rsplit(maxsplit=1)[-1:] if record.authors else []
    return row | {
        "search_text": folded(record.title, *record.authors),
        "title_folded": folded(record.title),
        # Shelves are ordered by family name; a single word, or a name that is written
        # family first without a space, stands as it is.
        "author_folded": folded(*surname, *record.authors[:1]),
    }


def _edition(row: Row[Any]) -> Edition:
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    return Edition(**{name: values[f"edition_{name}"] for name in Edition.__slots__})


def _entry(row: Row[Any]) -> ShelfEntry:
    return ShelfEntry(copy_from(row), _edition(row), row.copy_number, row.copy_added_at)
