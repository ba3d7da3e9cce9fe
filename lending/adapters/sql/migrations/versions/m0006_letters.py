"""Addresses for letters, the outbox of notices, and how often a loan's due date was decided"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    for table in ("account", "loan"):
        op.add_column(table, sa.Column("email", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("language", sa.String(length=16), nullable=True))
    op.add_column("loan", sa.Column("due_number", sa.Integer(), nullable=False, server_default="0"))
    _make_outbox()
    op.create_index(
        "loans_with_address_by_ended_at",
        "loan",
        ["ended_at"],
        sqlite_where=sa.text("email IS NOT NULL"),
        postgresql_where=sa.text("email IS NOT NULL"),
    )


def _make_outbox() -> None:
    op.create_table(
        "notice",
        sa.Column("subject_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=16), nullable=False),
        sa.Column("copy_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("notice_copy_id_exists")),
        sa.PrimaryKeyConstraint("subject_id", "kind", "number", name=op.f("notice_key")),
    )
    op.create_index(
        "waiting_notices_by_next_try_at",
        "notice",
        ["next_try_at"],
        sqlite_where=sa.text("outcome IS NULL"),
        postgresql_where=sa.text("outcome IS NULL"),
    )
