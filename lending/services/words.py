"""What people type, made fit to keep: trimmed, of one line where it should be, and not endless."""

import hashlib
import unicodedata

from lending import refusals


def line(field: str, text: str, longest: int, *, required: bool = False) -> str:
    """One line of text: control characters out, white space folded. Raises UnacceptableInput."""
    kept = " ".join("".join(c if unicodedata.category(c)[0] != "C" else " " for c in text).split())
    return _measured(field, kept, longest, required=required)


def passage(field: str, text: str, longest: int) -> str:
    """Some lines of text: line breaks kept, other control characters out. Raises UnacceptableInput."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(c for c in unified if c == "\n" or unicodedata.category(c)[0] != "C").strip()
    return _measured(field, kept, longest, required=False)


def digest(secret: str) -> str:
    """What is kept of a random secret: its SHA-256. (Secrets have 256 bits, so no salt is needed.)"""
    return hashlib.sha256(secret.encode()).hexdigest()


def _measured(field: str, text: str, longest: int, *, required: bool) -> str:
    if required and not text:
        raise refusals.UnacceptableInput(field, "is empty")
    if len(text) > longest:
        raise refusals.UnacceptableInput(field, f"is longer than {longest} characters")
    return text
