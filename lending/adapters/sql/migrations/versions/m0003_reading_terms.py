"""Reading terms: of owners for all their books, and of single titles"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    for name, key, target in (
        ("owners_terms", "account_id", "account"),
        ("titles_terms", "edition_id", "edition"),
    ):
        op.create_table(
            name,
            sa.Column(key, sa.String(length=32), nullable=False),
            sa.Column("quotation_limit", sa.Integer(), nullable=True),
            sa.Column("slows_down", sa.Boolean(), nullable=False),
            sa.Column("guards_printing", sa.Boolean(), nullable=False),
            sa.Column("names_reader", sa.Boolean(), nullable=False),
            sa.ForeignKeyConstraint([key], [f"{target}.id"], name=op.f(f"{name}_{key}_exists")),
            sa.PrimaryKeyConstraint(key, name=op.f(f"{name}_key")),
        )
