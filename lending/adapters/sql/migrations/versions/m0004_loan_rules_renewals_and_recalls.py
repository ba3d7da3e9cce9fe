"""Loan rules; renewals, recalls and lost copies; when a loan is due, in the record"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    for name, key, target in (
        ("owners_rules", "account_id", "account"),
        ("titles_rules", "edition_id", "edition"),
    ):
        op.create_table(
            name,
            sa.Column(key, sa.String(length=32), nullable=False),
            sa.Column("loan_period", sa.BigInteger(), nullable=False),
            sa.Column("renewals", sa.Integer(), nullable=False),
            sa.Column("claim_window", sa.BigInteger(), nullable=False),
            sa.Column("recall_notice", sa.BigInteger(), nullable=False),
            sa.Column("loans_per_borrower", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint([key], [f"{target}.id"], name=op.f(f"{name}_{key}_exists")),
            sa.PrimaryKeyConstraint(key, name=op.f(f"{name}_key")),
        )
    op.add_column("copy", sa.Column("lost_at", sa.BigInteger(), nullable=True))
    op.add_column("loan", sa.Column("period", sa.BigInteger(), nullable=True))
    op.add_column("loan", sa.Column("renewals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("loan", sa.Column("recalled_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE loan SET period = (due_at - checked_out_at) / 1000 WHERE due_at IS NOT NULL")
    op.create_index(
        "open_loans_by_binding",
        "loan",
        ["binding"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.add_column("event", sa.Column("due_at", sa.BigInteger(), nullable=True))
