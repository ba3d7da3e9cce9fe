"""Where books are fetched from: their records and finding aids, remembered for a while."""

import json
from dataclasses import dataclass
from typing import Any

from lending.epub.package import Package
from lending.ports.files import BookFiles
from lending.ports.library import Library
from lending.ports.records import Edition
from lending.services.recent import Recent

EDITION_WEIGHT = 4096
"""About what a catalogue record takes in memory."""


@dataclass(frozen=True, slots=True)
class Stacks:
    """What several services ask of a book. `recent` keeps it in this process's memory, and nowhere else."""

    library: Library
    files: BookFiles
    recent: Recent

    def edition(self, edition_id: str) -> Edition:
        """Which files to read from. It is remembered: they stay the same while a copy is on loan, and every
        chapter and page asks. (Its title may be corrected meanwhile.)"""

        def read() -> Edition:
            with self.library.read() as desk:
                return desk.collection.edition(edition_id)

        return self.recent.get((edition_id, "edition"), read, lambda _: EDITION_WEIGHT)

    def package(self, edition: Edition) -> Package:
        """The finding aid of an EPUB."""

        def read() -> tuple[Package, int]:
            aid = self._finding_aid(edition)
            return Package.from_json(aid), 4 * len(aid)

        return self.recent.get((edition.id, "package"), read, lambda kept: kept[1])[0]

    def pdf_aid(self, edition: Edition) -> dict[str, Any]:
        """The finding aid of a PDF, as plain values."""
        aid: dict[str, Any] = json.loads(self._finding_aid(edition))
        return aid

    def _finding_aid(self, edition: Edition) -> bytes:
        with self.files.open(edition.finding_aid_id) as aid:
            return aid.read()
