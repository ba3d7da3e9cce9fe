"""What letters are compared as: their bare, small forms.

Accents go (Unicode's decomposition, UAX #15), case goes (its case folding), and what looks different only in
print is made the same: ligatures, typographic quotes and dashes, wide and narrow forms, digits of any script.

Marks that make another letter stay: the voicing marks of Japanese, the vowel signs of Indic and Thai scripts.
"""

import re
import unicodedata
from typing import Final

SPACES: Final = "\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""All white space, as it stands in a pattern's brackets."""

UNSEEN: Final = (
    "\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f"
    "\u00ad\u034f\u061c\u0640\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e0fff"
)
"""What is in a word and is not compared, likewise: soft hyphens, joiners, marks of direction, variation
selectors, the Arabic stretching stroke, control characters."""

_MARKS: Final = frozenset({7, *range(10, 37), *range(202, 241)})
"""Combining classes (Unicode 4.3) of accents, nuktas, Hebrew points and Arabic vowels."""

_SAME: Final = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛‹›ʹʻʼʽˈ′´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣⸺⸻", "-"),
        "⁄": "/",
        "ł": "l",
        "ø": "o",
        "đ": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "ȷ": "j",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
    }
)
# Japanese kana with their voicing marks, Korean syllables, and the Cyrillic short i, each written as several.
_IN_PARTS: Final = re.compile("[\u1100-\u11ff\u3099\u309a\uff9e\uff9f\u0306]")
_TOGETHER: Final = re.compile(
    "[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|[^\u0000-\u303f][\u3099\u309a\uff9e\uff9f]|[иИ]\u0306|.",
    re.DOTALL,
)


class _Letters(dict[str, str]):
    """Each letter's bare form, found once."""

    def __missing__(self, letter: str) -> str:
        bare = _bare(letter)
        if len(letter) == 1:  # there are only so many; of letters in parts there are more
            self[letter] = bare
        return bare


_LETTERS: Final = _Letters()


def letters_of(word: str) -> list[str]:
    """The word's characters; those that are one letter in several parts stay together."""
    return _TOGETHER.findall(word) if _IN_PARTS.search(word) else list(word)


def bare(letters: list[str]) -> list[str]:
    """What each letter is compared as: usually one character, sometimes more (`ß`), or none (an accent)."""
    return list(map(_LETTERS.__getitem__, letters))


def _bare(letter: str) -> str:
    if unicodedata.normalize("NFC", letter).lower() == "й":  # to Russians no accent, but another letter
        return "й"
    digit = unicodedata.decimal(letter, None) if len(letter) == 1 else None
    if digit is not None:
        return str(digit)
    if letter.translate(_SAME) != letter:
        return letter.translate(_SAME)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold())
    kept = "".join(part for part in apart if unicodedata.combining(part) not in _MARKS)
    whole = unicodedata.normalize("NFC", kept.translate(_SAME)).lower()
    return letter if whole.isspace() else whole  # an accent that stands alone is more than a space
