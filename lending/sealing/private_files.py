"""Files for this user alone, durable when they are there: keys above all."""

import os
import tempfile
from pathlib import Path


def newest_first(folder: Path, pattern: str) -> list[Path]:
    """The key files that match, by number, the newest first."""
    return sorted(folder.glob(pattern), reverse=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, durable when this returns. Raises FileExistsError.

    It appears under its name whole or not at all: other processes look into the folder at any time.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise FileExistsError(path)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, 0o400)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(draft)  # unlike a rename, this never replaces another process's key
    finally:
        Path(draft).unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable: a new or renamed file is safe only after this."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
