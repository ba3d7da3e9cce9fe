"""A loan's term over HTTP: renewing, more time, recalling, by API and on the owner's page; lost copies."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

DAY = timedelta(days=1)


@pytest.fixture
def copy_id(owner: FlaskClient) -> str:
    return add(owner, books.epub())


@pytest.fixture
def copy(copy_id: str) -> str:
    return f"/api/v1/copies/{copy_id}"


@pytest.fixture
def loan(owner: FlaskClient, browser: Browser, copy_id: str) -> str:
    """The address of that copy on loan to `browser` for 14 days."""
    return f"/api/v1/loans/{browser.borrow(lend(owner, copy_id), 'Mia')}"


def come_again(browser: Browser, loan: str) -> None:
    """Prove the key once more, after a long while: the first try tells which nonce is wanted now."""
    browser.post_proven(f"{loan}/pass")
    assert browser.post_proven(f"{loan}/pass").status_code == 204


def due(client: FlaskClient, loan: str) -> datetime:
    return datetime.fromisoformat(client.get(f"{loan}/status").json["due_at"])


def test_a_borrower_renews_as_often_as_the_rules_say(browser: Browser, loan: str, clock: HandClock) -> None:
    assert browser.client.get(f"{loan}/renewal").json["renewals_left"] == 2
    for left in (1, 0):
        clock.forward(timedelta(minutes=4))
        answer = browser.client.post(f"{loan}/renewal")
        assert answer.json["renewals_left"] == left
        assert due(browser.client, loan) == clock.now() + 14 * DAY
    assert browser.client.post(f"{loan}/renewal").json["code"] == "no-renewals-left"


def test_a_renewed_loan_is_read_beyond_its_first_due_date(
    browser: Browser, loan: str, clock: HandClock
) -> None:
    clock.forward(13 * DAY)
    come_again(browser, loan)
    browser.client.post(f"{loan}/renewal")
    clock.forward(13 * DAY)
    come_again(browser, loan)
    assert browser.client.get(f"{loan}/manifest").status_code == 200


def test_more_time_from_the_owner_reaches_a_browser_without_a_key(
    app: Flask, owner: FlaskClient, copy: str, copy_id: str, clock: HandClock
) -> None:
    friend = app.test_client()
    wish = {"token": lend(owner, copy_id), "binding": {"kind": "ticket", "ticket": "a ticket of its own"}}
    loan = f"/api/v1/loans/{friend.post('/api/v1/claims', json=wish).json['loan']['id']}"
    clock.forward(13 * DAY)
    told = owner.post(f"{copy}/extension", json={"loan_seconds": 30 * 86_400}).json
    assert datetime.fromisoformat(told["due_at"]) == clock.now() + 30 * DAY
    clock.forward(29 * DAY)
    assert friend.get(f"{loan}/manifest").status_code == 200


def test_what_a_renewal_would_gain_is_told_before_it(browser: Browser, loan: str, clock: HandClock) -> None:
    assert browser.client.get(f"{loan}/renewal").json["renewed_due_at"] is None
    clock.forward(timedelta(minutes=4))
    would_be = browser.client.get(f"{loan}/renewal").json["renewed_due_at"]
    assert browser.client.post(f"{loan}/renewal").json["due_at"] == would_be


def test_a_renewal_that_gains_nothing_is_not_spent(browser: Browser, loan: str) -> None:
    assert browser.client.post(f"{loan}/renewal").json["code"] == "nothing-gained"
    assert browser.client.get(f"{loan}/renewal").json["renewals_left"] == 2


def test_a_recalled_book_is_due_when_the_notice_is_over_and_is_not_renewed(
    owner: FlaskClient, browser: Browser, copy: str, loan: str, clock: HandClock
) -> None:
    assert owner.get(copy).json["state"] == "on-loan"
    assert owner.post(f"{copy}/recall").json["recalled_at"] is not None
    assert owner.get(copy).json["state"] == "recalled"
    assert browser.client.get(f"{loan}/status").json["recalled"]
    assert browser.client.get(f"{loan}/renewal").json["renewals_left"] == 0
    assert due(browser.client, loan) == clock.now() + 3 * DAY
    assert browser.client.post(f"{loan}/renewal").json["code"] == "loan-recalled"
    assert owner.post(f"{copy}/recall").json["code"] == "already-recalled"
    clock.forward(3 * DAY)
    assert browser.client.get(f"{loan}/manifest").status_code == 410
    assert owner.get(copy).json["state"] == "on-shelf"


def test_a_recall_never_makes_a_loan_longer(
    owner: FlaskClient, browser: Browser, copy: str, loan: str, clock: HandClock
) -> None:
    clock.forward(13 * DAY)
    come_again(browser, loan)
    before = due(browser.client, loan)
    owner.post(f"{copy}/recall")
    assert due(browser.client, loan) == before


def test_more_time_takes_a_recall_back(owner: FlaskClient, browser: Browser, copy: str, loan: str) -> None:
    owner.post(f"{copy}/recall")
    assert owner.post(f"{copy}/extension", json={"loan_seconds": 86_400}).json["recalled_at"] is None
    assert browser.client.get(f"{loan}/renewal").json["renewals_left"] == 2


def test_a_lost_copy_is_nobodys_until_it_is_found(owner: FlaskClient, copy: str) -> None:
    assert owner.put(f"{copy}/lost").json["state"] == "lost"
    assert owner.put(f"{copy}/lost").json["code"] == "copy-is-lost"
    assert owner.post(f"{copy}/link", json={}).json["code"] == "copy-is-lost"
    assert owner.post(f"{copy}/reading").json["code"] == "copy-is-lost"
    assert owner.delete(f"{copy}/lost").json["state"] == "on-shelf"
    assert owner.delete(f"{copy}/lost").status_code == 404


def test_what_somebody_has_is_not_lost(owner: FlaskClient, copy: str, loan: str) -> None:
    assert loan
    assert owner.put(f"{copy}/lost").json["code"] == "copy-is-out"


def test_the_owners_page_recalls_gives_more_time_and_takes_stock(
    owner: FlaskClient, browser: Browser, copy: str, copy_id: str, loan: str
) -> None:
    page = f"/books/{copy_id}"
    assert "Ask for it back" in owner.get(page).text
    assert owner.post(f"{page}/recall").status_code == 303
    assert "Asked back, due" in owner.get(page).text
    assert owner.post(f"{page}/recall").status_code == 303, "somebody pressed twice"
    assert owner.post(f"{page}/more-time", data={"period": "86400"}).status_code == 303
    assert owner.get(copy).json["state"] == "on-loan"
    assert owner.post(f"{page}/more-time", data={"period": "x"}).status_code == 422
    browser.post_proven(f"{loan}/return")
    owner.post(f"{page}/lost")
    assert "It has been found" in owner.get(page).text
    owner.post(f"{page}/found")
    assert owner.get(copy).json["state"] == "on-shelf"


def test_the_record_tells_it_in_order(
    owner: FlaskClient, browser: Browser, copy_id: str, loan: str, clock: HandClock
) -> None:
    clock.forward(timedelta(minutes=4))
    browser.client.post(f"{loan}/renewal")
    owner.post(f"/api/v1/copies/{copy_id}/recall")
    come_again(browser, loan)
    assert browser.post_proven(f"{loan}/return").status_code == 204
    page = owner.get(f"/books/{copy_id}").text
    places = [page.index(f">{words}<") for words in ("Returned", "Asked back", "Renewed", "Checked out")]
    assert places == sorted(places), "the newest first"
