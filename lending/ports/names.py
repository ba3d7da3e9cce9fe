"""Under which names friends borrow and wait, and how these are forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lending.ports.ledger import RowName


@dataclass(frozen=True, slots=True)
class Named:
    """A loan, hold or link that bears somebody's name, or says by which browser it is theirs.

    `copy_id` is a loan's or a link's copy, `edition_id` a hold's title. `is_over`: it is closed.
    """

    row: RowName
    is_over: bool
    name: str = field(default="", repr=False)
    copy_id: str = ""
    edition_id: str = ""


class Names(Protocol):
    """The names of friends, who have no account. (An owner's is in their account, and on gifts to them.)"""

    def under(self, name: str) -> list[Named]:
        """All that bears a name, whole, without regard to accents and case."""

    def over_since(self, moment: datetime, limit: int) -> list[Named]:
        """What was over before a moment, and still says whose it was."""

    def given_to(self, account_id: str) -> list[Named]:
        """The links by which an account accepted copies, as far as they say for whom they were."""

    def forget_notes_by(self, account_id: str) -> None:
        """What an owner wrote to their friends when lending or giving. Names stay."""

    def forget_notes_naming(self, name: str) -> None:
        """What anybody wrote with a link that has the name in it, whoever it was for, as `concordance.naming`
        says. For whom the links were stays."""

    def forget(self, rows: Iterable[RowName]) -> None:
        """Names, notes to friends, addresses, and by which browser they came: gone. What was done stays.

        With a loan go the notes of the link that it came by, and of those by which it was offered on: they
        were written to its borrower, and by them."""
