"""The bulletin: that something has changed about somebody's books.

What has, says the database. Whoever shows such a thing looks here often, and there when it may be new.
"""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Protocol

HOLDS_FOR = timedelta(minutes=1)
"""How long a version holds at most: so long, at most, is told late what the bulletin was not told."""


def books_of(account_id: str) -> str:
    """The topic of all that happens to an owner's copies."""
    return f"books of {account_id}"


class Bulletin(Protocol):
    """A version for each topic. What is kept may be lost. Nothing is ever raised."""

    def bump(self, topics: AbstractSet[str]) -> None:
        """Something about these has changed. Call it when the change can be seen, never before."""

    def version(self, topic: str) -> int | None:
        """The same number for as long as nothing changed, and `HOLDS_FOR` at most; None if it isn't known.

        Ask before you look: what changes in between makes another version.
        """
