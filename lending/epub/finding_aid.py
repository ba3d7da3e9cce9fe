"""What is found out about an EPUB once, when it joins the collection, and kept beside it.

Frozen values and their JSON. Reading requests work from these alone: they don't parse the package document
again, and so can't find it saying something else.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Self

_FORMAT = 1  # of the JSON; raise it when a change would misread what is stored

Direction = Literal["ltr", "rtl"]
Layout = Literal["reflowable", "pre-paginated"]


@dataclass(frozen=True)
class TocEntry:
    """A line of the contents. `href` is a percent-encoded in-archive path with its fragment, or None."""

    label: str
    href: str | None = None
    children: tuple["TocEntry", ...] = ()


@dataclass(frozen=True)
class Section:
    """An item of the spine. `path` is in the archive, decoded; `size` in bytes once inflated.

    `missing`: the file is not in the archive, or is of a kind that no browser shows. `cfi` is its step in
    EPUB CFIs (EPUB CFI 1.1 §2.2): `/6/` and its true place in the spine, in even numbers.
    """

    path: str
    media_type: str
    size: int
    cfi: str
    linear: bool = True
    page_spread: str | None = None
    missing: bool = False
    overlay: str | None = None


@dataclass(frozen=True)
class Package:
    """An EPUB's package document, with all that reading the book needs.

    `resources` maps each servable in-archive path to its media type; `obfuscated` maps fonts to the algorithm
    that scrambles them, by `unique_identifier`. Texts are plain, never markup, and bounded.
    """

    title: str
    sections: tuple[Section, ...]
    resources: Mapping[str, str]
    authors: tuple[str, ...] = ()
    language: str = ""
    description: str = ""
    identifiers: tuple[str, ...] = ()
    unique_identifier: str = ""
    publisher: str = ""
    published: str = ""
    direction: Direction = "ltr"
    layout: Layout = "reflowable"
    spread: str = ""
    toc: tuple[TocEntry, ...] = ()
    page_list: tuple[TocEntry, ...] = ()
    cover: str | None = None
    obfuscated: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def section_at(self, path: str) -> Section | None:
        """The section at that in-archive path, or None; of several that share one, the first."""
        return next((section for section in self.sections if section.path == path), None)

    def to_json(self) -> bytes:
        """The package as JSON that `from_json` reads back to an equal value."""
        plain = {**vars(self), "resources": dict(self.resources), "obfuscated": dict(self.obfuscated)}
        for name in ("sections", "toc", "page_list"):
            plain[name] = [asdict(value) for value in plain[name]]
        return json.dumps({"format": _FORMAT, **plain}, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote. Raises ValueError for another format."""
        values: dict[str, Any] = json.loads(text)
        if values.pop("format", None) != _FORMAT:
            raise ValueError("a finding aid of another format")
        for name in ("authors", "identifiers"):
            values[name] = tuple(values[name])
        values["sections"] = tuple(Section(**section) for section in values["sections"])
        values["toc"] = _entries(values["toc"])
        values["page_list"] = _entries(values["page_list"])
        return cls(**values)


def _entries(values: list[dict[str, Any]]) -> tuple[TocEntry, ...]:
    return tuple(TocEntry(value["label"], value["href"], _entries(value["children"])) for value in values)
