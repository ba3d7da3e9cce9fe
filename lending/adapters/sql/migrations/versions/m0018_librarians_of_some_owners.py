"""Librarians of some owners; the record by kinds of event"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down.

    Who was a librarian stays one of the whole library.
    """
    op.add_column("account", sa.Column("charge", sa.Text(), nullable=True))
    op.add_column("invitation", sa.Column("charge", sa.Text(), nullable=True))
    op.create_index(op.f("event_by_kind_number"), "event", ["kind", "number"])
