"""A file leaves over HTTP: its bytes, its name, and who doesn't get it."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.config import Settings
from tests.web import books
from tests.web.api.asking import EPUB, PDF, add
from tests.web.api.test_gifts import give
from tests.web.conftest import HandClock


@pytest.mark.parametrize(
    ("data", "kind"), [(books.epub("Salt/Road: Дорога"), EPUB), (books.pdf("Tides"), PDF)]
)
def test_the_file_comes_back_as_it_was_brought_in(owner: FlaskClient, data: bytes, kind: str) -> None:
    copy_id = add(owner, data, kind)
    taken = owner.post(f"/api/v1/copies/{copy_id}/take-out").json
    assert taken["file_until"] == "2026-03-02T12:00:00Z"
    assert owner.get("/api/v1/taken-out").json["files"] == [taken]
    answer = owner.get(taken["file_url"])
    assert (answer.status_code, answer.mimetype, answer.data) == (200, kind, data)
    assert answer.content_length == len(data)
    assert answer.headers["Cache-Control"] == "no-store"
    name = "Salt Road  - Ida Example.epub" if kind == EPUB else "Tides.pdf"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{name}"')


def test_it_is_for_a_day_and_for_its_owner_alone(
    owner: FlaskClient,
    other_owner: FlaskClient,
    librarian: FlaskClient,
    stranger: FlaskClient,
    services: Services,
    settings: Settings,
    clock: HandClock,
) -> None:
    copy_id = add(owner, books.epub())
    path = f"/api/v1/copies/{copy_id}/file"
    assert owner.get(path).status_code == 404
    owner.post(f"/api/v1/copies/{copy_id}/take-out")
    made = owner.post("/api/v1/tokens", json={"label": "reads", "read_only": True}).json
    script = owner.application.test_client()
    script.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['secret']}"
    assert script.get("/api/v1/taken-out").status_code == 200
    refused = [client.get(path).status_code for client in (other_owner, librarian, stranger, script)]
    assert refused == [404, 403, 401, 403]
    assert owner.get("/api/v1/copies").json["total"] == 0
    assert list(settings.home.glob("books/*/*.lbk"))
    clock.forward(timedelta(days=1))
    assert (owner.get(path).status_code, owner.get(path).json["code"]) == (410, "file-not-kept")
    services.taking_out.destroy_over()
    assert not list(settings.home.glob("books/*/*.lbk"))


def test_a_book_that_came_as_a_gift_stays(owner: FlaskClient, other_owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    give(owner, copy_id, other_owner)
    answer = other_owner.post(f"/api/v1/copies/{copy_id}/take-out")
    assert (answer.status_code, answer.json["code"]) == (403, "not-brought-in")
    assert other_owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "on-shelf"
    assert "came to you as a gift" in other_owner.get(f"/books/{copy_id}").text
    assert other_owner.post(f"/books/{copy_id}/take-out").status_code == 403
