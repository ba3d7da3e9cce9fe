"""When a librarian asked for a check of the whole log"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    op.create_table(
        "log_check_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("log_check_wish_key")),
    )
