"""What cataloguing finds out about a file."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CatalogueRecord:
    """A book as it describes itself. `extent` counts pages (PDF) or chapters (EPUB).

    `cover` is a small JPEG for the shelf, or None. `finding_aid` is JSON.
    """

    media_type: str
    title: str
    authors: tuple[str, ...]
    language: str
    description: str
    publisher: str
    published: str
    identifiers: tuple[str, ...]
    extent: int
    cover: bytes | None = field(repr=False)
    finding_aid: bytes = field(repr=False)
