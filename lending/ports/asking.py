"""Pages where people ask to borrow: what an owner has opened to whoever has the address."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AskPage:
    """A public page where anybody may ask to borrow one title or, without `edition_id`, any of the owner's.

    Its address has the `id` in it, and nothing else keeps it from strangers. `approves` says that the owner
    says yes or no to each who asks; else the line runs by itself. A page that is closed is not there; opened
    anew, it has another address.
    """

    id: str
    owner_id: str
    edition_id: str | None
    approves: bool
    opened_at: datetime
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether people can ask there."""
        return self.closed_at is None


class AskPages(Protocol):
    """The pages that owners opened. At most one is open for a title, and one for a shelf."""

    def get(self, page_id: str) -> AskPage:
        """Open or closed. Raises NotFound."""

    def of_title(self, edition_id: str) -> AskPage | None:
        """The open page of just that title."""

    def of_shelf(self, owner_id: str) -> AskPage | None:
        """The open page of all of the owner's titles."""

    def store(self, page: AskPage) -> None:
        """Add a page, or keep it as it is now."""
