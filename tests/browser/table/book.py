"""A book of the corpus, and what there is in it to be seen: told from the file, not from the server."""

import re
import zipfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote

MARKUP = (".xhtml", ".html", ".htm", ".xml", ".svg")


@dataclass
class Book:
    """A file, with the manifest that the reading page gets of it."""

    path: Path
    manifest: dict[str, Any] = field(repr=False)
    page_words: dict[int, dict[str, Any]] = field(default_factory=dict, repr=False)
    """Of a PDF: the lines and links of its first pages, by number from 1."""

    @property
    def is_epub(self) -> bool:
        """Whether it is an EPUB."""
        return self.path.suffix == ".epub"

    @property
    def is_fixed(self) -> bool:
        """Whether its pages are laid out for good."""
        return bool(self.manifest.get("rendition", {}).get("layout") == "pre-paginated")

    @cached_property
    def lengths(self) -> list[int]:
        """How many letters each part of the spine shows."""
        return [
            len(re.sub(r"<(style|script).*?</\1>|<[^>]*>|\s", "", text, flags=re.S))
            for text in map(_body, self.sections)
        ]

    @property
    def has_text(self) -> bool:
        """Whether there are words to be found, marked and spoken."""
        if self.is_epub:
            return any(length > 200 for length in self.lengths)
        return any(sum(len(line[4]) for line in words["lines"]) > 20 for words in self.page_words.values())

    @cached_property
    def has_sound(self) -> bool:
        """Whether there is a sound in the archive, not only in its list."""
        if not self.is_epub:
            return False
        with zipfile.ZipFile(self.path) as archive:
            return any(
                name.endswith((".mp3", ".m4a", ".mp4", ".ogg", ".opus")) for name in archive.namelist()
            )

    @cached_property
    def is_scan(self) -> bool:
        """Whether its pages are pictures without a word."""
        said = any(words["lines"] for words in self.page_words.values())
        return not said and re.search(rb"/Subtype\s*/Image", self.path.read_bytes()) is not None

    @cached_property
    def sections(self) -> list[str]:
        """The markup of each part of the spine, in order; empty for pictures and what is missing."""
        if not self.is_epub:
            return []
        with zipfile.ZipFile(self.path) as archive:
            names = set(archive.namelist())
            paths = [unquote(section["id"]) for section in self.manifest["sections"]]
            return [
                archive.read(path).decode("utf-8", "replace")
                if path in names and path.endswith(MARKUP)
                else ""
                for path in paths
            ]

    @cached_property
    def around(self) -> str:
        """Everything beside the chapters that is text: package document, styles, font encryption."""
        if not self.is_epub:
            return ""
        with zipfile.ZipFile(self.path) as archive:
            names = [name for name in archive.namelist() if name.endswith((".opf", ".css", "encryption.xml"))]
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in names)

    def section_with(self, pattern: str) -> int | None:
        """The first part of the reading order whose markup matches."""
        for index, (section, text) in enumerate(zip(self.manifest["sections"], self.sections, strict=True)):
            if section["linear"] == "yes" and re.search(pattern, text, re.S):
                return index
        return None

    def page_with(self, key: str) -> int | None:
        """The first page of a PDF with a link of that kind: `page` or `href`."""
        for number, words in self.page_words.items():
            if any(link[key] for link in words["links"]):
                return number
        return None


def _body(markup: str) -> str:
    return markup.partition("<body")[2] or markup
