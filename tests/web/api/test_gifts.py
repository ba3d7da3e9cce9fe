"""A copy is given over HTTP: to whom, by whom, and what whoever gave it gets afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.config import Settings
from lending.ports.records import Role
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.api.test_access import OF_A_COPY, ask
from tests.web.browsers import Browser
from tests.web.conftest import HandClock, signed_in


def offer(owner: FlaskClient, copy_id: str, **said: str) -> str:
    """Make a gift; returns its token."""
    answer = owner.post(f"/api/v1/copies/{copy_id}/gift", json=said)
    assert answer.status_code == 201, answer.text
    token: str = answer.json["token"]
    return token


def give(owner: FlaskClient, copy_id: str, to: FlaskClient) -> None:
    answer = to.post("/api/v1/gifts/accept", json={"token": offer(owner, copy_id)})
    assert answer.status_code == 200, answer.text


def test_a_gift_from_offer_to_shelf(
    owner: FlaskClient, other_owner: FlaskClient, librarian: FlaskClient, clock: HandClock
) -> None:
    copy_id = add(owner, books.epub("The Salt Road"))
    gift = owner.post(f"/api/v1/copies/{copy_id}/gift", json={"for_whom": "Berta", "note": "For you"}).json
    assert gift["url"] == f"http://localhost/g#{gift['token']}"
    assert owner.get(f"/api/v1/copies/{copy_id}/gift").json == gift
    shown = owner.get(f"/api/v1/copies/{copy_id}").json
    assert (shown["state"], shown["link"]) == ("gift-out", None)
    seen = other_owner.post("/api/v1/gifts/look", json={"token": gift["token"]}).json
    assert (seen["title"], seen["giver"], seen["note"]) == ("The Salt Road", "Ana", "For you")
    assert (seen["state"], seen["accept_by"]) == ("waiting", gift["accept_by"])
    clock.forward(timedelta(days=1))
    accepted = other_owner.post("/api/v1/gifts/accept", json={"token": gift["token"]})
    again = other_owner.post("/api/v1/gifts/accept", json={"token": gift["token"]})
    assert accepted.json == again.json
    copy = accepted.json["copy"]
    assert (copy["id"], copy["title"], copy["state"]) == (copy_id, "The Salt Road", "on-shelf")
    assert other_owner.post("/api/v1/gifts/look", json={"token": gift["token"]}).json["state"] == "used"
    owners = other_owner.get(f"/api/v1/copies/{copy_id}/provenance").json["owners"]
    assert [(one["name"], one["since"], one["until"]) for one in owners] == [
        ("Ana", "2026-03-01T12:00:00Z", "2026-03-02T12:00:00Z"),
        ("Berta", "2026-03-02T12:00:00Z", None),
    ]
    (given,) = other_owner.get(f"/api/v1/copies/{copy_id}/events").json["events"]
    assert (given["kind"], given["owner"], given["receiver"]) == ("given", "Ana", "Berta")
    record = librarian.get("/api/v1/events", query_string={"copy": copy_id}).json["events"]
    assert {one["owner"] for one in record} == {"Ana"}


def test_after_the_gift_whatever_its_giver_asks_for_is_not_there(
    app: Flask, owner: FlaskClient, other_owner: FlaskClient
) -> None:
    copy_id = add(owner, books.epub())
    eva, lent = Browser(app), lend(owner, copy_id)
    loan = eva.borrow(lent)
    assert eva.post_proven(f"/api/v1/loans/{loan}/return").status_code == 204
    own = owner.post(f"/api/v1/copies/{copy_id}/reading").json["loan"]["id"]
    note = {"id": "bookmark_2", "base": 0, "kind": "bookmark", "locator": {}, "fraction": 1}
    owner.post(f"/api/v1/loans/{own}/marks", json={"since": 0, "changes": [note]})
    owner.delete(f"/api/v1/copies/{copy_id}/reading")
    give(owner, copy_id, other_owner)
    for method, rule, endpoint in OF_A_COPY:
        assert ask(owner, method, rule, endpoint, copy_id=copy_id).status_code == 404, rule
    for path in ("", "/record", "/lend"):
        assert owner.get(f"/books/{copy_id}{path}").status_code == 404, path
    for path in ("manifest", "search?q=salt", "marks", "position", "about"):
        assert owner.get(f"/api/v1/loans/{own}/{path}").status_code == 403, path
    assert owner.get(f"/read/{own}").status_code == 403
    assert owner.post(f"/api/v1/loans/{own}/take-home", json={}).status_code == 403
    assert owner.get("/api/v1/copies").json["total"] == 0
    assert owner.get("/api/v1/copies", query_string={"q": "herons"}).json["total"] == 0
    old_link = app.test_client().post("/api/v1/links/look", json={"token": lent})
    assert (old_link.status_code, old_link.json["code"]) == (409, "link-used")
    assert "Berta" not in old_link.text


def test_only_another_owner_accepts_and_everybody_else_is_told_why(
    owner: FlaskClient, other_owner: FlaskClient, librarian: FlaskClient, stranger: FlaskClient
) -> None:
    copy_id = add(owner, books.epub())
    token = offer(owner, copy_id)

    def accept(client: FlaskClient, said: str = token) -> tuple[int, str]:
        answer = client.post("/api/v1/gifts/accept", json={"token": said})
        return answer.status_code, answer.json["code"]

    assert accept(stranger) == (401, "not-signed-in")
    assert accept(librarian) == (403, "not-allowed")
    assert accept(owner) == (409, "yours-already")
    assert accept(other_owner, lend(owner, add(owner, books.epub("Other")))) == (404, "unknown-link")
    assert stranger.post("/api/v1/links/look", json={"token": token}).json["code"] == "unknown-link"
    assert owner.delete(f"/api/v1/copies/{copy_id}/gift").status_code == 204
    assert accept(other_owner) == (410, "gift-taken-back")
    assert owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "on-shelf"


def test_a_gift_that_nobody_accepted_in_time_is_the_givers_still(
    owner: FlaskClient, other_owner: FlaskClient, clock: HandClock
) -> None:
    copy_id = add(owner, books.epub())
    token = offer(owner, copy_id)
    clock.forward(timedelta(days=7))
    answer = other_owner.post("/api/v1/gifts/accept", json={"token": token})
    assert (answer.status_code, answer.json["code"]) == (410, "gift-expired")
    assert "Ana" in answer.json["remedy"]
    assert owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "on-shelf"


def test_of_many_who_accept_at_once_while_the_giver_takes_it_back_at_most_one_has_it(
    app: Flask, services: Services, owner: FlaskClient, settings: Settings
) -> None:
    """Six owners and the giver, all in the same moment: it is somebody's, once, with one set of files."""
    others = [
        signed_in(app, services, name, Role.OWNER) for name in ("eva", "kim", "lea", "max", "noa", "pau")
    ]
    copy_id = add(owner, books.epub())
    token = offer(owner, copy_id)

    def accept(client: FlaskClient) -> int:
        return client.post("/api/v1/gifts/accept", json={"token": token}).status_code

    with ThreadPoolExecutor(len(others) + 1) as pool:
        answers = [pool.submit(accept, client) for client in others]
        cancelled = pool.submit(lambda: owner.delete(f"/api/v1/copies/{copy_id}/gift").status_code)
        statuses = sorted(answer.result() for answer in answers)
    shelves = [client.get("/api/v1/copies").json["total"] for client in [owner, *others]]
    assert sum(shelves) == 1
    accepted = statuses.count(200)
    assert accepted == 1 - shelves[0]
    assert cancelled.result() == (404 if accepted else 204)
    sealed(services, settings)


@pytest.mark.parametrize("back", [False, True])
def test_of_a_given_book_one_set_of_sealed_files_is_left_and_none_of_the_givers(
    owner: FlaskClient, other_owner: FlaskClient, services: Services, settings: Settings, back: bool
) -> None:
    copy_id = add(owner, books.epub())
    before = sealed(services, settings)
    give(owner, copy_id, other_owner)
    if back:
        give(other_owner, copy_id, owner)
    after = sealed(services, settings)
    assert len(after) == len(before)
    assert not before & after
    for path in settings.home.rglob("*"):
        assert not path.is_file() or b"application/epub+zipPK" not in path.read_bytes(), path


def sealed(services: Services, settings: Settings) -> set[str]:
    """The sealed files on the disk, each with a key in the database, and no key without one."""
    there = {path.stem for path in settings.home.glob("books/*/*")}
    with services.upkeep.library.read() as desk:
        assert there == set(desk.keys.file_ids())
    return there
