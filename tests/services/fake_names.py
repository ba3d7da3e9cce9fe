"""The part of the library in memory that keeps friends' names."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from lending.circulation.events import Event, EventKind
from lending.concordance.naming import names
from lending.ports.ledger import Covered, RowName
from lending.ports.names import Named


class FakeNames:
    def __init__(self, tables: dict[Covered, dict[str, Any]], events: list[Event]) -> None:
        self._tables = tables
        self._events = events

    def under(self, name: str) -> list[Named]:
        wanted = name.strip().casefold()
        return [one for one, called, _ in self._named() if wanted and called.casefold() == wanted]

    def over_since(self, moment: datetime, limit: int) -> list[Named]:
        return [one for one, _, over_at in self._named() if over_at and over_at < moment][:limit]

    def given_to(self, account_id: str) -> list[Named]:
        gifts = [one for one in self._events if one.kind is EventKind.GIVEN and one.to == account_id]
        given = {one.link_id for one in gifts}
        return [one for one, *_ in self._named() if one.row.table is Covered.LINK and one.row.id in given]

    def forget_notes_by(self, account_id: str) -> None:
        links = self._tables[Covered.LINK]
        links.update({one.id: replace(one, note="") for one in links.values() if one.made_by == account_id})

    def forget_notes_naming(self, name: str) -> None:
        links = self._tables[Covered.LINK]
        links.update({one.id: replace(one, note="") for one in links.values() if names(one.note, name)})

    def forget(self, rows: Iterable[RowName]) -> None:
        for row in rows:
            table = self._tables[row.table]
            changed = {
                Covered.LOAN: {"borrower_name": "", "binding": ""},
                Covered.HOLD: {"name": "", "binding": ""},
                Covered.LINK: {"for_whom": "", "note": ""},
            }[row.table]
            table[row.id] = replace(table[row.id], **changed)
            if row.table is Covered.LOAN:
                links, its = self._tables[Covered.LINK], table[row.id]
                around = [one for one in links.values() if one.id == its.link_id or one.loan_id == its.id]
                links.update({one.id: replace(one, note="") for one in around})

    def _named(self) -> Iterator[tuple[Named, str, datetime | None]]:
        for loan in self._tables[Covered.LOAN].values():
            row = Named(
                RowName(Covered.LOAN, loan.id),
                loan.ended_at is not None,
                loan.borrower_name,
                copy_id=loan.copy_id,
            )
            if loan.binding and not loan.to_owner:
                yield row, loan.borrower_name, loan.ended_at
        for hold in self._tables[Covered.HOLD].values():
            row = Named(
                RowName(Covered.HOLD, hold.id),
                hold.closed_at is not None,
                hold.name,
                edition_id=hold.edition_id,
            )
            if hold.binding:
                yield row, hold.name, hold.closed_at
        for link in self._tables[Covered.LINK].values():
            row = Named(
                RowName(Covered.LINK, link.id),
                link.closed_at is not None,
                link.for_whom,
                copy_id=link.copy_id,
            )
            if link.for_whom or link.note:
                yield row, link.for_whom, link.closed_at
