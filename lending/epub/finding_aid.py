"""What is found out about an EPUB once, when it joins the collection, and kept beside it.

Frozen values and their JSON. Reading requests work from these alone: they don't parse the package document
again, and so can't find it saying something else.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import Any, Literal, Self

_FORMAT = 2  # of the JSON; raise it when a change would misread what is stored
_OLDER = (1,)  # formats that say less: 1 has nothing of accessibility and media overlays

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
    that scrambles them, by `unique_identifier`. `accessibility` has the values of each property in
    `accessibility.CLAIMS` that is there. `active_class`, `playback_active_class`: plain names of CSS classes,
    that mark what a media overlay reads (EPUB 3.3 §9.3.2); `duration` is its whole length. Texts are plain,
    never markup, and bounded.
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
    accessibility: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    active_class: str = ""
    playback_active_class: str = ""
    narrators: tuple[str, ...] = ()
    duration: str = ""

    def section_at(self, path: str) -> Section | None:
        """The section at that in-archive path, or None; of several that share one, the first."""
        return next((section for section in self.sections if section.path == path), None)

    def to_json(self) -> bytes:
        """The package as JSON that `from_json` reads back to an equal value."""
        plain = {**vars(self)}
        for name in ("resources", "obfuscated", "accessibility"):
            plain[name] = dict(plain[name])
        for name in ("sections", "toc", "page_list"):
            plain[name] = [asdict(value) for value in plain[name]]
        return json.dumps({"format": _FORMAT, **plain}, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read what `to_json` wrote. Raises OlderFormat, or ValueError for a format that is not known."""
        values: dict[str, Any] = json.loads(text)
        written = values.pop("format", None)
        if written not in (*_OLDER, _FORMAT):
            raise ValueError("a finding aid of another format")
        for name in {"authors", "identifiers", "narrators"} & values.keys():
            values[name] = tuple(values[name])
        claims = values.pop("accessibility", {})
        values["accessibility"] = {name: tuple(said) for name, said in claims.items()}
        values["sections"] = tuple(Section(**section) for section in values["sections"])
        values["toc"] = _entries(values["toc"])
        values["page_list"] = _entries(values["page_list"])
        package = cls(**values)
        if written != _FORMAT:
            raise OlderFormat(package)
        return package


class OlderFormat(ValueError):
    """A finding aid from when there was less to tell. `package` is what it tells; the book knows the rest."""

    def __init__(self, package: Package) -> None:
        super().__init__("a finding aid of an older format")
        self.package = package


def _entries(values: list[dict[str, Any]]) -> tuple[TocEntry, ...]:
    return tuple(TocEntry(value["label"], value["href"], _entries(value["children"])) for value in values)
