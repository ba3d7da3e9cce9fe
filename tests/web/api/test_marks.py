"""Bookmarks, highlights and notes over HTTP, from two devices of one reader."""

import json
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import add, lend, show_names
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

HIGHLIGHT: dict[str, Any] = {
    "id": "highlight-1",
    "base": 0,
    "kind": "highlight",
    "locator": {"start": "epubcfi(/6/2!/4/1:0)", "end": None},
    "fraction": 0.25,
    "text": "The heron stood.",
    "note": "¡Qué paciencia!\n\tSí.",
    "ink": "green",
    "stays": False,
    "deleted": False,
}
BOOKMARK = {"id": "bookmark_2", "base": 0, "kind": "bookmark", "locator": {}, "fraction": 1}


def sync(client: FlaskClient, loan: str, *changes: dict[str, Any], since: int = 0) -> dict[str, Any]:
    answer = client.post(f"{loan}/marks", json={"since": since, "changes": changes})
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json
    return said


def test_a_mark_comes_back_as_it_was_made(browser: Browser, loan: str) -> None:
    told = sync(browser.client, loan, HIGHLIGHT)
    noon = "2026-03-01T12:00:00Z"
    made = {"revision": 1, "made_at": noon, "changed_at": noon}
    assert told == {"revision": 1, "marks": [{k: v for k, v in HIGHLIGHT.items() if k != "base"} | made]}
    assert browser.client.get(f"{loan}/marks").json == told
    assert browser.client.get(f"{loan}/status").json["marks_revision"] == 1


def test_what_is_left_out_is_empty(browser: Browser, loan: str) -> None:
    (mark,) = sync(browser.client, loan, BOOKMARK)["marks"]
    assert (mark["text"], mark["note"], mark["ink"], mark["deleted"]) == ("", "", "", False)


def test_an_answer_brings_only_what_is_new(browser: Browser, loan: str) -> None:
    sync(browser.client, loan, HIGHLIGHT)
    told = sync(browser.client, loan, BOOKMARK, since=1)
    assert (told["revision"], [mark["id"] for mark in told["marks"]]) == (2, ["bookmark_2"])
    assert (
        browser.client.post(f"{loan}/marks").json["marks"]
        == browser.client.get(f"{loan}/marks").json["marks"]
    )


def test_two_devices_notes_both_stand(browser: Browser, loan: str, clock: HandClock) -> None:
    sync(browser.client, loan, HIGHLIGHT | {"note": ""})
    sync(browser.client, loan, HIGHLIGHT | {"base": 1, "note": "from the phone"})
    clock.forward(timedelta(minutes=1))
    (mark,) = sync(browser.client, loan, HIGHLIGHT | {"base": 1, "note": "from the desk", "ink": "pink"})[
        "marks"
    ]
    assert (mark["note"], mark["ink"]) == ("from the phone\n\nfrom the desk", "pink")
    assert (mark["made_at"], mark["changed_at"]) == ("2026-03-01T12:00:00Z", "2026-03-01T12:01:00Z")


def test_a_deletion_is_told_until_every_device_knows(browser: Browser, loan: str) -> None:
    sync(browser.client, loan, HIGHLIGHT)
    told = sync(browser.client, loan, HIGHLIGHT | {"base": 1, "deleted": True}, since=1)
    assert [(mark["id"], mark["deleted"], mark["note"]) for mark in told["marks"]] == [
        ("highlight-1", True, "")
    ]
    assert browser.client.get(f"{loan}/marks").json == {"revision": 2, "marks": []}


def test_characters_that_nobody_sees_are_left_out(browser: Browser, loan: str) -> None:
    unseen = {"text": "hy\x02phen\x00", "note": "bell\x07\x7f", "locator": {"x": "\x00"}}
    (mark,) = sync(browser.client, loan, HIGHLIGHT | unseen)["marks"]
    assert (mark["text"], mark["note"], mark["locator"]) == ("hyphen", "bell", {"x": "\x00"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "short"},
        {"id": "x" * 41},
        {"id": "no spaces"},
        {"base": -1},
        {"base": 10**30},
        {"kind": "scribble"},
        {"locator": "here"},
        {"locator": {"x": "y" * 4096}},
        {"locator": {"x": float("inf")}},
        {"fraction": 1.01},
        {"fraction": float("nan")},
        {"text": "x" * 4001},
        {"note": "x" * 10_001},
        {"ink": "black"},
        {"revision": 3},
    ],
)
def test_a_change_that_is_none_is_refused_and_nothing_of_the_request_kept(
    browser: Browser, loan: str, wrong: dict[str, Any]
) -> None:
    changes = [BOOKMARK, HIGHLIGHT | wrong]
    answer = browser.client.post(f"{loan}/marks", json={"changes": changes})
    assert (answer.status_code, answer.json["code"]) == (422, "unacceptable-input")
    assert browser.client.get(f"{loan}/marks").json["marks"] == []


def test_a_long_journey_fits_into_one_request_and_no_more(browser: Browser, loan: str) -> None:
    changes = [HIGHLIGHT | {"id": f"highlight-{n}", "note": "n" * 9000} for n in range(500)]
    assert len(sync(browser.client, loan, *changes)["marks"]) == 500
    answer = browser.client.post(f"{loan}/marks", json={"changes": [*changes, BOOKMARK]})
    assert answer.status_code == 422
    assert browser.client.post(f"{loan}/marks", data=b" " * (17 << 20)).status_code in (413, 415)


