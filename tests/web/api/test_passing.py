"""A borrower passes the book on, over HTTP: the link, the friend, and what each of them is told."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree

from tests.web import books
from tests.web.api.asking import add, lend, show_names
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

DUE = "2026-03-15T12:00:00Z"


@pytest.fixture
def copy_id(owner: FlaskClient) -> str:
    rules = owner.get("/api/v1/account/loan-rules").json
    del rules["chosen_for"]
    owner.put("/api/v1/account/loan-rules", json=rules | {"passing_on": True})
    return add(owner, books.epub("Walden"))


@pytest.fixture
def bens(owner: FlaskClient, browser: Browser, copy_id: str) -> str:
    """The address of a loan of Ben's, who may pass it on."""
    return f"/api/v1/loans/{browser.borrow(lend(owner, copy_id), 'Ben')}"


@pytest.fixture
def cleo(app: Flask) -> Browser:
    return Browser(app)


def offered(browser: Browser, loan: str, **said: str) -> str:
    """The token of the link by which a loan is passed on."""
    browser.nonce = browser.client.get(f"{loan}/onward").headers["DPoP-Nonce"]
    answer = browser.post_proven(f"{loan}/onward", **said)
    assert answer.status_code == 201, answer.text
    token: str = answer.json["token"]
    return token


def test_a_friend_takes_the_book_over_and_the_first_reader_is_told_who_has_it(
    owner: FlaskClient, browser: Browser, cleo: Browser, bens: str, copy_id: str, clock: HandClock
) -> None:
    clock.forward(timedelta(minutes=5))
    token = offered(browser, bens, note="You'll love it")
    offer = cleo.look(token).json
    assert (offer["kind"], offer["passed_by"], offer["lender"]) == ("pass-on", "Ben", "Ana")
    assert (offer["due_at"], offer["loan_seconds"]) == (DUE, 14 * 86_400 - 300)
    loan = cleo.claim(token, "Cleo").json["loan"]
    assert loan["due_at"] == DUE
    assert cleo.claim(token, "Cleo").json["loan"] == loan, "an answer that got lost is asked for again"
    refused = browser.client.get(f"{bens}/status")
    assert (refused.status_code, refused.json["code"]) == (410, "loan-ended")
    assert (refused.json["because"], refused.json["to"]) == ("passed-on", "Cleo")
    assert refused.json["title"] == "You have passed the book on to Cleo"
    page = browser.client.get(bens.replace("/api/v1/loans", "/read"))
    assert page.status_code == 410
    assert "You have passed the book on to Cleo" in page.text
    shown = owner.get(f"/api/v1/copies/{copy_id}").json
    assert (shown["loan"]["borrower"], shown["loan"]["passed_by"], shown["link"]) == ("Cleo", ["Ben"], None)


def test_nothing_that_the_first_reader_sends_again_is_answered(
    browser: Browser, cleo: Browser, bens: str
) -> None:
    token = offered(browser, bens)
    again = {"proof": browser.proof(f"{bens}/return")}
    cleo.borrow(token)
    for path in ("manifest", "r/OPS/c1.xhtml", "status", "onward", "renewal", "marks"):
        assert browser.client.get(f"{bens}/{path}").json["code"] == "loan-ended", path
    assert browser.client.post(f"{bens}/return", json=again).json["code"] == "loan-ended"
    for path in ("pass", "onward", "carriage"):
        assert browser.post_proven(f"{bens}/{path}").json["code"] == "loan-ended", path
    assert browser.client.delete(f"{bens}/onward").json["code"] == "loan-ended"
    assert browser.post_proven(f"{bens}/take-home").status_code == 200, "but their marks are theirs"


def test_the_link_wants_the_loans_key_each_time(browser: Browser, cleo: Browser, bens: str) -> None:
    assert browser.client.post(f"{bens}/onward", json={}).json["code"] == "proof-invalid"
    assert browser.client.get(f"{bens}/onward").json == {"allowed": True, "offer": None}
    token = offered(browser, bens, for_whom="Cleo")
    stands = browser.client.get(f"{bens}/onward").json
    assert (stands["offer"]["for_whom"], stands["offer"]["claim_by"]) == ("Cleo", "2026-03-08T12:00:00Z")
    assert token not in str(stands)
    assert browser.client.post(f"{bens}/onward/link", json={}).json["code"] == "proof-invalid"
    again = browser.post_proven(f"{bens}/onward/link").json
    assert (again["token"], again["url"]) == (token, f"http://localhost/b#{token}")
    assert etree.fromstring(again["qr"]).tag == "{http://www.w3.org/2000/svg}svg"
    assert browser.post_proven(f"{bens}/onward").json["code"] == "link-already-out"
    assert browser.client.delete(f"{bens}/onward").status_code == 204
    assert browser.post_proven(f"{bens}/onward/link").json["code"] == "not-found"
    refused = cleo.look(token)
    assert (refused.status_code, refused.json["code"]) == (410, "not-passed-on")
    assert refused.json["remedy"] == "Ask Ben about it."


