"""The waiting line; what a link offers; loans passed on; events of a title; two more loan rules"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TWO_DAYS = 172_800


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    _make_line()
    op.add_column("link", sa.Column("kind", sa.String(length=16), nullable=False, server_default="loan"))
    op.add_column("link", sa.Column("loan_id", sa.String(length=32), nullable=True))
    op.add_column("loan", sa.Column("passed_from", sa.String(length=32), nullable=True))
    for rules in ("owners_rules", "titles_rules"):
        window = sa.Column("pick_up_window", sa.BigInteger(), nullable=False, server_default=str(TWO_DAYS))
        op.add_column(rules, window)
        op.add_column(rules, sa.Column("passing_on", sa.Boolean(), nullable=False, server_default=sa.false()))
    _widen_events()


def _make_line() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("hold_edition_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("hold_key")),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "open_holds_in_order",
        "hold",
        ["edition_id", "asked_at", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_index(
        "one_open_hold",
        "hold",
        ["edition_id", "binding"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _widen_events() -> None:
    with op.batch_alter_table("event") as event:
        event.alter_column("copy_id", existing_type=sa.String(length=32), nullable=True)
        event.add_column(sa.Column("hold_id", sa.String(length=32), nullable=True))
        event.add_column(sa.Column("edition_id", sa.String(length=32), nullable=True))
        event.add_column(sa.Column("to", sa.String(length=32), nullable=True))
        event.create_foreign_key(op.f("event_hold_id_exists"), "hold", ["hold_id"], ["id"])
        event.create_foreign_key(op.f("event_edition_id_exists"), "edition", ["edition_id"], ["id"])
        event.create_foreign_key(op.f("event_to_exists"), "account", ["to"], ["id"])
    op.create_index(op.f("event_by_edition_id_number"), "event", ["edition_id", "number"])
