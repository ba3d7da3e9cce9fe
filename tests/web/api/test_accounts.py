"""Who asks, and access tokens."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.web import books
from tests.web.api.asking import EPUB

TOKENS = "/api/v1/tokens"


def script(app: Flask, owner: FlaskClient, *, read_only: bool) -> FlaskClient:
    """A script with a new token of the owner's."""
    made = owner.post(TOKENS, json={"label": "script", "read_only": read_only})
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made.json['secret']}"
    return client


def test_somebody_signed_in_is_told_who_they_are(owner: FlaskClient) -> None:
    me = owner.get("/api/v1/me").json
    assert (me["name"], me["roles"], me["may_change"]) == ("Ana", ["owner"], True)


def test_nobody_is_told_to_sign_in(stranger: FlaskClient) -> None:
    answer = stranger.get("/api/v1/me")
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["type"] == "/problems/not-signed-in"


def test_a_token_tells_its_secret_once(owner: FlaskClient) -> None:
    made = owner.post(TOKENS, json={"label": " my  script "})
    listed = owner.get(TOKENS)
    assert made.status_code == 201
    assert made.json["secret"].startswith("lend_pat_")
    assert made.json["token"]["label"] == "my script"
    assert listed.json["tokens"] == [made.json["token"]]
    assert made.json["secret"] not in listed.text


def test_a_token_acts_for_its_owner(app: Flask, owner: FlaskClient) -> None:
    client = script(app, owner, read_only=False)
    assert client.get("/api/v1/me").json["name"] == "Ana"
    assert client.post("/api/v1/copies", data=books.epub(), content_type=EPUB).status_code == 201
    assert client.post(TOKENS, json={"label": "another"}).status_code == 201


def test_a_revoked_token_is_worthless_at_once(app: Flask, owner: FlaskClient) -> None:
    client = script(app, owner, read_only=False)
    token_id = owner.get(TOKENS).json["tokens"][0]["id"]
    assert owner.delete(f"{TOKENS}/{token_id}").status_code == 204
    assert client.get("/api/v1/me").status_code == 401
    assert owner.delete(f"{TOKENS}/{token_id}").status_code == 404


def test_nobody_revokes_somebody_elses_token(owner: FlaskClient, other_owner: FlaskClient) -> None:
    token_id = owner.post(TOKENS, json={"label": "mine"}).json["token"]["id"]
    assert other_owner.delete(f"{TOKENS}/{token_id}").status_code == 404
    assert len(owner.get(TOKENS).json["tokens"]) == 1


@pytest.mark.parametrize("wish", [{}, {"label": ""}, {"label": "x" * 101}, {"label": "a", "admin": True}])
def test_a_token_that_makes_no_sense_is_refused(owner: FlaskClient, wish: dict[str, object]) -> None:
    assert owner.post(TOKENS, json=wish).json["code"] == "unacceptable-input"
    assert owner.get(TOKENS).json["tokens"] == []


@pytest.mark.parametrize("authorization", ["Bearer lend_pat_wrong", "Bearer ", "Basic YTpi", "lend_pat_x"])
def test_a_wrong_token_is_nobody_even_in_a_signed_in_browser(owner: FlaskClient, authorization: str) -> None:
    assert owner.get("/api/v1/me", headers={"Authorization": authorization}).status_code == 401


def test_another_sites_request_changes_nothing(owner: FlaskClient) -> None:
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert owner.post(TOKENS, json={"label": "a"}, headers=headers).status_code == 403
    assert owner.get(TOKENS).json["tokens"] == []
