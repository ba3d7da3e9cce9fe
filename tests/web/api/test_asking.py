"""Asking to borrow, over HTTP: pages, places in the line, and whose turn it is."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

API = "/api/v1"


class Friend(Browser):
    """A browser that asks to borrow."""

    def ask(self, page_id: str, name: str = "Eva", **more: Any) -> TestResponse:
        """The first try tells which nonce is wanted."""
        titles = self.client.get(f"{API}/ask/{page_id}").json["titles"]
        path = f"{API}/ask/{page_id}/titles/{titles[0]['id']}/holds"
        for _ in range(2):
            binding = {"kind": "key", "proof": self.proof(path)}
            answer = self.client.post(path, json={"name": name, "binding": binding, **more})
            self.nonce = answer.headers["DPoP-Nonce"]
            if answer.status_code != 400:
                break
        return answer

    def place(self, page_id: str, name: str = "Eva") -> str:
        answer = self.ask(page_id, name)
        assert answer.status_code == 201, answer.text
        token: str = answer.json["token"]
        return token

    def stands(self, token: str, **more: Any) -> dict[str, Any]:
        answer = self._heard(self.client.post(f"{API}/holds/look", json={"token": token, **more}))
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json
        return told


@pytest.fixture
def copy_id(owner: FlaskClient) -> str:
    return add(owner, books.epub())


@pytest.fixture
def page_id(owner: FlaskClient, copy_id: str) -> str:
    opened = owner.put(f"{API}/copies/{copy_id}/ask-page", json={"approves": False})
    assert opened.json["url"] == f"http://localhost/ask/{opened.json['id']}"
    found: str = opened.json["id"]
    return found


@pytest.fixture
def eva(app: Flask) -> Friend:
    return Friend(app)


@pytest.fixture
def bo(app: Flask) -> Friend:
    return Friend(app)


def test_a_page_is_off_until_its_owner_opens_it_and_gone_when_they_close_it(
    owner: FlaskClient, stranger: FlaskClient, copy_id: str
) -> None:
    address = f"{API}/copies/{copy_id}/ask-page"
    assert owner.get(address).status_code == 404
    page_id = owner.put(address, json={"approves": True}).json["id"]
    assert owner.put(address, json={"approves": False}).json["id"] == page_id
    assert owner.get(address).json["approves"] is False
    assert stranger.get(f"{API}/ask/{page_id}").json["total"] == 1
    assert owner.delete(address).status_code == 204
    for gone in (f"{API}/ask/{page_id}", f"/ask/{page_id}"):
        assert stranger.get(gone).status_code == 404


def test_two_friends_get_their_turns_one_after_the_other(
    owner: FlaskClient, page_id: str, copy_id: str, eva: Friend, bo: Friend
) -> None:
    mine = eva.place(page_id, "Eva")
    turn = eva.stands(mine, cover=True)
    assert (turn["state"], turn["lender"], turn["loan_seconds"]) == ("ready", "Ana", 14 * 86_400)
    assert turn["until"]
    loan_id = eva.borrow(turn["link_token"])
    assert eva.stands(mine)["read_url"] == f"/read/{loan_id}"
    theirs = bo.place(page_id, "Bo")
    waits = bo.stands(theirs)
    assert (waits["state"], waits["place"], waits["waiting"], waits["link_token"]) == ("waiting", 1, 1, None)
    assert waits["estimate"]["likely"] is None
    line = owner.get(f"{API}/copies/{copy_id}/line").json["holds"]
    assert [(one["name"], one["place"]) for one in line] == [("Bo", 1)]
    term = eva.client.get(f"{API}/loans/{loan_id}/renewal").json
    assert (term["renewals_left"], term["somebody_waits"]) == (0, True)
    refused = eva.client.post(f"{API}/loans/{loan_id}/renewal")
    assert (refused.status_code, refused.json["code"]) == (409, "somebody-waits")
    assert eva.post_proven(f"{API}/loans/{loan_id}/return").status_code == 204
    turn = bo.stands(theirs)
    assert turn["state"] == "ready"
    assert owner.get(f"{API}/copies/{copy_id}").json["state"] == "held"
    assert owner.post(f"{API}/copies/{copy_id}/link", json={}).json["code"] == "copy-is-held"
    assert bo.borrow(turn["link_token"])


def test_asking_twice_gives_the_same_place(page_id: str, eva: Friend) -> None:
    first, second = eva.ask(page_id), eva.ask(page_id, "Somebody else")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json["token"] == second.json["token"]
    assert first.json["url"] == f"http://localhost/w#{first.json['token']}"
    assert second.json["place"]["name"] == "Eva"


def test_the_owner_says_yes_or_no(
    owner: FlaskClient, clock: HandClock, page_id: str, copy_id: str, eva: Friend, bo: Friend
) -> None:
    owner.put(f"{API}/copies/{copy_id}/ask-page", json={"approves": True})
    mine = eva.place(page_id)
    clock.forward(timedelta(seconds=1))
    theirs = bo.place(page_id, "Bo")
    assert eva.stands(mine)["state"] == "asked"
    evas, bos = (one["id"] for one in owner.get(f"{API}/copies/{copy_id}/line").json["holds"])
    assert owner.post(f"{API}/copies/{copy_id}/line/{evas}/approval").status_code == 204
    assert owner.delete(f"{API}/copies/{copy_id}/line/{bos}").status_code == 204
    assert (eva.stands(mine)["state"], bo.stands(theirs)["state"]) == ("ready", "declined")
    late = owner.post(f"{API}/copies/{copy_id}/line/{bos}/approval")
    assert (late.status_code, late.json["code"]) == (410, "hold-ended")
    kinds = [line["kind"] for line in _happened(owner, copy_id)]
    assert kinds[:4] == ["hold-declined", "held", "hold-placed", "hold-asked"]


def _happened(owner: FlaskClient, copy_id: str) -> list[dict[str, Any]]:
    page = owner.get(f"/books/{copy_id}").text
    words = {
        "Declined": "hold-declined",
        "Held for the next in line": "held",
        "In line": "hold-placed",
        "Asked to borrow": "hold-asked",
    }
    cells = [one.split("</td>")[0] for one in page.split('<td class="table-title">')[1:]]
    return [{"kind": words.get(cell, cell)} for cell in cells]


def test_a_place_that_lapsed_says_so_and_where_to_ask_again(
    clock: HandClock, page_id: str, eva: Friend
) -> None:
    mine = eva.place(page_id)
    link_token = eva.stands(mine)["link_token"]
    clock.forward(timedelta(hours=48))
    ended = eva.stands(mine)
    assert (ended["state"], ended["link_token"], ended["ask_url"]) == ("lapsed", None, f"/ask/{page_id}")
    assert eva.look(link_token).json["code"] == "link-expired"
    assert eva.client.post(f"{API}/holds/leave", json={"token": mine}).json["code"] == "hold-ended"


def test_leaving_is_done_once(page_id: str, eva: Friend) -> None:
    mine = eva.place(page_id)
    for _ in range(2):
        assert eva.client.post(f"{API}/holds/leave", json={"token": mine}).status_code == 204
    assert eva.stands(mine)["state"] == "left"


def test_a_token_for_something_else_is_no_place_and_a_place_lends_nothing(
    owner: FlaskClient, page_id: str, eva: Friend
) -> None:
    mine = eva.place(page_id)
    link = lend(owner, add(owner, books.epub("Another")))
    for forged in (link, mine[:-2], f"{mine}x", "v1.a.b.c", ""):
        for act in ("look", "leave"):
            answer = eva.client.post(f"{API}/holds/{act}", json={"token": forged})
            assert (answer.status_code, answer.json["code"]) == (404, "unknown-link")
    assert eva.look(mine).json["code"] == "unknown-link"


def test_a_name_is_needed_and_a_proof_for_this_very_request(page_id: str, eva: Friend) -> None:
    assert eva.ask(page_id, " ").json["code"] == "unacceptable-input"
    title = eva.client.get(f"{API}/ask/{page_id}").json["titles"][0]["id"]
    path = f"{API}/ask/{page_id}/titles/{title}/holds"
    other = {"kind": "key", "proof": eva.proof(f"{API}/claims")}
    assert eva.client.post(path, json={"name": "Eva", "binding": other}).json["code"] == "proof-invalid"
    ticket = {"kind": "ticket", "ticket": "t" * 20}
    assert eva.client.post(path, json={"name": "Eva", "binding": ticket}).status_code == 201


def test_asking_without_end_is_refused_with_a_time_to_wait(page_id: str, eva: Friend) -> None:
    while (answer := eva.ask(page_id)).status_code in (200, 201):
        pass
    assert (answer.status_code, answer.json["code"]) == (429, "asked-too-often")
    wait = int(answer.headers["Retry-After"])
    assert 0 < wait <= 120
    assert answer.json["remedy"] == f"Wait {-(-wait // 60)} minute{'s' if wait > 60 else ''}, then ask again."


def test_a_shelf_has_a_page_of_its_own_with_covers(owner: FlaskClient, copy_id: str, eva: Friend) -> None:
    owner.put(f"{API}/copies/{copy_id}/cover", data=books.PICTURE, content_type="image/png")
    add(owner, books.epub("Tides"))
    page_id = owner.put(f"{API}/account/ask-page", json={"approves": False}).json["id"]
    assert owner.get(f"{API}/account/ask-page").json["id"] == page_id
    seen = eva.client.get(f"{API}/ask/{page_id}").json
    assert (seen["total"], [one["is_free"] for one in seen["titles"]]) == (2, [True, True])
    (tides,) = eva.client.get(f"{API}/ask/{page_id}?q=tides").json["titles"]
    assert tides["cover_url"] is None or eva.client.get(tides["cover_url"]).status_code == 200
    covered = next(one for one in seen["titles"] if one["id"] != tides["id"])
    assert eva.client.get(covered["cover_url"]).mimetype == "image/jpeg"
    one = eva.client.get(f"{API}/ask/{page_id}/titles/{covered['id']}").json
    assert (one["waiting"], one["lender"]) == (0, "Ana")
    assert eva.client.get(f"/ask/{page_id}?q=tides").text.count('class="tile"') == 1
    assert eva.stands(eva.place(page_id))["ask_url"].startswith(f"/ask/{page_id}/")
    assert owner.delete(f"{API}/account/ask-page").status_code == 204
    assert eva.client.get(covered["cover_url"]).status_code == 404


def test_the_pages_are_for_those_with_the_address_and_no_search_engine(
    owner: FlaskClient, stranger: FlaskClient, page_id: str
) -> None:
    for address in (f"/ask/{page_id}", "/w"):
        page = stranger.get(address)
        assert page.status_code == 200
        assert '<meta name="robots" content="noindex">' in page.text
    assert stranger.get(f"/ask/{'a' * 26}").status_code == 404


def test_an_owner_sends_all_away_who_ask_or_everybody(owner: FlaskClient, copy_id: str, eva: Friend) -> None:
    line = f"{API}/copies/{copy_id}/line"
    page_id = owner.put(f"{API}/copies/{copy_id}/ask-page", json={"approves": True}).json["id"]
    place = eva.place(page_id)
    assert owner.delete(f"{line}?who=nobody").status_code == 422
    assert owner.delete(f"{line}?who=asked").status_code == 204
    assert eva.stands(place)["state"] == "declined"
    owner.put(f"{API}/copies/{copy_id}/ask-page", json={"approves": False})
    again = eva.place(page_id)
    assert b"Send everybody away" in owner.get(f"/books/{copy_id}").data
    assert owner.delete(line).status_code == 204
    assert eva.stands(again)["state"] == "declined"
    last = eva.place(page_id)
    assert owner.post(f"/books/{copy_id}/line", data={"who": "everybody"}).status_code == 303
    assert eva.stands(last)["state"] == "declined"
