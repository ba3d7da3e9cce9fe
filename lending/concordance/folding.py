"""A text made ready for comparing, with the way back to the text as it was written."""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from lending.concordance.letters import SPACES, UNSEEN, bare, letters_of
from lending.concordance.spans import Change, Spans

Cut = tuple[int, int]
"""What of a text is passed over: from, to. Where both are the same, words end that stand side by side."""

# Everything but plain ASCII words with single spaces between them. It begins with one set of characters, to
# which the regular expression engine leaps, and is linear whatever the text.
_WORD: Final = f"[^\\0-\\x7f{SPACES}{UNSEEN}]"
_GAP: Final = f"[{SPACES}{UNSEEN}]"
_PIECE: Final = re.compile(f"[^!-~](?:(?<={_WORD})(?P<word>{_WORD}*)|(?<! ){_GAP}*|{_GAP}+)")
_LETTER: Final = "[^\\W\\d_]"
_PIECE_OF_LINES: Final = re.compile(
    f"(?P<hyphen>(?<={_LETTER})[-\u2010\u00ad]\n(?={_LETTER}))|{_PIECE.pattern}"
)
_SPACE: Final = re.compile(f"[{SPACES}]")
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text as it is compared (`text`), and all that leads back to how it was written.

    `breaks_words`: a hyphen at a line's end may have been taken out although it belongs to the word.
    """

    text: str
    breaks_words: bool
    _seen: bytes = field(repr=False)  # UTF-8: a third of what Python would take for a text with curly quotes
    _folds: Spans = field(repr=False)
    _cuts: Spans = field(repr=False)
    _pairs: Spans = field(repr=False)

    @property
    def seen(self) -> str:
        """The text as a person sees it: what was cut out is not in it."""
        return self._seen.decode("utf-8", "surrogatepass")

    def seen_span(self, start: int, end: int) -> tuple[int, int]:
        """Where in `seen` that span of the folded text is."""
        return self._folds.start(start), self._folds.end(end)

    def written_span(self, start: int, end: int) -> tuple[int, int]:
        """Where in the original that span of `seen` is, in UTF-16 code units, as browsers count."""
        begins, stops = self._cuts.start(start), self._cuts.end(end)
        return self._pairs.start(begins), self._pairs.end(stops)

    @property
    def size(self) -> int:
        """Bytes of memory, near enough."""
        spans = self._folds.size + self._cuts.size + self._pairs.size
        return sys.getsizeof(self.text) + len(self._seen) + spans + 500


def fold(text: str, cuts: Sequence[Cut] = (), *, breaks_words: bool = False) -> Folded:
    """Prepare a text. `cuts` in order, in code points, none inside another.

    `breaks_words`: the text is made of lines, and a hyphen at the end of one, before a small letter, only
    breaks a word. Accents and case: see `letters`. White space of any kind and length is one space.
    """
    seen, cut_changes = _without(text, cuts)
    folded, changes = _folded(seen, _PIECE_OF_LINES if breaks_words else _PIECE)
    pairs = Spans.of(_pairs(text))
    written = seen.encode("utf-8", "surrogatepass")  # a hostile PDF may hold halves of characters
    return Folded(folded, breaks_words, written, Spans.of(changes), Spans.of(cut_changes), pairs)


def fold_query(words: str) -> str:
    """What somebody looks for, as it is compared; empty if nothing in it can be."""
    return _folded(words, _PIECE)[0].strip()


def _without(text: str, cuts: Sequence[Cut]) -> tuple[str, list[Change]]:
    kept: list[str] = []
    changes: list[Change] = []
    place = done = 0
    for start, end in cuts:
        instead = " " if start == end else ""
        kept += (text[done:start], instead)
        place += start - done
        changes.append((place, place + len(instead), start, end))
        place, done = place + len(instead), end
    return ("".join([*kept, text[done:]]) if cuts else text), changes


def _folded(seen: str, pieces: re.Pattern[str]) -> tuple[str, list[Change]]:
    kept: list[str] = []
    changes: list[Change] = []
    place = done = 0
    for found in pieces.finditer(seen):
        start, end = found.span()
        kept.append(seen[done:start])
        place += start - done
        for letter, folded in _pieces(found):
            kept.append(folded)
            if len(folded) != len(letter):
                changes.append((place, place + len(folded), start, start + len(letter)))
            place, start = place + len(folded), start + len(letter)
        done = end
    kept.append(seen[done:])
    return "".join(kept).lower(), changes


def _pieces(found: re.Match[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of what stands there and what it becomes."""
    piece = found[0]
    if found.lastgroup == "word":
        return _word(piece) if len(piece) < 20 else _word.__wrapped__(piece)
    if found.lastgroup != "hyphen":
        return ((piece, " " if _SPACE.search(piece) else ""),)
    if found.string[found.end()].islower():
        return ((piece, ""),)
    return (("-", "-"), ("\n", " "))


@lru_cache(4096)
def _word(word: str) -> tuple[tuple[str, str], ...]:
    letters = letters_of(word)
    folded = bare(letters)
    if len(letters) == len(word) and set(map(len, folded)) == {1}:
        return ((word, "".join(folded)),)
    return tuple(zip(letters, folded, strict=True))


def _pairs(text: str) -> Iterator[Change]:
    """The characters that UTF-16 writes in two units."""
    if text.isascii():
        return
    for count, found in enumerate(_ASTRAL.finditer(text)):
        start, end = found.span()
        yield start, end, start + count, end + count + 1
