"""How fast a borrowed book may be read: as fast as a person can leaf through it, and no faster.

Why these numbers: docs/decisions/0014-reading-faster-than-a-person-can.md.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lending import refusals
from lending.epub.media_types import XHTML_TYPE
from lending.epub.resources import Resource
from lending.ports.people import Limits

CHARACTERS_A_PAGE: Final = 1800
MOST_FOR_A_CHAPTER: Final = 40
"""Pages. A chapter comes whole, however little of it is read, and some chapters are whole novels."""

SHORTEST_WAIT: Final = timedelta(seconds=3)
"""So that some pages come together, and not one at a time."""
LONGEST_WAIT: Final = timedelta(seconds=20)
"""After which asking again may be refused again."""
NOTED_EVERY: Final = timedelta(hours=1)

_BEFORE_THE_BODY: Final = re.compile(rb"\A.*?<body", re.DOTALL)
_TAGS: Final = re.compile(rb"<[^>]*>")
_MORE_OF_A_LETTER: Final = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that continue a character."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Counts pages for each loan: `at_once` may be leafed through without a stop, then `a_minute` more."""

    limits: Limits
    at_once: int = 240
    a_minute: int = 40

    def keep(self, loan_id: str, part: str, pages: int = 1) -> None:
        """Count a part of a book, `pages` long. Raises ReadingTooFast, and then it isn't counted.

        The same part is free while it counts: its picture and its text are one page, and who turns back and
        forth is not slowed.
        """
        refilled = timedelta(minutes=self.at_once / self.a_minute)
        tries = min(pages, self.at_once)
        wait = self.limits.allow("pages", loan_id, self.at_once, refilled, tries=tries, what=part)
        if wait is not None:
            raise refusals.ReadingTooFast(min(max(wait, SHORTEST_WAIT), LONGEST_WAIT))

    def is_to_be_noted(self, loan_id: str) -> bool:
        """Whether the record has not been told of this loan's haste within the last hour. True once."""
        return self.limits.first_time("read-fast", loan_id, NOTED_EVERY)


def pages_of(part: Resource) -> int:
    """How many pages a part of an EPUB counts for: a chapter by the length of its text, 1 at least.

    Pictures, fonts, styles and sounds are no pages: they come with a chapter.
    """
    if part.media_type != XHTML_TYPE or part.data is None:
        return 0
    text = b" ".join(_TAGS.sub(b"", _BEFORE_THE_BODY.sub(b"<body", part.data)).split())
    characters = len(text.translate(None, _MORE_OF_A_LETTER))
    return min(max(1, round(characters / CHARACTERS_A_PAGE)), MOST_FOR_A_CHAPTER)
