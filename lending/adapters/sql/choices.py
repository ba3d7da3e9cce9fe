"""`ports.library.Choices` over SQL: what owners chose for all their books or for one title."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Label, Row, Table, delete, select

from lending.adapters.sql.tables import owners_rules, owners_terms, titles_rules, titles_terms
from lending.adapters.sql.upserts import upsert
from lending.circulation.policy import LoanRules
from lending.circulation.terms import ReadingTerms

T = TypeVar("T", ReadingTerms, LoanRules)


class SqlChoices(Generic[T]):
    """Two tables with a column for each field: of owners for all their books, and of single titles."""

    def __init__(self, connection: Connection, kind: type[T], owners: Table, titles: Table) -> None:
        self._connection = connection
        self._kind: type[T] = kind
        self._owners = owners
        self._titles = titles

    def of_owner(self, account_id: str) -> T | None:
        """See the port."""
        return self._one(self._owners, account_id)

    def of_title(self, edition_id: str) -> T | None:
        """See the port."""
        return self._one(self._titles, edition_id)

    def set_for_owner(self, account_id: str, chosen: T | None) -> None:
        """See the port."""
        self._set(self._owners, account_id, chosen)

    def set_for_title(self, edition_id: str, chosen: T | None) -> None:
        """See the port."""
        self._set(self._titles, edition_id, chosen)

    def _one(self, table: Table, key: str) -> T | None:
        query = select(*labelled(table)).where(_key_of(table) == key)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else chosen_from(row, table, self._kind)

    def _set(self, table: Table, key: str, chosen: T | None) -> None:
        if chosen is None:
            self._connection.execute(delete(table).where(_key_of(table) == key))
            return
        upsert(self._connection, table, {_key_of(table).name: key, **asdict(chosen)})


def reading_terms(connection: Connection) -> SqlChoices[ReadingTerms]:
    """What owners ask of those who read their books."""
    return SqlChoices(connection, ReadingTerms, owners_terms, titles_terms)


def loan_rules(connection: Connection) -> SqlChoices[LoanRules]:
    """How owners lend."""
    return SqlChoices(connection, LoanRules, owners_rules, titles_rules)


def labelled(table: Table) -> Sequence[Label[Any]]:
    """The columns under names of their own, so that several tables' may stand in one row."""
    return [column.label(f"{table.name}_{column.name}") for column in table.c]


def chosen_from(row: Row[*tuple[Any, ...]], table: Table, kind: type[T]) -> T | None:
    """The choice of a row with `labelled` columns; None where the join found none."""
    values = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping
    if values[f"{table.name}_{_key_of(table).name}"] is None:
        return None
    return kind(**{name: values[f"{table.name}_{name}"] for name in kind.__slots__})


def _key_of(table: Table) -> Any:
    return next(iter(table.primary_key))
