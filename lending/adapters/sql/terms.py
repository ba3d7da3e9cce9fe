"""`ports.library.Terms` over SQL: what owners ask of those who read their books."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Label, Row, Table, delete, select

from lending.adapters.sql.tables import owners_terms, titles_terms
from lending.adapters.sql.upserts import upsert
from lending.circulation.terms import ReadingTerms

_FIELDS = tuple(ReadingTerms.__slots__)


class SqlTerms:
    """Reading terms, of owners for all their books and of single titles."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_owner(self, account_id: str) -> ReadingTerms | None:
        """See the port."""
        return self._one(owners_terms, owners_terms.c.account_id == account_id)

    def of_title(self, edition_id: str) -> ReadingTerms | None:
        """See the port."""
        return self._one(titles_terms, titles_terms.c.edition_id == edition_id)

    def set_for_owner(self, account_id: str, terms: ReadingTerms | None) -> None:
        """See the port."""
        self._set(owners_terms, owners_terms.c.account_id, account_id, terms)

    def set_for_title(self, edition_id: str, terms: ReadingTerms | None) -> None:
        """See the port."""
        self._set(titles_terms, titles_terms.c.edition_id, edition_id, terms)

    def _one(self, table: Table, where: ColumnElement[bool]) -> ReadingTerms | None:
        row = self._connection.execute(select(*labelled(table)).where(where)).one_or_none()
        return None if row is None else terms_from(row, table)

    def _set(self, table: Table, key: Column[str], value: str, terms: ReadingTerms | None) -> None:
        if terms is None:
            self._connection.execute(delete(table).where(key == value))
            return
        upsert(self._connection, table, {key.name: value, **asdict(terms)})


def labelled(table: Table) -> Sequence[Label[Any]]:
    """The terms' columns under names of their own, so that both tables' may stand in one row."""
    return [table.c[name].label(f"{table.name}_{name}") for name in _FIELDS]


def terms_from(row: Row[*tuple[Any, ...]], table: Table) -> ReadingTerms | None:
    """The terms of a row with `labelled` columns; None where the join found none."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    said = {name: values[f"{table.name}_{name}"] for name in _FIELDS}
    return None if said["slows_down"] is None else ReadingTerms(**said)
