"""A loan changes its device, over HTTP."""

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from tests.web.browsers import Browser

ARRIVALS = "/api/v1/arrivals"


def arrive(phone: Browser, token: str) -> TestResponse:
    """The first try tells which nonce is wanted."""
    for _ in range(2):
        binding = {"kind": "key", "proof": phone.proof(ARRIVALS)}
        answer = phone.client.post(ARRIVALS, json={"token": token, "binding": binding})
        phone.nonce = answer.headers["DPoP-Nonce"]
        if answer.status_code != 400:
            break
    return answer


def test_a_code_opens_the_loan_on_the_phone_and_shuts_it_on_the_laptop(
    app: Flask, browser: Browser, loan: str
) -> None:
    assert browser.client.post(f"{loan}/carriage", json={}).json["code"] == "proof-invalid"
    told = browser.post_proven(f"{loan}/carriage").json
    address, token = told["url"].split("#")
    assert address == "http://localhost/c"
    assert etree.fromstring(told["qr"]).tag == "{http://www.w3.org/2000/svg}svg"
    phone = Browser(app)
    answer = arrive(phone, token)
    assert answer.json["read_url"] == f"/read/{loan.rsplit('/', 1)[1]}"
    assert phone.client.get(f"{loan}/manifest").status_code == 200
    refused = browser.client.get(f"{loan}/manifest")
    assert (refused.status_code, refused.json["code"]) == (403, "not-your-loan")
    assert browser.post_proven(f"{loan}/pass").json["code"] == "not-your-loan"
    assert arrive(Browser(app), token).json["code"] == "link-used"


def test_a_lend_links_token_carries_nothing_and_a_codes_lends_nothing(
    app: Flask, owner: FlaskClient, browser: Browser, loan: str
) -> None:
    token = browser.post_proven(f"{loan}/carriage").json["url"].split("#")[1]
    assert browser.look(token).json["code"] == "unknown-link"
    copy_id = owner.get("/api/v1/copies").json["copies"][0]["id"]
    browser.post_proven(f"{loan}/return")
    lent = owner.post(f"/api/v1/copies/{copy_id}/link", json={}).json["token"]
    assert arrive(Browser(app), lent).json["code"] == "unknown-link"


def test_the_page_of_the_code_is_the_same_for_everyone(app: Flask) -> None:
    page = app.test_client().get("/c")
    assert page.status_code == 200
    assert "Read it here" in page.text
