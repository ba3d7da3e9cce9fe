"""How SQLite finds pages of the log and figures of the overview: by an index, never through a whole table.

(With so few rows PostgreSQL reads tables whole, and rightly so; `benchmarks/log_pages.py` fills one.)
"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from lending.adapters.sql.library import SqlLibrary
from lending.circulation.events import Purpose
from lending.ports.records import LoanState, LogQuery
from lending.services.actors import Actor
from lending.services.audit import Audit
from lending.services.identities import Identities
from lending.services.overview import Overviewing
from lending.services.unusual import UnusualLoans
from tests.services.fakes import NOON, FakeClock
from tests.services.making import LIBRARIAN, an_account

LIB = Actor(an_account("", "Lib", LIBRARIAN))
SMALL = {"tally", "survey", "log_head", "anon_1", "found"}
"""One row each, or what another part of the same query has found."""


@pytest.fixture
def plans(sqlite_library: SqlLibrary) -> list[str]:
    """What SQLite says of each query of the library from now on."""
    told: list[str] = []

    @event.listens_for(sqlite_library.engine, "before_cursor_execute")
    def explain(_connection: Any, cursor: Any, statement: str, given: Any, *_: object) -> None:
        if statement.startswith("SELECT"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()
            told.extend(row[3] for row in rows)

    return told


def whole_tables(plans: list[str]) -> list[str]:
    scans = (plan.split() for plan in plans if plan.startswith("SCAN") and " USING " not in plan)
    return [words[1] for words in scans if words[1] not in SMALL and not words[1].startswith("(subquery")]


@pytest.mark.parametrize(
    "query",
    [
        LogQuery(),
        LogQuery(copy_id="copy"),
        LogQuery(loan_id="loan"),
        LogQuery(since=NOON, until=NOON),
        LogQuery(state=LoanState.OUT),
        LogQuery(state=LoanState.RETURNED),
        LogQuery(state=LoanState.PASSED_ON),
        LogQuery(state=LoanState.EXPIRED),
        LogQuery(book="x"),
        LogQuery(owner="x", borrower="y"),
        LogQuery(passed_by="x"),
        LogQuery(longer_than=timedelta(days=9)),
        LogQuery(book="x", state=LoanState.RETURNED, after=f"{9 * 10**12}-loan"),
    ],
)
def test_a_page_of_the_log_reads_no_table_whole(
    sqlite_library: SqlLibrary, plans: list[str], query: LogQuery
) -> None:
    Identities(sqlite_library, FakeClock()).show(LIB, Purpose.AUDIT)
    Audit(sqlite_library, FakeClock()).loans(LIB, query)
    assert plans
    assert whole_tables(plans) == []


def test_the_overview_reads_no_table_whole(sqlite_library: SqlLibrary, plans: list[str]) -> None:
    Overviewing(sqlite_library, FakeClock()).look(LIB)
    assert plans
    assert whole_tables(plans) == []


@pytest.mark.parametrize("before", [0, 7])
def test_unusual_loans_are_found_by_indexes_of_their_own(
    sqlite_library: SqlLibrary, plans: list[str], before: int
) -> None:
    UnusualLoans(sqlite_library, FakeClock()).page(LIB, before)
    with sqlite_library.read() as desk:
        desk.signs.of_loans(["loan"])
        desk.signs.loans(["loan"])
    for index in ("signs_by_number", "signs_by_loan_id", "turn_aways_by_link_id"):
        assert any(f" {index}" in plan for plan in plans), index
    assert whole_tables(plans) == []


def test_what_is_superseded_is_found_in_the_order_of_signing(
    sqlite_library: SqlLibrary, plans: list[str]
) -> None:
    with sqlite_library.read() as desk:
        desk.ledger.superseded(NOON, timedelta(hours=1), 9)
    assert whole_tables(plans) == []
    assert len([plan for plan in plans if " checkpoint_by_signed_at " in plan]) == 3
