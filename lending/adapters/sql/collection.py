"""`ports.library.Collection` over SQL: editions and copies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from lending import refusals
from lending.adapters.sql.columns import folded
from lending.adapters.sql.rows import COPY_AT_THE_DESK, COPY_COLUMNS, LOAN_COLUMNS, copy_from, loan_from
from lending.adapters.sql.tables import account, copy, edition, loan
from lending.circulation.copies import Copy
from lending.circulation.loans import Loan
from lending.ports.records import Edition, ShelfEntry, ShelfQuery

_EDITION_COLUMNS = [column.label(f"edition_{column.name}") for column in edition.c]


class SqlCollection:
    """Editions and copies."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self, owner_id: str) -> None:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        # "No key update", so that what merely refers to the account goes on meanwhile.
        held = select(account.c.erased_at).where(account.c.id == owner_id).with_for_update(key_share=True)
        row = self._connection.execute(held).one_or_none()
        if row is None or row.erased_at is not None:
            raise refusals.NotFound

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
        number = self._next_number(edition_id)
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

    def move_copy(self, copy_id: str, edition_id: str, at: datetime) -> int:
        """See the port."""
        number = self._next_number(edition_id)
        moved = update(copy).where(copy.c.id == copy_id)
        self._connection.execute(moved.values(edition_id=edition_id, number=number, added_at=at))
        return number

    def editions_of(self, owner_id: str) -> list[Edition]:
        """See the port."""
        theirs = select(*_EDITION_COLUMNS).where(edition.c.owner_id == owner_id)
        rows = self._connection.execute(theirs.order_by(edition.c.added_at, edition.c.id))
        return [_edition(row) for row in rows]

    def copies_of(self, edition_id: str) -> list[str]:
        """See the port."""
        query = (
            select(copy.c.id)
            .where(copy.c.edition_id == edition_id, copy.c.withdrawn_at.is_(None))
            .order_by(copy.c.number)
        )
        return list(self._connection.execute(query).scalars())

    def is_needed(self, edition_id: str) -> bool:
        """See the port."""
        needs_it = or_(copy.c.withdrawn_at.is_(None), copy.c.file_until.is_not(None))
        found = select(copy.c.id).where(copy.c.edition_id == edition_id, needs_it).limit(1)
        return self._connection.execute(found).one_or_none() is not None

    def taken_out(self, owner_id: str) -> list[ShelfEntry]:
        """See the port."""
        waiting = _entries().where(copy.c.owner_id == owner_id, copy.c.file_until.is_not(None))
        ordered = waiting.order_by(copy.c.withdrawn_at.desc(), copy.c.id)
        return [_entry(row) for row in self._connection.execute(ordered)]

    def files_over(self, moment: datetime, limit: int) -> list[str]:
        """See the port."""
        over = select(copy.c.id).where(copy.c.file_until <= moment).order_by(copy.c.file_until).limit(limit)
        return list(self._connection.execute(over).scalars())

    def entry(self, copy_id: str) -> ShelfEntry:
        """See the port."""
        row = self._connection.execute(_entries().where(copy.c.id == copy_id)).one_or_none()
        return self._with_loans_before([_entry(row)])[0] if row is not None else _not_found()

    def shelf(self, query: ShelfQuery) -> tuple[list[ShelfEntry], int]:
        """See the port."""
        wanted = [copy.c.owner_id == query.owner_id, copy.c.withdrawn_at.is_(None)]
        wanted += _with_words(query.text)
        page = (
            _entries().where(*wanted).order_by(*_order(query.order)).offset(query.offset).limit(query.limit)
        )
        entries = [_entry(row) for row in self._connection.execute(page)]
        matching = select(func.count()).select_from(copy.join(edition)).where(*wanted)
        return self._with_loans_before(entries), self._connection.execute(matching).scalar_one()

    def _with_loans_before(self, entries: list[ShelfEntry]) -> list[ShelfEntry]:
        """The entries, with the loans by which each copy was passed on. Asks nothing where none was."""
        passed = [entry.copy.loan.id for entry in entries if entry.copy.loan and entry.copy.loan.passed_from]
        if not passed:
            return entries
        before: dict[str, list[Loan]] = defaultdict(list)
        for row in self._connection.execute(_LOANS_BEFORE, {"passed": passed}):
            if found := loan_from(row):
                before[row.of].append(found)
        return [replace(entry, passed_by=tuple(before[_loan_id(entry)])) for entry in entries]

    def _next_number(self, edition_id: str) -> int:
        latest = select(func.max(copy.c.number)).where(copy.c.edition_id == edition_id)
        return (self._connection.execute(latest).scalar_one() or 0) + 1

    def titles(self, query: ShelfQuery) -> tuple[list[Edition], int]:
        """See the port."""
        gone = or_(copy.c.withdrawn_at.is_not(None), copy.c.lost_at.is_not(None))
        wanted = [
            edition.c.owner_id == query.owner_id,
            exists().where(copy.c.edition_id == edition.c.id, ~gone),
            *_with_words(query.text),
        ]
        page = select(*_EDITION_COLUMNS).where(*wanted).order_by(*_TITLE_ORDERS[query.order])
        rows = self._connection.execute(page.offset(query.offset).limit(query.limit))
        matching = select(func.count()).select_from(edition).where(*wanted)
        return [_edition(row) for row in rows], self._connection.execute(matching).scalar_one()

    def standing(self, edition_ids: Iterable[str]) -> dict[str, list[Copy]]:
        """See the port."""
        found: dict[str, list[Copy]] = {edition_id: [] for edition_id in edition_ids}
        query = (
            select(*COPY_COLUMNS)
            .select_from(COPY_AT_THE_DESK)
            .where(copy.c.edition_id.in_(found), copy.c.withdrawn_at.is_(None))
            .order_by(copy.c.number)
        )
        for row in self._connection.execute(query):
            found[row.copy_edition_id].append(copy_from(row))
        return found

    def _one_edition(self, where: ColumnElement[bool]) -> Edition | None:
        row = self._connection.execute(select(*_EDITION_COLUMNS).where(where).limit(1)).one_or_none()
        return None if row is None else _edition(row)


