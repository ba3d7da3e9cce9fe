"""What the entries say of people, as far as it can be opened, and what the tables say of them.

Of whom an entry can't be opened, they were erased; an entry says that too.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from lending.circulation.events import Event, EventKind
from lending.ledger.leaves import Field
from lending.ports.ledger import Called, Covered, RowName
from lending.services import facts

_CAN_BE_ERASED: Final = (Field.COPY, Field.PATRON)
Opened = Mapping[Field, tuple[str, bytes]]
"""Under whose id an opening is kept, and the fact."""
Tell = Callable[[str, int | None], None]


class PatronsTold:
    """It is told of each entry in order, and in the end of the tables. What is wrong it says to `fault`."""

    def __init__(self, fault: Tell) -> None:
        self.erased = 0
        """Entries about somebody whom nobody can name any more."""
        self._fault = fault
        self._names: dict[RowName, tuple[bytes, int]] = {}
        self._nameless: dict[RowName, list[int]] = {}
        self._blank: dict[RowName, int] = {}
        self._shredded: list[tuple[str, int, facts.Shredded]] = []
        # By field, of each entry: whether what opens it is there, and whether it should be.
        self._opens = {field: bytearray() for field in _CAN_BE_ERASED}
        self._ownerless: list[int] = []

    def tell(self, number: int, event: Event, opened: Opened, there: set[Field]) -> None:
        """Of an entry: what could be opened, and of which fields there is any opening, good or not."""
        row = row_of_patron(event)
        for field, opens in self._opens.items():
            opens.append(field in there)
        if Field.COPY not in there and (event.copy_id or event.edition_id):
            self._ownerless.append(number)
        if Field.PATRON in opened:
            owner_id, _ = opened.get(Field.COPY, ("", b""))
            self._named(number, event, row, owner_id, *opened[Field.PATRON])
        if event.kind is EventKind.ERASED:
            self._erase(number, event, row)
        elif row and Field.PATRON not in there:
            self._nameless.setdefault(row, []).append(number)

    def _named(
        self, number: int, event: Event, row: RowName | None, owner_id: str, patron_id: str, fact: bytes
    ) -> None:
        """Whoever is erased, what is kept under their id is destroyed: so it must be about them."""
        is_own = row is not None and patron_id == row.id
        if not row or json.loads(fact).get("patron") != patron_id or not (is_own or patron_id == owner_id):
            self._fault("what opens its patron is kept as somebody else's", number)
        elif is_own:
            self._names[row] = fact, number
            if event.kind is EventKind.HELD and event.link_id:
                self._names[RowName(Covered.LINK, event.link_id)] = fact, number
        else:
            self._blank[row] = number  # an owner's own reading

    def _erase(self, number: int, event: Event, row: RowName | None) -> None:
        if row:
            self.erased += len(self._nameless.pop(row, []))
            self._blank[row] = number
            if row in self._names:
                _, still = self._names.pop(row)
                self._fault(f"the {row.table} {row.id} was erased, and entry {still} still names it", number)
        if event.to:
            gone = facts.shredded(event)
            if any(run[-1] >= number for runs in gone.runs.values() for run in runs):
                self._fault("it says of entries to come that they can't be opened", number)
            else:
                self._shredded.append((event.to, number, gone))

    def end(self, are_here: Iterable[str]) -> None:
        """All entries are told of. `are_here` are the accounts that were not erased.

        Of the entries of those that were, and of no others, nothing can be told for that reason. What all
        events say of it is added up first: one account's may be many, and entries are gone through once.
        """
        here = set(are_here)
        for account_id, number, _ in self._shredded:
            if account_id in here:
                self._fault(f"the account {account_id} was erased, and is there", number)
        gone = facts.added_up(told for account_id, _, told in self._shredded if account_id not in here)
        for field, opens in self._opens.items():
            for first, last in gone.runs.get(field, ()):
                if (still := opens.find(1, first, last + 1)) >= 0:
                    self._fault(f"what opens its {field} was erased with an account, and is there", still)
        excused = {number for number in self._ownerless if gone.covers(number, Field.COPY)}
        for number in self._ownerless:
            if number not in excused:
                self._fault("which copy it is about can't be told", number)
        for row, numbers in list(self._nameless.items()):
            own = {number for number in numbers if gone.covers(number, Field.PATRON)}
            excused |= own
            self._nameless[row] = [number for number in numbers if number not in own]
            if not self._nameless[row]:
                del self._nameless[row]
                self._blank.setdefault(row, numbers[-1])
        self.erased += len(excused)

    def compare(self, found: Mapping[RowName, Called]) -> None:
        """Whom rows are for, as the tables have it."""
        for name, called in found.items():
            fact, number = self._names.get(name, (b"", None))
            row = f"the {name.table} {name.id}"
            if name in self._blank and not called.is_forgotten:
                self._fault(f"{row} names somebody, and nobody was entered", self._blank[name])
            elif number is not None and not _says(fact, name, called):
                self._fault(f"{row} is under another name", number)
            elif not called.is_sorted_right:
                self._fault(f"{row} is sorted under another name", number)

    def missing(self) -> None:
        """Who is not named anywhere, and was not erased."""
        for name, numbers in self._nameless.items():
            who = f"who the {name.table} {name.id} was for"
            self._fault(f"{who} can't be told, and nobody was erased", numbers[0])


def _says(fact: bytes, name: RowName, called: Called) -> bool:
    return isinstance(called.name, str) and fact == facts.canonical({"patron": name.id, "name": called.name})


def row_of_patron(event: Event) -> RowName | None:
    """The row that has the name of whom an event is about: as `Ledger.about` looks for it."""
    if event.kind is EventKind.TURNED_AWAY:
        return None
    for table, row_id in (
        (Covered.LOAN, event.loan_id),
        (Covered.HOLD, event.hold_id),
        (Covered.LINK, event.link_id),
    ):
        if row_id:
            return RowName(table, row_id)
    return None
