"""An account that was erased stays without a name, where the record points to it"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    op.add_column("account", sa.Column("erased_at", sa.BigInteger(), nullable=True))
