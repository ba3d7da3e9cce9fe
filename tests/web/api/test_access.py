"""Who may do what: every route of the app, for every kind of visitor; and what every answer carries."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lending.bootstrap import Services
from lending.web.api import openapi_app
from lending.web.api.contract import Access, Operation
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.browsers import Browser

ROUTES = sorted(
    (method, rule.rule, rule.endpoint)
    for rule in openapi_app().url_map.iter_rules()
    if rule.rule.startswith("/api/v1/")
    for method in (rule.methods or set())
    if method != "OPTIONS" and (method != "HEAD" or rule.methods == {"HEAD", "OPTIONS"})
)
FOR_LIBRARIANS = {
    "api.log.list_loans",
    "api.log.export_loans",
    "api.log.export_loans_as_lines",
    "api.log.list_events",
    "api.log.show_names",
    "api.counter_tables.counter_table",
    "api.tiles.read_tile",
}
FOR_ANY_ACCOUNT = {
    "api.accounts.me",
    "api.accounts.list_tokens",
    "api.accounts.make_token",
    "api.accounts.revoke_token",
}
NOWHERE = "a" * 26


def with_access(access: Access) -> list[tuple[str, str, str]]:
    views = openapi_app().view_functions
    found = []
    for method, rule, endpoint in ROUTES:
        operation = views[endpoint]
        assert isinstance(operation, Operation)
        if operation.contract.access is access:
            found.append((method, rule, endpoint))
    return found


FOR_ACCOUNTS = with_access(Access.ACCOUNT)
FOR_READERS = with_access(Access.READER)
FOR_HARVESTERS = with_access(Access.HARVESTER)
OF_A_COPY = [one for one in FOR_ACCOUNTS if "copy_id" in one[1]]
FOR_OWNERS = [one for one in FOR_ACCOUNTS if one[2] not in FOR_LIBRARIANS | FOR_ANY_ACCOUNT]
CHANGING = [one for one in FOR_ACCOUNTS if one[0] not in ("GET", "HEAD")]

TERMS = {"quotation_limit": 1, "slows_down": False, "guards_printing": False, "names_reader": False}
RULES = {
    "loan_seconds": 86_400,
    "renewals": 1,
    "claim_seconds": 86_400,
    "recall_notice_seconds": 3600,
    "loans_per_borrower": 2,
    "passing_on": True,
}
BODIES: dict[str, dict[str, Any]] = {
    "api.accounts.make_token": {"json": {"label": "x"}},
    "api.copies.add_copy": {"data": books.epub("Other"), "content_type": "application/epub+zip"},
    "api.copies.correct_copy": {"json": {"title": "Changed"}},
    "api.copies.replace_cover": {"data": books.PICTURE, "content_type": "image/png"},
    "api.places.save_position": {"json": {"locator": {}, "fraction": 0}},
    "api.places.change_settings": {"json": {"settings": {"theme": {"value": "night"}}}},
    "api.terms.set_account_terms": {"json": TERMS},
    "api.terms.set_copy_terms": {"json": TERMS},
    "api.rules.set_account_rules": {"json": RULES},
    "api.rules.set_copy_rules": {"json": RULES},
    "api.gifts.look_at_gift": {"json": {"token": "v1.a.b.c"}},
    "api.gifts.accept_gift": {"json": {"token": "v1.a.b.c"}},
    "api.lines.open_copys_page": {"json": {"approves": False}},
    "api.lines.open_accounts_page": {"json": {"approves": False}},
    "api.log.show_names": {"json": {"purpose": "audit"}},
    "api.loans.extend": {"json": {"loan_seconds": 86_400}},
    "api.uploads.append_to_upload": {"data": b"x", "content_type": "application/offset+octet-stream"},
}
TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "5", "Upload-Offset": "0"}


def ask(client: FlaskClient, method: str, rule: str, endpoint: str, **ids: str) -> TestResponse:
    """A request that would succeed if whoever asks were allowed."""
    address = (
        rule.replace("<id:copy_id>", ids.get("copy_id", NOWHERE))
        .replace("<id:loan_id>", ids.get("loan_id", NOWHERE))
        .replace("<id:upload_id>", ids.get("upload_id", NOWHERE))
        .replace("<id:token_id>", ids.get("token_id", NOWHERE))
        .replace("<id:hold_id>", NOWHERE)
        .replace("<id:page_id>", NOWHERE)
        .replace("<id:edition_id>", NOWHERE)
        .replace("<report_id>", "tr_b1?begin_date=2026-01&end_date=2026-02")
        .replace("tile/<path:path>", "tile/0/000.p/1")
        .replace("<path:path>", "OPS/c1.xhtml")
        .replace("<int(min=1, max=999999):number>", "1")
        .replace("<int(min=0, max=999):column>/<int(min=0, max=999):row>", "0/0?w=2000")
    )
    return client.open(address, method=method, headers=TUS, **BODIES.get(endpoint, {}))


@pytest.fixture
def ids(owner: FlaskClient, services: Services) -> dict[str, str]:
    """Things of the owner's that are there."""
    upload = owner.post("/api/v1/uploads", headers=TUS).headers["Location"].rsplit("/", 1)[-1]
    token = owner.post("/api/v1/tokens", json={"label": "x"}).json["token"]["id"]
    return {"copy_id": add(owner, books.epub()), "upload_id": upload, "token_id": token}


