"""The sealed books, one by one, and what lies about that no book needs.

How a file comes to lie about: a server was killed between sealing a book and writing its
record, or between taking a book out and deleting its file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from lending import refusals
from lending.adapters.book_files_sealed import SUFFIX
from lending.bootstrap import Services
from lending.cli.checks.findings import Finding, bad, ok, warn
from lending.cli.columns import counted
from lending.config import Settings
from lending.ports.records import Edition, ShelfQuery
from lending.sealing.errors import KeysUnusable, Tampered
from lending.services.acquisitions import UPLOAD_WAITS

_SURELY_DONE: Final = timedelta(days=1)
"""Sealing and cataloguing one book takes minutes: what is older belongs to nobody who is at work."""
_NAMED: Final = 5
_PAGE: Final = 500


def books_open(services: Services) -> Iterator[Finding]:
    """Every book's sealed files are there, of the right length, and open with its key."""
    editions = list(_editions(services))
    broken = [(edition, why) for edition in editions if (why := _trouble(services, edition))]
    for edition, why in broken[:_NAMED]:
        yield bad("books", f"“{edition.title}”: {why}.")
    if len(broken) > _NAMED:
        yield bad("books", f"… and {len(broken) - _NAMED} more.")
    files = sum(len(edition.file_ids) for edition in editions)
    sound = len(editions) - len(broken)
    say = warn if broken else ok
    yield say(
        "books", f"{sound} of {counted(len(editions), 'book')} open; {counted(files, 'sealed file')} in all."
    )


@dataclass(frozen=True, slots=True)
class LyingAbout:
    """What no book needs. Only the first three are surely rubbish, and `clear_away` takes those."""

    sealed: list[str]
    """Sealed files that this library made and no book needs, a day old or more."""
    uploads: list[Path]
    """Parts of uploads that are not under way, older than any upload is kept."""
    drafts: list[Path]
    """Half-written files, a day old or more."""
    foreign: int
    """Sealed files that have no key in this database. Another database may have it."""

    @property
    def is_rubbish(self) -> bool:
        """Whether there is anything to clear away."""
        return bool(self.sealed or self.uploads or self.drafts)

    @property
    def rubbish(self) -> str:
        """What there is to clear away."""
        sealed = counted(len(self.sealed) + len(self.drafts), "sealed file")
        return f"{sealed} and {counted(len(self.uploads), 'upload')}"


def lying_about(services: Services, settings: Settings) -> LyingAbout:
    """Look for what no book needs."""
    books, uploads = settings.home / "books", settings.home / "uploads"
    # The disk first, the database after it: what came in between is needed, and is seen to be.
    present = set(services.upkeep.files.list())
    drafts = [path for path in books.glob("??/*.tmp") if _is_older(services, path, _SURELY_DONE)]
    parts = [path for path in uploads.glob("*.parts") if _is_older(services, path, UPLOAD_WAITS)]
    with services.upkeep.library.read() as desk:
        keyed = set(desk.keys.file_ids())
    needed = {file_id for edition in _editions(services) for file_id in edition.file_ids}
    sealed = [
        file_id
        for file_id in sorted((present & keyed) - needed)
        if _is_older(services, books / file_id[:2] / f"{file_id}{SUFFIX}", _SURELY_DONE)
    ]
    forgotten = [path for path in parts if not _is_under_way(services, path.stem)]
    return LyingAbout(sealed, forgotten, drafts, len(present - keyed - needed))


def nothing_lies_about(found: LyingAbout) -> Iterator[Finding]:
    """No sealed file and no upload is there that nobody needs."""
    if found.is_rubbish:
        yield warn(
            "stacks", f"No book needs {found.rubbish}: `lending doctor --repair` removes such remains."
        )
    if found.foreign:
        yield warn(
            "stacks",
            f"Without a key in this database: {counted(found.foreign, 'sealed file')}. "
            "Nothing here opens such. Is it the right database? If so, delete them by hand.",
        )
    if not (found.is_rubbish or found.foreign):
        yield ok("stacks", "Nothing lies about that no book needs.")


def clear_away(services: Services, found: LyingAbout) -> Iterator[Finding]:
    """Remove what surely nobody needs."""
    for file_id in found.sealed:
        services.upkeep.files.remove(file_id)
    for path in (*found.uploads, *found.drafts):
        path.unlink(missing_ok=True)
    yield ok("repair", f"Removed {found.rubbish}." if found.is_rubbish else "There was nothing to do.")


def _editions(services: Services) -> Iterator[Edition]:
    """Every edition that has a copy, or whose file waits to be downloaded, once."""
    seen: set[str] = set()
    for account in services.accounts.all():
        offset = 0
        with services.upkeep.library.read() as desk:
            waiting = {entry.edition.id: entry.edition for entry in desk.collection.taken_out(account.id)}
        seen |= waiting.keys()
        yield from waiting.values()
        while True:
            query = ShelfQuery(account.id, offset=offset, limit=_PAGE)
            with services.upkeep.library.read() as desk:
                entries, total = desk.collection.shelf(query)
            fresh = {entry.edition.id: entry.edition for entry in entries if entry.edition.id not in seen}
            seen |= fresh.keys()
            yield from fresh.values()
            offset += _PAGE
            if offset >= total:
                break


def _trouble(services: Services, edition: Edition) -> str:
    """Why a book can't be opened; empty if it can."""
    try:
        for file_id in edition.file_ids:
            services.upkeep.files.open(file_id).close()
    except refusals.NotFound:
        return "a sealed file, or its key, is missing"
    except (Tampered, KeysUnusable) as wrong:
        return str(wrong)
    except OSError as error:
        return f"a sealed file can't be read: {error.strerror}"
    return ""


def _is_older(services: Services, path: Path, age: timedelta) -> bool:
    try:
        changed = path.stat().st_mtime
    except FileNotFoundError:
        return False
    return services.audit.clock.now().timestamp() - changed > age.total_seconds()


def _is_under_way(services: Services, upload_id: str) -> bool:
    try:
        with services.upkeep.library.read() as desk:
            desk.uploads.get(upload_id)
    except refusals.NotFound:
        return False
    return True
