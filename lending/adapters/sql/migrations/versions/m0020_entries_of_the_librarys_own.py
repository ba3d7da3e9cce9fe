"""An entry says that the library wrote it, in a way that nobody with only the database can"""

import hmac

import sqlalchemy as sa
from alembic import context, op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AT_ONCE = 1000


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down.

    The entries that are there are taken for the library's own: nobody can tell any more. So this is done
    here, once, and not wherever such an entry is found later.
    """
    op.add_column("log_entry", sa.Column("mac", sa.LargeBinary(length=32), nullable=True))
    entry = sa.table(
        "log_entry",
        sa.column("number", sa.BigInteger),
        sa.column("leaf", sa.LargeBinary),
        sa.column("mac", sa.LargeBinary),
    )
    connection = op.get_bind()
    put = (
        sa.update(entry)
        .where(entry.c.number == sa.bindparam("its_number"))
        .values(mac=sa.bindparam("its_mac"))
    )
    after, secret = -1, b""
    while True:
        found = sa.select(entry.c.number, entry.c.leaf).where(entry.c.number > after)
        rows = connection.execute(found.order_by(entry.c.number).limit(AT_ONCE)).all()
        if not rows:
            return
        secret = secret or context.config.attributes["secret_of_log"]()
        own = [(row.number, hmac.digest(secret, b"lend/v1/entry\0" + row.leaf, "sha256")) for row in rows]
        connection.execute(put, [{"its_number": number, "its_mac": mac} for number, mac in own])
        after = rows[-1].number
