"""The tables of the loan log: its head, its entries and what opens them, roots of tiles, checkpoints,
witnesses."""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, and_, or_

from lending.adapters.sql.columns import COUNTER, Moment
from lending.adapters.sql.tables import hold, link, loan, metadata

ONLY_ROW = 1

log_head = Table(
    "log_head",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("size", COUNTER, nullable=False),
    Column("peaks", LargeBinary, nullable=False),
)

log_entry = Table(
    "log_entry",
    metadata,
    Column("number", COUNTER, primary_key=True, autoincrement=False),
    Column("event_number", COUNTER, ForeignKey("event.number"), nullable=False, unique=True),
    Column("leaf", LargeBinary(128), nullable=False),
    Column("blind", LargeBinary(32), nullable=False),
    Column("rows", Text, nullable=False),
    Column("mac", LargeBinary(32)),
)

log_opening = Table(
    "log_opening",
    metadata,
    Column("number", COUNTER, ForeignKey("log_entry.number"), primary_key=True, autoincrement=False),
    Column("field", String(16), primary_key=True),
    Column("patron_id", String(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Index(None, "patron_id"),
)

patron_key = Table(
    "patron_key",
    metadata,
    Column("patron_id", String(32), primary_key=True),
    Column("salt", LargeBinary(32), nullable=False),
)

log_tile = Table(
    "log_tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", COUNTER, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
)

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("origin", String(255), primary_key=True),
    Column("size", COUNTER, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
    Column("signed_at", Moment, nullable=False),
)

log_witness = Table(
    "log_witness",
    metadata,
    Column("origin", String(255), primary_key=True),
    Column("witness", String(255), primary_key=True),
    Column("size", COUNTER, nullable=False),
    Column("cosigned_at", Moment),
    Column("alarm", Text, nullable=False),
    Column("alarm_at", Moment),
)

# What still says whose it was, once it is over.
for _name, _over_at, _names_somebody in (
    ("named_loans_by_ended_at", loan.c.ended_at, and_(~loan.c.to_owner, loan.c.binding != "")),
    ("named_holds_by_closed_at", hold.c.closed_at, hold.c.binding != ""),
    ("named_links_by_closed_at", link.c.closed_at, or_(link.c.for_whom != "", link.c.note != "")),
):
    Index(_name, _over_at, sqlite_where=_names_somebody, postgresql_where=_names_somebody)
