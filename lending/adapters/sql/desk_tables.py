"""The tables of the librarian's desk: what was counted, what was checked, what was looked for."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, and_, literal_column, or_

from lending.adapters.sql.columns import COUNTER, Moment
from lending.adapters.sql.ledger_tables import checkpoint
from lending.adapters.sql.tables import event, hold, loan, metadata

tally = Table(
    "tally",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entries", COUNTER, nullable=False),
    Column("counted_at", Moment, nullable=False),
)

weekly_count = Table(
    "weekly_count",
    metadata,
    Column("week", Moment, primary_key=True, autoincrement=False),
    Column("kind", String(32), primary_key=True),
    Column("count", COUNTER, nullable=False),
)

survey = Table(
    "survey",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("taken_at", Moment, nullable=False),
    Column("found", Text, nullable=False),
)

log_check = Table(
    "log_check",
    metadata,
    Column("at", Moment, primary_key=True, autoincrement=False),
    Column("entries", COUNTER, nullable=False),
    Column("faults", Text, nullable=False),
)

log_check_wish = Table(
    "log_check_wish",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("asked_at", Moment, nullable=False),
)

stock_check = Table(
    "stock_check",
    metadata,
    Column("copy_id", String(32), ForeignKey("copy.id"), primary_key=True),
    Column("looked_at", Moment, nullable=False),
    Column("found", String(16), nullable=False),
    Index(None, "looked_at"),
)
Index(
    "exceptions_by_looked_at",
    stock_check.c.looked_at,
    sqlite_where=stock_check.c.found != "good",
    postgresql_where=stock_check.c.found != "good",
)

saved_search = Table(
    "saved_search",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("account_id", String(32), ForeignKey("account.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "account_id", "made_at"),
)

# What the desk asks of tables that were there before it.
Index(
    "filled_holds_by_closed_at",
    hold.c.closed_at,
    sqlite_where=hold.c.state == "filled",
    postgresql_where=hold.c.state == "filled",
)
Index("loan_by_end", loan.c.end, loan.c.checked_out_at, loan.c.id)
Index(
    "passed_on_loans_by_checked_out_at",
    loan.c.checked_out_at,
    loan.c.id,
    sqlite_where=loan.c.passed_from.is_not(None),
    postgresql_where=loan.c.passed_from.is_not(None),
)
Index("checkpoint_by_signed_at", checkpoint.c.signed_at, checkpoint.c.size)

# What may be a sign that a loan is unusual. Literal, so that both databases see that a question has an index.
# With nothing after it the kind is the same, but the index of kinds does not have it: by that one SQLite
# would rather take all events of these kinds.
_kind = event.c.kind.concat(literal_column("''"))
OF_A_LOAN = _kind.in_([literal_column("'read-fast'"), literal_column("'carried'")])
AFTER_ITS_USE = and_(
    _kind == literal_column("'turned-away'"), event.c.reason == literal_column("'no-license'")
)
IS_SIGN = or_(OF_A_LOAN, AFTER_ITS_USE)
for _name, _column, _which in (
    ("signs_by_number", event.c.number, IS_SIGN),
    ("signs_by_loan_id", event.c.loan_id, OF_A_LOAN),
    ("turn_aways_by_link_id", event.c.link_id, AFTER_ITS_USE),
):
    Index(_name, _column, sqlite_where=_which, postgresql_where=_which)
