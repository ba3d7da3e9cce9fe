"""All places of a text where somebody's words stand, each with a line around it."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lending.concordance.folding import Folded

CONTEXT: Final = 60
"""Characters before and after a hit, at most."""

_SOFT_HYPHEN: Final = "\u00ad"


@dataclass(frozen=True, slots=True)
class Hit:
    """Where the words stand, in UTF-16 code units of the text as it was written, and what is around them.

    `before`, `match` and `after` are parts of one line: white space is folded, and words are whole where
    words have borders. `before` ends and `after` begins with a space where the text has one.
    """

    start: int
    end: int
    before: str
    match: str
    after: str


def find(text: Folded, query: str, most: int) -> list[Hit]:
    """The first `most` hits of a folded query (see `fold_query`), in order, none overlapping another."""
    spans = [text.seen_span(*span) for span, _ in zip(_spans(text, query), range(most), strict=False)]
    seen = text.seen if spans else ""
    return [_hit(text, seen, *span) for span in spans]


def _spans(text: Folded, query: str) -> Iterator[tuple[int, int]]:
    if not query:
        return
    if text.breaks_words and "-" in query:
        # Of `well-` at a line's end nobody knows whether its hyphen belongs to the word.
        pattern = re.compile("-?".join(re.escape(part) for part in query.split("-")))
        yield from (found.span() for found in pattern.finditer(text.text) if found[0])
        return
    place = text.text.find(query)
    while place >= 0:
        yield place, place + len(query)
        place = text.text.find(query, place + len(query))


def _hit(text: Folded, seen: str, start: int, end: int) -> Hit:
    while end < len(seen) and unicodedata.combining(seen[end]):  # a letter's accents belong to it
        end += 1
    written_start, written_end = text.written_span(start, end)
    return Hit(written_start, written_end, _before(seen, start), _line(seen[start:end]), _after(seen, end))


def _before(seen: str, place: int) -> str:
    line = _line(seen[max(0, place - 2 * CONTEXT) : place])
    if len(line) <= CONTEXT:
        return line.lstrip()
    cut = line[-CONTEXT:]
    whole = line[-CONTEXT - 1].isspace() or " " not in cut[:-1]
    return cut.lstrip() if whole else cut.partition(" ")[2]


def _after(seen: str, place: int) -> str:
    line = _line(seen[place : place + 2 * CONTEXT])
    if len(line) <= CONTEXT:
        return line.rstrip()
    cut = line[:CONTEXT]
    whole = line[CONTEXT].isspace() or " " not in cut[1:]
    return cut.rstrip() if whole else cut.rpartition(" ")[0]


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace(_SOFT_HYPHEN, ""))
