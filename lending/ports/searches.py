"""What librarians look for again and again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl

from lending.concordance.naming import names


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """Filters of the loan log under a name: `query` is that of the log page's address."""

    id: str
    account_id: str
    name: str
    query: str
    made_at: datetime

    def is_naming(self, name: str) -> bool:
        """Whether somebody's name stands in its own or in what it looks for, as `concordance.naming` says."""
        return any(names(text, name) for text in (self.name, *(value for _, value in parse_qsl(self.query))))

    def is_for_owner(self, name: str) -> bool:
        """Whether it looks for owners by a part of that name, in words of its own."""
        return any(names(name, value) for key, value in parse_qsl(self.query) if key == "owner")


class SavedSearches(Protocol):
    """Each librarian's own."""

    def of(self, account_id: str) -> list[SavedSearch]:
        """In the order in which they were saved."""

    def lock(self, account_id: str) -> list[SavedSearch]:
        """The same, held against every other transaction until this one ends."""

    def put(self, search: SavedSearch) -> None:
        """Keep it, instead of the one of that id if there is one."""

    def forget(self, account_id: str) -> None:
        """Forget all of theirs."""

    def forget_naming(self, people: Iterable[str]) -> int:
        """Forget each, whoever's, that names one of these people (`SavedSearch.is_naming`); how many."""

    def forget_owner(self, name: str) -> int:
        """Forget each, whoever's, that looks for an owner by a part of that name; how many."""

    def named_in_any(self, people: Iterable[str]) -> list[str]:
        """Which of these people any search names, whoever's it is."""

    def remove(self, account_id: str, search_id: str) -> None:
        """Raises NotFound, for somebody else's too."""
