"""The librarian's log, its export and the record."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

LOANS = "/api/v1/loans"


@pytest.fixture
def history(app: Flask, owner: FlaskClient, clock: HandClock) -> list[str]:
    """Three loans, a day apart: one returned, one expired, one out. Their copies' ids."""
    copies = []
    for title, name in (("Ants", "Mia"), ("Bees", "Noa"), ("Cows", "=HYPERLINK(1)")):
        copies.append(add(owner, books.epub(title)))
        browser = Browser(app)
        loan_id = browser.borrow(lend(owner, copies[-1], loan_seconds=90_000), name)
        if title == "Ants":
            browser.post_proven(f"{LOANS}/{loan_id}/return")
        clock.forward(timedelta(days=1))
    return copies


def titles(librarian: FlaskClient, query: str) -> list[str]:
    answer = librarian.get(LOANS, query_string=query)
    assert answer.status_code == 200, answer.text
    return [loan["title"] for loan in answer.json["loans"]]


def test_the_log_tells_who_lent_what_to_whom(librarian: FlaskClient, history: list[str]) -> None:
    loans = librarian.get(LOANS).json["loans"]
    assert [loan["title"] for loan in loans] == ["Cows", "Bees", "Ants"]
    assert [loan["state"] for loan in loans] == ["out", "expired", "returned"]
    ants = loans[-1]
    assert (ants["owner"], ants["borrower"], ants["copy_id"]) == ("Ana", "Mia", history[0])
    assert (ants["checked_out_at"], ants["ended_at"]) == ("2026-03-01T12:00:00Z",) * 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("book=bee", ["Bees"]),
        ("owner=ana", ["Cows", "Bees", "Ants"]),
        ("borrower=mia", ["Ants"]),
        ("state=returned", ["Ants"]),
        ("state=expired", ["Bees"]),
        ("state=out", ["Cows"]),
        ("since=2026-03-02T12:00:00Z", ["Cows", "Bees"]),
        ("until=2026-03-02T12:00:00%2B00:00", ["Ants"]),
        ("book=bee&borrower=mia", []),
    ],
)
@pytest.mark.usefixtures("history")
def test_the_log_is_filtered(librarian: FlaskClient, query: str, found: list[str]) -> None:
    assert titles(librarian, query) == found


@pytest.mark.usefixtures("history")
def test_the_log_is_paged(librarian: FlaskClient) -> None:
    first = librarian.get(f"{LOANS}?limit=2").json
    second = librarian.get(f"{LOANS}?limit=2&after={first['after']}").json
    assert [loan["title"] for loan in first["loans"] + second["loans"]] == ["Cows", "Bees", "Ants"]
    assert second["after"] == ""


@pytest.mark.parametrize(
    "query",
    ["state=lost", "since=yesterday", "since=2026-01-01T00:00:00", "until=1040", "after=1", "limit=0"],
)
def test_a_filter_that_makes_no_sense_is_refused(librarian: FlaskClient, query: str) -> None:
    assert librarian.get(f"{LOANS}?{query}").json["code"] == "unacceptable-input"


@pytest.mark.usefixtures("history")
def test_the_export_has_every_line_and_no_formula(librarian: FlaskClient) -> None:
    answer = librarian.get(f"{LOANS}.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="loans.csv"'
    assert [row["title"] for row in rows] == ["Cows", "Bees", "Ants"]
    assert [row["borrower"] for row in rows] == ["'=HYPERLINK(1)", "Noa", "Mia"]
    assert rows[-1]["ended_at"] == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_title_is_a_formula_to_a_spreadsheet(
    app: Flask, owner: FlaskClient, librarian: FlaskClient, start: str
) -> None:
    copy_id = add(owner, books.epub())
    owner.patch(f"/api/v1/copies/{copy_id}", json={"title": f"{start}1+1"})
    Browser(app).borrow(lend(owner, copy_id))
    (row,) = csv.DictReader(io.StringIO(librarian.get(f"{LOANS}.csv").text))
    assert row["title"] == f"'{start}1+1"


@pytest.mark.usefixtures("history")
def test_the_export_is_filtered_like_the_log(librarian: FlaskClient) -> None:
    text = librarian.get(f"{LOANS}.csv?state=returned").text
    assert [row["title"] for row in csv.DictReader(io.StringIO(text))] == ["Ants"]


def test_the_record_tells_what_happened_to_a_copy(librarian: FlaskClient, history: list[str]) -> None:
    answer = librarian.get(f"/api/v1/events?copy={history[0]}").json
    kinds = [event["kind"] for event in answer["events"]]
    assert kinds == ["returned", "checked-out", "link-made", "title-added"]
    assert answer["before"] is None
    assert (answer["events"][0]["borrower"], answer["events"][0]["by"]) == ("Mia", None)


def test_the_record_goes_on_below_a_number(librarian: FlaskClient, history: list[str]) -> None:
    numbers = [event["number"] for event in librarian.get("/api/v1/events").json["events"]]
    below = librarian.get(f"/api/v1/events?before={numbers[2]}").json["events"]
    assert numbers == sorted(numbers, reverse=True)
    assert [event["number"] for event in below] == numbers[3:]


def test_an_owners_own_reading_stands_in_the_log_under_their_name(
    owner: FlaskClient, librarian: FlaskClient
) -> None:
    owner.post(f"/api/v1/copies/{add(owner, books.epub())}/reading")
    (loan,) = librarian.get(LOANS).json["loans"]
    assert (loan["to_owner"], loan["borrower"], loan["due_at"]) == (True, "Ana", None)
