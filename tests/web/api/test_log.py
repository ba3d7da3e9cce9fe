"""The librarian's log, its export and the record."""

import csv
import io
import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web import books
from tests.web.api.asking import add, lend, show_names
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


def rows_of(answer: TestResponse) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_log_tells_who_lent_what_to_whom(librarian: FlaskClient, history: list[str]) -> None:
    show_names(librarian)
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
    show_names(librarian)
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
    show_names(librarian)
    answer = librarian.get(f"{LOANS}.csv")
    assert answer.data.startswith(b"\xef\xbb\xbftitle,"), "a spreadsheet sees that it is UTF-8"
    rows = rows_of(answer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="loans.csv"'
    assert [row["title"] for row in rows] == ["Cows", "Bees", "Ants"]
    assert [row["borrower"] for row in rows] == ["'=HYPERLINK(1)", "Noa", "Mia"]
    assert rows[-1]["ended_at"] == "2026-03-01T12:00:00+00:00"
    ids = [(one["id"], one["copy_id"]) for one in librarian.get(LOANS).json["loans"]]
    assert [(row["loan_id"], row["copy_id"]) for row in rows] == ids


@pytest.mark.usefixtures("history")
def test_all_exports_say_when_a_loan_ended_that_is_past_due(librarian: FlaskClient, clock: HandClock) -> None:
    clock.forward(timedelta(days=2))
    listed = librarian.get(LOANS).json["loans"]
    assert listed[0]["state"] == "expired"
    assert [one["ended_at"] for one in listed[:2]] == [one["due_at"] for one in listed[:2]]
    lines = librarian.get(f"{LOANS}.jsonl").text.splitlines()
    assert [json.loads(line)["ended_at"] for line in lines] == [one["ended_at"] for one in listed]
    rows = rows_of(librarian.get(f"{LOANS}.csv"))
    assert [row["ended_at"].replace("+00:00", "Z") for row in rows] == [one["ended_at"] for one in listed]


def test_owners_own_reading_can_be_left_out(owner: FlaskClient, librarian: FlaskClient) -> None:
    copy_id = add(owner, books.epub("Ants"))
    assert owner.post(f"/api/v1/copies/{copy_id}/reading").status_code == 200
    assert titles(librarian, "state=out") == ["Ants"]
    assert titles(librarian, "state=out&friends=true") == []
    assert rows_of(librarian.get(f"{LOANS}.csv?friends=1")) == []


@pytest.mark.usefixtures("history")
def test_the_export_for_programs_says_what_the_list_says_line_by_line(librarian: FlaskClient) -> None:
    answer = librarian.get(f"{LOANS}.jsonl?state=out")
    assert answer.headers["Content-Type"] == "application/jsonl"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="loans.jsonl"'
    assert [json.loads(line)["title"] for line in answer.text.splitlines()] == ["Cows"]
    whole = [json.loads(line) for line in librarian.get(f"{LOANS}.jsonl").text.splitlines()]
    assert whole == librarian.get(LOANS).json["loans"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_title_is_a_formula_to_a_spreadsheet(
    app: Flask, owner: FlaskClient, librarian: FlaskClient, start: str
) -> None:
    copy_id = add(owner, books.epub())
    owner.patch(f"/api/v1/copies/{copy_id}", json={"title": f"{start}1+1"})
    Browser(app).borrow(lend(owner, copy_id))
    (row,) = rows_of(librarian.get(f"{LOANS}.csv"))
    assert row["title"] == f"'{start}1+1"


@pytest.mark.usefixtures("history")
def test_the_export_is_filtered_like_the_log(librarian: FlaskClient) -> None:
    rows = rows_of(librarian.get(f"{LOANS}.csv?state=returned"))
    assert [row["title"] for row in rows] == ["Ants"]


def test_the_record_tells_what_happened_to_a_copy(librarian: FlaskClient, history: list[str]) -> None:
    answer = librarian.get(f"/api/v1/events?copy={history[0]}").json
    kinds = [event["kind"] for event in answer["events"]]
    assert kinds == ["returned", "checked-out", "link-made", "title-added"]
    assert answer["before"] is None
    newest = answer["events"][0]
    assert (newest["borrower"], newest["covered"], newest["by"]) == ("", True, None)


@pytest.mark.usefixtures("history")
def test_readers_names_are_covered_until_it_is_said_what_they_are_shown_for(librarian: FlaskClient) -> None:
    for address in (LOANS, f"{LOANS}.csv", f"{LOANS}.jsonl", "/api/v1/events"):
        assert "Mia" not in librarian.get(address).text
        refused = librarian.get(f"{address}?borrower=mia")
        if "events" not in address:
            assert (refused.status_code, refused.json["code"]) == (403, "names-covered")
    ants = librarian.get(LOANS).json["loans"][-1]
    assert (ants["borrower"], ants["covered"]) == ("", True)
    show_names(librarian, "reader-asked", ants["id"])
    loans = librarian.get(LOANS).json["loans"]
    assert [(one["borrower"], one["covered"]) for one in loans] == [("", True), ("", True), ("Mia", False)]
    newest = librarian.get("/api/v1/events").json["events"][0]
    assert (newest["kind"], newest["reason"], newest["by_name"], newest["loan_id"]) == (
        "identity-shown",
        "reader-asked",
        "Libro",
        ants["id"],
    )


def test_the_owner_is_told_who_looked_and_sees_their_own_readers_names(
    owner: FlaskClient, librarian: FlaskClient, history: list[str]
) -> None:
    show_names(librarian, "misuse", librarian.get(LOANS).json["loans"][-1]["id"])
    events = owner.get(f"/api/v1/copies/{history[0]}/events").json["events"]
    assert [(one["kind"], one["by_name"], one["borrower"]) for one in events[:2]] == [
        ("identity-shown", "Libro", "Mia"),
        ("returned", "", "Mia"),
    ]


@pytest.mark.parametrize("asked", [{}, {"purpose": "curiosity"}, {"purpose": "law", "loan": "../x"}])
def test_names_are_shown_for_a_purpose_that_the_record_knows(
    librarian: FlaskClient, asked: dict[str, str]
) -> None:
    assert librarian.post("/api/v1/log/names", json=asked).status_code == 422


def test_the_record_goes_on_below_a_number(librarian: FlaskClient, history: list[str]) -> None:
    numbers = [event["number"] for event in librarian.get("/api/v1/events").json["events"]]
    below = librarian.get(f"/api/v1/events?before={numbers[2]}").json["events"]
    assert numbers == sorted(numbers, reverse=True)
    assert [event["number"] for event in below] == numbers[3:]


def test_the_record_tells_that_somebody_was_turned_away_and_why_but_not_who(
    app: Flask, owner: FlaskClient, librarian: FlaskClient
) -> None:
    copy_id = add(owner, books.epub())
    token = lend(owner, copy_id, for_whom="Mia")
    Browser(app).borrow(token)
    stranger = Browser(app)
    assert stranger.look(token).status_code == 200
    assert stranger.claim(token, "Noa").json["code"] == "link-used"
    event = librarian.get("/api/v1/events").json["events"][0]
    assert (event["kind"], event["reason"], event["copy_id"]) == ("turned-away", "no-license", copy_id)
    assert (event["borrower"], event["by"], event["loan_id"]) == ("", None, None)
    for language, words in (("en", "the link lends nothing any more"), ("es", "el enlace ya no presta nada")):
        assert words in librarian.get("/log/record", headers={"Accept-Language": language}).text
    assert "Somebody was turned away" in owner.get(f"/books/{copy_id}").text


def test_an_owners_own_reading_stands_in_the_log_under_their_name(
    owner: FlaskClient, librarian: FlaskClient
) -> None:
    owner.post(f"/api/v1/copies/{add(owner, books.epub())}/reading")
    (loan,) = librarian.get(LOANS).json["loans"]
    assert (loan["to_owner"], loan["borrower"], loan["due_at"]) == (True, "Ana", None)
