"""Rows of the loan log's tables into values, and values into rows."""

import json
from typing import Any

from sqlalchemy import Integer, Row, String, Table

from lending.adapters.sql.ledger_tables import checkpoint, log_entry, log_head, log_opening
from lending.adapters.sql.tables import event
from lending.ledger.notes import Note
from lending.ledger.tree import HASH_SIZE, Frontier
from lending.ports.ledger import Entry, Head, RowName, SealedOpening, SignedCheckpoint

_WORDS_AND_NUMBERS = {
    table: [
        (at, column.type.python_type)
        for at, column in enumerate(table.c)
        if isinstance(column.type, String | Integer)
    ]
    for table in (log_head, log_entry, log_opening, checkpoint, event)
}


def sound(table: Table, row: Row[Any]) -> Row[Any]:
    """The row, if its words are words and its numbers numbers: SQLite lets somebody write anything anywhere.

    Raises TypeError.
    """
    for at, kind in _WORDS_AND_NUMBERS[table]:
        if row[at] is not None and not isinstance(row[at], kind):
            raise TypeError(f"{table.name} has {row[at]!r} as {table.c[at].name}")
    return row


def head_from(row: Row[Any]) -> Head:
    """The head of its row. Raises TypeError."""
    peaks = bytes(sound(log_head, row).peaks)
    cut = tuple(peaks[at : at + HASH_SIZE] for at in range(0, len(peaks), HASH_SIZE))
    return Head(row.origin, Frontier(row.size, cut))


def entry_row(entry: Entry) -> dict[str, Any]:
    """The row of an entry."""
    rows = {str(name): print_ for name, print_ in sorted(entry.rows.items())}
    return {
        "number": entry.number,
        "event_number": entry.event_number,
        "leaf": entry.leaf,
        "blind": entry.blind,
        "rows": json.dumps(rows),
        "mac": entry.mac,
    }


def entry_from(row: Row[Any]) -> Entry:
    """The entry of its row. Raises TypeError, or ValueError."""
    sound(log_entry, row)
    left = json.loads(row.rows)
    if not isinstance(left, dict) or row.rows != json.dumps(left, sort_keys=True):
        raise ValueError(f"{row.rows!r} is not how rows are written")
    rows = {RowName.parsed(name): print_ for name, print_ in left.items()}
    return Entry(row.number, row.event_number, bytes(row.leaf), bytes(row.blind), rows, bytes(row.mac or b""))


def opening_row(opening: SealedOpening) -> dict[str, Any]:
    """The row of an opening."""
    return {
        "number": opening.number,
        "field": opening.field.value,
        "patron_id": opening.patron_id,
        "sealed": opening.sealed,
    }


def checkpoint_from(row: Row[Any]) -> SignedCheckpoint:
    """The checkpoint of its row. Raises TypeError, or ValueError."""
    sound(checkpoint, row)
    return SignedCheckpoint(row.origin, row.size, Note.parsed(row.note), row.signed_at)
