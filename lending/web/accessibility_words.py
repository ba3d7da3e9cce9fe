"""A book's accessibility in plain words: one sentence for each statement, translated.

The wording follows the W3C's Accessibility Metadata Display Guide for Digital Publications 2.0.
"""

from dataclasses import dataclass
from typing import Final

from lending.epub.accessibility import Statement, Topic
from lending.web.texts import LazyString
from lending.web.texts import lazy_gettext as _l

HEADINGS: Final[dict[str, LazyString]] = {
    "accessibility": _l("Accessibility"),
    "ways-of-reading": _l("Ways of reading"),
    "navigation": _l("Finding one’s way"),
    "rich-content": _l("Formulas, charts and films"),
    "hazards": _l("Hazards"),
    "summary": _l("Summary"),
    "conformance": _l("Conformance"),
}

SENTENCES: Final[dict[str, LazyString]] = {
    "nothing": _l("No information is available."),
    "appearance.modifiable": _l("Appearance can be modified: letters, spaces and colours."),
    "appearance.fixed": _l("Appearance can’t be modified, but the page can be enlarged."),
    "appearance.unknown": _l("No information about whether the appearance can be modified."),
    "nonvisual.readable": _l("Readable in read aloud or dynamic braille."),
    "nonvisual.partly": _l("Not fully readable in read aloud or dynamic braille."),
    "nonvisual.unreadable": _l("Not readable in read aloud or dynamic braille."),
    "nonvisual.unknown": _l("No information about nonvisual reading is available."),
    "nonvisual.described": _l("Has text descriptions of images."),
    "audio.synchronised": _l("Has prerecorded audio synchronized with the text."),
    "audio.only": _l("Prerecorded audio only, without text."),
    "audio.some": _l("Has prerecorded audio clips."),
    "audio.unknown": _l("No information about prerecorded audio is available."),
    "navigation.contents": _l("Table of contents with links."),
    "navigation.index": _l("Index with links."),
    "navigation.headings": _l("Headings and other marks of structure."),
    "navigation.pages": _l("Page numbers of the printed book to go to."),
    "rich.mathml": _l("Math formulas in accessible format (MathML)."),
    "rich.latex": _l("Math formulas in accessible format (LaTeX)."),
    "rich.described-math": _l("Text descriptions of math are provided."),
    "rich.chemistry-mathml": _l("Chemical formulas in accessible format (MathML)."),
    "rich.chemistry-latex": _l("Chemical formulas in accessible format (LaTeX)."),
    "rich.descriptions": _l("Information-rich images are described at length."),
    "rich.closed-captions": _l("Videos have captions that can be switched on."),
    "rich.open-captions": _l("Videos have captions."),
    "rich.transcript": _l("Has transcripts of what is heard."),
    "hazard.none": _l("No hazards."),
    "hazard.unknown": _l("Whether there are hazards is not known."),
    "hazard.flashing": _l("Flashing content, which can cause seizures."),
    "hazard.motion": _l("Motion simulations, which can cause motion sickness."),
    "hazard.sound": _l("Sounds that can be uncomfortable."),
    "conformance.a": _l("Meets minimum accessibility standards."),
    "conformance.aa": _l("Meets accepted accessibility standards."),
    "conformance.aaa": _l("Exceeds accepted accessibility standards."),
    "conformance.claim": _l("The book claims to meet %(says)s."),
    "conformance.unrecognised": _l("Whether it conforms to accepted standards can’t be determined."),
    "conformance.nothing": _l("No information about conformance is available."),
    "conformance.certifier": _l("Certified by %(says)s."),
    "conformance.credential": _l("The certifier’s credential is %(says)s."),
    "pdf.text": _l("Has text that can be read aloud, searched and selected."),
    "pdf.pictures": _l("Its pages are pictures without text: they can’t be read aloud."),
    "pdf.tagged": _l("Its structure is marked for screen readers."),
    "pdf.untagged": _l("Its structure is not marked for screen readers."),
}


@dataclass(frozen=True, slots=True)
class TopicTold:
    """A topic in the page's language."""

    heading: str
    statements: list[str]


def told(topics: tuple[Topic, ...]) -> list[TopicTold]:
    """The topics in words."""
    return [
        TopicTold(str(HEADINGS[topic.key]), [_sentence(said) for said in topic.statements])
        for topic in topics
    ]


def sentences(topics: tuple[Topic, ...]) -> list[str]:
    """The same without headings, for where there is little room."""
    return [_sentence(said) for topic in topics for said in topic.statements]


def _sentence(statement: Statement) -> str:
    if statement.key == "summary":  # the publisher's own words
        return statement.says
    return str(SENTENCES[statement.key]) % {"says": statement.says}