def _loans_before() -> Select[Any]:
    """The loans before some that were passed on to their borrowers, and `of` which: the first first."""
    step = (
        select(loan.c.id.label("of"), loan.c.passed_from.label("before"), literal(1).label("steps"))
        .where(loan.c.id.in_(bindparam("passed", expanding=True)))
        .cte("step", recursive=True)
    )
    earlier = loan.alias("earlier")
    onward = select(step.c.of, earlier.c.passed_from, step.c.steps + 1)
    chain = step.union_all(onward.join(earlier, earlier.c.id == step.c.before))
    return (
        select(*LOAN_COLUMNS, chain.c.of)
        .join(chain, chain.c.before == loan.c.id)
        .order_by(chain.c.steps.desc())
    )


_LOANS_BEFORE = _loans_before()


def _loan_id(entry: ShelfEntry) -> str:
    return entry.copy.loan.id if entry.copy.loan else ""


def _entries() -> Select[Any]:
    return select(*COPY_COLUMNS, *_EDITION_COLUMNS).select_from(
        COPY_AT_THE_DESK.join(edition, edition.c.id == copy.c.edition_id)
    )


def _with_words(text: str) -> list[ColumnElement[bool]]:
    return [edition.c.search_text.contains(word, autoescape=True) for word in folded(text).split()]


def _order(order: str) -> list[ColumnElement[Any]]:
    orders: dict[str, list[ColumnElement[Any]]] = {
        "added": [copy.c.added_at.desc(), copy.c.id],
        "title": [edition.c.title_folded.asc(), copy.c.number.asc(), copy.c.id.asc()],
        "author": [edition.c.author_folded.asc(), edition.c.title_folded.asc(), copy.c.id.asc()],
    }
    return orders[order]


_TITLE_ORDERS: dict[str, list[ColumnElement[Any]]] = {
    "added": [edition.c.added_at.desc(), edition.c.id],
    "title": [edition.c.title_folded.asc(), edition.c.id.asc()],
    "author": [edition.c.author_folded.asc(), edition.c.title_folded.asc(), edition.c.id.asc()],
}


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
