"""How often titles are used, and why somebody was turned away"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    op.add_column("event", sa.Column("reason", sa.String(length=16), nullable=True))
    turned_away = sa.text("kind = 'turned-away'")
    op.create_index(
        "turn_aways_by_at", "event", ["at"], sqlite_where=turned_away, postgresql_where=turned_away
    )
    op.create_table(
        "use_count",
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("metric", sa.String(length=32), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("use_count_edition_id_exists")),
        sa.PrimaryKeyConstraint("edition_id", "month", "metric", name=op.f("use_count_key")),
    )
    op.create_index(op.f("use_count_by_month"), "use_count", ["month"])
