"""The settings, declared once as data, with help. The only file that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lending.ledger.errors import Malformed
from lending.ledger.witnessing import KnownWitness


class SettingInvalid(ValueError):
    """A setting has a value that can't be used; the message names it and says why."""


def _setting(name: str, default: Any, help_text: str, *, shown: bool = True) -> Any:
    return field(default=default, metadata={"name": name, "help": help_text}, repr=shown)


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator may choose. `docs/operating.md` lists every one (a test sees to it)."""

    home: Path = _setting("LENDING_HOME", Path("data"), "The data folder: database, sealed books, keys.")
    bind: str = _setting("LENDING_BIND", "127.0.0.1:8080", "Address and port to serve on.")
    base_url: str = _setting(
        "LENDING_BASE_URL",
        "",
        "The address that people use, such as https://books.example.org. Empty: as each request says.",
    )
    proxies: int = _setting(
        "LENDING_PROXIES", 0, "How many trusted proxies stand in front and set X-Forwarded-For and -Proto."
    )
    database_url: str = _setting(
        "LENDING_DATABASE_URL",
        "",
        "postgresql://… for PostgreSQL. Empty: SQLite in the data folder.",
        shown=False,  # it may hold a password
    )
    redis_url: str = _setting(
        "LENDING_REDIS_URL",
        "",
        "redis://… or unix://… of a Redis or Valkey. Empty: an embedded Valkey.",
        shown=False,  # likewise
    )
    keys: Path | None = _setting(
        "LENDING_KEYS", None, "The folder of secret keys. Empty: `keys` in the data folder. Back it up apart."
    )
    largest_file: int = _setting("LENDING_LARGEST_FILE", 1_000_000_000, "The largest book taken, in bytes.")
    workers: int = _setting("LENDING_WORKERS", 0, "Server processes. 0: one for each core, four at most.")
    threads: int = _setting("LENDING_THREADS", 48, "Threads in each server process.")
    page_memory: int = _setting(
        "LENDING_PAGE_MEMORY", 64 << 20, "Bytes of memory in each process for pages read lately."
    )

    names_kept_days: int = _setting(
        "LENDING_NAMES_KEPT_DAYS",
        365,
        "For how many days after a loan the borrower's name is kept. Then it is erased, also from the log.",
    )
    smtp_url: str = _setting(
        "LENDING_SMTP_URL",
        "",
        "smtp://user:password@host:port or smtps://… of a mail server. Empty: no mail is sent.",
        shown=False,  # it may hold a password
    )
    mail_from: str = _setting(
        "LENDING_MAIL_FROM", "", "The sender of all mail, such as Library <library@example.org>."
    )
    witnesses: str = _setting(
        "LENDING_WITNESSES",
        "",
        "Keys of the witnesses of the loan log, with spaces between; KEY@URL is sent each checkpoint.",
    )

    @property
    def known_witnesses(self) -> tuple[KnownWitness, ...]:
        """Whose cosignatures are believed."""
        return tuple(map(KnownWitness.parsed, self.witnesses.replace(",", " ").split()))

    @property
    def sends_mail(self) -> bool:
        """Whether mail is set up."""
        return bool(self.smtp_url)

    @property
    def keys_folder(self) -> Path:
        """Where the secret keys lie."""
        return self.keys or self.home / "keys"

    @property
    def database(self) -> str:
        """The database as a SQLAlchemy URL."""
        return self.database_url or f"sqlite:///{self.home.absolute() / 'library.db'}"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to serve on."""
        host, _, port = self.bind.rpartition(":")
        return host.strip("[]") or "127.0.0.1", int(port)


def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. An empty variable counts as absent. Raises SettingInvalid."""
    given = os.environ if environment is None else environment
    chosen: dict[str, Any] = {}
    for one in fields(Settings):
        text = given.get(one.metadata["name"], "").strip()
        if text:
            chosen[one.name] = _parsed(one.metadata["name"], text, one.default)
    settings = Settings(**chosen)
    _check(settings)
    return settings


def _parsed(name: str, text: str, default: object) -> object:
    if isinstance(default, int):
        if not text.isdecimal():
            raise SettingInvalid(f"{name} is not a whole number: {text}")
        return int(text)
    return text if isinstance(default, str) else Path(text)


def _check(settings: Settings) -> None:
    if "?" in str(settings.home):
        raise SettingInvalid(f"LENDING_HOME holds a “?”, which ends a database's address: {settings.home}")
    port = settings.bind.rpartition(":")[2]
    if not port.isdecimal() or int(port) > 65535:
        raise SettingInvalid(f"LENDING_BIND is not address:port: {settings.bind}")
    if settings.base_url and not settings.base_url.startswith(("http://", "https://")):
        raise SettingInvalid(f"LENDING_BASE_URL is not an http or https address: {settings.base_url}")
    if settings.threads < 1:
        raise SettingInvalid("LENDING_THREADS is less than 1")
    _check_mail(settings)
    _check_witnesses(settings)


def _check_witnesses(settings: Settings) -> None:
    try:
        known = settings.known_witnesses
    except Malformed as why:
        raise SettingInvalid(f"LENDING_WITNESSES can't be read: {why}") from why
    if len({one.id for one in known}) < len(known):
        raise SettingInvalid("LENDING_WITNESSES names a witness twice")


def _check_mail(settings: Settings) -> None:
    if bool(settings.smtp_url) != bool(settings.mail_from):
        raise SettingInvalid("LENDING_SMTP_URL and LENDING_MAIL_FROM go together: one is not set")
    if not settings.smtp_url:
        return
    if not _is_mail_server(settings.smtp_url):
        raise SettingInvalid("LENDING_SMTP_URL is not smtp://host:port or smtps://host:port")
    name, at, domain = parseaddr(settings.mail_from)[1].partition("@")
    if not (name and at and domain) or not settings.mail_from.isprintable():
        raise SettingInvalid(f"LENDING_MAIL_FROM is not an e-mail address: {settings.mail_from}")


def _is_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
