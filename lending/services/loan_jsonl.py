"""The loan log as JSON Lines (https://jsonlines.org), for programs."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from lending.ports.records import LogLine
from lending.services.loan_csv import borrower


def as_jsonl(lines: Iterable[LogLine], now: datetime) -> Iterator[str]:
    """One object to a line. It says what the API's list of loans says, in the same words."""
    for line in lines:
        yield json.dumps(_told(line, now), ensure_ascii=False) + "\n"


def _told(line: LogLine, now: datetime) -> dict[str, object]:
    loan = line.loan
    return {
        "id": loan.id,
        "copy_id": loan.copy_id,
        "title": line.title,
        "authors": line.authors,
        "owner": line.owner_name,
        "copy_number": line.copy_number,
        "borrower": borrower(line),
        "covered": line.is_covered,
        "passed_from": loan.passed_from,
        "to_owner": loan.to_owner,
        "checked_out_at": _moment(loan.checked_out_at),
        "due_at": _moment(loan.due_at),
        "ended_at": _moment(loan.ended_by(now)),
        "state": line.state(now).value,
    }


def _moment(when: datetime | None) -> str | None:
    return None if when is None else when.isoformat().replace("+00:00", "Z")
