from dataclasses import fields
from pathlib import Path

import pytest
from sqlalchemy import make_url

from lending.config import SettingInvalid, Settings, from_environment
from tests.ledger.signing import a_witness

LAPTOP = "laptop.example/witness+57c7e914+BAtwjrAnQzf7T9hOUOQ8WNSGA+EJMAcrmW0aP3Wqe5w7"


def test_nothing_needs_to_be_set() -> None:
    settings = from_environment({})
    assert settings == Settings()
    assert settings.home == Path("data")
    assert settings.address == ("127.0.0.1", 8080)


def test_every_setting_is_read_from_its_variable() -> None:
    given = {
        "LENDING_HOME": "/srv/lending",
        "LENDING_BIND": "0.0.0.0:80",
        "LENDING_BASE_URL": "https://books.example.org",
        "LENDING_PROXIES": "1",
        "LENDING_DATABASE_URL": "postgresql://db/lending",
        "LENDING_REDIS_URL": "redis://cache",
        "LENDING_KEYS": "/etc/lending/keys",
        "LENDING_LARGEST_FILE": "1000",
        "LENDING_WORKERS": "3",
        "LENDING_THREADS": "5",
        "LENDING_NAMES_KEPT_DAYS": "30",
        "LENDING_PAGE_MEMORY": "0",
        "LENDING_SMTP_URL": "smtp://mail.example.org",
        "LENDING_MAIL_FROM": "Library <library@example.org>",
        "LENDING_WITNESSES": LAPTOP,
    }
    settings = from_environment(given)
    unread = [one.metadata["name"] for one in fields(Settings) if one.metadata["name"] not in given]
    assert unread == []
    for one in fields(Settings):
        value = getattr(settings, one.name)
        assert str(value) == given[one.metadata["name"]]
        assert value != one.default


def test_what_is_empty_counts_as_absent() -> None:
    names = [one.metadata["name"] for one in fields(Settings)]
    assert from_environment(dict.fromkeys(names, "  ")) == Settings()


def test_other_variables_are_other_peoples() -> None:
    assert from_environment({"HOME": "/root", "LENDING": "x"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LENDING_WORKERS", "many"),
        ("LENDING_WORKERS", "-1"),
        ("LENDING_WORKERS", "1.5"),
        ("LENDING_PROXIES", "²"),
        ("LENDING_LARGEST_FILE", "1 GB"),
        ("LENDING_THREADS", "0"),
        ("LENDING_BIND", "localhost"),
        ("LENDING_BIND", "localhost:http"),
        ("LENDING_BIND", "localhost:0x50"),
        ("LENDING_BIND", "127.0.0.1:99999"),
        ("LENDING_HOME", "/srv/what?now"),
        ("LENDING_BASE_URL", "books.example.org"),
        ("LENDING_BASE_URL", "javascript://x"),
        ("LENDING_WITNESSES", "laptop.example"),
        ("LENDING_WITNESSES", f"{LAPTOP}@laptop.example"),
        ("LENDING_WITNESSES", f"{LAPTOP}, {LAPTOP}@https://laptop.example"),
    ],
)
def test_a_value_that_can_not_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        from_environment({name: value})


@pytest.mark.parametrize(
    ("bind", "address"),
    [
        ("127.0.0.1:8080", ("127.0.0.1", 8080)),
        ("[::1]:80", ("::1", 80)),
        (":8000", ("127.0.0.1", 8000)),
        ("0.0.0.0:65535", ("0.0.0.0", 65535)),
    ],
)
def test_an_address_is_a_host_and_a_port(bind: str, address: tuple[str, int]) -> None:
    assert from_environment({"LENDING_BIND": bind}).address == address


def test_keys_and_database_lie_in_the_data_folder_unless_told_otherwise() -> None:
    settings = from_environment({"LENDING_HOME": "/srv/lending"})
    assert settings.keys_folder == Path("/srv/lending/keys")
    assert settings.database == "sqlite:////srv/lending/library.db"
    other = from_environment({"LENDING_KEYS": "/etc/keys", "LENDING_DATABASE_URL": "postgresql://db"})
    assert (other.keys_folder, other.database) == (Path("/etc/keys"), "postgresql://db")


@pytest.mark.parametrize("home", ["/srv/my books", "/srv/100%", "/srv/a+b", "/srv/ñandú"])
def test_any_folder_can_be_the_data_folder(home: str) -> None:
    url = make_url(from_environment({"LENDING_HOME": home}).database)
    assert url.database == f"{home}/library.db"


def test_a_password_in_an_address_is_not_shown_with_the_settings() -> None:
    given = {"LENDING_DATABASE_URL": "postgresql://u:secret@db/x", "LENDING_REDIS_URL": "redis://:secret@c"}
    assert "secret" not in repr(from_environment(given))
    mail = {"LENDING_SMTP_URL": "smtp://me:secret@mail", "LENDING_MAIL_FROM": "me@example.org"}
    assert "secret" not in repr(from_environment(mail))


@pytest.mark.parametrize(
    ("name", "url", "sender"),
    [
        ("LENDING_SMTP_URL", "mail.example.org:25", "me@example.org"),
        ("LENDING_SMTP_URL", "smtp://:25", "me@example.org"),
        ("LENDING_SMTP_URL", "smtp://mail:many", "me@example.org"),
        ("LENDING_SMTP_URL", "https://mail", "me@example.org"),
        ("LENDING_SMTP_URL", "", "me@example.org"),
        ("LENDING_MAIL_FROM", "smtp://mail", ""),
        ("LENDING_MAIL_FROM", "smtp://mail", "the library"),
        ("LENDING_MAIL_FROM", "smtp://mail", "me@example.org\nBcc: you@example.org"),
    ],
)
def test_mail_needs_a_server_and_a_sender(name: str, url: str, sender: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        from_environment({"LENDING_SMTP_URL": url, "LENDING_MAIL_FROM": sender})


def test_witnesses_are_named_with_spaces_or_commas_between() -> None:
    other = str(a_witness().verifier)
    settings = from_environment({"LENDING_WITNESSES": f" {LAPTOP},\n{other}@https://friend.example "})
    assert [one.url for one in settings.known_witnesses] == ["", "https://friend.example"]
    assert Settings().known_witnesses == ()
