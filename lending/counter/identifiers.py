"""What a book is called by in a report (section 3.2.2, tables 3.g and 3.i; the API's `Item_ID`)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_NAMESPACED: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_./]{0,15}[a-zA-Z0-9]:.+")
_ISBN: Final = re.compile(
    r"(?:urn:)?(?:isbn[:\s]*)?((?:97[89][- ]?)?(?:\d[- ]?){9}[\dXx])", re.IGNORECASE | re.ASCII
)
_ISBN_IN_PARTS: Final = re.compile(r"97[89]-\d+-\d+-\d+-\d", re.ASCII)
_KIND: Final = re.compile(r"\A(?:ISBN|DOI|URI):\s*", re.IGNORECASE)
_DOI: Final = re.compile(r"(?:doi:\s*|https?://(?:dx\.)?doi\.org/)?(10\.[1-9]\d{2}[\d.]*/\S+)", re.IGNORECASE)


def is_namespaced(identifier: str) -> bool:
    """Whether it is one of a platform's own: `platform:value`, the platform's ID of 2 to 17 characters."""
    return _NAMESPACED.fullmatch(identifier) is not None


@dataclass(frozen=True, slots=True)
class Identifiers:
    """Each of them once or, where there is none, empty. `own` is the platform's, `platform:value`.

    `isbn` has 13 digits, in parts with hyphens; `uri` is a URN or an address.
    """

    own: str
    isbn: str = ""
    doi: str = ""
    uri: str = ""

    def __post_init__(self) -> None:
        if not is_namespaced(self.own):
            raise ValueError(f"{self.own!r} is not of the form platform:value.")

    @classmethod
    def of(cls, own: str, identifiers: Iterable[str]) -> Self:
        """From what a book's file says of itself: its first ISBN and its first DOI, however they are written.

        A report wants an ISBN in its parts, and where those end is known only to who wrote the hyphens (or to
        the ISBN agency's tables). One without is told by its URN instead.
        """
        told = [identifier.strip() for identifier in identifiers]
        isbn = next(filter(None, map(_isbn_13, told)), "")
        doi = next((found[1] for found in map(_DOI.fullmatch, told) if found), "")
        return cls(
            own,
            isbn=isbn if len(isbn) == 17 and _ISBN_IN_PARTS.fullmatch(isbn) else "",
            doi=doi,
            uri="urn:isbn:" + isbn.replace("-", "") if isbn else "",
        )

    def answers_to(self, identifier: str) -> bool:
        """Whether it is called so: by one of its identifiers, with or without what kind it is before it."""
        bare = _KIND.sub("", identifier.strip())
        known = {self.own, self.doi, self.uri, self.isbn, self.isbn.replace("-", "")}
        known |= {self.uri.removeprefix("urn:isbn:")}
        return not known.isdisjoint({bare, bare.replace("-", "")} - {""})


def _isbn_13(identifier: str) -> str:
    """With the hyphens that it has; empty for what is none, or one with a slip of the pen in it."""
    found = _ISBN.fullmatch(identifier)
    if not found:
        return ""
    written = found[1].upper().replace(" ", "-")
    digits = written.replace("-", "")
    if len(digits) == 13:
        return written if digits[-1] == _check_digit(digits[:12]) else ""
    weighed = sum(
        weight * (10 if digit == "X" else int(digit))
        for weight, digit in zip(range(10, 0, -1), digits, strict=True)
    )
    if weighed % 11:
        return ""
    # An ISBN of 10 digits is one of 13 without its first three, and with another check digit.
    hyphen = "-" if "-" in written else ""
    return f"978{hyphen}{written[:-1]}{_check_digit('978' + digits[:9])}"


def _check_digit(twelve: str) -> str:
    return str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)
