"""The log that need not be believed: entries, what opens them, tiles, checkpoints"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down.

    Events that are there already get their entries when the library is made ready (`recording.catch_up`).
    """
    op.add_column("event", sa.Column("detail", sa.Text(), nullable=True))
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("size", number, nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("log_head_key")),
    )
    op.create_table(
        "log_entry",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("event_number", number, nullable=False),
        sa.Column("leaf", sa.LargeBinary(length=128), nullable=False),
        sa.Column("blind", sa.LargeBinary(length=32), nullable=False),
        sa.Column("rows", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_number"], ["event.number"], name=op.f("log_entry_event_number_exists")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("log_entry_key")),
        sa.UniqueConstraint("event_number", name=op.f("one_log_entry_per_event_number")),
    )
    op.create_table(
        "log_opening",
        sa.Column("number", number, autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=16), nullable=False),
        sa.Column("patron_id", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["log_entry.number"], name=op.f("log_opening_number_exists")),
        sa.PrimaryKeyConstraint("number", "field", name=op.f("log_opening_key")),
    )
    op.create_index(op.f("log_opening_by_patron_id"), "log_opening", ["patron_id"])
    op.create_table(
        "patron_key",
        sa.Column("patron_id", sa.String(length=32), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("patron_id", name=op.f("patron_key_key")),
    )
    op.create_table(
        "log_tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", number, autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(length=32), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("log_tile_key")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("origin", sa.String(length=255), nullable=False),
        sa.Column("size", number, autoincrement=False, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("origin", "size", name=op.f("checkpoint_key")),
    )
    for index, table, column, names_somebody in (
        ("named_loans_by_ended_at", "loan", "ended_at", "NOT to_owner AND binding != ''"),
        ("named_holds_by_closed_at", "hold", "closed_at", "binding != ''"),
        ("named_links_by_closed_at", "link", "closed_at", "for_whom != '' OR note != ''"),
    ):
        where = sa.text(names_somebody)
        op.create_index(index, table, [column], sqlite_where=where, postgresql_where=where)
