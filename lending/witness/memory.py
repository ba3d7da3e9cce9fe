"""What a witness saw last of each log: one folder for each, durable before anybody is told.

lock                     held by whoever judges: one at a time, among all processes
logs/<hash>/checkpoint   the latest that was cosigned: written beside, synced, and put in place at once
logs/<hash>/history      all that were cosigned before, one a line (as JSON), the oldest first
"""

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from lending.ledger.checkpoints import Checkpoint
from lending.ledger.errors import LedgerError
from lending.ledger.notes import Note
from lending.sealing.private_files import sync_folder


class MemoryDamaged(LedgerError):
    """What the witness remembered can't be read. It cosigns nothing then: it must not begin anew unseen."""


@dataclass(frozen=True, slots=True)
class Memory:
    """A witness's folder. Each `keep` is whole and durable when it returns, or has not been."""

    folder: Path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the memory against every other process and thread: between looking and keeping nobody else
        keeps, so that no older checkpoint can follow a newer one (tlog-witness, "add-checkpoint")."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def latest(self, origin: str) -> Note | None:
        """The latest checkpoint of a log that was cosigned; None if none was. Raises MemoryDamaged."""
        home = self._home(origin)
        try:
            text = (home / "checkpoint").read_text()
        except FileNotFoundError:
            if (home / "history").exists():
                raise MemoryDamaged(f"{home / 'checkpoint'} is gone") from None
            return None
        return self._parsed(origin, text)

    def then(self, origin: str, size: int) -> Note | None:
        """The checkpoint of that size, if it was cosigned. Raises MemoryDamaged."""
        latest = self.latest(origin)
        if latest is not None and Checkpoint.parsed(latest.text).size == size:
            return latest
        needle = json.dumps(f"\n{size}\n").strip('"')
        for line in self._history(origin):
            if needle not in line:
                continue
            try:
                note = Note.parsed(json.loads(line))
                found = Checkpoint.parsed(note.text)
            except (TypeError, ValueError):
                continue  # the power went in the middle of a line: nobody was told of what it held
            if (found.origin, found.size) == (origin, size):
                return note
        return None

    def first(self, origin: str) -> Note | None:
        """The latest checkpoint as it was cosigned first, when it was news. Raises MemoryDamaged."""
        latest = self.latest(origin)
        found = None
        for line in self._history(origin):
            with contextlib.suppress(TypeError, ValueError):  # as in `then`
                note = Note.parsed(json.loads(line))
                found = note if latest and note.text == latest.text else None
        return found or latest

    def keep(self, origin: str, note: Note) -> None:
        """This one is the latest from now on. For who is `alone`."""
        before = self.latest(origin)
        home = self._home(origin)
        if not home.exists():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(home.parent)
            sync_folder(self.folder)
        replace_file(home / "checkpoint", str(note).encode())
        if before is None or before.text != note.text:
            _append(home / "history", json.dumps(str(note), ensure_ascii=False))

    def origins(self) -> list[str]:
        """The logs of which something is remembered."""
        found = sorted((self.folder / "logs").glob("*/checkpoint"))
        return [path.read_text().partition("\n")[0] for path in found]

    def _home(self, origin: str) -> Path:
        return self.folder / "logs" / sha256(origin.encode()).hexdigest()[:32]

    def _history(self, origin: str) -> Iterator[str]:
        try:
            with (self._home(origin) / "history").open(encoding="utf-8", errors="replace") as file:
                yield from file
        except FileNotFoundError:
            return

    def _parsed(self, origin: str, text: str) -> Note:
        try:
            note = Note.parsed(text)
            found = Checkpoint.parsed(note.text).origin
        except LedgerError as why:
            raise MemoryDamaged(f"what was remembered of {origin} can't be read: {why}") from why
        if found != origin:
            raise MemoryDamaged(f"where {origin} was remembered stands {found}")
        return note


def replace_file(path: Path, content: bytes) -> None:
    """Write a file for this user alone, durable when this returns. One that is there is replaced at once."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _append(path: Path, line: str) -> None:
    """Add a line, durable when this returns. One that was broken off is let be."""
    with path.open("ab+") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            line = line if file.read(1) == b"\n" else "\n" + line
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
