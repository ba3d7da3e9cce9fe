"""Where books are fetched from: their records and finding aids, remembered for a while."""

import json
from dataclasses import dataclass
from typing import Any

from lending.epub.archive import Archive
from lending.epub.finding_aid import OlderFormat, Package
from lending.epub.package import read_package
from lending.ports.files import BookFiles
from lending.ports.library import Library
from lending.ports.records import Edition
from lending.refusals import Refusal
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
        """The finding aid of an EPUB. If it is of an older format, the book itself is read anew."""

        def read() -> tuple[Package, int]:
            aid = self._finding_aid(edition)
            try:
                package = Package.from_json(aid)
            except OlderFormat as older:
                package = self._read_anew(edition, older.package)
            return package, 4 * len(aid)

        return self.recent.get((edition.id, "package"), read, lambda kept: kept[1])[0]

    def _read_anew(self, edition: Edition, told: Package) -> Package:
        """What the book says today; what was `told`, if it can't be read as a whole any more."""
        with self.files.open(edition.file_id) as file:
            try:
                return read_package(Archive(file))
            except Refusal:
                return told

    def pdf_aid(self, edition: Edition) -> dict[str, Any]:
        """The finding aid of a PDF, as plain values."""
        aid: dict[str, Any] = json.loads(self._finding_aid(edition))
        return aid

    def _finding_aid(self, edition: Edition) -> bytes:
        with self.files.open(edition.finding_aid_id) as aid:
            return aid.read()