@pytest.mark.parametrize(("method", "rule", "endpoint"), FOR_ACCOUNTS)
def test_a_stranger_is_asked_to_sign_in(
    stranger: FlaskClient, ids: dict[str, str], method: str, rule: str, endpoint: str
) -> None:
    assert ask(stranger, method, rule, endpoint, **ids).status_code == 401


@pytest.mark.parametrize(("method", "rule", "endpoint"), FOR_OWNERS)
def test_a_librarian_does_nothing_of_an_owners(
    librarian: FlaskClient, ids: dict[str, str], method: str, rule: str, endpoint: str
) -> None:
    assert ask(librarian, method, rule, endpoint, **ids).status_code == 403


@pytest.mark.parametrize(
    ("method", "rule", "endpoint"), [one for one in FOR_ACCOUNTS if one[2] in FOR_LIBRARIANS]
)
def test_an_owner_sees_nothing_of_the_log(
    owner: FlaskClient, librarian: FlaskClient, method: str, rule: str, endpoint: str
) -> None:
    add(owner, books.epub())  # so that there is something to see
    assert ask(owner, method, rule, endpoint).status_code == 403
    assert ask(librarian, method, rule, endpoint).status_code == 200


@pytest.mark.parametrize(("method", "rule", "endpoint"), FOR_HARVESTERS)
def test_reports_are_harvested_for_librarians_alone(
    owner: FlaskClient, librarian: FlaskClient, stranger: FlaskClient, method: str, rule: str, endpoint: str
) -> None:
    assert ask(stranger, method, rule, endpoint).status_code == 400  # the Code wants it so
    assert ask(owner, method, rule, endpoint).status_code == 403
    assert ask(librarian, method, rule, endpoint).status_code == 200


@pytest.mark.parametrize(("method", "rule", "endpoint"), OF_A_COPY)
def test_somebody_elses_copy_is_not_there(
    other_owner: FlaskClient, ids: dict[str, str], method: str, rule: str, endpoint: str
) -> None:
    assert ask(other_owner, method, rule, endpoint, **ids).status_code == 404


@pytest.mark.parametrize(("method", "rule", "endpoint"), CHANGING)
def test_a_token_that_only_reads_changes_nothing(
    app: Flask, owner: FlaskClient, ids: dict[str, str], method: str, rule: str, endpoint: str
) -> None:
    made = owner.post("/api/v1/tokens", json={"label": "reads", "read_only": True}).json
    script = app.test_client()
    script.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['secret']}"
    assert ask(script, method, rule, endpoint, **ids).status_code == 403


@pytest.mark.parametrize(("method", "rule", "endpoint"), FOR_READERS)
def test_nobody_reads_a_loan_that_is_not_theirs(
    app: Flask,
    owner: FlaskClient,
    librarian: FlaskClient,
    stranger: FlaskClient,
    method: str,
    rule: str,
    endpoint: str,
) -> None:
    loan_id = Browser(app).borrow(lend(owner, add(owner, books.epub())))
    for somebody in (owner, librarian, stranger):
        answer = ask(somebody, method, rule, endpoint, loan_id=loan_id)
        assert answer.status_code == 403
        assert answer.json["code"] == "not-your-loan"


def test_a_read_only_token_reads_but_puts_nothing_back(app: Flask, owner: FlaskClient) -> None:
    loan_id = owner.post(f"/api/v1/copies/{add(owner, books.epub())}/reading").json["loan"]["id"]
    script = app.test_client()
    made = owner.post("/api/v1/tokens", json={"label": "reads", "read_only": True}).json
    script.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['secret']}"
    assert script.get(f"/api/v1/loans/{loan_id}/manifest").status_code == 200
    for path in ("position", "marks", "settings"):
        assert script.get(f"/api/v1/loans/{loan_id}/{path}").status_code == 200
    place = {"locator": {}, "fraction": 0.5}
    assert script.put(f"/api/v1/loans/{loan_id}/position", json=place).json["code"] == "not-allowed"
    assert script.post(f"/api/v1/loans/{loan_id}/marks", json={}).json["code"] == "not-allowed"
    assert (
        script.put(f"/api/v1/loans/{loan_id}/settings", json={"settings": {}}).json["code"] == "not-allowed"
    )
    assert script.post(f"/api/v1/loans/{loan_id}/return").json["code"] == "not-allowed"


@pytest.mark.parametrize(("method", "rule", "endpoint"), ROUTES)
def test_every_answer_carries_the_security_headers(
    owner: FlaskClient, ids: dict[str, str], method: str, rule: str, endpoint: str
) -> None:
    headers = ask(owner, method, rule, endpoint, **ids).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_what_is_no_address_of_the_api_is_a_problem_document(owner: FlaskClient) -> None:
    for address in ("/api/v1/nothing", "/api/v1/copies/not-an-id", "/api/"):
        answer = owner.get(address)
        assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    wrong = owner.put("/api/v1/copies")
    assert (wrong.status_code, wrong.mimetype) == (405, "application/problem+json")
    assert "POST" in wrong.headers["Allow"]
