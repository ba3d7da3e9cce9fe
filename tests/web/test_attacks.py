"""What somebody tries who means no good, and what they get."""

import io
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest
from flask.testing import FlaskClient

from lending.adapters.passwords_argon2 import Argon2Passwords
from lending.adapters.sql.accounts import SqlAccounts
from lending.bootstrap import Services, build, prepare
from lending.config import Settings
from lending.ports.library import LibraryUnavailable
from lending.ports.records import Role
from lending.sealing import frames
from lending.services.accounts import NewAccount
from lending.web.app import create_app
from tests.web import books
from tests.web.api.asking import add, lend
from tests.web.conftest import PASSWORD

NOT_OURS = [
    "//[",
    "//elsewhere",
    "/\\elsewhere",
    "///elsewhere",
    "/\telsewhere",
    "https://elsewhere",
    "x",
    "",
]


@pytest.mark.parametrize("where", NOT_OURS)
def test_nobody_is_sent_elsewhere_after_signing_in(stranger: FlaskClient, where: str) -> None:
    assert stranger.get("/sign-in", query_string={"next": where}).status_code == 200
    assert stranger.post("/language", data={"next": where}).location == "/"


@pytest.mark.parametrize(
    "origin", ["null", "http://elsewhere", "http://[", "[", "", "http://localhost.elsewhere"]
)
def test_another_origin_changes_nothing(owner: FlaskClient, origin: str) -> None:
    answer = owner.post("/account/tokens", data={"label": "mine now"}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert owner.get("/api/v1/tokens").json == {"tokens": []}


@pytest.mark.parametrize("path", ["/b", "/api/v1/me"])
def test_what_is_no_host_is_told_so(stranger: FlaskClient, path: str) -> None:
    answer = stranger.get(path, headers={"Host": "x" * 5000})
    assert (answer.status_code, answer.mimetype) == (400, "text/plain")


def test_a_token_that_only_reads_is_shown_no_link_to_borrow_with(owner: FlaskClient) -> None:
    copy_id = add(owner, books.epub())
    token = lend(owner, copy_id)
    made = owner.post("/api/v1/tokens", json={"label": "reads", "read_only": True}).json
    script = owner.application.test_client()
    script.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {made['secret']}"
    for path in (f"/api/v1/copies/{copy_id}/link", f"/api/v1/copies/{copy_id}", "/api/v1/copies"):
        assert token not in script.get(path).text


def test_a_new_library_is_for_its_user_alone_in_an_open_folder_under_any_umask(tmp_path: Path) -> None:
    home = tmp_path / "open house"
    before = os.umask(0)
    try:
        home.mkdir(mode=0o777)
        prepare(Settings(home=home))
        services = build(Settings(home=home), passwords=Argon2Passwords(cheaper=True))
        services.accounts.add(NewAccount("ana", "Ana", PASSWORD), frozenset({Role.OWNER}))
        data = books.epub()
        services.acquisitions.add_file(services.accounts.actor_named("ana"), "b", io.BytesIO(data), len(data))
        services.upkeep.close()
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home.iterdir()}
    assert modes.keys() >= {"library.db", "books", "uploads", "keys"}
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


@contextmanager
def no_room_on_disk() -> Iterator[None]:
    """No file of this process can grow: what a full disk is to it, but for the number of the error."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("path", ["/api/v1/copies/{}/link", "/books/{}/lend"])
def test_on_a_full_disk_nothing_is_half_done_and_that_is_said(owner: FlaskClient, path: str) -> None:
    copy_id = add(owner, books.epub())
    with no_room_on_disk():
        answer = owner.post(
            path.format(copy_id), **({"json": {}} if "api" in path else {"data": {"period": 3600}})
        )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert owner.get(f"/api/v1/copies/{copy_id}").json["state"] == "on-shelf"
    lend(owner, copy_id)


def test_of_a_book_that_found_no_room_nothing_is_kept(
    owner: FlaskClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: BinaryIO, *_: object) -> None:
        with no_room_on_disk():
            file.write(b"x" * 100_000)
            file.flush()

    monkeypatch.setattr(frames, "append", full)
    answer = owner.post("/api/v1/copies", data=books.epub(), content_type="application/epub+zip")
    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert owner.get("/api/v1/copies").json["total"] == 0
    assert [path for path in settings.home.rglob("*") if path.suffix in (".parts", ".lbk", ".tmp")] == []


def test_a_database_that_is_away_is_told_on_a_page_all_the_same(
    owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise LibraryUnavailable

    monkeypatch.setattr(SqlAccounts, "by_session", away)
    answer = owner.get("/shelf")
    assert (answer.status_code, answer.mimetype) == (503, "text/html")


@pytest.mark.parametrize("credentials", ["Basic YTpi", "Bearer lend_pat_nothing", "nonsense"])
def test_credentials_that_are_not_for_a_page_do_not_break_it(
    stranger: FlaskClient, owner: FlaskClient, credentials: str
) -> None:
    sent = {"Authorization": credentials}
    assert stranger.get("/b", headers=sent).status_code == 200
    assert stranger.get("/sign-in", headers=sent).status_code == 200
    assert stranger.get("/nowhere", headers=sent).status_code == 404
    assert owner.get("/shelf", headers=sent).status_code == 200


def test_a_token_opens_no_page(owner: FlaskClient, stranger: FlaskClient) -> None:
    made = owner.post("/api/v1/tokens", json={"label": "script", "read_only": False}).json
    sent = {"Authorization": f"Bearer {made['secret']}"}
    assert stranger.get("/api/v1/me", headers=sent).status_code == 200
    assert stranger.get("/shelf", headers=sent).location == "/sign-in?next=/shelf"


def test_a_proxy_is_believed_about_the_scheme_and_not_about_the_host(
    services: Services, settings: Settings
) -> None:
    browser = create_app(services, replace(settings, proxies=1)).test_client()
    sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "elsewhere", "Origin": "https://elsewhere"}
    assert browser.post("/language", data={"language": "es"}, headers=sent).status_code == 403
    sent["Origin"] = "https://localhost"
    cookie = browser.post("/language", data={"language": "es"}, headers=sent).headers["Set-Cookie"]
    assert cookie.startswith("__Host-language=es;")
    assert "; Secure" in cookie


def test_without_a_proxy_nobody_is_believed_about_the_scheme(stranger: FlaskClient) -> None:
    sent = {"X-Forwarded-Proto": "https", "Forwarded": "proto=https;host=elsewhere"}
    cookie = stranger.post("/language", data={"language": "es"}, headers=sent).headers["Set-Cookie"]
    assert cookie.startswith("language=es;")
