"""`ports.ledger.Outpost`: files in the data folder, beside the database."""

import json
import os
import tempfile
from pathlib import Path

from lending.ledger.errors import Malformed
from lending.ledger.notes import Note
from lending.sealing.private_files import sync_folder


class FileOutpost:
    """The files of a folder: `checkpoint`, and `acknowledged`, with a text in each line, as JSON."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, note: Note) -> None:
        """See the port. Whoever looks meanwhile sees the old one or the new."""
        self._replace("checkpoint", str(note))

    def kept(self) -> Note | None:
        """See the port."""
        path = self._folder / "checkpoint"
        try:
            return Note.parsed(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as why:  # a LedgerError is the second
            raise Malformed(f"{path} can't be read: {why}") from why

    def acknowledge(self, lost: str) -> None:
        """See the port."""
        texts = sorted(self.acknowledged() | {lost})
        self._replace("acknowledged", "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in texts))

    def acknowledged(self) -> frozenset[str]:
        """See the port. What can't be read was not acknowledged: who says it again is heard."""
        try:
            lines = (self._folder / "acknowledged").read_text(encoding="utf-8").splitlines()
            return frozenset(json.loads(line) for line in lines)
        except (OSError, ValueError, TypeError):
            return frozenset()

    def _replace(self, name: str, content: str) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, draft = tempfile.mkstemp(dir=self._folder, prefix=".new-")
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        Path(draft).replace(self._folder / name)
        sync_folder(self._folder)
