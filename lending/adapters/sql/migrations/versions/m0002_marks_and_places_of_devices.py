"""Marks, readers' settings, and a place for each device"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger()
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    op.create_table(
        "margin",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("copy_id", sa.String(length=32), nullable=False),
        sa.Column("revision", COUNTER, nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("margin_copy_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("margin_key")),
    )
    op.create_index(op.f("margin_by_copy_id"), "margin", ["copy_id"], unique=False)
    op.create_table(
        "mark",
        sa.Column("margin_id", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("revision", COUNTER, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("fraction", sa.Float(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ink", sa.String(length=16), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.Column("heard", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["margin_id"], ["margin.id"], name=op.f("mark_margin_id_exists")),
        sa.PrimaryKeyConstraint("margin_id", "id", name=op.f("mark_key")),
    )
    op.create_index(op.f("mark_by_margin_id_revision"), "mark", ["margin_id", "revision"], unique=False)
    op.create_table(
        "reading_settings",
        sa.Column("holder_id", sa.String(length=32), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("holder_id", name=op.f("reading_settings_key")),
    )
    _give_places_a_device()


def _give_places_a_device() -> None:
    """Places that are there already are those of a device that gives no name."""
    # Made anew, since SQLite can't change a primary key. Not TEMPORARY: that would be a file elsewhere.
    op.execute("CREATE TABLE kept_position AS SELECT * FROM reading_position")
    op.drop_table("reading_position")
    op.create_table(
        "reading_position",
        sa.Column("loan_id", sa.String(length=32), nullable=False),
        sa.Column("device", sa.String(length=64), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("fraction", sa.Float(), nullable=False),
        sa.Column("read_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("reading_position_loan_id_exists")),
        sa.PrimaryKeyConstraint("loan_id", "device", name=op.f("reading_position_key")),
    )
    op.execute(
        "INSERT INTO reading_position (loan_id, device, locator, fraction, read_at) "
        "SELECT loan_id, '', locator, fraction, saved_at FROM kept_position"
    )
    op.drop_table("kept_position")
