"""Text in a terminal: harmless, and in columns."""

import unicodedata
from collections.abc import Sequence


def harmless(text: str) -> str:
    """Text from a book or a file's name with nothing in it that a terminal would obey.

    >>> harmless("One\\x1b[31m")
    'One�[31m'
    """
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def counted(count: int, noun: str, nouns: str = "") -> str:
    """A number of things.

    >>> counted(1, "loan"), counted(2, "loan"), counted(2, "entry", "entries")
    ('1 loan', '2 loans', '2 entries')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {nouns or noun + 's'}"


def cells(texts: Sequence[str], widths: Sequence[int]) -> str:
    """A row of a table: each text made exactly so wide, two blanks between them, none at the end."""
    return "  ".join(
        _fitted(harmless(text), width) for text, width in zip(texts, widths, strict=True)
    ).rstrip()


def _fitted(text: str, width: int) -> str:
    """The text, cut with an ellipsis or filled with blanks.

    >>> _fitted("Moby Dick", 6), _fitted("白鯨", 6)
    ('Moby …', '白鯨  ')
    """
    left = width - sum(map(_columns, text))
    if left >= 0:
        return text + " " * left
    kept, room = "", width - 1
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return kept + "…" + " " * (width - 1 - sum(map(_columns, kept)))


def _columns(character: str) -> int:
    """How many columns of a terminal a character takes: an ideograph two, an accent of its own none."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
