"""The part of the library in memory that holds what readers leave in books."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from lending.circulation.loans import Loan
from lending.marks.places import Place
from lending.marks.records import LeftNote, Mark
from lending.marks.settings import Setting


@dataclass
class Drawer:
    """All there is: copies of margins, marks by margin and id, places by loan and device, settings."""

    revisions: dict[str, int] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    settings: dict[str, dict[str, Setting]] = field(default_factory=dict)

    def copy(self) -> "Drawer":
        return Drawer(**{one.name: getattr(self, one.name).copy() for one in fields(self)})


class FakeMarks:
    def __init__(
        self,
        drawer: Drawer,
        loans: Mapping[str, Loan],
        owner_of: Callable[[str, str], str],
        margins_of: Callable[[str], set[str]],
    ) -> None:
        self._in = drawer
        self._loans = loans
        self._owner_of = owner_of
        self._margins_of = margins_of

    def lock(self, margin_id: str, copy_id: str) -> int:
        self._in.copies.setdefault(margin_id, copy_id)
        return self._in.revisions.setdefault(margin_id, 0)

    def revision(self, margin_id: str) -> int:
        return self._in.revisions.get(margin_id, 0)

    def since(self, margin_id: str, revision: int) -> list[Mark]:
        found = [mark for mark in self._of(margin_id) if mark.revision > revision]
        return sorted(found, key=lambda mark: mark.revision)

    def named(self, margin_id: str, ids: set[str]) -> dict[str, Mark]:
        return {mark.id: mark for mark in self._of(margin_id) if mark.id in ids}

    def count(self, margin_id: str) -> tuple[int, int]:
        kept = self._of(margin_id)
        return len([mark for mark in kept if not mark.deleted]), len(kept)

    def store(self, margin_id: str, marks: Iterable[Mark]) -> None:
        stored = {(margin_id, mark.id): mark for mark in marks}
        self._in.marks.update(stored)
        if stored:
            self._in.revisions[margin_id] = max(mark.revision for mark in stored.values())

    def hand_over(self, copy_id: str, gift_id: str) -> None:
        own = {loan.id for loan in self._loans.values() if loan.copy_id == copy_id and loan.to_owner}
        for place in [key for key in self._in.places if key[0] in own]:
            del self._in.places[place]
        self._in.copies[gift_id] = copy_id
        self._in.revisions[gift_id] = self._in.revisions.pop(copy_id, 0)
        for mark in self._of(copy_id):
            del self._in.marks[copy_id, mark.id]
            if mark.is_left:
                self._in.marks[gift_id, mark.id] = mark
        self._in.copies.pop(copy_id, None)

    def left(self, copy_id: str, not_in: str, most: int) -> list[LeftNote]:
        found = [
            LeftNote(mark, self._writer(margin_id))
            for (margin_id, _), mark in self._in.marks.items()
            if self._in.copies[margin_id] == copy_id and margin_id != not_in and mark.is_left
        ]
        newest = sorted(found, key=lambda one: one.mark.made_at, reverse=True)[:most]
        return sorted(newest, key=lambda one: (one.mark.writing.fraction, one.mark.made_at, one.mark.id))

    def rub_out(self, copy_id: str, note: LeftNote) -> None:
        for (margin_id, mark_id), mark in list(self._in.marks.items()):
            if mark == note.mark and self._in.copies[margin_id] == copy_id:
                if margin_id in self._loans:
                    writing = replace(mark.writing, stays=False)
                    self._in.marks[margin_id, mark_id] = replace(mark, writing=writing)
                else:
                    del self._in.marks[margin_id, mark_id]

    def forgettable(self, ended_before: datetime, limit: int) -> list[str]:
        kept = {margin for (margin, _), mark in self._in.marks.items() if not mark.is_left}
        kept |= {loan_id for loan_id, _ in self._in.places} | self._in.settings.keys()
        ended = (loan for loan in self._loans.values() if not loan.to_owner and loan.ended_at is not None)
        long_ago = [one.id for one in ended if one.ended_at is not None and one.ended_at < ended_before]
        return [loan_id for loan_id in long_ago if loan_id in kept][:limit]

    def forget(self, loan_id: str, *, left_too: bool = False) -> None:
        for key, mark in list(self._in.marks.items()):
            if key[0] == loan_id and (left_too or not mark.is_left):
                del self._in.marks[key]
        for place in [key for key in self._in.places if key[0] == loan_id]:
            del self._in.places[place]
        self._in.settings.pop(loan_id, None)

    def forget_owner(self, account_id: str) -> None:
        margins = self._margins_of(account_id)
        for key in [key for key in self._in.marks if key[0] in margins]:
            del self._in.marks[key]
        for one in margins:
            self._in.copies.pop(one, None)
            self._in.revisions.pop(one, None)
        own = {one.id for one in self._loans.values() if one.binding == f"account:{account_id}"}
        for place in [key for key in self._in.places if key[0] in own]:
            del self._in.places[place]
        for holder in own | {account_id}:
            self._in.settings.pop(holder, None)

    def places(self, loan_id: str) -> list[Place]:
        return self._places({loan_id})

    def owners_places(self, copy_id: str) -> list[Place]:
        own = {loan.id for loan in self._loans.values() if loan.copy_id == copy_id and loan.to_owner}
        return self._places(own)

    def save_place(self, loan_id: str, place: Place) -> None:
        self._in.places[loan_id, place.device] = place

    def forget_place(self, loan_id: str, device: str) -> None:
        self._in.places.pop((loan_id, device), None)

    def settings(self, holder_id: str) -> dict[str, Setting]:
        return dict(self._in.settings.get(holder_id, {}))

    def lock_settings(self, holder_id: str) -> dict[str, Setting]:
        return self.settings(holder_id)

    def save_settings(self, holder_id: str, settings: Mapping[str, Setting]) -> None:
        self._in.settings[holder_id] = dict(settings)

    def _of(self, margin_id: str) -> list[Mark]:
        return [mark for (margin, _), mark in self._in.marks.items() if margin == margin_id]

    def _writer(self, margin_id: str) -> str:
        loan = self._loans.get(margin_id)
        return self._owner_of(self._in.copies[margin_id], margin_id) if loan is None else loan.borrower_name

    def _places(self, loan_ids: set[str]) -> list[Place]:
        found = [place for (loan_id, _), place in self._in.places.items() if loan_id in loan_ids]
        return sorted(found, key=lambda place: place.read_at)
