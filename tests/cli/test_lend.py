"""Lend links from the command line."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Terminal


@pytest.fixture
def copy_id(terminal: Terminal, book: Path) -> str:
    return terminal.add_book(book)


def test_a_link_is_printed_with_the_day_until_which_it_waits(terminal: Terminal, copy_id: str) -> None:
    link, waits = terminal.do(
        "lend", copy_id, "--days", 3, "--to", "Clara", "--note", "Read it!"
    ).splitlines()
    address, _, token = link.partition("#")
    assert address == "http://127.0.0.1:8080/b"
    with terminal.services() as services:
        seen = services.lending.look(token)
    assert (seen.link.loan_period, seen.link.for_whom, seen.link.note) == (
        timedelta(days=3),
        "Clara",
        "Read it!",
    )
    assert f"{seen.link.claim_by:%Y-%m-%d %H:%M} UTC" in waits


@pytest.mark.parametrize(
    ("options", "period"), [((), timedelta(days=14)), (("--hours", "36"), timedelta(hours=36))]
)
def test_a_loan_lasts_as_long_as_is_said(
    terminal: Terminal, copy_id: str, options: tuple[str, ...], period: timedelta
) -> None:
    token = terminal.do("lend", copy_id, *options).splitlines()[0].partition("#")[2]
    with terminal.services() as services:
        assert services.lending.look(token).link.loan_period == period


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"LENDING_BASE_URL": "https://books.example.org/"}, "https://books.example.org/b#"),
        ({"LENDING_BIND": "0.0.0.0:9000"}, "http://127.0.0.1:9000/b#"),
        ({"LENDING_BIND": "[::]:9000"}, "http://[::1]:9000/b#"),
    ],
)
def test_the_link_leads_where_people_find_the_library(
    terminal: Terminal, copy_id: str, settings: dict[str, str], address: str
) -> None:
    assert terminal.type("lend", copy_id, **settings).stdout.startswith(address)


def test_days_and_hours_are_not_said_together(terminal: Terminal, copy_id: str) -> None:
    result = terminal.type("lend", copy_id, "--days", 1, "--hours", 1)
    assert result.exit_code == 2
    assert "not both" in result.stderr


def test_a_second_link_and_an_endless_loan_are_refused_in_words(terminal: Terminal, copy_id: str) -> None:
    assert "That is no time to lend a book" in terminal.refused("lend", copy_id, "--days", 99_999)
    terminal.do("lend", copy_id)
    assert "A link is out already" in terminal.refused("lend", copy_id)


def test_a_copy_that_is_not_there_is_told_in_words(terminal: Terminal) -> None:
    assert "There is no copy nonsense" in terminal.refused("lend", "nonsense")
