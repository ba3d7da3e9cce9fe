"""Addresses given on pages and in the API, and the letters that a real mail server then gets."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.config import Settings
from tests.real.mail import MailServer, mail_server
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

ME = "/api/v1/me"
ACCOUNT = "/api/v1/account"


@pytest.fixture
def server() -> Iterator[MailServer]:
    with mail_server() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, server: MailServer) -> Settings:
    return replace(settings, smtp_url=server.url, mail_from="library@example.org")


def claim(browser: Browser, token: str, email: str) -> str:
    """Borrow, and leave an address; the loan's address in the API."""
    browser.look(token)
    path = "/api/v1/claims"
    binding = {"kind": "key", "proof": browser.proof(path)}
    wish = {"token": token, "name": "Eva", "email": email, "binding": binding}
    answer = browser.client.post(path, json=wish, headers={"Accept-Language": "es"})
    assert answer.status_code == 201, answer.text
    browser.nonce = answer.headers["DPoP-Nonce"]
    return f"/api/v1/loans/{answer.json['loan']['id']}"


def post(services: Services, server: MailServer) -> list[tuple[str, str]]:
    """One round of the postman: to whom letters went, and what they are of."""
    server.box.letters.clear()
    services.correspondence.write_reminders()
    services.correspondence.send_waiting()
    return sorted((one["To"], one["Message-ID"].split(".")[1]) for one in server.box.letters)


def test_letters_follow_a_loan_from_the_claim_to_its_end(
    app: Flask, owner: FlaskClient, services: Services, server: MailServer, clock: HandClock
) -> None:
    assert owner.patch(ACCOUNT, json={"email": "ana@example.org"}).json["email"] == "ana@example.org"
    copy_id, eva = add(owner, books.epub()), Browser(app)
    loan = claim(eva, lend(owner, copy_id), "eva@example.net")
    assert post(services, server) == [("ana@example.org", "checked-out"), ("eva@example.net", "lent")]
    lent = next(one for one in server.box.letters if one["To"] == "eva@example.net")
    assert [part.get_content_type() for part in lent.iter_attachments()] == ["text/calendar"]
    clock.forward(timedelta(days=13))
    assert post(services, server) == [("eva@example.net", "due-soon")]
    assert owner.post(f"/api/v1/copies/{copy_id}/recall").status_code == 200
    assert post(services, server) == [("eva@example.net", "recalled")]
    eva.post_proven(f"{loan}/return")  # its nonce is days old: it is handed a new one
    assert eva.post_proven(f"{loan}/return").status_code == 204
    assert post(services, server) == [("ana@example.org", "returned")]
    assert post(services, server) == []


def test_a_server_away_and_an_address_refused_hold_nothing_up(
    app: Flask, owner: FlaskClient, services: Services, server: MailServer, clock: HandClock
) -> None:
    owner.patch(ACCOUNT, json={"email": "ana@example.org"})
    server.box.refused = {"nobody@example.net"}
    server.box.busy = True
    claim(Browser(app), lend(owner, add(owner, books.epub())), "nobody@example.net")
    assert post(services, server) == []
    server.box.busy = False
    clock.forward(timedelta(minutes=15))
    assert post(services, server) == [("ana@example.org", "checked-out")]
    clock.forward(timedelta(hours=1))
    assert post(services, server) == []


def test_nobody_else_sees_an_address(
    app: Flask, owner: FlaskClient, librarian: FlaskClient, other_owner: FlaskClient
) -> None:
    owner.patch(ACCOUNT, json={"email": "ana@example.org"})
    copy_id, eva = add(owner, books.epub()), Browser(app)
    loan = claim(eva, lend(owner, copy_id), "eva@example.net")
    pages = [
        owner.get(f"/books/{copy_id}"),
        owner.get(f"/api/v1/copies/{copy_id}"),
        librarian.get("/log"),
        librarian.get("/api/v1/loans"),
        librarian.get("/api/v1/events"),
        other_owner.get("/account"),
        eva.client.get(f"/read/{loan.rsplit('/', 1)[1]}"),
        eva.client.get(f"{loan}/status"),
        eva.client.get("/api/v1/borrowed"),
        eva.client.get("/borrowed"),
    ]
    for page in pages:
        assert page.status_code == 200, page.request.path
        assert "@example" not in page.text
    assert "ana@example.org" in owner.get("/account").text


def test_an_owner_gives_and_takes_back_an_address_on_the_account_page(owner: FlaskClient) -> None:
    kept = owner.post("/account/email", data={"email": " ana@example.org "}, follow_redirects=True)
    assert "Your address is kept" in kept.text
    assert owner.get(ME).json["email"] == "ana@example.org"
    for wrong in ("ana", "@", "a@b@c", "a@b\nBcc: c@d", "a" * 250 + "@b.org"):
        assert owner.post("/account/email", data={"email": wrong}).status_code == 422
        assert owner.patch(ACCOUNT, json={"email": wrong}).status_code == 422
    assert owner.get(ME).json["email"] == "ana@example.org"
    owner.post("/account/email", data={"email": ""})
    assert owner.get(ME).json["email"] is None


def test_the_borrow_page_asks_for_an_address_where_mail_is_sent(stranger: FlaskClient) -> None:
    assert 'id="claim-email"' in stranger.get("/b").text
