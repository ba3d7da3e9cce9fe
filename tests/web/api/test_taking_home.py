"""Marks as files, during the loan and after it."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.api.test_marks import HIGHLIGHT, sync
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

MARK = HIGHLIGHT | {"locator": {"cfi": "epubcfi(/6/2!/4/2,/1:0,/1:9)"}}


def take_home(browser: Browser, loan: str, form: str = "w3c") -> TestResponse:
    path = f"{loan}/take-home"
    body = {"proof": browser.proof(path), "format": form}
    answer = browser.client.post(path, json=body)
    browser.nonce = answer.headers["DPoP-Nonce"]
    return answer


def test_marks_are_exported_in_two_forms(browser: Browser, loan: str) -> None:
    sync(browser.client, loan, MARK)
    w3c = browser.client.get(f"{loan}/marks/export?format=w3c")
    assert w3c.mimetype == "application/ld+json"
    (item,) = json.loads(w3c.text)["first"]["items"]
    assert item["body"]["value"] == MARK["note"]
    assert item["target"]["selector"][0]["value"] == MARK["locator"]["cfi"]
    assert "/api/" not in w3c.text
    plain = browser.client.get(f"{loan}/marks/export?format=markdown")
    assert plain.content_type == "text/markdown; charset=utf-8"
    assert "> The heron stood." in plain.text
    for answer, ending in ((w3c, "jsonld"), (plain, "md")):
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert f" - marks.{ending}" in answer.headers["Content-Disposition"]
        assert answer.headers["Cache-Control"] == "no-store"
    assert browser.client.get(f"{loan}/marks/export?format=pdf").status_code == 422


def test_after_a_return_only_take_home_is_answered(browser: Browser, loan: str) -> None:
    sync(browser.client, loan, MARK)
    assert take_home(browser, loan).json["type"] == "/problems/still-on-loan"
    assert browser.post_proven(f"{loan}/return").status_code == 204
    for path in ("marks", "marks/left", "marks/export?format=w3c", "status", "manifest"):
        assert browser.client.get(f"{loan}/{path}").status_code in (403, 410), path
    home = take_home(browser, loan)
    assert json.loads(home.text)["total"] == 1
    assert "The heron stood." in take_home(browser, loan, "markdown").text


def test_a_proof_takes_marks_home_once(browser: Browser, loan: str) -> None:
    browser.post_proven(f"{loan}/return")
    path = f"{loan}/take-home"
    body = {"proof": browser.proof(path)}
    assert [browser.client.post(path, json=body).status_code for _ in range(2)] == [200, 400]


def test_after_thirty_days_they_are_gone(browser: Browser, loan: str, clock: HandClock) -> None:
    sync(browser.client, loan, MARK)
    browser.post_proven(f"{loan}/return")
    clock.forward(timedelta(days=30))
    take_home(browser, loan)  # for a fresh nonce
    late = take_home(browser, loan)
    assert (late.status_code, late.json["type"]) == (410, "/problems/marks-forgotten")


@pytest.mark.parametrize("how", ["returned", "expired"])
def test_a_loan_without_a_key_is_known_by_its_cookie(
    app: Flask, owner: FlaskClient, clock: HandClock, how: str
) -> None:
    client = app.test_client()
    claim = {
        "token": lend(owner, add(owner, books.epub())),
        "binding": {"kind": "ticket", "ticket": "t" * 32},
    }
    loan_id = client.post("/api/v1/claims", json=claim).json["loan"]["id"]
    loan = f"/api/v1/loans/{loan_id}"
    sync(client, loan, MARK)
    if how == "returned":
        assert client.post(f"{loan}/return").status_code == 204
    else:
        clock.forward(timedelta(days=15))
    assert client.get(f"{loan}/marks").status_code in (403, 410)
    assert json.loads(client.post(f"{loan}/take-home").text)["total"] == 1
    assert app.test_client().post(f"{loan}/take-home").status_code == 403


def test_the_list_of_what_is_borrowed_lets_the_browser_forget_what_is_over(
    browser: Browser, loan: str, clock: HandClock
) -> None:
    name = f"loan-{loan.rsplit('/', 1)[1]}"
    browser.client.get("/borrowed")
    assert browser.client.get_cookie(name) is not None
    clock.forward(timedelta(days=14))
    browser.client.get("/borrowed")
    assert browser.client.get_cookie(name) is None, "nothing was marked: there is nothing to take home"
