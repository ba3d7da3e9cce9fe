"""Indexes of what may be unusual about loans"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forward only: a library is restored from a backup, never migrated down."""
    of_a_loan = "(kind || '') IN ('read-fast', 'carried')"
    after_its_use = "(kind || '') = 'turned-away' AND reason = 'no-license'"
    for index, column, which in (
        ("signs_by_number", "number", f"{of_a_loan} OR {after_its_use}"),
        ("signs_by_loan_id", "loan_id", of_a_loan),
        ("turn_aways_by_link_id", "link_id", after_its_use),
    ):
        where = sa.text(which)
        op.create_index(index, "event", [column], sqlite_where=where, postgresql_where=where)
