"""The librarian's desk: weekly counts, surveys, checks of log and stock, saved searches"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down.

    Nothing is counted here: the housekeeper begins with the first entry of the log.
    """
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entries", number, nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("tally_key")),
    )
    op.create_table(
        "weekly_count",
        sa.Column("week", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("count", number, nullable=False),
        sa.PrimaryKeyConstraint("week", "kind", name=op.f("weekly_count_key")),
    )
    op.create_table(
        "survey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("survey_key")),
    )
    op.create_table(
        "log_check",
        sa.Column("at", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entries", number, nullable=False),
        sa.Column("faults", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("at", name=op.f("log_check_key")),
    )
    op.create_table(
        "stock_check",
        sa.Column("copy_id", sa.String(length=32), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=False),
        sa.Column("found", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("stock_check_copy_id_exists")),
        sa.PrimaryKeyConstraint("copy_id", name=op.f("stock_check_key")),
    )
    op.create_index(op.f("stock_check_by_looked_at"), "stock_check", ["looked_at"])
    op.create_table(
        "saved_search",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("saved_search_account_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("saved_search_key")),
    )
    op.create_index(op.f("saved_search_by_account_id_made_at"), "saved_search", ["account_id", "made_at"])
    op.create_index("loan_by_end", "loan", ["end", "checked_out_at", "id"])
    op.create_index("checkpoint_by_signed_at", "checkpoint", ["signed_at", "size"])
    for index, table, columns, which in (
        ("exceptions_by_looked_at", "stock_check", ["looked_at"], "found != 'good'"),
        ("filled_holds_by_closed_at", "hold", ["closed_at"], "state = 'filled'"),
        (
            "passed_on_loans_by_checked_out_at",
            "loan",
            ["checked_out_at", "id"],
            "passed_from IS NOT NULL",
        ),
    ):
        where = sa.text(which)
        op.create_index(index, table, columns, sqlite_where=where, postgresql_where=where)
