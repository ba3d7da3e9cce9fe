"""For which rows an entry may vouch, and how it says that they were left.

The last entry of a transaction tells how the transaction left all rows that it touched. They are those that
its events name; any other is as it was left before, and was only looked at. The edition of each copy is told
of too, and nothing but its owner's correction changes it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lending.circulation.events import Event, EventKind
from lending.ports.ledger import Covered, RowName


def rows_named(event: Event) -> Iterator[RowName]:
    """The covered rows that an event names."""
    named = {
        Covered.COPY: event.copy_id,
        Covered.LINK: event.link_id,
        Covered.LOAN: event.loan_id,
        Covered.HOLD: event.hold_id,
        Covered.EDITION: event.edition_id,
    }
    return (RowName(table, row_id) for table, row_id in named.items() if row_id)


@dataclass(slots=True)
class Vouched:
    """How rows were left, entry by entry, each with the number of the entry that tells."""

    left: dict[RowName, tuple[str, int]] = field(default_factory=dict)
    _named: set[RowName] = field(default_factory=set)
    _lent: set[RowName] = field(default_factory=set)
    _corrected: set[RowName] = field(default_factory=set)

    def tell(self, number: int, event: Event, rows: Mapping[RowName, str]) -> list[RowName]:
        """Remember what an entry says; for which of its rows it has no right to."""
        self._named.update(rows_named(event))
        if event.link_id:  # the link by which a copy is kept for somebody has the id of their hold
            self._named.add(RowName(Covered.HOLD, event.link_id))
        if event.loan_id and event.kind is EventKind.CHECKED_OUT:
            self._lent.add(RowName(Covered.LOAN, event.loan_id))
        if event.edition_id and event.kind is EventKind.TITLE_CORRECTED:
            self._corrected.add(RowName(Covered.EDITION, event.edition_id))
        if not rows:
            return []  # one of the next entries tells, if any
        wrong = [name for name, stood in rows.items() if not self._may(name, stood)]
        self.left.update({name: (stood, number) for name, stood in rows.items()})
        self._named.clear()
        self._lent.clear()
        self._corrected.clear()
        return wrong

    def _may(self, name: RowName, stood: str) -> bool:
        before = self.left.get(name)
        if name.table is Covered.EDITION:
            return before is None or before[0] == stood or name in self._corrected
        if name not in self._named:
            return before is not None and before[0] == stood
        return before is not None or name.table is not Covered.LOAN or name in self._lent
