"""Margin notes that their writer leaves in the book"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down. Nobody has left a note yet."""
    op.add_column("mark", sa.Column("stays", sa.Boolean(), nullable=False, server_default=sa.false()))
