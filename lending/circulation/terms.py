"""What an owner asks of those who read their books: friction for honest people, not protection.

Nothing here keeps a book from being copied: what a screen shows can be copied. It reminds, and it makes
mass copying tedious. Each of it can be switched off.
"""

from dataclasses import dataclass

LONGEST_QUOTATION = 1_000_000
"""Characters. A limit beyond it would be none."""


@dataclass(frozen=True, slots=True)
class ReadingTerms:
    """The terms on which a book is read. The defaults are the house's."""

    quotation_limit: int | None = 2000
    """How many characters may be copied at once: about a page. 0: nothing; None: as much as one likes."""

    slows_down: bool = True
    """Whether reading faster than a person can is slowed, and noted in the record."""

    guards_printing: bool = True
    """Whether printing prints a page that says why the book isn't printed."""

    names_reader: bool = True
    """Whether the reader's name stands small in the footer of each page."""


HOUSE_TERMS = ReadingTerms()
"""The terms where nobody has chosen any."""

NOTHING_ASKED = ReadingTerms(
    quotation_limit=None, slows_down=False, guards_printing=False, names_reader=False
)
"""The terms on which owners read their own copies."""


def terms_of_loan(
    titles: ReadingTerms | None, owners: ReadingTerms | None, *, to_owner: bool
) -> ReadingTerms:
    """The terms of one loan: those of the title, else its owner's for all books, else the house's.

    Owners reading their own copies are asked nothing.
    """
    if to_owner:
        return NOTHING_ASKED
    return titles or owners or HOUSE_TERMS
