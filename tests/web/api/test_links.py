"""Lend links and claims."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

CLAIMS = "/api/v1/claims"
TICKET = {"kind": "ticket", "ticket": "a ticket that only this browser has"}


@pytest.fixture
def copy_id(owner: FlaskClient) -> str:
    return add(owner, books.epub())


@pytest.fixture
def link(copy_id: str) -> str:
    return f"/api/v1/copies/{copy_id}/link"


def test_a_link_has_an_address_to_send_with_the_token_in_its_fragment(owner: FlaskClient, link: str) -> None:
    made = owner.post(link, json={"for_whom": "Mia", "note": "Enjoy!"}).json
    assert made["url"] == f"http://localhost/b#{made['token']}"
    assert (made["for_whom"], made["note"], made["loan_seconds"]) == ("Mia", "Enjoy!", 14 * 86_400)
    assert owner.get(link).json == made


def test_a_link_uses_the_configured_address(app: Flask, owner: FlaskClient, link: str) -> None:
    app.config["BASE_URL"] = "https://books.example.org"
    assert owner.post(link, json={}).json["url"].startswith("https://books.example.org/b#")


def test_one_link_at_a_time(owner: FlaskClient, link: str) -> None:
    owner.post(link)
    assert owner.post(link).json["code"] == "link-already-out"
    assert owner.delete(link).status_code == 204
    assert owner.delete(link).status_code == 404
    assert owner.post(link).status_code == 201


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (60, "loan-period-out-of-range"),
        (400 * 86_400, "loan-period-out-of-range"),
        (0, "unacceptable-input"),
        (10**18, "unacceptable-input"),
    ],
)
def test_a_loan_has_bounds(owner: FlaskClient, link: str, seconds: int, code: str) -> None:
    answer = owner.post(link, json={"loan_seconds": seconds})
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_looking_tells_the_offer_and_changes_nothing(app: Flask, owner: FlaskClient) -> None:
    copy_id = add(owner, books.pdf(), PDF)
    browser, token = Browser(app), lend(owner, copy_id, for_whom="Mia", note="Enjoy!", loan_seconds=7200)
    seen = [browser.look(token).json for _ in range(3)]
    assert seen[0] == seen[1] == seen[2]
    assert (seen[0]["title"], seen[0]["lender"], seen[0]["for_whom"]) == ("Tides", "Ana", "Mia")
    assert (seen[0]["loan_seconds"], seen[0]["format"], seen[0]["state"]) == (7200, "pdf", "waiting")
    assert seen[0]["cover"].startswith("data:image/jpeg;base64,")
    assert owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "link-out"


@pytest.mark.parametrize("token", ["", "v1.x.y.z", "no token at all", "x" * 4096])
def test_a_token_that_is_none_is_unknown(app: Flask, token: str) -> None:
    answer = Browser(app).look(token)
    assert (answer.status_code, answer.json["code"]) == (404, "unknown-link")
    assert answer.headers["DPoP-Nonce"]


def test_a_cancelled_link_says_so_and_names_the_lender(app: Flask, owner: FlaskClient, copy_id: str) -> None:
    token, browser = lend(owner, copy_id), Browser(app)
    owner.delete(f"/api/v1/copies/{copy_id}/link")
    refused = browser.look(token)
    claimed = browser.claim(token)
    assert (refused.status_code, refused.json["code"], refused.json["lender"]) == (
        410,
        "link-cancelled",
        "Ana",
    )
    assert claimed.json["code"] == "link-cancelled"


def test_an_expired_link_lends_nothing(
    app: Flask, owner: FlaskClient, copy_id: str, clock: HandClock
) -> None:
    token, browser = lend(owner, copy_id), Browser(app)
    clock.forward(timedelta(days=7))
    assert browser.look(token).json["code"] == "link-expired"
    assert browser.claim(token).json["code"] == "link-expired"


def test_a_claim_puts_a_cookie_that_scripts_can_not_read_and_that_outlives_a_due_date_that_may_move(
    app: Flask, owner: FlaskClient, copy_id: str, clock: HandClock
) -> None:
    browser, token = Browser(app), lend(owner, copy_id, loan_seconds=86_400)
    browser.look(token)
    answer = browser.claim(token, "Mia")
    cookie = browser.client.get_cookie(f"loan-{answer.json['loan']['id']}")
    assert answer.json["read_url"] == f"/read/{answer.json['loan']['id']}"
    assert (answer.json["loan"]["title"], answer.json["binding"]) == ("Herons", "key")
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/")
    assert cookie.expires == clock.now() + timedelta(days=400)


def test_over_https_the_cookie_is_bound_to_this_host(app: Flask, owner: FlaskClient, copy_id: str) -> None:
    wish = {"token": lend(owner, copy_id), "binding": TICKET}
    answer = app.test_client().post(CLAIMS, json=wish, base_url="https://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-loan-")
    assert "Secure" in cookie


def test_a_ticket_claims_once_and_again_but_no_other_ticket_does(
    app: Flask, owner: FlaskClient, copy_id: str
) -> None:
    token = lend(owner, copy_id)
    first = app.test_client().post(CLAIMS, json={"token": token, "binding": TICKET})
    again = app.test_client().post(CLAIMS, json={"token": token, "binding": TICKET})
    other = {"kind": "ticket", "ticket": "a ticket of somebody else's"}
    refused = app.test_client().post(CLAIMS, json={"token": token, "binding": other})
    assert (first.status_code, again.status_code, refused.json["code"]) == (201, 200, "link-used")
    assert first.json["loan"] == again.json["loan"]


def test_a_proof_with_a_stale_nonce_is_refused_with_a_fresh_one(
    app: Flask, owner: FlaskClient, copy_id: str
) -> None:
    token, browser = lend(owner, copy_id), Browser(app)
    browser.nonce = "long gone"
    refused = browser.claim(token)
    assert (refused.status_code, refused.json["code"]) == (400, "proof-invalid")
    assert browser.claim(token).status_code == 201


def test_a_proof_works_once(app: Flask, owner: FlaskClient, copy_id: str) -> None:
    token, browser = lend(owner, copy_id), Browser(app)
    browser.look(token)
    wish = {"token": token, "binding": {"kind": "key", "proof": browser.proof(CLAIMS)}}
    assert browser.client.post(CLAIMS, json=wish).status_code == 201
    assert app.test_client().post(CLAIMS, json=wish).json["code"] == "proof-invalid"


@pytest.mark.parametrize(
    "wrong", [{"htm": "GET"}, {"htu": "http://localhost/api/v1/loans"}, {"nonce": "made up"}, {"jti": None}]
)
def test_a_proof_for_something_else_is_refused(
    app: Flask, owner: FlaskClient, copy_id: str, wrong: dict[str, str | None]
) -> None:
    token, browser = lend(owner, copy_id), Browser(app)
    browser.look(token)
    wish = {"token": token, "binding": {"kind": "key", "proof": browser.proof(CLAIMS, **wrong)}}
    assert browser.client.post(CLAIMS, json=wish).json["code"] == "proof-invalid"
    assert browser.claim(token).status_code == 201


@pytest.mark.parametrize(
    "binding", [None, {}, {"kind": "none"}, {"kind": "ticket"}, {"kind": "key", "ticket": "x"}]
)
def test_a_claim_without_a_binding_is_refused(
    app: Flask, owner: FlaskClient, copy_id: str, binding: object
) -> None:
    wish = {"token": lend(owner, copy_id), "binding": binding}
    assert app.test_client().post(CLAIMS, json=wish).json["code"] == "unacceptable-input"


def test_an_owner_can_not_put_back_what_they_do_not_have(owner: FlaskClient, copy_id: str) -> None:
    assert owner.delete(f"/api/v1/copies/{copy_id}/reading").json["code"] == "loan-ended"
