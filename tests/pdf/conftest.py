"""Drawing processes and sealed PDFs for the tests of this room."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lending.pdf.process import DrawingProcesses, SealedSource
from lending.sealing import new_key, seal

# The corpus is no part of the repository: without it, its tests do not exist.
collect_ignore = [] if os.getenv("LENDING_CORPUS") else ["test_corpus.py"]

Sealing = Callable[[bytes], SealedSource]


@pytest.fixture(scope="session")
def drawing() -> Iterator[DrawingProcesses]:
    with DrawingProcesses() as processes:
        yield processes


@pytest.fixture
def sealed(tmp_path: Path) -> Sealing:
    """Seals a PDF as the library does and says where it is."""

    def make(plain: bytes) -> SealedSource:
        source = SealedSource(tmp_path / os.urandom(8).hex(), new_key(), os.urandom(16))
        with source.path.open("wb") as out:
            seal(io.BytesIO(plain), len(plain), out, source.key, source.file_id)
        return source

    return make
