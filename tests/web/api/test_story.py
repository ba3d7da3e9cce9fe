"""The whole loop over HTTP: upload, lend, borrow in two browsers, read, return."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import EPUB, PDF, add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

PARTS = {
    EPUB: ("manifest", "r/OPS/c1.xhtml", "r/OPS/picture.png", "wrapped/OPS/picture.png"),
    PDF: ("manifest", "pages/1?w=300", "pages/2/text"),
}
ALWAYS = ("position", "marks", "settings", "status")


@pytest.mark.parametrize(("make", "media_type"), [(books.epub, EPUB), (books.pdf, PDF)])
def test_a_friend_borrows_reads_and_returns(
    app: Flask, owner: FlaskClient, make: Callable[[], bytes], media_type: str
) -> None:
    copy_id = add(owner, make(), media_type)
    token = lend(owner, copy_id, for_whom="Mia")
    first, second = Browser(app), Browser(app)

    loan_id = first.borrow(token, "Mia")
    second.look(token)
    refused = second.claim(token, "Somebody else")
    again = first.claim(token)
    read = [f"/api/v1/loans/{loan_id}/{part}" for part in PARTS[media_type] + ALWAYS]

    assert (refused.status_code, refused.json["code"]) == (409, "link-used")
    assert refused.json["lender"] == "Ana"
    assert (again.status_code, again.json["loan"]["id"]) == (200, loan_id)
    assert [first.client.get(url).status_code for url in read] == [200] * len(read)
    assert {second.client.get(url).json["code"] for url in read} == {"not-your-loan"}

    assert first.post_proven(f"/api/v1/loans/{loan_id}/return").status_code == 204
    assert owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "on-shelf"


def test_a_returned_loan_answers_no_request_that_it_answered_before(app: Flask, owner: FlaskClient) -> None:
    browser = Browser(app)
    loan_id = browser.borrow(lend(owner, add(owner, books.epub())))
    kept = browser.client.get_cookie(f"loan-{loan_id}").value
    reading = [f"/api/v1/loans/{loan_id}/{part}" for part in PARTS[EPUB] + ALWAYS]
    assert all(browser.client.get(url).status_code == 200 for url in reading)
    browser.post_proven(f"/api/v1/loans/{loan_id}/return")

    browser.client.set_cookie(f"loan-{loan_id}", kept)

    assert {browser.client.get(url).json["code"] for url in reading} == {"loan-ended"}
    place = {"locator": {}, "fraction": 0.5}
    assert browser.client.put(f"/api/v1/loans/{loan_id}/position", json=place).status_code == 410
    assert browser.client.post(f"/api/v1/loans/{loan_id}/marks", json={}).status_code == 410
    assert browser.client.put(f"/api/v1/loans/{loan_id}/settings", json={"settings": {}}).status_code == 410
    assert browser.post_proven(f"/api/v1/loans/{loan_id}/pass").json["code"] == "loan-ended"
    assert browser.post_proven(f"/api/v1/loans/{loan_id}/return").json["code"] == "loan-ended"


def test_a_loan_ends_by_itself_on_time(app: Flask, owner: FlaskClient, clock: HandClock) -> None:
    browser = Browser(app)
    loan_id = browser.borrow(lend(owner, add(owner, books.epub()), loan_seconds=3600))
    part = f"/api/v1/loans/{loan_id}/r/OPS/c1.xhtml"

    clock.forward(timedelta(minutes=5))
    before = browser.client.get(part)
    clock.forward(timedelta(minutes=55))
    after = browser.client.get(part)

    assert before.status_code == 200
    assert (after.status_code, after.json["code"]) == (410, "loan-ended")


def test_after_a_return_the_copy_can_go_to_the_next_friend(app: Flask, owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    first, second = Browser(app), Browser(app)
    old = first.borrow(lend(owner, copy_id))
    assert owner.post(f"/api/v1/copies/{copy_id}/link", json={}).json["code"] == "copy-is-out"
    first.post_proven(f"/api/v1/loans/{old}/return")

    new = second.borrow(lend(owner, copy_id))

    assert second.client.get(f"/api/v1/loans/{new}/manifest").status_code == 200
    assert first.client.get(f"/api/v1/loans/{new}/manifest").status_code == 403


def test_the_owner_reads_their_own_copy_and_nobody_borrows_it_meanwhile(
    app: Flask, owner: FlaskClient
) -> None:
    copy_id = add(owner, books.epub())
    token = lend(owner, copy_id)
    friend = Browser(app)

    taken = owner.post(f"/api/v1/copies/{copy_id}/reading").json
    parts = f"/api/v1/loans/{taken['loan']['id']}/"

    assert owner.get(parts + "r/OPS/c1.xhtml").status_code == 200
    assert friend.look(token).json["code"] == "copy-is-out"
    assert owner.delete(f"/api/v1/copies/{copy_id}/reading").status_code == 204
    assert owner.get(parts + "r/OPS/c1.xhtml").json["code"] == "loan-ended"
    assert friend.borrow(token)
    assert owner.post(f"/api/v1/copies/{copy_id}/reading").json["code"] == "copy-is-out"
