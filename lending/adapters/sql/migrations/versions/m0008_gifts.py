"""Who owned a copy before it was given away is looked up for each line of the log"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    is_gift = sa.text("kind = 'given'")
    op.create_index(
        "gifts_by_copy_id",
        "event",
        ["copy_id", "number"],
        sqlite_where=is_gift,
        postgresql_where=is_gift,
    )
