"""`ports.library.BookKeys` over SQL."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from lending import refusals
from lending.adapters.sql.tables import sealing_key
from lending.ports.records import FileKey


class SqlKeys:
    """Wrapped keys of sealed files."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: FileKey) -> None:
        """See the port."""
        self._connection.execute(insert(sealing_key).values(asdict(key)))

    def get(self, file_id: str) -> FileKey:
        """See the port."""
        query = select(sealing_key).where(sealing_key.c.file_id == file_id)
        row = self._connection.execute(query).one_or_none()
        if row is None:
            raise refusals.NotFound
        return _key(row)

    def remove(self, file_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(sealing_key).where(sealing_key.c.file_id == file_id))

    def not_wrapped_by(self, kek_id: str, limit: int) -> list[FileKey]:
        """See the port."""
        query = select(sealing_key).where(sealing_key.c.kek_id != kek_id).limit(limit)
        return [_key(row) for row in self._connection.execute(query)]

    def rewrap(self, key: FileKey) -> None:
        """See the port."""
        change = update(sealing_key).where(sealing_key.c.file_id == key.file_id)
        self._connection.execute(change.values(kek_id=key.kek_id, wrapped=key.wrapped))

    def file_ids(self) -> list[str]:
        """See the port."""
        return list(self._connection.execute(select(sealing_key.c.file_id)).scalars())


def _key(row: Row[Any]) -> FileKey:
    return FileKey(row.file_id, row.generation, row.kek_id, bytes(row.wrapped))
