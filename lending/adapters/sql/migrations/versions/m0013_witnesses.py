"""What witnesses have cosigned of the log, and what they saw that is not in it"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "log_witness",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("witness", sa.String(length=255), nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("cosigned_at", sa.BigInteger(), nullable=True),
        sa.Column("alarm", sa.Text(), nullable=False),
        sa.Column("alarm_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("origin", "witness", name=op.f("log_witness_key")),
    )
