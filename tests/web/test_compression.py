"""Text comes compressed to who takes it so; sounds, ranges, secrets and what other sites ask for never do."""

import gzip

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lending.web import compression
from tests.epub.building import files, item, zipped
from tests.web import books
from tests.web.api.asking import add
from tests.web.conftest import PASSWORD

LONG = "<p>" + "The heron stood in the shallows. " * 200 + "</p>"
TAKES = {"Accept-Encoding": "gzip, deflate, br"}


def epub() -> bytes:
    chapter = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{LONG}</body></html>'
    items = item("c1", "c1.xhtml") + item("s", "s.mp3", "audio/mpeg")
    return zipped(files({"OPS/c1.xhtml": chapter, "OPS/s.mp3": books.SOUND}, items=items)).read()


@pytest.fixture
def loan(owner: FlaskClient) -> str:
    taken = owner.post(f"/api/v1/copies/{add(owner, epub())}/reading").json
    return f"/api/v1/loans/{taken['loan']['id']}"


def is_compressed(answer: TestResponse) -> bool:
    return answer.headers.get("Content-Encoding") == "gzip"


def test_a_chapter_comes_compressed_and_whole(owner: FlaskClient, loan: str) -> None:
    plain = owner.get(f"{loan}/r/OPS/c1.xhtml")
    packed = owner.get(f"{loan}/r/OPS/c1.xhtml", headers=TAKES)
    assert (is_compressed(plain), is_compressed(packed)) == (False, True)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.content_length == len(packed.data) < len(plain.data) / 10
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert packed.headers["Content-Security-Policy"] == plain.headers["Content-Security-Policy"]


@pytest.mark.parametrize("accepts", ["", "identity", "br", "gzip;q=0", "deflate"])
def test_who_does_not_take_it_compressed_gets_it_plain(owner: FlaskClient, loan: str, accepts: str) -> None:
    assert not is_compressed(owner.get(f"{loan}/r/OPS/c1.xhtml", headers={"Accept-Encoding": accepts}))


def test_a_sound_and_its_ranges_are_left_alone(owner: FlaskClient, loan: str) -> None:
    whole = owner.get(f"{loan}/r/OPS/s.mp3", headers=TAKES)
    some = owner.get(f"{loan}/r/OPS/s.mp3", headers={**TAKES, "Range": "bytes=0-9"})
    assert (whole.data, some.data, some.status_code) == (books.SOUND, books.SOUND[:10], 206)
    assert not is_compressed(whole)
    assert not is_compressed(some)


def test_what_is_short_is_left_alone(owner: FlaskClient, loan: str) -> None:
    answer = owner.get(f"{loan}/status", headers=TAKES)
    assert answer.json["state"] == "open"
    assert not is_compressed(answer)


def test_an_answer_without_its_body_is_left_alone(owner: FlaskClient, loan: str) -> None:
    plain = owner.head(f"{loan}/r/OPS/c1.xhtml")
    asked = owner.head(f"{loan}/r/OPS/c1.xhtml", headers=TAKES)
    assert not is_compressed(asked)
    assert asked.content_length == plain.content_length


def test_what_another_site_made_a_browser_ask_for_is_not_compressed(owner: FlaskClient, loan: str) -> None:
    assert is_compressed(owner.get("/", headers=TAKES, follow_redirects=True))
    foreign = {**TAKES, "Sec-Fetch-Site": "cross-site"}
    assert not is_compressed(owner.get("/", headers=foreign, follow_redirects=True))
    assert not is_compressed(owner.get(f"{loan}/r/OPS/c1.xhtml", headers=foreign))


def test_pages_with_secrets_are_not_compressed(owner: FlaskClient, app: Flask) -> None:
    copy_id = add(owner, books.epub())
    owner.post(f"/api/v1/copies/{copy_id}/link", json={})
    pages = [
        owner.get(f"/books/{copy_id}", headers=TAKES),
        owner.get(f"/api/v1/copies/{copy_id}/link", headers=TAKES),
        owner.get("/account", headers=TAKES),
        app.test_client().get("/sign-in", headers=TAKES),
    ]
    assert [page.status_code for page in pages] == [200] * 4
    assert not any(is_compressed(page) for page in pages)
    assert PASSWORD not in pages[2].text


def test_a_built_file_is_compressed_once(stranger: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = stranger.get("/static/icon.svg")
    first = stranger.get("/static/icon.svg", headers=TAKES)
    monkeypatch.setattr(compression, "_compressed", None)
    again = stranger.get("/static/icon.svg", headers=TAKES)
    assert is_compressed(first)
    assert first.data == again.data
    assert gzip.decompress(first.data) == plain.data
    assert first.headers["Cache-Control"] == plain.headers["Cache-Control"]
    plain.close()


def test_a_built_file_that_the_browser_has_is_not_sent_again(stranger: FlaskClient) -> None:
    tag = stranger.get("/static/icon.svg", headers=TAKES).headers["ETag"]
    again = stranger.get("/static/icon.svg", headers={**TAKES, "If-None-Match": tag})
    assert tag.startswith("W/")
    assert (again.status_code, again.data) == (304, b"")
    again.close()
