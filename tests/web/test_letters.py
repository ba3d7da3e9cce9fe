"""Addresses given on pages and in the API, and the letters that a real mail server then gets."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lending.bootstrap import Services
from lending.circulation.policy import LoanRules
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
    return replace(
        settings, smtp_url=server.url, mail_from="library@example.org", base_url="https://books.org"
    )


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


def letter_to(server: MailServer, address: str) -> EmailMessage:
    return next(one for one in server.box.letters if one["To"] == address)


def told(client: FlaskClient, token: str) -> TestResponse:
    return client.post("/api/v1/letters/look", json={"token": token})


def test_letters_are_stopped_from_the_letter_itself(
    app: Flask, owner: FlaskClient, services: Services, server: MailServer, clock: HandClock
) -> None:
    owner.patch(ACCOUNT, json={"email": "ana@example.org"})
    copy_id, eva, stranger = add(owner, books.epub()), Browser(app), app.test_client()
    loan = claim(eva, lend(owner, copy_id), "eva@example.net")
    post(services, server)
    body = letter_to(server, "eva@example.net").get_body(("plain",)).get_content()
    page, token = re.search(r"(https://books\.org/\S+)#(\S+)", body).groups()
    assert "No me mandes más correos" in body
    assert stranger.get(page.removeprefix("https://books.org")).status_code == 200
    assert told(stranger, token).json == {"title": "Herons", "lender": "Ana", "stopped": False}
    for _ in range(2):
        assert stranger.post("/api/v1/letters/stop", json={"token": token}).status_code == 204
    assert told(stranger, token).json["stopped"] is True
    clock.forward(timedelta(days=13))
    assert post(services, server) == []
    assert owner.post(f"/api/v1/copies/{copy_id}/recall").status_code == 200
    assert post(services, server) == []
    eva.post_proven(f"{loan}/return")  # its nonce is days old: it is handed a new one
    assert eva.post_proven(f"{loan}/return").status_code == 204
    assert post(services, server) == [("ana@example.org", "returned")]
    assert "https://books.org/account" in letter_to(server, "ana@example.org").as_string()


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_mail_program_stops_letters_at_one_press_and_its_look_changes_nothing(
    app: Flask, owner: FlaskClient, stranger: FlaskClient, services: Services, server: MailServer, kind: str
) -> None:
    claim(Browser(app), lend(owner, add(owner, books.epub())), "eva@example.net")
    post(services, server)
    letter = letter_to(server, "eva@example.net")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = letter["List-Unsubscribe"].strip("<>").removeprefix("https://books.org")
    token = address.partition("token=")[2]
    opened = stranger.get(address)
    assert (opened.status_code, opened.location) == (303, f"https://books.org/letters#{token}")
    assert told(stranger, token).json["stopped"] is False
    pressed = {"Content-Type": kind, "Origin": "https://mail.example.com", "Sec-Fetch-Site": "cross-site"}
    for _ in range(2):
        answer = stranger.post(address, data=b"List-Unsubscribe=One-Click", headers=pressed)
        assert (answer.status_code, answer.data) == (204, b"")
    assert told(stranger, token).json["stopped"] is True


def test_a_token_for_something_else_stops_no_letters(owner: FlaskClient, stranger: FlaskClient) -> None:
    token = lend(owner, add(owner, books.epub()))
    for answer in (
        told(stranger, token),
        stranger.post("/api/v1/letters/stop", json={"token": token}),
        stranger.post(f"/api/v1/letters/one-click?token={token}"),
    ):
        assert (answer.status_code, answer.json["code"]) == (404, "unknown-link")


def test_who_passes_a_book_on_keeps_their_letters_and_the_owner_hears_of_it_once(
    app: Flask, owner: FlaskClient, services: Services, server: MailServer, clock: HandClock
) -> None:
    owner.patch(ACCOUNT, json={"email": "ana@example.org"})
    services.rules.set_for_account(services.accounts.actor_named("ana"), LoanRules(passing_on=True))
    ben, cleo = Browser(app), Browser(app)
    loan = claim(ben, lend(owner, add(owner, books.epub()), for_whom="Ben"), "ben@example.net")
    post(services, server)
    token = ben.post_proven(f"{loan}/onward", for_whom="Cleo").json["token"]
    assert post(services, server) == []
    claim(cleo, token, "cleo@example.net")
    assert post(services, server) == [("ana@example.org", "passed-on"), ("cleo@example.net", "lent")]
    told = {one["To"]: one for one in server.box.letters}
    assert told["ana@example.org"]["Subject"].startswith("Ben has passed")
    assert "on to Cleo" in str(told["ana@example.org"]["Subject"])
    (due,) = told["cleo@example.net"].iter_attachments()
    assert b"DTSTART:20260315T120000Z" in due.get_payload(decode=True)
    clock.forward(timedelta(days=13))
    assert post(services, server) == [("cleo@example.net", "due-soon")]


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


def test_who_asks_to_borrow_gets_letters_in_their_language_until_they_have_read_it(
    app: Flask, owner: FlaskClient, services: Services, server: MailServer
) -> None:
    owner.patch(ACCOUNT, json={"email": "ana@example.org"})
    copy_id = add(owner, books.epub())
    page_id = owner.put(f"/api/v1/copies/{copy_id}/ask-page", json={"approves": True}).json["id"]
    assert 'id="ask-email"' in owner.get(f"/ask/{page_id}").text
    eva = app.test_client()
    title = eva.get(f"/api/v1/ask/{page_id}").json["titles"][0]["id"]
    wish = {"name": "Eva", "email": "eva@example.net", "binding": {"kind": "ticket", "ticket": "t" * 20}}
    path = f"/api/v1/ask/{page_id}/titles/{title}/holds"
    place = eva.post(path, json=wish, headers={"Accept-Language": "es"}).json["token"]
    assert post(services, server) == [("ana@example.org", "asked")]
    hold_id = owner.get(f"/api/v1/copies/{copy_id}/line").json["holds"][0]["id"]
    owner.post(f"/api/v1/copies/{copy_id}/line/{hold_id}/approval")
    assert post(services, server) == [("eva@example.net", "your-turn")]
    letter = server.box.letters[0]
    assert letter["Subject"].startswith("Es tu turno: «Herons» se te guarda hasta el")
    assert [part.get_content_type() for part in letter.iter_attachments()] == ["text/calendar"]
    link = eva.post("/api/v1/holds/look", json={"token": place}).json["link_token"]
    eva.post("/api/v1/claims", json={"token": link, "binding": wish["binding"]})
    assert post(services, server) == [("ana@example.org", "checked-out"), ("eva@example.net", "lent")]