def test_too_many_marks_are_refused_by_name(
    browser: Browser, loan: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.services.margins.MOST_MARKS", 1)
    answer = browser.client.post(f"{loan}/marks", json={"changes": [HIGHLIGHT, BOOKMARK]})
    assert (answer.status_code, answer.json["code"], answer.json["limit"]) == (409, "too-many-marks", 1)


def test_an_owner_finds_their_marks_when_they_take_the_book_again(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    for expected in ([], ["highlight-1"]):
        loan = f"/api/v1/loans/{owner.post(f'/api/v1/copies/{copy_id}/reading').json['loan']['id']}"
        assert [mark["id"] for mark in owner.get(f"{loan}/marks").json["marks"]] == expected
        sync(owner, loan, HIGHLIGHT)
        owner.delete(f"/api/v1/copies/{copy_id}/reading")


def test_a_librarian_sees_nothing_of_what_a_reader_wrote(
    librarian: FlaskClient, browser: Browser, loan: str
) -> None:
    sync(browser.client, loan, HIGHLIGHT | {"note": "heron-note", "text": "heron-text"})
    show_names(librarian)
    looked_at = ("/api/v1/loans", "/api/v1/loans.csv", "/api/v1/events", "/log", "/log/record")
    for address in looked_at:
        page = librarian.get(address)
        assert page.status_code == 200, address
        assert "Mia" in page.text
        assert "heron-" not in page.text
    assert librarian.get(f"{loan}/marks").json["code"] == "not-your-loan"


def test_a_note_that_stays_is_there_for_the_next_reader_and_the_owner(
    app: Flask, owner: FlaskClient, browser: Browser
) -> None:
    copy_id = add(owner, books.epub())
    mia = f"/api/v1/loans/{browser.borrow(lend(owner, copy_id), 'Mia')}"
    sync(browser.client, mia, HIGHLIGHT | {"stays": True}, BOOKMARK)
    assert browser.client.get(f"{mia}/marks/left").json == {"notes": []}
    browser.post_proven(f"{mia}/return")
    assert browser.client.get(f"{mia}/marks/left").status_code in (403, 410)
    own = f"/api/v1/loans/{owner.post(f'/api/v1/copies/{copy_id}/reading').json['loan']['id']}"
    (left,) = owner.get(f"{own}/marks/left").json["notes"]
    assert (left["by"], left["note"], left["text"]) == ("Mia", HIGHLIGHT["note"], HIGHLIGHT["text"])
    assert mia.rpartition("/")[2] not in str(left)
    owner.delete(f"/api/v1/copies/{copy_id}/reading")
    kim = Browser(app)
    kims = f"/api/v1/loans/{kim.borrow(lend(owner, copy_id), 'Kim')}"
    assert kim.client.get(f"{kims}/marks/left").json == {"notes": [left]}
    assert kim.client.get(f"{kims}/marks").json["marks"] == []


def test_an_owner_removes_a_note_from_their_book_and_its_writer_keeps_it(
    app: Flask, owner: FlaskClient, browser: Browser
) -> None:
    copy_id = add(owner, books.epub())
    mia = browser.borrow(lend(owner, copy_id), "Mia")
    sync(browser.client, f"/api/v1/loans/{mia}", HIGHLIGHT | {"stays": True})
    browser.post_proven(f"/api/v1/loans/{mia}/return")

    kim = Browser(app)
    kims = f"/api/v1/loans/{kim.borrow(lend(owner, copy_id), 'Kim')}"
    (left,) = kim.client.get(f"{kims}/marks/left").json["notes"]
    refused = kim.client.delete(f"{kims}/marks/left/{left['id']}")
    assert (refused.status_code, refused.json["code"]) == (403, "not-allowed")
    kim.post_proven(f"{kims}/return")

    own = f"/api/v1/loans/{owner.post(f'/api/v1/copies/{copy_id}/reading').json['loan']['id']}"
    assert owner.delete(f"{own}/marks/left/{left['id']}x").status_code == 404
    assert owner.delete(f"{own}/marks/left/{left['id']}").status_code == 204
    assert owner.get(f"{own}/marks/left").json == {"notes": []}
    assert owner.delete(f"{own}/marks/left/{left['id']}").status_code == 404
    home = browser.post_proven(f"/api/v1/loans/{mia}/take-home")
    assert [item["body"]["value"] for item in json.loads(home.text)["first"]["items"]] == [HIGHLIGHT["note"]]


def test_a_note_that_stays_can_be_taken_back(owner: FlaskClient, browser: Browser) -> None:
    copy_id = add(owner, books.epub())
    mia = f"/api/v1/loans/{browser.borrow(lend(owner, copy_id), 'Mia')}"
    sync(browser.client, mia, HIGHLIGHT | {"stays": True})
    (mark,) = sync(browser.client, mia, HIGHLIGHT | {"base": 1, "stays": False})["marks"]
    assert mark["stays"] is False
    browser.post_proven(f"{mia}/return")
    own = owner.post(f"/api/v1/copies/{copy_id}/reading").json["loan"]["id"]
    assert owner.get(f"/api/v1/loans/{own}/marks/left").json == {"notes": []}
