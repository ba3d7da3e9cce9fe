"""`ports.asking.AskPages` over SQL: pages where people ask to borrow."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from lending import refusals
from lending.adapters.sql.tables import ask_page
from lending.adapters.sql.upserts import upsert
from lending.ports.asking import AskPage


class SqlAskPages:
    """Pages where people ask to borrow."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, page_id: str) -> AskPage:
        """See the port."""
        found = self._one(ask_page.c.id == page_id)
        if found is None:
            raise refusals.NotFound
        return found

    def of_title(self, edition_id: str) -> AskPage | None:
        """See the port."""
        return self._one(and_(ask_page.c.edition_id == edition_id, ask_page.c.closed_at.is_(None)))

    def of_shelf(self, owner_id: str) -> AskPage | None:
        """See the port."""
        shelf = and_(ask_page.c.owner_id == owner_id, ask_page.c.edition_id.is_(None))
        return self._one(and_(shelf, ask_page.c.closed_at.is_(None)))

    def store(self, page: AskPage) -> None:
        """See the port."""
        upsert(self._connection, ask_page, asdict(page))

    def _one(self, where: ColumnElement[bool]) -> AskPage | None:
        row: Row[Any] | None = self._connection.execute(select(ask_page).where(where)).one_or_none()
        return None if row is None else AskPage(**row._asdict())
