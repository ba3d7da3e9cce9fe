"""Erasing: a friend's name goes, what was lent stays, and the log goes on to be proven.

What is kept of a friend is their name on loans, places in lines and links, an address for letters, by which
browser they came, and what they wrote into books. Erased, none of it is in any table, and what opens the
log's entries about them is destroyed. The entries stay, and tell nobody whom they are about. That it was done
is an entry too. Where a librarian's saved search or somebody's note has the name, it goes with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lending.circulation.events import Event, EventKind
from lending.concordance.folding import fold_query
from lending.ports.ledger import Covered
from lending.ports.library import Library, Transaction
from lending.ports.names import Named
from lending.ports.world import Clock

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Erased:
    """How many loans, places and links bear the name no more, and how many are not over yet and still do; and
    how many saved searches had it."""

    over: int
    not_over: int
    searches: int = 0


@dataclass(frozen=True, slots=True)
class Erasing:
    """`names_kept_for`: how long the name of a friend is kept after what they borrowed is back."""

    library: Library
    clock: Clock
    names_kept_for: timedelta

    def borrower(self, name: str) -> Erased:
        """Erase a friend by the name that they are kept under. What they have now keeps it until it is back.

        Whatever bears the name goes, whoever wrote it: of friends no more than a name is known. Where no
        friend has it and somebody who signs in does, nothing changes: they are erased as an account.
        """
        with self.library.change() as desk:
            found = desk.names.under(name)
            over = [one for one in found if one.is_over]
            is_friend = bool(found) or not _signs_in(desk, name)
            searches = desk.searches.forget_naming([name]) if is_friend else 0
            if is_friend:
                desk.names.forget_notes_naming(name)
            forget_names(desk, over, self.clock.now())
            for one in over:
                if one.row.table is Covered.LOAN:
                    desk.marks.forget(one.row.id, left_too=True)
        return Erased(len(over), len(found) - len(over), searches)

    def long_ago(self) -> int:
        """Erase whose time is over; how many loans, places and links that were. For the housekeeper."""
        now = self.clock.now()
        with self.library.read() as desk:
            if not desk.names.over_since(now - self.names_kept_for, 1):
                return 0
        with self.library.change() as desk:
            over = desk.names.over_since(now - self.names_kept_for, _AT_ONCE)
            forget_names(desk, over, now)
            _forget_searches(desk, {one.name for one in over if one.name})
        return len(over)


def forget_names(desk: Transaction, over: Sequence[Named], now: datetime) -> None:
    """Take the names away from what bears them, and from the log; each is an entry."""
    desk.names.forget(one.row for one in over)
    desk.ledger.shred(one.row.id for one in over)
    for one in over:
        desk.circulation.record(_erased(one, now))


def _forget_searches(desk: Transaction, erased: set[str]) -> None:
    """What librarians look for under these names goes too, unless somebody is still called so: they may mean
    them."""
    named = desk.searches.named_in_any(erased)
    gone = [name for name in named if not (desk.names.under(name) or _signs_in(desk, name))]
    desk.searches.forget_naming(gone)


def _signs_in(desk: Transaction, name: str) -> bool:
    said = fold_query(name)
    return any(said in map(fold_query, (one.name, one.sign_in_name)) for one in desk.accounts.all())


def _erased(one: Named, now: datetime) -> Event:
    row_id = one.row.id
    return Event(
        EventKind.ERASED,
        now,
        one.copy_id or None,
        0,
        link_id=row_id if one.row.table is Covered.LINK else None,
        loan_id=row_id if one.row.table is Covered.LOAN else None,
        hold_id=row_id if one.row.table is Covered.HOLD else None,
        edition_id=one.edition_id or None,
    )
