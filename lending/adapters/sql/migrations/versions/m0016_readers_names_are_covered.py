"""When librarians had readers' names shown; saved searches keep no reader's name"""

from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NAMES = ("borrower", "passed_by")


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    names_shown = sa.text("kind = 'identity-shown'")
    op.create_index(
        "names_shown_by_by", "event", ["by", "at"], sqlite_where=names_shown, postgresql_where=names_shown
    )
    searches = sa.table("saved_search", sa.column("id", sa.String), sa.column("query", sa.Text))
    connection = op.get_bind()
    for search_id, query in connection.execute(sa.select(searches.c.id, searches.c.query)).all():
        filters = parse_qsl(query)
        kept = [(name, value) for name, value in filters if name not in NAMES]
        if len(kept) == len(filters):
            continue
        own = searches.c.id == search_id
        change = (
            searches.update().where(own).values(query=urlencode(kept))
            if kept
            else searches.delete().where(own)
        )
        connection.execute(change)
