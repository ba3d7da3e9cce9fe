"""A copy that was taken out of the library has its file for a while"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    op.add_column("copy", sa.Column("file_until", sa.BigInteger(), nullable=True))
    waits = sa.text("file_until IS NOT NULL")
    op.create_index("files_by_file_until", "copy", ["file_until"], sqlite_where=waits, postgresql_where=waits)
