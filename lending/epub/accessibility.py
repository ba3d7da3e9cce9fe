"""What a book says of its accessibility, as statements that can be told in plain words.

After the W3C's Accessibility Metadata Display Guide for Digital Publications 2.0 and its techniques for EPUB:
the publisher's claims, neither checked nor judged. Pure: from values to keys; `web` has the words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lending.epub.finding_aid import Package

CLAIMS: Final = (
    "accessMode",
    "accessModeSufficient",
    "accessibilityFeature",
    "accessibilityHazard",
    "accessibilitySummary",
    "conformsTo",
    "certifiedBy",
    "certifierCredential",
)
"""The properties that are read of the package document (schema.org, Dublin Core, EPUB Accessibility 1.1)."""

_CONFORMS: Final = re.compile(
    r"EPUB[\s-]+Accessibility[\s-]+(1\.\d)[\s:–-]+WCAG[\s-]+(2\.\d)[\s-]+Level[\s-]+(A{1,3})\s*\Z",
    re.IGNORECASE,
)
_CONFORMS_OF_OLD: Final = re.compile(r"idpf\.org/epub/a11y/accessibility-20170105\.html#wcag-(a{1,3})\Z")
_DESCRIBED: Final = frozenset({"longDescription", "alternativeText", "describedMath", "transcript"})
_NAVIGATION: Final = {
    "tableOfContents": "navigation.contents",
    "index": "navigation.index",
    "structuralNavigation": "navigation.headings",
    "pageNavigation": "navigation.pages",
}
_RICH: Final = {
    "MathML": "rich.mathml",
    "latex": "rich.latex",
    "describedMath": "rich.described-math",
    "MathML-chemistry": "rich.chemistry-mathml",
    "latex-chemistry": "rich.chemistry-latex",
    "longDescription": "rich.descriptions",
    "closedCaptions": "rich.closed-captions",
    "openCaptions": "rich.open-captions",
    "transcript": "rich.transcript",
}
_HAZARDS: Final = {
    "flashing": "hazard.flashing",
    "motionSimulation": "hazard.motion",
    "sound": "hazard.sound",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing that is told: the key of its words, and what the book itself says there, if anything."""

    key: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """Statements under one heading, by its key."""

    key: str
    statements: tuple[Statement, ...]


NOTHING_TOLD: Final = (Topic("accessibility", (Statement("nothing"),)),)
"""Of a book that says nothing about it."""


def topics_of(package: Package) -> tuple[Topic, ...]:
    """What is told of an EPUB. Topics about which nothing is claimed are left out: all but two."""
    claims = package.accessibility
    if not any(claims.values()):
        return NOTHING_TOLD
    features = claims.get("accessibilityFeature", ())
    topics = [
        Topic("ways-of-reading", tuple(_ways_of_reading(package))),
        Topic("navigation", _named(_NAVIGATION, features)),
        Topic("rich-content", _named(_RICH, features)),
        Topic("hazards", tuple(_hazards(claims.get("accessibilityHazard", ())))),
        Topic(
            "summary", tuple(Statement("summary", text) for text in claims.get("accessibilitySummary", ()))
        ),
        Topic("conformance", tuple(_conformance(claims))),
    ]
    return tuple(topic for topic in topics if topic.statements)


def _ways_of_reading(package: Package) -> Iterator[Statement]:
    claims = package.accessibility
    features = set(claims.get("accessibilityFeature", ()))
    modes = set(claims.get("accessMode", ()))
    enough = [frozenset(re.split(r"[\s,]+", said.strip())) for said in claims.get("accessModeSufficient", ())]
    yield Statement(_appearance(package, features))
    yield Statement(_nonvisual(modes, enough))
    if features & _DESCRIBED:
        yield Statement("nonvisual.described")
    yield Statement(_audio(modes, enough, features))


def _appearance(package: Package, features: set[str]) -> str:
    if "displayTransformability" in features:
        return "appearance.modifiable"
    return "appearance.fixed" if package.layout == "pre-paginated" else "appearance.unknown"


def _nonvisual(modes: set[str], enough: Sequence[frozenset[str]]) -> str:
    if frozenset({"textual"}) in enough:
        return "nonvisual.readable"
    if "textual" in modes or any("textual" in way for way in enough):
        return "nonvisual.partly"
    return "nonvisual.unreadable" if modes or enough else "nonvisual.unknown"


def _audio(modes: set[str], enough: Sequence[frozenset[str]], features: set[str]) -> str:
    if "synchronizedAudioText" in features:
        return "audio.synchronised"
    textual = "textual" in modes or any("textual" in way for way in enough)
    if frozenset({"auditory"}) in enough and not textual:
        return "audio.only"
    return "audio.some" if "auditory" in modes else "audio.unknown"


def _named(keys: Mapping[str, str], features: Sequence[str]) -> tuple[Statement, ...]:
    features = ["pageNavigation" if name == "printPageNumbers" else name for name in features]
    return tuple(Statement(key) for name, key in keys.items() if name in features)


def _hazards(claimed: Sequence[str]) -> Iterator[Statement]:
    found = {said.removesuffix("Hazard") for said in claimed}
    there = [key for name, key in _HAZARDS.items() if name in found]
    none = "none" in found or {"noFlashing", "noMotionSimulation", "noSound"} <= found
    if there:
        yield from map(Statement, there)
    elif none:
        yield Statement("hazard.none")
    elif claimed:
        yield Statement("hazard.unknown")


def _conformance(claims: Mapping[str, Sequence[str]]) -> Iterator[Statement]:
    standards = [_standard(said) for said in claims.get("conformsTo", ())]
    known = [found for found in standards if found is not None]
    if known:
        version, guidelines, level = max(known, key=lambda found: len(found[2]))
        yield Statement(f"conformance.{level.lower()}")
        yield Statement("conformance.claim", f"EPUB Accessibility {version}, WCAG {guidelines} Level {level}")
    else:
        yield Statement("conformance.unrecognised" if standards else "conformance.nothing")
    for name, key in (("certifiedBy", "certifier"), ("certifierCredential", "credential")):
        yield from (Statement(f"conformance.{key}", said) for said in claims.get(name, ()))


def _standard(said: str) -> tuple[str, str, str] | None:
    """The versions of EPUB Accessibility and of WCAG, and the level."""
    if old := _CONFORMS_OF_OLD.search(said):
        return "1.0", "2.0", old[1].upper()
    found = _CONFORMS.search(" ".join(said.split()))
    return None if found is None else (found[1], found[2], found[3].upper())
