"""Whether a name stands in a few words, as a person would say that it does."""

import re
import unicodedata
from typing import Final

from lending.concordance.folding import fold_query

# Thai, Lao, Burmese, Khmer, kana, Chinese characters, and Korean, which writes its particles onto names.
_UNDIVIDED: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)


def names(text: str, name: str) -> bool:
    """Whether the text has that name, whole, as words of its own, without regard to accents and case.

    `Mia's loans` names Mia, `Also` doesn't name Al. What is between words counts for nothing. Where a script
    puts nothing between words, a name may begin and end anywhere. No text has an empty name.
    """
    wanted, words = _words(name), _words(text)
    if not wanted:  # what somebody is called may have no letter in it
        return bool(fold_query(name)) and fold_query(name) in fold_query(text)
    places = (found.start() for found in re.finditer(f"(?={re.escape(wanted)})", words))
    return any(_ends(words, at) and _ends(words, at + len(wanted)) for at in places)


def _words(text: str) -> str:
    """Folded, with one space between words. Vowel signs are no letters, and in the middle of words."""
    folded = fold_query(text)
    bare = (c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in folded)
    return " ".join("".join(bare).split())


def _ends(words: str, at: int) -> bool:
    """Whether a word ends, or may end, before that place."""
    around = words[max(at - 1, 0) : at + 1]
    return at in (0, len(words)) or " " in around or _UNDIVIDED.search(around) is not None
