"""Owners' loan rules over HTTP: the API, the two forms, and what they do."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser

ACCOUNT = "/api/v1/account/loan-rules"
HOUSE = {
    "loan_seconds": 14 * 86_400,
    "renewals": 2,
    "claim_seconds": 7 * 86_400,
    "recall_notice_seconds": 3 * 86_400,
    "pick_up_seconds": 2 * 86_400,
    "loans_per_borrower": 5,
    "passing_on": False,
}
BRIEF = {
    "loan_seconds": 3600,
    "renewals": 0,
    "claim_seconds": 7200,
    "recall_notice_seconds": 0,
    "pick_up_seconds": 3600,
    "loans_per_borrower": 1,
    "passing_on": True,
}
FORM = {
    "loan_period": "2",
    "loan_period_unit": "hours",
    "renewals": "0",
    "claim_window": "1",
    "claim_window_unit": "days",
    "recall_notice": "0",
    "recall_notice_unit": "days",
    "pick_up_window": "36",
    "pick_up_window_unit": "hours",
    "loans_per_borrower": "3",
}


@pytest.fixture
def copy_id(owner: FlaskClient) -> str:
    return add(owner, books.epub())


def of_copy(copy_id: str) -> str:
    return f"/api/v1/copies/{copy_id}/loan-rules"


def test_rules_are_the_titles_else_the_accounts_else_the_houses(owner: FlaskClient, copy_id: str) -> None:
    assert owner.get(ACCOUNT).json == owner.get(of_copy(copy_id)).json == {**HOUSE, "chosen_for": "house"}
    assert owner.put(ACCOUNT, json=BRIEF).json == {**BRIEF, "chosen_for": "account"}
    assert owner.get(of_copy(copy_id)).json == {**BRIEF, "chosen_for": "account"}
    assert owner.put(of_copy(copy_id), json=HOUSE).json == {**HOUSE, "chosen_for": "title"}
    assert owner.delete(of_copy(copy_id)).status_code == 204
    assert owner.get(of_copy(copy_id)).json == {**BRIEF, "chosen_for": "account"}
    assert owner.delete(ACCOUNT).status_code == 204
    assert owner.get(ACCOUNT).json == {**HOUSE, "chosen_for": "house"}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        BRIEF | {"loan_seconds": 3599},
        BRIEF | {"loan_seconds": 3601},
        BRIEF | {"recall_notice_seconds": 1800},
        BRIEF | {"loan_seconds": 367 * 86_400},
        BRIEF | {"claim_seconds": 0},
        BRIEF | {"renewals": 101},
        BRIEF | {"renewals": -1},
        BRIEF | {"loans_per_borrower": 0},
        BRIEF | {"more": 1},
    ],
)
def test_rules_that_nobody_could_keep_are_refused(owner: FlaskClient, wrong: dict[str, int]) -> None:
    assert owner.put(ACCOUNT, json=wrong).status_code == 422
    assert owner.get(ACCOUNT).json["chosen_for"] == "house"


def test_a_link_is_made_by_the_rules(owner: FlaskClient, copy_id: str) -> None:
    owner.put(ACCOUNT, json=BRIEF)
    made = owner.post(f"/api/v1/copies/{copy_id}/link", json={}).json
    assert made["loan_seconds"] == 3600
    assert made["claim_by"] == "2026-03-01T14:00:00Z"


def test_a_browser_has_no_more_of_an_owners_books_than_the_rules_say(
    app: Flask, owner: FlaskClient, browser: Browser, copy_id: str
) -> None:
    owner.put(ACCOUNT, json=BRIEF)
    first = browser.borrow(lend(owner, copy_id))
    token = lend(owner, add(owner, books.epub("Another")))
    refused = browser.claim(token)
    assert (refused.status_code, refused.json["code"]) == (409, "too-many-loans")
    browser.post_proven(f"/api/v1/loans/{first}/return")
    assert browser.claim(token).status_code == 201
    assert Browser(app).look(token).json["state"] == "used"


def test_the_rules_own_loan_period_stands_chosen_in_the_form(owner: FlaskClient, copy_id: str) -> None:
    owner.put(ACCOUNT, json=BRIEF | {"loan_seconds": 10 * 86_400})
    page = owner.get(f"/books/{copy_id}/lend").text
    assert re.search(r'value="864000" checked', page)
    owner.post(f"/books/{copy_id}/lend", data={"period": "864000", "count": "3", "unit": "weeks"})
    assert owner.get(f"/api/v1/copies/{copy_id}/link").json["loan_seconds"] == 864_000


def test_the_forms_keep_rules_for_all_books_and_for_one(owner: FlaskClient, copy_id: str) -> None:
    assert owner.post("/account/loan-rules", data=FORM).status_code == 303
    assert owner.get(ACCOUNT).json["loan_seconds"] == 7200
    assert owner.get(ACCOUNT).json["recall_notice_seconds"] == 0
    assert not owner.get(ACCOUNT).json["passing_on"]
    page = f"/books/{copy_id}/loan-rules"
    own = FORM | {"whose": "other", "renewals": "7", "passing_on": "on"}
    assert owner.post(page, data=own).status_code == 303
    assert owner.get(of_copy(copy_id)).json["renewals"] == 7
    assert owner.get(of_copy(copy_id)).json["passing_on"]
    assert owner.post(page, data={"whose": "usual"}).status_code == 303
    assert owner.get(of_copy(copy_id)).json["chosen_for"] == "account"
    assert owner.post("/account/loan-rules", data=FORM | {"renewals": "often"}).status_code == 422
    assert owner.post(page, data=FORM | {"whose": "other", "loan_period": "0"}).status_code == 422
