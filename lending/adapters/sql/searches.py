"""`ports.searches.SavedSearches` over SQL."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from lending import refusals
from lending.adapters.sql.desk_tables import saved_search
from lending.adapters.sql.tables import account
from lending.adapters.sql.upserts import upsert
from lending.ports.searches import SavedSearch


class SqlSavedSearches:
    """Each librarian's own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, account_id: str) -> list[SavedSearch]:
        """See the port."""
        own = select(saved_search).where(saved_search.c.account_id == account_id)
        rows = self._connection.execute(own.order_by(saved_search.c.made_at, saved_search.c.id))
        return [_search(row) for row in rows]

    def lock(self, account_id: str) -> list[SavedSearch]:
        """See the port. (On SQLite a writing transaction holds the whole database already.)"""
        held = select(account.c.id).where(account.c.id == account_id).with_for_update(key_share=True)
        self._connection.execute(held)
        return self.of(account_id)

    def put(self, search: SavedSearch) -> None:
        """See the port."""
        upsert(self._connection, saved_search, asdict(search))

    def forget(self, account_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(saved_search).where(saved_search.c.account_id == account_id))

    def forget_naming(self, people: Iterable[str]) -> int:
        """See the port."""
        people = list(people)
        return self._forget([one.id for one in self._all() if any(map(one.is_naming, people))])

    def forget_owner(self, name: str) -> int:
        """See the port."""
        return self._forget([one.id for one in self._all() if one.is_for_owner(name)])

    def named_in_any(self, people: Iterable[str]) -> list[str]:
        """See the port."""
        kept = self._all()
        return [person for person in people if any(one.is_naming(person) for one in kept)]

    def remove(self, account_id: str, search_id: str) -> None:
        """See the port."""
        own = delete(saved_search).where(
            saved_search.c.id == search_id, saved_search.c.account_id == account_id
        )
        if not self._connection.execute(own).rowcount:
            raise refusals.NotFound

    def _all(self) -> list[SavedSearch]:
        """Each is looked at: no database compares as people do, and each librarian has only so many."""
        return [_search(row) for row in self._connection.execute(select(saved_search))]

    def _forget(self, ids: list[str]) -> int:
        for search_id in ids:
            self._connection.execute(delete(saved_search).where(saved_search.c.id == search_id))
        return len(ids)


def _search(row: Row[Any]) -> SavedSearch:
    return SavedSearch(row.id, row.account_id, row.name, row.query, row.made_at)
