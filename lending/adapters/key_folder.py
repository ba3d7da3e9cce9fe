"""Private key files: made once, whole, readable by the owner only."""

import os
from pathlib import Path


def newest_first(folder: Path, pattern: str) -> list[Path]:
    """The key files that match, by number, the newest first."""
    return sorted(folder.glob(pattern), reverse=True)


def write_private(path: Path, content: bytes) -> None:
    """Write a new file that only its owner can read, durable when this returns. Raises FileExistsError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable: a new or renamed file is safe only after this."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
