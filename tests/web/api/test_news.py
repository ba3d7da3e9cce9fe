"""News over HTTP: an owner's page asks often, and is told once what others did."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.services.actors import Actor
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser
from tests.web.conftest import HandClock


def hear(client: FlaskClient, after: str = "") -> dict[str, object]:
    answer = client.get("/api/v1/news", query_string={"after": after})
    assert answer.status_code == 200, answer.text
    heard: dict[str, object] = answer.json
    return heard


def test_an_owner_is_told_once_who_has_borrowed_what(owner: FlaskClient, browser: Browser) -> None:
    copy_id = add(owner, books.epub())
    first = hear(owner)
    assert (first["news"], first["changed"]) == ([], False)
    browser.borrow(lend(owner, copy_id), "Mia")
    told = hear(owner, first["after"])
    (item,) = told["news"]
    assert item | {"number": 0, "at": ""} == {
        "number": 0,
        "at": "",
        "kind": "checked-out",
        "copy_id": copy_id,
        "title": "Herons",
        "who": "Mia",
        "words": "Mia has borrowed “Herons”",
        "url": f"/books/{copy_id}",
    }
    assert hear(owner, told["after"]) == {"news": [], "changed": False, "after": told["after"]}


def test_it_is_told_in_the_language_of_the_page(owner: FlaskClient, browser: Browser) -> None:
    after = hear(owner)["after"]
    browser.borrow(lend(owner, add(owner, books.epub())), "Mia")
    owner.set_cookie("language", "es")
    (item,) = hear(owner, after)["news"]
    assert item["words"] == "Mia ha tomado prestado «Herons»"


def test_what_time_ended_and_what_the_owner_did(
    owner: FlaskClient, browser: Browser, services: Services, clock: HandClock
) -> None:
    copy_id = add(owner, books.epub())
    browser.borrow(lend(owner, copy_id))
    after = hear(owner)["after"]
    owner.post(f"/api/v1/copies/{copy_id}/recall")
    recalled = hear(owner, after)
    assert (recalled["news"], recalled["changed"]) == ([], True)
    clock.forward(timedelta(days=20))
    services.lending.settle_due()
    (item,) = hear(owner, recalled["after"])["news"]
    assert (item["kind"], item["words"]) == ("expired", "“Herons” has come back by itself")


def test_a_script_with_a_token_that_only_reads_is_told_too(
    owner: FlaskClient, services: Services, ana: Actor, browser: Browser, stranger: FlaskClient
) -> None:
    _, secret = services.accounts.make_token(ana, "script", read_only=True)
    stranger.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    after = hear(stranger)["after"]
    browser.borrow(lend(owner, add(owner, books.epub())))
    assert len(hear(stranger, after)["news"]) == 1


def test_others_hear_nothing_of_it(
    owner: FlaskClient,
    other_owner: FlaskClient,
    browser: Browser,
    stranger: FlaskClient,
    librarian: FlaskClient,
) -> None:
    after = hear(other_owner)["after"]
    browser.borrow(lend(owner, add(owner, books.epub())))
    heard = hear(other_owner, after)
    assert (heard["news"], heard["changed"]) == ([], False)
    assert stranger.get("/api/v1/news").status_code == 401
    assert librarian.get("/api/v1/news").status_code == 403


@pytest.mark.parametrize("after", ["x", "1.2", "1.2.3", "1" * 30 + ".1.", "1.1." + "1_" * 600])
def test_what_is_no_cursor_is_refused(owner: FlaskClient, after: str) -> None:
    answer = owner.get("/api/v1/news", query_string={"after": after})
    assert answer.json["code"] == "unacceptable-input"
