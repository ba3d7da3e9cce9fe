"""The loan log in a terminal."""

import csv
import io
from pathlib import Path

import pytest

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
    heading, beta, alpha, _, count = lent.do("log").splitlines()
    assert heading.split() == ["lent", "due", "came", "back", "state", "by", "to", "book"]
    assert beta.split()[-5:] == ["out", "Maria", "Sol", "Bo", "Beta"]
    assert alpha.split()[-5:] == ["returned", "Maria", "Sol", "=Ana", "Alpha"]
    assert count == "2 loans."


@pytest.mark.parametrize(
    ("options", "books"),
    [
        (("--book", "alph"), ["Alpha"]),
        (("--borrower", "bo"), ["Beta"]),
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
    rows = csv.DictReader(io.StringIO(lent.do("log", "--csv")))
    assert [row["borrower"] for row in rows] == ["Bo", "'=Ana"]
