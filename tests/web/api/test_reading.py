"""A loan's parts over HTTP: one at a time, to the one browser that has the loan."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from lending.bootstrap import Services
from lending.config import Settings
from lending.web.app import create_app
from tests.web import books
from tests.web.api.asking import PDF, add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

BOOK_PART = "script-src 'none'"


def test_every_section_of_the_manifest_is_served(browser: Browser, epub: str) -> None:
    manifest = browser.client.get(f"{epub}/manifest").json
    parts = [browser.client.get(f"{epub}/{section['href']}") for section in manifest["sections"]]
    assert manifest["metadata"]["title"] == "Herons"
    assert [part.status_code for part in parts] == [200, 200]
    assert {part.headers["Content-Type"] for part in parts} == {"application/xhtml+xml"}


def test_a_chapter_is_served_cleaned_and_under_its_own_policy(browser: Browser, epub: str) -> None:
    part = browser.client.get(f"{epub}/r/OPS/c1.xhtml")
    assert books.SENTENCE in part.text
    assert "alert" not in part.text
    assert BOOK_PART in part.headers["Content-Security-Policy"]
    assert part.headers["Cache-Control"] == "no-store"
    assert part.headers["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_served_as_it_is(browser: Browser, epub: str) -> None:
    part = browser.client.get(f"{epub}/r/OPS/picture.png")
    assert (part.headers["Content-Type"], part.data) == ("image/png", books.PICTURE)


@pytest.mark.parametrize(
    "path",
    ["r/OPS/none.xhtml", "r/OPS/package.opf", "r/META-INF/container.xml", "r/mimetype", "wrapped/none"],
)
def test_what_the_book_does_not_show_is_no_part_of_it(browser: Browser, epub: str, path: str) -> None:
    answer = browser.client.get(f"{epub}/{path}")
    assert (answer.status_code, answer.json["code"]) == (404, "no-such-part")


@pytest.mark.parametrize("destination", ["document", "embed", "object"])
def test_no_part_is_shown_outside_the_reader(browser: Browser, epub: str, destination: str) -> None:
    headers = {"Sec-Fetch-Dest": destination}
    for part in ("r/OPS/c1.xhtml", "wrapped/OPS/picture.png", "pages/1"):
        assert browser.client.get(f"{epub}/{part}", headers=headers).status_code == 403
    assert (
        browser.client.get(f"{epub}/r/OPS/c1.xhtml", headers={"Sec-Fetch-Dest": "iframe"}).status_code == 200
    )


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=5000-", 5000, 10_239),
        ("bytes=-40", 10_200, 10_239),
        ("bytes=9-9", 9, 9),
    ],
)
def test_a_sound_is_served_in_the_range_that_is_asked_for(
    browser: Browser, epub: str, asked: str, first: int, last: int
) -> None:
    part = browser.client.get(f"{epub}/r/OPS/sound.mp3", headers={"Range": asked})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/{len(books.SOUND)}"
    assert part.data == books.SOUND[first : last + 1]
    assert part.headers["Content-Type"] == "audio/mpeg"


def test_a_whole_sound_says_that_it_can_be_had_in_ranges(browser: Browser, epub: str) -> None:
    part = browser.client.get(f"{epub}/r/OPS/sound.mp3")
    assert (part.status_code, part.data) == (200, books.SOUND)
    assert part.headers["Accept-Ranges"] == "bytes"
    assert part.content_length == len(books.SOUND)


def test_a_range_past_the_end_of_a_sound_is_refused(browser: Browser, epub: str) -> None:
    part = browser.client.get(f"{epub}/r/OPS/sound.mp3", headers={"Range": "bytes=99999-"})
    assert (part.status_code, part.mimetype) == (416, "application/problem+json")
    assert part.headers["Content-Range"] == f"bytes */{len(books.SOUND)}"


def test_a_page_is_drawn_in_steps_of_width(browser: Browser, pdf: str) -> None:
    narrow, wider = (browser.client.get(f"{pdf}/pages/1?w={width}") for width in (201, 300))
    assert narrow.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(narrow.data)).width == pytest.approx(300, abs=1)
    assert narrow.data == wider.data


def test_a_page_has_its_text(browser: Browser, pdf: str) -> None:
    text = browser.client.get(f"{pdf}/pages/2/text").json
    assert (text["width"], text["height"]) == (595, 842)
    assert text["lines"][0][4] == "SECOND PAGE"


def test_a_page_has_its_links(browser: Browser, pdf: str) -> None:
    links = browser.client.get(f"{pdf}/pages/1/text").json["links"]
    assert [(link["page"], link["href"]) for link in links] == [
        (2, None),
        (None, "https://example.org/tides"),
    ]
    assert browser.client.get(f"{pdf}/pages/2/text").json["links"] == []


def test_a_page_shown_large_comes_in_pieces(browser: Browser, pdf: str) -> None:
    piece = browser.client.get(f"{pdf}/pages/1/tiles/1/2?w=2990")
    assert piece.headers["Content-Type"] == "image/webp"
    assert Image.open(io.BytesIO(piece.data)).size == (1024, 1024)
    last = browser.client.get(f"{pdf}/pages/1/tiles/2/4?w=2990")
    assert Image.open(io.BytesIO(last.data)).size == (3000 - 2048, 4246 - 4096)


def test_a_pdf_tells_its_pages(browser: Browser, pdf: str) -> None:
    manifest = browser.client.get(f"{pdf}/manifest").json
    assert (manifest["pages"], manifest["metadata"]["title"]) == (2, "Tides")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("pages/3", 404),
        ("pages/0", 404),
        ("pages/99999999999999999999", 404),
        ("pages/1?w=63", 422),
        ("pages/1?w=4001", 422),
        ("pages/1?w=wide", 422),
        ("pages/3/text", 404),
        ("pages/3/tiles/0/0?w=3000", 404),
        ("pages/1/tiles/3/0?w=3000", 404),
        ("pages/1/tiles/0/99999999999999999999?w=3000", 404),
        ("pages/1/tiles/0/0", 422),
        ("pages/1/tiles/0/0?w=20001", 422),
        ("r/OPS/c1.xhtml", 404),
    ],
)
def test_a_page_that_there_is_not_is_refused(browser: Browser, pdf: str, path: str, status: int) -> None:
    assert browser.client.get(f"{pdf}/{path}").status_code == status


def test_an_epub_has_no_drawn_pages(browser: Browser, epub: str) -> None:
    assert browser.client.get(f"{epub}/pages/1").json["code"] == "no-such-part"


def test_the_status_tells_how_long_is_left(browser: Browser, epub: str, clock: HandClock) -> None:
    clock.forward(timedelta(minutes=1))
    status = browser.client.get(f"{epub}/status").json
    assert (status["state"], status["seconds_left"]) == ("open", 14 * 86_400 - 60)
    assert status["due_at"] == "2026-03-15T12:00:00Z"


def test_an_owners_own_reading_has_no_due_date(owner: FlaskClient) -> None:
    taken = owner.post(f"/api/v1/copies/{add(owner, books.epub())}/reading").json
    status = owner.get(f"/api/v1/loans/{taken['loan']['id']}/status").json
    assert (status["due_at"], status["seconds_left"]) == (None, None)


def test_a_pass_runs_out_and_is_renewed_by_the_key(browser: Browser, epub: str, clock: HandClock) -> None:
    clock.forward(timedelta(minutes=10))
    expired = browser.client.get(f"{epub}/status")
    stale = browser.post_proven(f"{epub}/pass")  # its nonce is as old as the pass
    renewed = browser.post_proven(f"{epub}/pass")
    assert (expired.status_code, expired.json["code"]) == (401, "pass-expired")
    assert (stale.status_code, renewed.status_code) == (400, 204)
    assert browser.client.get(f"{epub}/status").status_code == 200


def test_another_key_renews_no_pass_and_returns_no_loan(app: Flask, browser: Browser, epub: str) -> None:
    thief = Browser(app)
    thief.nonce = browser.nonce
    assert thief.post_proven(f"{epub}/pass").json["code"] == "not-your-loan"
    assert thief.post_proven(f"{epub}/return").json["code"] == "not-your-loan"
    assert browser.client.get(f"{epub}/status").status_code == 200


def test_a_stolen_cookie_alone_returns_no_loan(browser: Browser, epub: str) -> None:
    answer = browser.client.post(f"{epub}/return", json={})
    assert (answer.status_code, answer.json["code"]) == (400, "proof-invalid")
    assert browser.client.get(f"{epub}/status").status_code == 200


def test_a_return_needs_the_key_but_no_fresh_pass(browser: Browser, epub: str, clock: HandClock) -> None:
    clock.forward(timedelta(minutes=10))
    browser.post_proven(f"{epub}/return")
    assert browser.post_proven(f"{epub}/return").status_code == 204
    assert browser.client.get("/api/v1/borrowed").json["loans"] == []


def test_a_return_drops_the_cookie(browser: Browser, epub: str) -> None:
    loan_id = epub.rsplit("/", 1)[-1]
    assert browser.client.get_cookie(f"loan-{loan_id}") is not None
    browser.post_proven(f"{epub}/return")
    assert browser.client.get_cookie(f"loan-{loan_id}") is None


def test_a_loan_without_a_key_is_returned_by_its_cookie(app: Flask, owner: FlaskClient) -> None:
    client, thief = app.test_client(), app.test_client()
    wish = {"token": lend(owner, add(owner, books.epub())), "binding": {"kind": "ticket", "ticket": "t" * 20}}
    loan = f"/api/v1/loans/{client.post('/api/v1/claims', json=wish).json['loan']['id']}"
    assert thief.post(f"{loan}/return").json["code"] == "not-your-loan"
    assert thief.post(f"{loan}/return", json={"proof": "made up"}).json["code"] == "proof-invalid"
    assert client.post(f"{loan}/return").status_code == 204
    assert client.get(f"{loan}/status").status_code == 403


def test_a_proof_of_some_key_returns_no_loan_without_one(app: Flask, owner: FlaskClient) -> None:
    wish = {"token": lend(owner, add(owner, books.epub())), "binding": {"kind": "ticket", "ticket": "t" * 20}}
    thief = Browser(app)
    thief.look(wish["token"])
    loan = f"/api/v1/loans/{app.test_client().post('/api/v1/claims', json=wish).json['loan']['id']}"
    assert thief.post_proven(f"{loan}/return").json["code"] == "not-your-loan"


def test_an_owner_returns_their_own_reading_too(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    loan_id = owner.post(f"/api/v1/copies/{copy_id}/reading").json["loan"]["id"]
    assert owner.post(f"/api/v1/loans/{loan_id}/return").status_code == 204
    assert owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "on-shelf"


def test_a_browser_is_told_what_it_has_on_loan(browser: Browser, epub: str, stranger: FlaskClient) -> None:
    (loan,) = browser.client.get("/api/v1/borrowed").json["loans"]
    assert (loan["title"], loan["lender"], loan["format"]) == ("Herons", "Ana", "epub")
    assert loan["read_url"] == f"/read/{epub.rsplit('/', 1)[-1]}"
    assert stranger.get("/api/v1/borrowed").json == {"loans": []}


def test_the_lender_reads_nothing_while_the_copy_is_out(owner: FlaskClient, epub: str) -> None:
    answer = owner.get(f"{epub}/r/OPS/c1.xhtml")
    assert (answer.status_code, answer.json["code"]) == (403, "not-your-loan")


def test_reading_too_fast_is_answered_with_how_long_to_wait(
    services: Services, settings: Settings, owner: FlaskClient
) -> None:
    slow = replace(services.reading, pace=replace(services.reading.pace, at_once=1))
    hasty = Browser(create_app(replace(services, reading=slow), settings))
    loan_id = hasty.borrow(lend(owner, add(owner, books.pdf(), PDF)))
    pages = f"/api/v1/loans/{loan_id}/pages"
    assert hasty.client.get(f"{pages}/1").status_code == 200
    assert hasty.client.get(f"{pages}/1/text").status_code == 200
    refused = hasty.client.get(f"{pages}/2")
    assert (refused.status_code, refused.json["code"]) == (429, "reading-too-fast")
    assert refused.headers["Retry-After"] == str(refused.json["wait_seconds"]) == "3"
    assert hasty.client.get(f"/api/v1/loans/{loan_id}/status").status_code == 200
