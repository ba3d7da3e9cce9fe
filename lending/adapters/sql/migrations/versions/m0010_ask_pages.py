"""Pages where people ask to borrow; letters to those in line"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    _make_ask_pages()
    with op.batch_alter_table("notice") as notice:
        notice.alter_column("copy_id", existing_type=sa.String(length=32), nullable=True)
    with_address = sa.text("email IS NOT NULL")
    op.create_index(
        "holds_with_address_by_closed_at",
        "hold",
        ["closed_at"],
        sqlite_where=with_address,
        postgresql_where=with_address,
    )


def _make_ask_pages() -> None:
    op.create_table(
        "ask_page",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("edition_id", sa.String(length=32), nullable=True),
        sa.Column("approves", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("ask_page_owner_id_exists")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("ask_page_edition_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("ask_page_key")),
    )
    of_title = sa.text("closed_at IS NULL AND edition_id IS NOT NULL")
    op.create_index(
        "one_open_page_of_title",
        "ask_page",
        ["edition_id"],
        unique=True,
        sqlite_where=of_title,
        postgresql_where=of_title,
    )
    of_shelf = sa.text("closed_at IS NULL AND edition_id IS NULL")
    op.create_index(
        "one_open_page_of_shelf",
        "ask_page",
        ["owner_id"],
        unique=True,
        sqlite_where=of_shelf,
        postgresql_where=of_shelf,
    )
