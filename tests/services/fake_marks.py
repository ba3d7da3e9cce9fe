"""The part of the library in memory that holds what readers leave in books."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields

from lending.circulation.loans import Loan
from lending.marks.places import Place
from lending.marks.records import Mark
from lending.marks.settings import Setting


@dataclass
class Drawer:
    """All there is: marks by margin and id, places by loan and device, settings by holder."""

    revisions: dict[str, int] = field(default_factory=dict)
    marks: dict[tuple[str, str], Mark] = field(default_factory=dict)
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    settings: dict[str, dict[str, Setting]] = field(default_factory=dict)

    def copy(self) -> "Drawer":
        return Drawer(**{one.name: getattr(self, one.name).copy() for one in fields(self)})


class FakeMarks:
    def __init__(self, drawer: Drawer, loans: Mapping[str, Loan]) -> None:
        self._in = drawer
        self._loans = loans

    def lock(self, margin_id: str, copy_id: str) -> int:
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

    def _places(self, loan_ids: set[str]) -> list[Place]:
        found = [place for (loan_id, _), place in self._in.places.items() if loan_id in loan_ids]
        return sorted(found, key=lambda place: place.read_at)
