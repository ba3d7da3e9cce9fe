"""How a row that the log covers is told as text: the same row always as the same text."""

import json
from typing import Any

from sqlalchemy import Boolean, Column, Label, Row, String, type_coerce
from sqlalchemy.types import NullType

from lending.adapters.sql.columns import folded
from lending.adapters.sql.tables import copy, edition, hold, link, loan
from lending.ports.ledger import Called, Covered

COVERED_TABLES = {
    Covered.COPY: copy,
    Covered.LINK: link,
    Covered.LOAN: loan,
    Covered.HOLD: hold,
    Covered.EDITION: edition,
}
# What is somebody's own is committed to as the patron, so that it can be erased; an address is nobody's
# proof; the file of a copy that was taken out goes by itself; a cover is no part of what was lent; and by
# what a title is found follows from the title.
_NOT_COVERED = {
    Covered.COPY: {"file_until"},
    Covered.LINK: {"for_whom", "note"},
    Covered.LOAN: {"borrower_name", "borrower_folded", "email", "language"},
    Covered.HOLD: {"name", "email", "language"},
    Covered.EDITION: {"cover_id", "search_text", "title_folded", "author_folded"},
}

# The name comes first; then what says who it was as well.
NAMING = {
    Covered.LINK: (link.c.for_whom, link.c.note),
    Covered.LOAN: (loan.c.borrower_name, loan.c.borrower_folded, loan.c.email, loan.c.language),
    Covered.HOLD: (hold.c.name, hold.c.email, hold.c.language),
}


def called(row: Row[*tuple[Any, ...]]) -> Called:
    """Of a row with its id and the columns of `NAMING`."""
    name, others = row[1], row[2:]
    is_text = isinstance(name, str)
    sorted_as = row._mapping.get("borrower_folded")  # noqa: SLF001 - a Row's public way to its names
    return Called(
        name,
        is_sorted_right=sorted_as is None or (is_text and sorted_as == folded(name)),
        is_forgotten=name == "" and all(one is None or one == "" for one in others),
    )


def _covered(table: Covered) -> list[Column[Any]]:
    return [column for column in COVERED_TABLES[table].c if column.name not in _NOT_COVERED[table]]


def as_kept(table: Covered) -> list[Label[Any]]:
    """The covered columns as the database keeps them: somebody may have put into them what no value of this
    program can be made from."""
    return [type_coerce(column, NullType()).label(column.name) for column in _covered(table)]


def _empty(column: Column[Any]) -> Any:
    """What is left out of a row's text. Nothing, in a column that may be NULL, is NULL and no other value."""
    if column.nullable:
        return None
    return "" if isinstance(column.type, String) else 0


_EMPTY = {table: {column.name: _empty(column) for column in _covered(table)} for table in Covered}
_BOOLEANS = frozenset(
    column.name for table in Covered for column in _covered(table) if isinstance(column.type, Boolean)
)


def text_of(table: Covered, row: Row[Any]) -> str:
    """What is empty is left out: so a column that comes later changes nothing about rows that are older."""
    kept = {
        name: value == 1 if name in _BOOLEANS and value in (0, 1) else value
        for name, value in row._mapping.items()  # noqa: SLF001 - a Row's public way to its names
        if not _is_same(value, _EMPTY[table][name])
    }
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, default=repr)


def _is_same(value: Any, empty: Any) -> bool:
    """SQLite keeps a text in a column of numbers: what looks as empty need not be it."""
    return value is empty if empty is None else value == empty and isinstance(value, type(empty))
