"""Two and three devices that do as they like, offline and on: in the end all agree, and nothing that was
written is lost unless somebody who saw it took it away.

Each device keeps its marks as the reading page does: what the library told, and over it one unsent
change a mark. Every word that is written is written only once, so that it can be looked for.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from unittest import mock

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from lending.marks.merging import applied, touched
from lending.marks.records import Change, Ink, Kind, Mark, Writing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHICH = st.integers(0, 7)


@dataclass
class Keeper:
    """What the library does with the margin."""

    marks: dict[str, Mark] = field(default_factory=dict)
    revision: int = 0

    def sync(self, changes: list[Change]) -> None:
        known = {name: self.marks[name] for name in touched(changes) if name in self.marks}
        changed = applied(known, changes, self.revision, NOON + timedelta(seconds=self.revision))
        assert set(changed) <= touched(changes)
        assert all(mark.revision > self.revision for mark in changed.values())
        self.marks |= changed
        self.revision = max([self.revision, *(mark.revision for mark in changed.values())])

    def since(self, revision: int) -> list[Mark]:
        return [mark for mark in self.marks.values() if mark.revision > revision]


@dataclass
class Device:
    """A reading page."""

    known: dict[str, Mark] = field(default_factory=dict)
    unsent: dict[str, Change] = field(default_factory=dict)
    since: int = 0

    def shown(self) -> dict[str, Writing]:
        seen = {name: (mark.writing, mark.deleted) for name, mark in self.known.items()}
        seen |= {name: (change.writing, change.deleted) for name, change in self.unsent.items()}
        return {name: writing for name, (writing, deleted) in seen.items() if not deleted}

    def change(self, name: str, writing: Writing, *, deleted: bool = False) -> None:
        waiting, known = self.unsent.get(name), self.known.get(name)
        base = waiting.base if waiting else known.revision if known else 0
        self.unsent[name] = Change(name, base, writing, deleted)

    def hear(self, keeper: Keeper) -> None:
        self.known |= {mark.id: mark for mark in keeper.since(self.since)}
        self.since = keeper.revision
        self.unsent = {}


class Devices(RuleBasedStateMachine):
    """What the devices do, and which words must be there."""

    count = 2

    def __init__(self) -> None:
        super().__init__()
        self.keeper = Keeper()
        self.devices = [Device() for _ in range(self.count)]
        self.sent: list[list[Change]] = []
        self.words = 0
        self.wanted: set[str] = set()

    def word(self) -> str:
        self.words += 1
        self.wanted.add(f"<{self.words}>")
        return f"<{self.words}>"

    def one(self, device: int, mark: int) -> tuple[Device, str, Writing] | None:
        chosen = self.devices[device % self.count]
        shown = sorted(chosen.shown().items())
        return (chosen, *shown[mark % len(shown)]) if shown else None

    @rule(device=WHICH, with_note=st.booleans())
    def make(self, device: int, with_note: bool) -> None:
        word = self.word()
        writing = Writing(Kind.HIGHLIGHT, f'"{word}"', 0.5, note=word if with_note else "", ink=Ink.YELLOW)
        self.wanted -= set() if with_note else {word}
        self.devices[device % self.count].change(f"mark {self.words}", writing)

    @rule(device=WHICH, mark=WHICH)
    def write_on(self, device: int, mark: int) -> None:
        if found := self.one(device, mark):
            chosen, name, seen = found
            chosen.change(name, replace(seen, note=seen.note + self.word()))

    @rule(device=WHICH, mark=WHICH)
    def write_anew(self, device: int, mark: int) -> None:
        if found := self.one(device, mark):
            chosen, name, seen = found
            self.took_away(seen)
            chosen.change(name, replace(seen, note=self.word()))

    @rule(device=WHICH, mark=WHICH, ink=st.sampled_from([Ink.GREEN, Ink.PINK]))
    def recolour(self, device: int, mark: int, ink: Ink) -> None:
        if found := self.one(device, mark):
            chosen, name, seen = found
            chosen.change(name, replace(seen, ink=ink))

    @rule(device=WHICH, mark=WHICH)
    def delete(self, device: int, mark: int) -> None:
        if found := self.one(device, mark):
            chosen, name, seen = found
            self.took_away(seen)
            chosen.change(name, seen, deleted=True)

    @rule(device=WHICH)
    def sync(self, device: int) -> None:
        chosen = self.devices[device % self.count]
        self.send(list(chosen.unsent.values()))
        chosen.hear(self.keeper)

    @rule(device=WHICH)
    def send_and_lose_the_answer(self, device: int) -> None:
        self.send(list(self.devices[device % self.count].unsent.values()))

    @rule(device=WHICH)
    def send_twice(self, device: int) -> None:
        changes = list(self.devices[device % self.count].unsent.values())
        self.send(changes)
        before = dict(self.keeper.marks)
        self.send(changes)
        assert self.keeper.marks == before

    @rule(which=WHICH)
    @precondition(lambda self: self.sent)
    def an_old_message_arrives_again(self, which: int) -> None:
        self.keeper.sync(self.sent[-1 - which % len(self.sent)])

    def send(self, changes: list[Change]) -> None:
        self.keeper.sync(changes)
        self.sent.append(changes)

    def took_away(self, seen: Writing) -> None:
        self.wanted -= {word + ">" for word in seen.note.replace("\n", "").split(">")}

    def teardown(self) -> None:
        for device in (*range(self.count), *range(self.count)):
            self.sync(device)
        there = {name: mark.writing for name, mark in self.keeper.marks.items() if not mark.deleted}
        assert all(device.shown() == there for device in self.devices)
        notes = "\n".join(writing.note for writing in there.values())
        assert [word for word in self.wanted if word not in notes] == []


class ThreeDevices(Devices):
    count = 3


class DevicesWithShortNotes(Devices):
    """Where notes are often too long for one mark, and go on in another."""

    def __init__(self) -> None:
        super().__init__()
        self._short = mock.patch("lending.marks.merging.LONGEST_NOTE", 8)
        self._short.start()

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self._short.stop()


TestTwoDevices = Devices.TestCase
TestThreeDevices = ThreeDevices.TestCase
TestDevicesWithShortNotes = DevicesWithShortNotes.TestCase
for case in (TestTwoDevices, TestThreeDevices, TestDevicesWithShortNotes):
    case.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
