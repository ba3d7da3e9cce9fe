"""What people type, made fit to keep: trimmed, of one line where it should be, and not endless."""

import hashlib
import re
import unicodedata

from lending import refusals

MOST_AUTHORS = 30

LONGEST_EMAIL = 254
"""Octets that a path of SMTP holds (RFC 5321, errata 1690)."""

_EMAIL_CHARACTERS = re.compile(r"[^\s\x00-\x20\x7f-\x9f@<>()\[\]\\,;:\"]+")

TURNS_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Unicode's embeddings, overrides and isolates of direction: in a name they only serve to deceive."""


BLANKS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by Unicode's reckoning, drawn as nothing: fillers of Hangul, Braille's blank."""


def line(field: str, text: str, longest: int, *, required: bool = False) -> str:
    """One line of text: control characters out, white space folded; what shows nothing at all is empty.

    Raises UnacceptableInput.
    """
    tidy = _one_line(text)
    return _measured(field, tidy if any(map(_shows, tidy)) else "", longest, required=required)


def passage(field: str, text: str, longest: int) -> str:
    """Some lines of text: line breaks kept, other control characters out. Raises UnacceptableInput."""
    return _measured(field, _some_lines(text), longest, required=False)


def email_address(field: str, text: str) -> str:
    """An e-mail address, or nothing. Raises UnacceptableInput.

    Only what would harm is refused; whether mail arrives is for the mail to show.
    """
    address = text.strip()
    if len(address) > LONGEST_EMAIL:
        raise refusals.UnacceptableInput(field, f"is longer than {LONGEST_EMAIL} characters")
    name, _, domain = address.partition("@")
    if address and (not name or not domain or not _EMAIL_CHARACTERS.fullmatch(name + domain)):
        raise refusals.UnacceptableInput(field, "is not an e-mail address")
    return address


def told_line(text: str, longest: int) -> str:
    """One line that a book tells of itself: made fit like `line`, and cut rather than refused."""
    return _one_line(text)[:longest].rstrip()


def told_passage(text: str, longest: int) -> str:
    """Some lines that a book tells of itself: made fit like `passage`, and cut rather than refused."""
    return _some_lines(text)[:longest].rstrip()


def digest(secret: str) -> str:
    """What is kept of a random secret: its SHA-256. (Secrets have 256 bits, so no salt is needed.)"""
    return hashlib.sha256(secret.encode()).hexdigest()


def _one_line(text: str) -> str:
    return " ".join("".join(" " if _is_unseen(c) else c for c in text).split())


def _some_lines(text: str) -> str:
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in unified if c == "\n" or not _is_unseen(c)).strip()


def _is_unseen(character: str) -> bool:
    """Controls, halves of surrogate pairs, and what would turn the text after it around.

    Joiners stay: Persian and emoji are spelled with them.
    """
    return unicodedata.category(character) in ("Cc", "Cs", "Cn") or character in TURNS_AROUND


def _shows(character: str) -> bool:
    """Whether a character can be seen by itself: not joiners, white space and marks upon nothing."""
    return unicodedata.category(character)[0] not in "CZM" and character not in BLANKS


def _measured(field: str, text: str, longest: int, *, required: bool) -> str:
    if required and not text:
        raise refusals.UnacceptableInput(field, "is empty")
    if len(text) > longest:
        raise refusals.UnacceptableInput(field, f"is longer than {longest} characters")
    return text
