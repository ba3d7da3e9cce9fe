"""A row written whether or not it is there already, on either database."""

from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table, *rows: dict[str, Any]) -> None:
    """Insert rows, or change those that have their keys. All name the same columns; no key comes twice."""
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes), list(rows))


def insert_if_absent(connection: Connection, table: Table, row: dict[str, Any]) -> None:
    """Insert a row unless there is one with its key. Waits for whoever is inserting the same."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(dialect.insert(table).values(row).on_conflict_do_nothing())
