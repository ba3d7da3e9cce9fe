"""The loan log in a terminal."""

import csv
import io
import json
from pathlib import Path

import pytest

from lending.adapters.sql.columns import EPOCH
from lending.circulation.events import EventKind, Purpose
from lending.services.passes import ClaimRequest
from tests.cli.conftest import Terminal, a_book


@pytest.fixture
def lent(terminal: Terminal, tmp_path: Path) -> Terminal:
    """Where Ana had a book and returned it, and Bo has another."""
    for title, friend, returned in (("Alpha", "=Ana", True), ("Beta", "Bo", False)):
        copy_id = terminal.add_book(a_book(tmp_path / f"{title}.epub", title))
        token = terminal.do("lend", copy_id, "--to", friend).splitlines()[0].partition("#")[2]
        with terminal.services() as services:
            loan = services.lending.claim(token, ClaimRequest(ticket=friend), "").reading_pass.loan
            if returned:
                services.lending.check_in(loan.id, "", "")
    return terminal


def test_the_newest_loan_comes_first(lent: Terminal) -> None:
    heading, beta, alpha, _, count = lent.do("log", "--names", "audit").splitlines()
    assert heading.split() == ["lent", "due", "came", "back", "state", "by", "to", "book"]
    assert beta.split()[-5:] == ["out", "Maria", "Sol", "Bo", "Beta"]
    assert alpha.split()[-5:] == ["returned", "Maria", "Sol", "=Ana", "Alpha"]
    assert count == "2 loans."


@pytest.mark.parametrize(
    ("options", "books"),
    [
        (("--book", "alph"), ["Alpha"]),
        (("--borrower", "bo", "--names", "reader-asked"), ["Beta"]),
        (("--long", "1"), []),
        (("--copy", "nowhere"), []),
        (("--owner", "nobody"), []),
        (("--state", "returned"), ["Alpha"]),
        (("--since", "2000-01-01"), ["Beta", "Alpha"]),
        (("--until", "2000-01-01"), []),
    ],
)
def test_the_log_can_be_narrowed(lent: Terminal, options: tuple[str, ...], books: list[str]) -> None:
    rows = csv.DictReader(io.StringIO(lent.do("log", "--csv", *options)))
    assert [row["title"] for row in rows] == books


def test_today_is_part_of_until_today(lent: Terminal) -> None:
    with lent.services() as services:
        today = f"{services.audit.clock.now():%Y-%m-%d}"
    assert "2 loans." in lent.do("log", "--since", today, "--until", today)


def test_no_cell_of_the_csv_is_a_formula(lent: Terminal) -> None:
    rows = csv.DictReader(io.StringIO(lent.do("log", "--csv", "--names", "audit")))
    assert [row["borrower"] for row in rows] == ["Bo", "'=Ana"]


def test_readers_names_are_covered_unless_it_is_said_what_for_and_that_is_recorded(lent: Terminal) -> None:
    for command in (("log",), ("log", "--csv"), ("log", "export", "--format", "jsonl")):
        assert "Bo" not in lent.do(*command)
    for search in ("--borrower", "--passed-by"):
        refused = lent.type("log", search, "bo")
        assert (refused.exit_code, "names are covered" in refused.output) == (2, True)
    assert "Bo" in lent.do("log", "--names", "law")
    assert "Bo" not in lent.do("log")
    with lent.services() as services, services.audit.library.read() as desk:
        (shown,) = desk.log.names_shown_to(None, EPOCH)
    assert (shown.kind, shown.reason) == (EventKind.IDENTITY_SHOWN, Purpose.LAW)
    assert "are as they were entered" in lent.do("log", "verify")


def test_the_log_is_exported_for_spreadsheets_and_for_programs(lent: Terminal) -> None:
    assert lent.do("log", "export") == lent.do("log", "export", "--format", "csv") == lent.do("log", "--csv")
    lines = lent.do("log", "export", "--format", "jsonl").splitlines()
    assert [json.loads(line)["title"] for line in lines] == ["Beta", "Alpha"]
    narrowed = lent.do(
        "log", "--state", "returned", "--names", "audit", "export", "--format", "jsonl"
    ).splitlines()
    assert [json.loads(line)["borrower"] for line in narrowed] == ["=Ana"]


def test_reports_on_the_use_of_books_are_exported_as_tables(lent: Terminal) -> None:
    with lent.services() as services:
        latest = services.usage.latest()
    for report in ("PR", "PR_P1", "TR", "TR_B1", "TR_B2", "TR_B3"):
        table = lent.do("log", "export", "--format", f"counter-{report.lower()}")
        assert f"Report_ID\t{report}" in table
        assert f"Begin_Date={latest.begin_date}; End_Date={latest.end_date}" in table
        assert "3030: No Usage Available" in table
        assert "Ana" not in table
    past = lent.do("log", "export", "--format", "counter-tr", "--end", "2024-02")
    assert "Begin_Date=2024-02-01; End_Date=2024-02-29" in past
    assert (
        f"3032: Usage No Longer Available for Requested Dates (usage is available from {latest.first}" in past
    )


def test_of_the_present_month_there_is_no_report(lent: Terminal) -> None:
    with lent.services() as services:
        present = str(services.usage.latest().last.after)
    refused = lent.type("log", "export", "--format", "counter-tr", "--begin", present, "--end", present)
    assert (refused.exit_code, "is in a month that is not over" in refused.stderr) == (1, True)


def test_a_period_that_is_none_is_explained(lent: Terminal) -> None:
    for months in (("--begin", "spring"), ("--begin", "2026-02", "--end", "2026-01")):
        result = lent.type("log", "export", "--format", "counter-tr", *months)
        assert result.exit_code == 2
        assert "2026-0" in result.stderr
