"""The asking itself is tried: all that was answered is asked again, and a house that answers is found out."""

import sqlite3
from contextlib import closing

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.circulation import borrowing
from lending.config import Settings
from tests.replaying import Answer, LoanRows, Memory, Request, replay
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.asking_again import after_the_end, listen
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

PARTS = (
    "manifest",
    "r/OPS/c1.xhtml",
    "r/OPS/sound.mp3",
    "status",
    "marks",
    "marks/left",
    "about",
    "search?q=herons",
)
REFUSED = Answer(410, "application/problem+json", b'{"code": "loan-ended"}')


@pytest.fixture
def log_is_checked() -> bool:
    """Loans are ended here by writing into the database."""
    return False


@pytest.fixture
def rows(settings: Settings) -> LoanRows:
    return LoanRows(settings.home / "library.db")


@pytest.fixture
def asked(app: Flask, owner: FlaskClient) -> Memory:
    """What was asked while somebody read a book: each part, twice, the page, a change, a new pass."""
    memory = listen(app)
    mia = Browser(app)
    loan_id = mia.borrow(lend(owner, add(owner, books.epub())))
    loan = f"/api/v1/loans/{loan_id}"
    for part in PARTS * 2:
        assert mia.client.get(f"{loan}/{part}").status_code == 200, part
    assert mia.client.get(f"/read/{loan_id}").status_code == 200
    assert mia.client.get(f"{loan}/r/nothing").status_code == 404
    assert mia.client.post(f"{loan}/marks", json={}).status_code == 200
    assert mia.post_proven(f"{loan}/pass").status_code == 204
    return memory


def test_each_request_that_was_answered_is_asked_again_once(
    app: Flask, asked: Memory, rows: LoanRows, clock: HandClock
) -> None:
    assert after_the_end(app, asked, rows, clock.now()) == len(PARTS) + 3
    assert {request.method for request in asked.requests.values()} == {"GET", "POST"}
    assert all("loan-" in dict(request.headers)["Cookie"] for request in asked.requests.values())


def test_an_open_loan_is_let_be(app: Flask, asked: Memory, rows: LoanRows, clock: HandClock) -> None:
    assert replay(asked, rows, lambda _: REFUSED, clock.now()) == 0


def test_a_house_that_answers_after_the_end_is_found_out(
    app: Flask, asked: Memory, rows: LoanRows, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(borrowing, "refuse_ended", lambda *_: None)
        with pytest.raises(AssertionError, match=r"manifest: 200 application/json.*/read/"):
            after_the_end(app, asked, rows, clock.now())


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, "application/problem+json", REFUSED.body),
        Answer(303, "text/html", b""),
        Answer(404, "application/problem+json", b'{"code": "no-such-part"}'),
        Answer(429, "application/problem+json", b'{"code": "reading-too-fast"}'),
        Answer(401, "application/problem+json", b'{"code": "pass-expired"}'),
        Answer(410, "application/xhtml+xml", b"<p>Herons</p>"),
        Answer(410, "text/html", b'<script id="reader-config">'),
        Answer(500, "application/problem+json", b"{}"),
    ],
    ids=lambda answer: f"{answer.status} {answer.media_type}",
)
def test_what_is_no_refusal_by_name_is_found_out(
    asked: Memory, rows: LoanRows, clock: HandClock, answer: Answer
) -> None:
    rows.let_run_out(asked.loan_ids, clock.now())
    with pytest.raises(AssertionError, match="asked again"):
        replay(asked, rows, lambda _: answer, clock.now())


def test_a_refusal_that_changes_the_loan_all_the_same_is_found_out(
    asked: Memory, rows: LoanRows, clock: HandClock
) -> None:
    def renew(request: Request) -> Answer:
        with closing(sqlite3.connect(rows.database)) as wrong, wrong:
            wrong.execute("UPDATE loan SET renewals = renewals + 1 WHERE id = ?", (request.loan_id,))
        return REFUSED

    rows.let_run_out(asked.loan_ids, clock.now())
    with pytest.raises(AssertionError, match="changed a loan"):
        replay(asked, rows, renew, clock.now())


def test_marks_are_taken_home_after_the_end_and_nothing_else_is(
    asked: Memory, rows: LoanRows, clock: HandClock
) -> None:
    (loan_id,) = asked.loan_ids
    asked.requests.clear()
    asked.note(Request("POST", f"/api/v1/loans/{loan_id}/take-home", (), b""))
    rows.let_run_out([loan_id], clock.now())
    for marks in ("application/ld+json", "text/markdown"):
        assert replay(asked, rows, lambda _, kind=marks: Answer(200, kind, b""), clock.now()) == 1
    with pytest.raises(AssertionError, match="take-home: 200 application/xhtml"):
        replay(asked, rows, lambda _: Answer(200, "application/xhtml+xml", b""), clock.now())
