"""The loan log as CSV, for spreadsheets."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

from lending.ports.records import LogLine

COLUMNS = (
    "title",
    "authors",
    "owner",
    "copy",
    "borrower",
    "checked_out_at",
    "due_at",
    "ended_at",
    "state",
    "passed_by",
    "covered",
    "loan_id",
    "copy_id",
)
FORMULA_STARTS = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula; some take full-width signs for the plain ones."""


def as_csv(lines: Iterable[LogLine], now: datetime) -> Iterator[str]:
    """Lines of CSV (RFC 4180), headings first. Times are ISO 8601, UTC; no cell is a formula. The column
    `covered` tells a borrower's name that is covered from one that nobody knows."""
    yield _row(COLUMNS)
    for line in lines:
        times = (line.loan.checked_out_at, line.loan.due_at, line.loan.ended_by(now))
        yield _row(
            (
                line.title,
                "; ".join(line.authors),
                line.owner_name,
                str(line.copy_number),
                borrower(line),
                *("" if time is None else time.isoformat(timespec="seconds") for time in times),
                line.state(now),
                line.passed_by,
                "covered" if line.is_covered else "",
                line.loan.id,
                line.loan.copy_id,
            )
        )


def borrower(line: LogLine) -> str:
    """Who has or had the copy, as far as a name is known; the owner, when they read it themselves."""
    return line.owner_name if line.loan.to_owner else line.loan.borrower_name


def _row(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell for cell in cells)
    return line.getvalue()