def test_who_offers_it_can_not_take_it(browser: Browser, bens: str) -> None:
    refused = browser.claim(offered(browser, bens))
    assert (refused.status_code, refused.json["code"]) == (409, "yours-already")


def test_it_is_passed_on_only_where_the_owner_allows_it(
    owner: FlaskClient, browser: Browser, bens: str, copy_id: str
) -> None:
    owner.delete("/api/v1/account/loan-rules")
    assert browser.client.get(f"{bens}/onward").json["allowed"] is False
    refused = browser.post_proven(f"{bens}/onward")
    assert (refused.status_code, refused.json["code"]) == (409, "passing-on-not-allowed")


def test_the_owner_sees_an_offer_cancels_it_and_is_shown_no_link(
    owner: FlaskClient, browser: Browser, cleo: Browser, bens: str, copy_id: str
) -> None:
    token = offered(browser, bens, for_whom="Cleo")
    link = owner.get(f"/api/v1/copies/{copy_id}").json["link"]
    assert (link["kind"], link["for_whom"]) == ("pass-on", "Cleo")
    assert owner.get(f"/api/v1/copies/{copy_id}/link").status_code == 404
    assert owner.delete(f"/api/v1/copies/{copy_id}/link").status_code == 204
    assert cleo.look(token).json["code"] == "not-passed-on"
    assert browser.client.get(f"{bens}/status").status_code == 200, "who has it keeps it"


def test_both_browsers_and_the_log_know_from_whom_it_came(
    app: Flask,
    owner: FlaskClient,
    librarian: FlaskClient,
    browser: Browser,
    bens: str,
    copy_id: str,
    clock: HandClock,
) -> None:
    cleo = Browser(app)
    clock.forward(timedelta(seconds=1))
    loan_id = cleo.borrow(offered(browser, bens), "Cleo")
    assert browser.client.get("/api/v1/borrowed").json["loans"] == []
    (shown,) = cleo.client.get("/api/v1/borrowed").json["loans"]
    assert (shown["lender"], shown["passed_by"]) == ("Ana", "Ben")
    show_names(librarian)
    first, second = librarian.get("/api/v1/loans").json["loans"]
    assert (first["id"], first["passed_from"], first["state"]) == (loan_id, second["id"], "out")
    assert (second["borrower"], second["state"]) == ("Ben", "passed-on")
    assert [one["id"] for one in librarian.get("/api/v1/loans?state=passed-on").json["loans"]] == [
        second["id"]
    ]
    rows = list(csv.DictReader(io.StringIO(librarian.get("/api/v1/loans.csv").data.decode("utf-8-sig"))))
    assert [(row["borrower"], row["state"], row["passed_by"]) for row in rows] == [
        ("Cleo", "out", "Ben"),
        ("Ben", "passed-on", ""),
    ]
    events = owner.get(f"/api/v1/copies/{copy_id}/events").json["events"]
    assert [(one["kind"], one["borrower"], one["passed_to"]) for one in events[:3]] == [
        ("identity-shown", "", ""),
        ("checked-out", "Cleo", ""),
        ("passed-on", "Ben", "Cleo"),
    ]


def test_what_was_passed_on_is_asked_back_from_who_has_it(
    owner: FlaskClient, browser: Browser, cleo: Browser, bens: str, copy_id: str
) -> None:
    loan_id = cleo.borrow(offered(browser, bens), "Cleo")
    recalled = owner.post(f"/api/v1/copies/{copy_id}/recall").json
    assert (recalled["borrower"], recalled["passed_by"]) == ("Cleo", ["Ben"])
    assert cleo.client.get(f"/api/v1/loans/{loan_id}/status").json["recalled"]
    assert cleo.post_proven(f"/api/v1/loans/{loan_id}/onward").json["code"] == "loan-recalled"
