"""What pages and letters say of an owner whose account was erased."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.circulation.events import Purpose
from lending.ports.records import Role
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.api.test_gifts import give, offer
from tests.web.browsers import Browser
from tests.web.conftest import HandClock, signed_in
from tests.web.test_librarians_desk import text


@pytest.fixture
def erased(
    app: Flask, owner: FlaskClient, other_owner: FlaskClient, services: Services, clock: HandClock
) -> dict[str, str]:
    """Ana lent one book, gave one to Berta, and is erased: ids of copies, a loan, an offer from her."""
    found = {"lent": add(owner, books.epub("Ants")), "given": add(owner, books.epub("Bees"))}
    found["got"] = add(other_owner, books.epub("Crows"))
    give(owner, found["given"], other_owner)
    give(other_owner, found["got"], owner)
    mia = Browser(app)
    found["link"] = lend(owner, found["lent"])
    found["loan"] = mia.borrow(found["link"], "Mia")
    clock.forward(timedelta(days=1))
    for _ in range(2):  # the first time it learns the nonce of this day
        mia.post_proven(f"/api/v1/loans/{found['loan']}/return")
    services.erasing_accounts.erase(services.accounts.actor_named("ana"))
    return found


def test_the_librarians_pages_call_them_somebody(librarian: FlaskClient, erased: dict[str, str]) -> None:
    record = text(librarian, "/log/record")
    assert "Account erased" in record
    assert "Berta to somebody" in record
    assert "somebody to Berta" in record
    assert "Ana" not in record
    assert "somebody covered" in text(librarian, "/log")
    assert "somebody" in text(librarian, f"/log/loans/{erased['loan']}")
    for copy in ("lent", "given", "got"):
        assert "Ana" not in text(librarian, f"/log/copies/{erased[copy]}")
    assert "Copy 1, somebody’s" in text(librarian, f"/log/copies/{erased['lent']}")
    for path in ("/overview", "/stock", "/log/integrity"):
        assert librarian.get(path).status_code == 200


def test_each_entry_about_them_can_be_proven(librarian: FlaskClient, erased: dict[str, str]) -> None:
    events = librarian.get("/api/v1/events").json["events"]
    assert events[0]["kind"] == "erased"
    assert {one["owner"] for one in events} == {"", "Berta"}
    for one in events:
        assert librarian.get(f"/log/record/{one['number']}/proof").status_code == 200


def test_the_bookplate_of_what_they_gave_calls_them_somebody(
    other_owner: FlaskClient, erased: dict[str, str]
) -> None:
    assert "Ex libris somebody" in text(other_owner, f"/books/{erased['given']}")
    owners = other_owner.get(f"/api/v1/copies/{erased['given']}/provenance").json["owners"]
    assert [one["name"] for one in owners] == ["", "Berta"]


def test_a_link_of_theirs_is_from_somebody_and_lends_nothing(app: Flask, erased: dict[str, str]) -> None:
    noa = Browser(app)
    assert noa.look(erased["link"]).json["lender"] == "somebody"
    refused = noa.claim(erased["link"], "Noa").json
    assert (refused["code"], "the lender" in refused["remedy"]) == ("link-used", True)


def test_nothing_of_theirs_can_be_asked_for(
    stranger: FlaskClient, owner: FlaskClient, erased: object
) -> None:
    assert erased
    assert owner.get("/shelf").status_code == 303, "they are signed out"
    assert stranger.get("/sign-in").status_code == 200


def test_one_who_gave_a_book_still_sees_that_it_was_accepted(
    app: Flask, owner: FlaskClient, other_owner: FlaskClient, services: Services
) -> None:
    token = offer(other_owner, add(other_owner, books.epub("Doves")))
    assert owner.post("/api/v1/gifts/accept", json={"token": token}).status_code == 200
    services.erasing_accounts.erase(services.accounts.actor_named("ana"))
    assert other_owner.get("/shelf").status_code == 200
    assert other_owner.post("/api/v1/gifts/look", json={"token": token}).json["code"] == "gift-taken"


def test_a_librarian_who_had_names_shown_is_somebody_and_not_the_operator(
    app: Flask, librarian: FlaskClient, services: Services
) -> None:
    carla, libro = signed_in(app, services, "carla", Role.LIBRARIAN), services.accounts.actor_named("libro")
    services.identities.show(libro, Purpose.AUDIT)
    services.erasing_accounts.erase(libro)
    assert librarian.get("/log").status_code == 303, "they are signed out"
    assert "All readers’ names shown to somebody: the log is being audited" in text(carla, "/log/record")
