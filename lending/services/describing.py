"""What a book says of itself, beyond its record, for who thinks of reading it."""

from dataclasses import dataclass
from typing import Final

from lending.epub.accessibility import NOTHING_TOLD, Statement, Topic, topics_of
from lending.pdf.records import PdfTraits
from lending.ports.files import PageDrawing
from lending.ports.records import EPUB, Edition
from lending.refusals import Refusal
from lending.sealing import Tampered
from lending.services.stacks import Stacks

_WEIGHT: Final = 2_048  # about what the statements of one book take in memory

Topics = tuple[Topic, ...]


@dataclass(frozen=True, slots=True)
class Describing:
    """Tells of books."""

    stacks: Stacks
    drawing: PageDrawing

    def accessibility(self, edition: Edition) -> Topics:
        """What an EPUB claims, or what a PDF brings.

        Of a book that can't be read just now nothing is known. Pages about a book are shown whether or
        not its file is well.
        """
        try:
            return self.stacks.recent.get(
                (edition.id, "accessibility"), lambda: self._topics(edition), lambda _: _WEIGHT
            )
        except (Refusal, Tampered, OSError):
            return NOTHING_TOLD

    def _topics(self, edition: Edition) -> Topics:
        if edition.media_type == EPUB:
            return topics_of(self.stacks.package(edition))
        return _topics_of_pdf(self.drawing.traits(edition.file_id))


def _topics_of_pdf(traits: PdfTraits) -> Topics:
    words = Statement("pdf.text" if traits.has_text else "pdf.pictures")
    structure = Statement("pdf.tagged" if traits.tagged else "pdf.untagged")
    return (
        Topic("ways-of-reading", (Statement("appearance.fixed"), words)),
        Topic("navigation", (structure,)),
    )
