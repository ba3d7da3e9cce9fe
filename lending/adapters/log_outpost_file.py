"""`ports.ledger.Outpost`: a file in the data folder, beside the database."""

import contextlib
import os
import tempfile
from pathlib import Path

from lending.ledger.errors import LedgerError
from lending.ledger.notes import Note
from lending.sealing.private_files import sync_folder


class FileOutpost:
    """The file `checkpoint` of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, note: Note) -> None:
        """See the port. Whoever looks meanwhile sees the old one or the new."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(str(note))
            file.flush()
            os.fsync(descriptor)
        Path(draft).replace(self._folder / "checkpoint")
        sync_folder(self._folder)

    def kept(self) -> Note | None:
        """See the port."""
        with contextlib.suppress(FileNotFoundError, LedgerError, UnicodeDecodeError):
            return Note.parsed((self._folder / "checkpoint").read_text(encoding="utf-8"))
        return None
