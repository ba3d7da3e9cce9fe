"""Receipts over HTTP: for who has the book, who had it, and its owner."""

import sqlite3

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.circulation.events import EventKind
from lending.config import Settings
from lending.ledger.leaves import Field
from lending.services.receipts import ReceiptRead, read_receipt
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import Services


def read(services: Services, text: str) -> ReceiptRead:
    keeping = services.logkeeping
    return read_receipt(text, [keeping.verifier()], keeping.keys.check)


def test_a_loan_is_receipted_from_check_out_to_return(
    app: Flask, services: Services, owner: FlaskClient, browser: Browser
) -> None:
    copy_id = add(owner, books.epub())
    loan_id = browser.borrow(lend(owner, copy_id), "Mia")
    loan = f"/api/v1/loans/{loan_id}"
    out = browser.client.get(f"{loan}/receipt")
    assert (out.status_code, out.content_type) == (200, "text/plain; charset=utf-8")
    assert out.headers["Content-Disposition"].startswith("attachment; filename=")
    assert ".tlog-proof" in out.headers["Content-Disposition"]
    assert read(services, out.text).facts[Field.PATRON]["name"] == "Mia"

    assert browser.post_proven(f"{loan}/receipt").json["code"] == "still-on-loan"
    browser.post_proven(f"{loan}/return")
    assert browser.client.get(f"{loan}/receipt").status_code in (403, 410)
    back = browser.post_proven(f"{loan}/receipt")
    assert read(services, back.text).kind is EventKind.RETURNED
    stranger = Browser(app)
    stranger.borrow(lend(owner, add(owner, books.pdf())), "Kim")
    assert stranger.post_proven(f"{loan}/receipt").json["code"] == "not-your-loan"

    its = f"/api/v1/copies/{copy_id}/loans/{loan_id}/receipt"
    assert read(services, owner.get(f"{its}?of=check-out").text).kind is EventKind.CHECKED_OUT
    assert read(services, owner.get(f"{its}?of=return").text).kind is EventKind.RETURNED
    assert owner.get(f"{its}?of=something").status_code == 422
    assert app.test_client().get(its).status_code == 401


def test_a_librarian_is_no_owner(owner: FlaskClient, librarian: FlaskClient, browser: Browser) -> None:
    copy_id = add(owner, books.epub())
    loan_id = browser.borrow(lend(owner, copy_id), "Mia")
    refused = librarian.get(f"/api/v1/copies/{copy_id}/loans/{loan_id}/receipt")
    assert refused.status_code in (403, 404)


@pytest.mark.parametrize("log_is_checked", [False])
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE log_entry SET leaf = zeroblob(128) WHERE number < 3",
        "UPDATE log_entry SET rows = 'x'",
        "UPDATE log_opening SET sealed = zeroblob(9)",
        "UPDATE event SET at = at + 1",
        "DELETE FROM log_entry WHERE number = 0",
    ],
)
def test_a_log_that_is_damaged_gives_no_receipt_and_says_why(
    services: Services, settings: Settings, owner: FlaskClient, browser: Browser, damage: str
) -> None:
    copy_id = add(owner, books.epub())
    loan_id = browser.borrow(lend(owner, copy_id), "Mia")
    services.logkeeping.checkpoint()
    add(owner, books.pdf())
    with sqlite3.connect(settings.home / "library.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(damage)
    database.close()
    refused = [
        browser.client.get(f"/api/v1/loans/{loan_id}/receipt"),
        owner.get(f"/api/v1/copies/{copy_id}/loans/{loan_id}/receipt"),
    ]
    for answer in refused:
        assert (answer.status_code, answer.json["code"]) == (503, "log-damaged"), answer.text
        assert answer.json["remedy"]
    assert browser.client.get(f"/read/{loan_id}").status_code == 200, "it is read as before"
