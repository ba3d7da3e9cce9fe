"""Nothing of a loan is answered after its end: whatever was answered before is asked again, as it was.

The houses of the tests (`tests/web/conftest.py`, `tests/browser/conftest.py`) note each request to a loan's
addresses that got a good answer, with its cookies, headers and body. When a test is over, the loans that it
left open are let run out, and each request is sent once more. It has to be refused by name, with nothing of
the book in the answer, and the loan's row has to be as it was. `ANSWERED_STILL` names the exceptions.

Whether a loan has ended is read from its row, and not asked of the program, which might be wrong about it.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

OF_A_LOAN = re.compile(r"/(?:api/v1/loans|read)/([a-z2-7]{26})(?:/|\?|$)")
"""The addresses that are a loan's, and where its id stands in them."""

MARKS = frozenset({"application/ld+json", "text/markdown"})
ANSWERED_STILL: Mapping[tuple[str, str], tuple[frozenset[str], str]] = {
    ("POST", "take-home"): (MARKS, "what a reader wrote is theirs, for 30 days after the loan"),
}
"""What may be answered after a loan's end: method, last word of the address; with what files, and why."""

REFUSED_AS = frozenset({"loan-ended", "not-your-loan", "not-signed-in", "proof-invalid"})
"""The loan is over, or was carried away before that; who read it has signed out; a proof was used before."""

_OF_THE_CONNECTION = frozenset({"content-length", "connection", "accept-encoding"})


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked of a loan. `target` is the address after the host, with its query."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def headers_again(self) -> dict[str, str]:
        """The headers that are sent again as they were; the others are those of the connection."""
        return {name: value for name, value in self.headers if name.lower() not in _OF_THE_CONNECTION}

    @property
    def loan_id(self) -> str:
        """The loan that it asks of."""
        found = OF_A_LOAN.match(self.target)
        assert found is not None, self.target
        return found[1]

    @property
    def may_be_answered_with(self) -> frozenset[str]:
        """The media types that an exception lets it be answered with; nearly no request has one."""
        deed = self.method, urlsplit(self.target).path.rpartition("/")[2]
        return ANSWERED_STILL[deed][0] if deed in ANSWERED_STILL else frozenset()

    @property
    def _who(self) -> str:
        return ";".join(value for name, value in self.headers if name.lower() in ("cookie", "authorization"))

    @property
    def name(self) -> tuple[str, str, str]:
        """What makes it another request than others: how, where, by whom."""
        return self.method, self.target, self._who


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `media_type` is without parameters."""

    status: int
    media_type: str
    body: bytes


@dataclass
class Memory:
    """The requests that were answered, each once: with the newest headers and body."""

    requests: dict[tuple[str, str, str], Request] = field(default_factory=dict)

    def is_worth_noting(self, target: str, status: int) -> bool:
        """Whether a request to that address got a good answer about a loan."""
        return OF_A_LOAN.match(target) is not None and 200 <= status < 300

    def note(self, request: Request) -> None:
        """Remember a request."""
        self.requests[request.name] = request

    @property
    def loan_ids(self) -> set[str]:
        """The loans that were asked of."""
        return {request.loan_id for request in self.requests.values()}


@dataclass(frozen=True, slots=True)
class LoanRows:
    """The rows of loans in an SQLite library, read beside the program."""

    database: Path

    def let_run_out(self, loan_ids: Iterable[str], now: datetime) -> None:
        """Let the due date of borrowers' open loans be now."""
        with closing(sqlite3.connect(self.database, timeout=20)) as rows, rows:
            for loan_id in loan_ids:
                rows.execute(
                    "UPDATE loan SET due_at = ? WHERE id = ? AND ended_at IS NULL AND due_at > ?",
                    (_milliseconds(now), loan_id, _milliseconds(now)),
                )

    def of_ended(self, loan_ids: Iterable[str], now: datetime) -> dict[str, dict[str, Any]]:
        """The rows of those that have ended. An end that nobody has written down yet reads as if it were."""
        with closing(sqlite3.connect(self.database, timeout=20)) as rows:
            rows.row_factory = sqlite3.Row
            found = [rows.execute("SELECT * FROM loan WHERE id = ?", (one,)).fetchone() for one in loan_ids]
        loans = [_with_end(dict(row), _milliseconds(now)) for row in found if row is not None]
        return {loan["id"]: loan for loan in loans if loan["ended_at"] is not None}


def replay(memory: Memory, rows: LoanRows, send: Callable[[Request], Answer], now: datetime) -> int:
    """Send again what was asked of loans that have ended at `now`; returns how many requests that were.

    Raises AssertionError for one that is answered, or that changes its loan.
    """
    ended = rows.of_ended(memory.loan_ids, now)
    again = [request for request in memory.requests.values() if request.loan_id in ended]
    answered = [
        f"{one.method} {one.target}: {why}" for one in again if (why := _what_is_wrong(one, send(one)))
    ]
    assert answered == [], f"asked again after the loan's end: {answered}"
    assert rows.of_ended(ended, now) == ended, "a request after its end changed a loan"
    return len(again)


def _what_is_wrong(request: Request, answer: Answer) -> str:
    """Why the answer is no refusal; empty for one that is as it should be."""
    if answer.status == 200 and answer.media_type in request.may_be_answered_with:
        return ""
    if not 400 <= answer.status < 500:
        return f"{answer.status} {answer.media_type}"
    if answer.media_type == "text/html":
        return (
            ""
            if answer.status in (401, 403, 410) and b"reader-config" not in answer.body
            else "a page to read"
        )
    if answer.media_type != "application/problem+json":
        return f"{answer.status} with {answer.media_type}"
    code = json.loads(answer.body).get("code")
    return "" if code in REFUSED_AS else f"{answer.status} {code}"


def _with_end(row: dict[str, Any], now: int) -> dict[str, Any]:
    """The row as it is once the end that its due date brought is written down."""
    if row["ended_at"] is None and row["due_at"] is not None and row["due_at"] <= now:
        return row | {"ended_at": row["due_at"], "end": "expired"}
    return row


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
