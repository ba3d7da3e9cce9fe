"""Owners' reading terms over HTTP: the API, the two forms, and what the reading page is told."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser

ACCOUNT = "/api/v1/account/reading-terms"
HOUSE = {
    "quotation_limit": 2000,
    "slows_down": True,
    "guards_printing": True,
    "names_reader": True,
    "chosen_for": "house",
}
STRICT = {"quotation_limit": 0, "slows_down": True, "guards_printing": True, "names_reader": False}
FREE = {"quotation_limit": None, "slows_down": False, "guards_printing": False, "names_reader": False}


@pytest.fixture
def copy_id(owner: FlaskClient) -> str:
    return add(owner, books.epub())


def of_copy(copy_id: str) -> str:
    return f"/api/v1/copies/{copy_id}/reading-terms"


def test_terms_are_the_titles_else_the_accounts_else_the_houses(owner: FlaskClient, copy_id: str) -> None:
    assert owner.get(ACCOUNT).json == owner.get(of_copy(copy_id)).json == HOUSE
    assert owner.put(ACCOUNT, json=STRICT).json == {**STRICT, "chosen_for": "account"}
    assert owner.get(of_copy(copy_id)).json == {**STRICT, "chosen_for": "account"}
    assert owner.put(of_copy(copy_id), json=FREE).json == {**FREE, "chosen_for": "title"}
    assert owner.get(ACCOUNT).json == {**STRICT, "chosen_for": "account"}
    assert owner.delete(of_copy(copy_id)).status_code == 204
    assert owner.get(of_copy(copy_id)).json == {**STRICT, "chosen_for": "account"}
    assert owner.delete(ACCOUNT).status_code == 204
    assert owner.get(of_copy(copy_id)).json == HOUSE


@pytest.mark.parametrize(
    "wrong",
    [{}, {"quotation_limit": 5}, STRICT | {"quotation_limit": -1}, STRICT | {"quotation_limit": 1_000_001}],
)
def test_terms_are_said_whole_and_within_reason(
    owner: FlaskClient, copy_id: str, wrong: dict[str, object]
) -> None:
    for address in (ACCOUNT, of_copy(copy_id)):
        assert owner.put(address, json=wrong).status_code == 422
        assert owner.get(address).json == HOUSE


def test_nobody_else_sees_or_changes_them(
    owner: FlaskClient, other_owner: FlaskClient, librarian: FlaskClient, stranger: FlaskClient, copy_id: str
) -> None:
    for somebody, status in ((other_owner, 404), (librarian, 403), (stranger, 401)):
        assert somebody.get(of_copy(copy_id)).status_code == status
        assert somebody.put(of_copy(copy_id), json=FREE).status_code == status
        assert somebody.delete(of_copy(copy_id)).status_code == status
    assert owner.get(of_copy(copy_id)).json == HOUSE


def form(**said: str) -> dict[str, str]:
    return {"quotation": "500", "slows_down": "on", **said}


def test_the_account_page_keeps_terms_for_all_books(owner: FlaskClient) -> None:
    answer = owner.post("/account/reading-terms", data=form())
    assert answer.location == "/account?terms=kept#terms"
    assert owner.get(ACCOUNT).json == {
        "quotation_limit": 500,
        "slows_down": True,
        "guards_printing": False,
        "names_reader": False,
        "chosen_for": "account",
    }
    assert "Your terms are kept" in owner.get("/account?terms=kept").text


def test_a_books_page_gives_it_terms_of_its_own_and_takes_them_back(owner: FlaskClient, copy_id: str) -> None:
    address = f"/books/{copy_id}/reading-terms"
    owner.post(address, data=form(whose="other", quotation="other", characters="321"))
    assert owner.get(of_copy(copy_id)).json["quotation_limit"] == 321
    owner.post(address, data=form(whose="other", quotation="any"))
    assert owner.get(of_copy(copy_id)).json["quotation_limit"] is None
    owner.post(address, data=form(whose="usual"))
    assert owner.get(of_copy(copy_id)).json == HOUSE


@pytest.mark.parametrize("characters", ["", "many", "-5", "99999999999", "1000001"])
def test_a_length_that_is_none_is_refused_in_words(owner: FlaskClient, copy_id: str, characters: str) -> None:
    for address in ("/account/reading-terms", f"/books/{copy_id}/reading-terms"):
        answer = owner.post(address, data=form(whose="other", quotation="other", characters=characters))
        assert answer.status_code == 422
        assert "How much may be copied" in answer.text
    assert owner.get(ACCOUNT).json == HOUSE


def test_a_librarians_account_page_has_no_terms(librarian: FlaskClient) -> None:
    assert "When others read your books" not in librarian.get("/account").text


def told_to_the_reader(page: str) -> dict[str, object]:
    config = re.search(r'id="reader-config">(.*?)</script>', page, re.DOTALL)
    assert config is not None
    terms: dict[str, object] = json.loads(config[1])["terms"]
    return terms


def test_the_reading_page_is_told_the_terms(app: Flask, owner: FlaskClient, copy_id: str) -> None:
    browser = Browser(app)
    address = f"/read/{browser.borrow(lend(owner, copy_id), 'Mia')}"
    assert told_to_the_reader(browser.client.get(address).text) == {"quotation": 2000, "printing": False}
    owner.put(of_copy(copy_id), json=FREE)
    assert told_to_the_reader(browser.client.get(address).text) == {"quotation": None, "printing": True}


def test_owners_read_their_own_copies_without_terms(owner: FlaskClient, copy_id: str) -> None:
    owner.put(ACCOUNT, json=STRICT)
    taken = owner.post(f"/api/v1/copies/{copy_id}/reading").json["read_url"]
    assert told_to_the_reader(owner.get(taken).text) == {"quotation": None, "printing": True}


def test_owners_read_the_record_of_their_own_copies(
    owner: FlaskClient, other_owner: FlaskClient, copy_id: str
) -> None:
    lend(owner, copy_id)
    address = f"/api/v1/copies/{copy_id}/events"
    assert [event["kind"] for event in owner.get(address).json["events"]] == ["link-made", "title-added"]
    assert other_owner.get(address).status_code == 404
    assert "What happened to this copy" in owner.get(f"/books/{copy_id}").text
