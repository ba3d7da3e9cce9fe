"""The first schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.BigInteger()
COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("sign_in_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("account_key")),
        sa.UniqueConstraint("sign_in_name", name=op.f("one_account_per_sign_in_name")),
    )
    op.create_table(
        "invitation",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("invitation_key")),
    )
    op.create_table(
        "sealing_key",
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("kek_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(length=60), nullable=False),
        sa.PrimaryKeyConstraint("file_id", name=op.f("sealing_key_key")),
    )
    op.create_index(op.f("sealing_key_by_kek_id"), "sealing_key", ["kek_id"], unique=False)

    op.create_table(
        "access_token",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("access_token_account_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("access_token_key")),
        sa.UniqueConstraint("secret_hash", name=op.f("one_access_token_per_secret_hash")),
    )
    op.create_index(op.f("access_token_by_account_id"), "access_token", ["account_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("publisher", sa.Text(), nullable=False),
        sa.Column("published", sa.Text(), nullable=False),
        sa.Column("identifiers", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("byte_length", COUNTER, nullable=False),
        sa.Column("extent", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.String(length=32), nullable=False),
        sa.Column("finding_aid_id", sa.String(length=32), nullable=False),
        sa.Column("cover_id", sa.String(length=32), nullable=True),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("title_folded", sa.Text(), nullable=False),
        sa.Column("author_folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("edition_owner_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("edition_key")),
    )
    op.create_index(
        op.f("edition_by_owner_id_fingerprint"), "edition", ["owner_id", "fingerprint"], unique=False
    )

    op.create_table(
        "session",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("session_account_id_exists")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("session_key")),
    )
    op.create_index(op.f("session_by_account_id"), "session", ["account_id"], unique=False)

    op.create_table(
        "upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("length", COUNTER, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("copy_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("upload_owner_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("upload_key")),
    )
    op.create_index(op.f("upload_by_made_at"), "upload", ["made_at"], unique=False)

    op.create_table(
        "copy",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("edition_id", sa.String(length=32), nullable=False),
        sa.Column("owner_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("copy_edition_id_exists")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("copy_owner_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("copy_key")),
        sa.UniqueConstraint("edition_id", "number", name=op.f("one_copy_per_edition_id_number")),
    )
    op.create_index(op.f("copy_by_owner_id_added_at"), "copy", ["owner_id", "added_at"], unique=False)

    op.create_table(
        "link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("copy_id", sa.String(length=32), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("claim_by", MOMENT, nullable=False),
        sa.Column("loan_period", sa.BigInteger(), nullable=False),
        sa.Column("for_whom", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("link_copy_id_exists")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("link_made_by_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("link_key")),
    )
    op.create_index(op.f("link_by_copy_id"), "link", ["copy_id"], unique=False)
    op.create_index(
        "one_waiting_link",
        "link",
        ["copy_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "waiting_links_by_claim_by",
        "link",
        ["claim_by"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "loan",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("copy_id", sa.String(length=32), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("checked_out_at", MOMENT, nullable=False),
        sa.Column("due_at", MOMENT, nullable=True),
        sa.Column("binding", sa.Text(), nullable=False),
        sa.Column("borrower_name", sa.Text(), nullable=False),
        sa.Column("borrower_folded", sa.Text(), nullable=False),
        sa.Column("to_owner", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("loan_copy_id_exists")),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("loan_link_id_exists")),
        sa.PrimaryKeyConstraint("id", name=op.f("loan_key")),
    )
    op.create_index(op.f("loan_by_checked_out_at_id"), "loan", ["checked_out_at", "id"], unique=False)
    op.create_index(
        op.f("loan_by_copy_id_checked_out_at"), "loan", ["copy_id", "checked_out_at"], unique=False
    )
    op.create_index(op.f("loan_by_link_id"), "loan", ["link_id"], unique=True)
    op.create_index(
        "one_open_loan",
        "loan",
        ["copy_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "open_loans_by_due_at",
        "loan",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )

    op.create_table(
        "event",
        sa.Column("number", COUNTER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("copy_id", sa.String(length=32), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.String(length=32), nullable=True),
        sa.Column("loan_id", sa.String(length=32), nullable=True),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["account.id"], name=op.f("event_by_exists")),
        sa.ForeignKeyConstraint(["copy_id"], ["copy.id"], name=op.f("event_copy_id_exists")),
        sa.ForeignKeyConstraint(["link_id"], ["link.id"], name=op.f("event_link_id_exists")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("event_loan_id_exists")),
        sa.PrimaryKeyConstraint("number", name=op.f("event_key")),
    )
    op.create_index(op.f("event_by_copy_id_number"), "event", ["copy_id", "number"], unique=False)

    op.create_table(
        "reading_pass",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("loan_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("reading_pass_loan_id_exists")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("reading_pass_key")),
    )
    op.create_index(op.f("reading_pass_by_loan_id"), "reading_pass", ["loan_id"], unique=False)

    op.create_table(
        "reading_position",
        sa.Column("loan_id", sa.String(length=32), nullable=False),
        sa.Column("locator", sa.Text(), nullable=False),
        sa.Column("fraction", sa.Float(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("reading_position_loan_id_exists")),
        sa.PrimaryKeyConstraint("loan_id", name=op.f("reading_position_key")),
    )
