"""Text that is surely of one line: what stands in a header or a calendar can't begin another."""

import unicodedata


def one_line(text: str) -> str:
    """The text with every control, line or paragraph separator and run of white space made one space."""
    return " ".join(
        "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in text).split()
    )
