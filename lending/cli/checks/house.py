"""Settings, data folder, keys, database, clock."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from lending import refusals
from lending.bootstrap import Services, Upkeep
from lending.circulation.links import Link
from lending.cli.addresses import library_address
from lending.cli.checks.findings import Finding, bad, ok, warn
from lending.cli.people import operator
from lending.config import Settings
from lending.ports.library import LibraryUnavailable
from lending.ports.records import EventQuery
from lending.sealing.errors import KeysUnusable, Tampered

_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right shows an earlier time than this program was written at."""
_CLOCKS_APART: Final = timedelta(minutes=5)


def settings_are_sound(settings: Settings) -> Iterator[Finding]:
    """Where the library is, for people. (Settings that can't be read end the command before this.)"""
    address = library_address(settings)
    parts = urlsplit(address)
    if parts.scheme == "https" or _is_this_machine(parts.hostname or ""):
        yield ok("settings", f"People find the library at {address}.")
    else:
        yield warn(
            "settings",
            f"{address} is not HTTPS: browsers make no keys there, so loans are bound by cookies alone. "
            "docs/operating.md shows HTTPS in three lines.",
        )


def folder_is_private(settings: Settings) -> Iterator[Finding]:
    """The data folder is there, ours to write in, and nobody else's to look into."""
    home = settings.home
    if not home.is_dir():
        yield bad("folder", f"{home} is not there. LENDING_HOME says where the library is.")
    elif not os.access(home, os.R_OK | os.W_OK | os.X_OK):
        yield bad("folder", f"{home} can't be written by this user ({os.getuid()}).")
    elif _mode(home) & 0o077:
        yield warn("folder", f"{home} is open to other accounts of this machine: chmod go-rwx {home}")
    else:
        yield ok("folder", f"{home} is there, and private.")


def keys_are_whole(settings: Settings, upkeep: Upkeep) -> Iterator[Finding]:
    """The keys are read-only, a sample of the books opens with them, and links are signed and read."""
    files = sorted(path for path in settings.keys_folder.iterdir() if path.is_file())
    loose = [path.name for path in files if _mode(path) != 0o400]
    if loose:
        yield warn("keys", f"{', '.join(loose)} should be readable by their owner only: chmod 400")
    with upkeep.library.read() as desk:
        sample = desk.keys.file_ids()[:1]
        older = desk.keys.not_wrapped_by(upkeep.keys.active, 1)
    try:
        for file_id in sample:
            upkeep.files.source(file_id)
    except (KeysUnusable, Tampered) as wrong:
        yield bad("keys", f"A book's key can't be unwrapped: {wrong}. Are these the keys of this library?")
        return
    yield ok("keys", f"{len(files)} keys in {settings.keys_folder}; is there a copy of them somewhere else?")
    yield from _older_keys(upkeep, still_needed=bool(older))


def _older_keys(upkeep: Upkeep, *, still_needed: bool) -> Iterator[Finding]:
    *older, active = upkeep.keys.kek_ids
    if not older:
        return
    if still_needed:
        yield warn("keys", f"Some books need one older than {active}: `lending keys rotate sealing` again.")
    else:
        yield ok("keys", f"No book needs {', '.join(older)} any more (backups may).")


def links_can_be_signed(upkeep: Upkeep, now: datetime) -> Iterator[Finding]:
    """A link's token is signed and read again."""
    link = Link("doctor", "doctor", "doctor", now, now + timedelta(days=1), timedelta(days=1))
    try:
        signed = upkeep.tokens.read(upkeep.tokens.mint(link)) == link.id
    except (IndexError, OSError, ValueError, refusals.UnknownLink):
        signed = False
    if signed:
        yield ok("links", "Links can be signed, and are recognised.")
    else:
        yield bad("links", "No link can be signed: link-….jwk is missing from the key folder, or broken.")


def database_is_there(settings: Settings) -> Iterator[Finding]:
    """SQLite's file is there; to open one that isn't would make it."""
    file = settings.home / "library.db"
    if not settings.database_url and not file.exists():
        yield bad("database", f"{file} is missing.")


def database_is_current(upkeep: Upkeep) -> Iterator[Finding]:
    """The database answers, and has this program's schema."""
    kind = upkeep.library.engine.dialect.name
    try:
        current = upkeep.is_ready()
    except LibraryUnavailable as unavailable:
        yield bad("database", f"{kind} can't be used: {str(unavailable).splitlines()[0]}")
        return
    if current:
        yield ok("database", f"{kind} answers, and has this program's schema.")
    else:
        yield bad("database", "Its schema is not this program's; `lending serve` updates an older one.")


def clock_is_right(services: Services) -> Iterator[Finding]:
    """The clock is not behind what the library has seen already: loans would end late."""
    now = services.audit.clock.now()
    newest = services.audit.events(operator(services), EventQuery(limit=1))
    latest = max([_WRITTEN, *(line.event.at for line in newest)])
    if now + _CLOCKS_APART < latest:
        yield bad(
            "clock", f"This machine says {now:%Y-%m-%d %H:%M}, but it was {latest:%Y-%m-%d %H:%M} already."
        )
    else:
        yield ok("clock", f"It is {now:%Y-%m-%d %H:%M} UTC.")


def someone_can_sign_in(services: Services) -> Iterator[Finding]:
    """There are accounts."""
    count = len(services.accounts.all())
    if count:
        yield ok("people", f"{count} can sign in.")
    else:
        yield warn("people", "Nobody can sign in yet: open the link that `lending serve` prints.")


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
