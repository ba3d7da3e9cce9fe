"""The log's promises, open to everybody: plain text for other machines."""

import sqlite3
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.config import Settings
from lending.ledger.checkpoints import Checkpoint
from lending.ledger.notes import Note
from lending.ledger.witnessing import Submission, cosigned
from lending.services.witnesses import TIMES_ASKED
from lending.web.pages.witnesses import LARGEST_BODY
from tests.ledger.signing import Keeper, a_witness
from tests.web import books
from tests.web.api.asking import add
from tests.web.conftest import HandClock

LAPTOP = a_witness()


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, witnesses=f"{Keeper('friend.example', 4).verifier}, {LAPTOP.verifier}")


@pytest.fixture
def signed(owner: FlaskClient, services: Services) -> Note:
    add(owner, books.epub())
    kept = services.logkeeping.checkpoint()
    assert kept is not None
    return kept.note


def witnessed(note: Note, clock: HandClock) -> str:
    line = cosigned(note, LAPTOP.verifier, clock.now(), LAPTOP.sign)
    return str(note.with_signatures([line]))


def test_before_there_is_a_log_there_is_nothing(stranger: FlaskClient) -> None:
    for path in ("checkpoint", "growth?old=0"):
        answer = stranger.get(f"/log/{path}")
        assert (answer.status_code, answer.mimetype) == (404, "text/plain")


def test_anybody_sees_what_was_signed_and_nothing_else(stranger: FlaskClient, signed: Note) -> None:
    answer = stranger.get("/log/checkpoint")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text == str(signed)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert stranger.get("/log").status_code == 303, "the loan log itself is for librarians"


def test_growth_is_what_a_witness_is_sent(stranger: FlaskClient, signed: Note) -> None:
    body = stranger.get("/log/growth?old=0").text
    assert Submission.parsed(body) == Submission(0, (), signed)
    beyond = stranger.get("/log/growth?old=99")
    size = Checkpoint.parsed(signed.text).size
    assert (beyond.status_code, beyond.mimetype, beyond.text) == (409, "text/x.tlog.size", f"{size}\n")
    for nonsense in ("", "?old=", "?old=-1", "?old=01", "?old=x", f"?old={2**64}"):
        assert stranger.get(f"/log/growth{nonsense}").status_code == 400


def test_a_witness_leaves_its_cosignature_and_twice_is_as_good_as_once(
    stranger: FlaskClient, signed: Note, clock: HandClock
) -> None:
    body = witnessed(signed, clock)
    for _ in range(2):
        answer = stranger.post("/log/cosignatures", data=body.encode(), content_type="text/plain")
        assert (answer.status_code, answer.text) == (204, "")
    assert stranger.get("/log/checkpoint").text == body


def test_nobody_else_leaves_anything(stranger: FlaskClient, signed: Note, clock: HandClock) -> None:
    impostor = Keeper(LAPTOP.name, 4)
    line = cosigned(signed, impostor.verifier, clock.now(), impostor.sign)
    for body, status in (
        (str(signed), 403),
        (str(signed.with_signatures([line])), 403),
        (witnessed(Keeper("other.example").promise(1, bytes(32)), clock), 404),
        ("", 400),
        ("\udcff".encode("utf-8", "surrogateescape"), 400),
        ("x" * (LARGEST_BODY + 1), 413),
    ):
        assert stranger.post("/log/cosignatures", data=body).status_code == status
    assert stranger.get("/log/checkpoint").text == str(signed)
    cross = stranger.post("/log/cosignatures", data=b"", headers={"Origin": "https://elsewhere"})
    assert cross.status_code == 403


def test_what_the_log_has_signed_and_lost_is_heard(
    stranger: FlaskClient, services: Services, signed: Note, clock: HandClock
) -> None:
    verifier, keys = services.logkeeping.verifier(), services.logkeeping.keys
    lost = Note(Checkpoint(verifier.name, 99, bytes(32)).text).signed(verifier, keys.sign)
    answer = stranger.post("/log/cosignatures", data=witnessed(lost, clock).encode())
    assert (answer.status_code, answer.mimetype) == (409, "text/x.tlog.size")
    (_, laptop) = services.witnesses.standing()
    assert laptop.alarm == f"it saw 99 entries, and the log has {answer.text.strip()}"


@pytest.mark.parametrize("log_is_checked", [False])
def test_what_a_damaged_log_has_signed_and_cannot_show_is_heard(
    stranger: FlaskClient, services: Services, settings: Settings, signed: Note, clock: HandClock
) -> None:
    with sqlite3.connect(settings.home / "library.db") as database:
        database.execute("DELETE FROM log_entry WHERE number = 0")
        database.execute("DELETE FROM checkpoint")
    database.close()
    answer = stranger.post("/log/cosignatures", data=witnessed(signed, clock).encode())
    assert (answer.status_code, answer.mimetype) == (409, "text/x.tlog.size")
    (_, laptop) = services.witnesses.standing()
    assert laptop.alarm.startswith("the log is damaged, and can't show the first 1 entries that it saw")


def test_nobody_asks_without_end(app: Flask, stranger: FlaskClient, signed: Note) -> None:
    for _ in range(TIMES_ASKED):
        stranger.get("/log/checkpoint")
    answer = stranger.get("/log/checkpoint")
    assert (answer.status_code, answer.mimetype) == (429, "text/plain")
    assert int(answer.headers["Retry-After"]) >= 1
    other = app.test_client()
    other.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    assert other.get("/log/checkpoint").status_code == 200


def test_librarians_see_what_each_witness_has_seen_and_hear_its_alarm(
    stranger: FlaskClient, librarian: FlaskClient, services: Services, signed: Note, clock: HandClock
) -> None:
    services.log_checking.check()
    body = witnessed(signed, clock)
    stranger.post("/log/cosignatures", data=body.encode(), content_type="text/plain")
    for page in ("/overview", "/log/integrity"):
        shown = librarian.get(page).text
        assert f"Witnessed by {LAPTOP.name}." in shown
        assert "raises the alarm" not in shown
    assert "It has seen nothing yet." in librarian.get("/log/integrity").text

    origin = services.logkeeping.verifier().name
    other = Checkpoint(origin, 99, bytes(32))
    forged = Note(other.text).signed(services.logkeeping.verifier(), services.logkeeping.keys.sign)
    stranger.post("/log/cosignatures", data=witnessed(forged, clock).encode(), content_type="text/plain")
    for page in ("/overview", "/log/integrity"):
        assert f"The witness {LAPTOP.name} raises the alarm" in librarian.get(page).text
