"""`ports.library.UploadBook` over SQL."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from lending import refusals
from lending.adapters.sql.tables import upload
from lending.ports.records import Upload


class SqlUploads:
    """Which uploads are under way."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, new: Upload) -> None:
        """See the port."""
        self._connection.execute(insert(upload).values(asdict(new)))

    def get(self, upload_id: str) -> Upload:
        """See the port."""
        row = self._connection.execute(select(upload).where(upload.c.id == upload_id)).one_or_none()
        if row is None:
            raise refusals.NotFound
        return Upload(row.id, row.owner_id, row.file_name, row.length, row.made_at, row.copy_id)

    def became(self, upload_id: str, copy_id: str) -> None:
        """See the port."""
        self._connection.execute(update(upload).where(upload.c.id == upload_id).values(copy_id=copy_id))

    def remove(self, upload_id: str) -> None:
        """See the port."""
        self._connection.execute(delete(upload).where(upload.c.id == upload_id))

    def of_owner(self, owner_id: str) -> list[str]:
        """See the port."""
        return list(
            self._connection.execute(select(upload.c.id).where(upload.c.owner_id == owner_id)).scalars()
        )

    def begun_before(self, moment: datetime) -> list[str]:
        """See the port."""
        return list(self._connection.execute(select(upload.c.id).where(upload.c.made_at < moment)).scalars())
