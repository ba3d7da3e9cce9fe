"""The line for a title: the same contract in memory, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation import borrowing, waiting
from lending.circulation import desk as rules
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.events import EventKind
from lending.circulation.holds import Hold, HoldState
from lending.circulation.links import LinkKind
from lending.circulation.waiting import Asker
from lending.ports.library import Library
from lending.ports.records import EventQuery
from tests.services.fakes import NOON
from tests.services.making import shelve

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _two_copies(library: Library) -> None:
    shelve(library, "copy", "edition")
    shelve(library, "other", "another edition")
    with library.change() as desk:
        desk.collection.add_copy(Copy("copy 2", "ana"), "edition", NOON)


def ask(library: Library, name: str, at: timedelta = timedelta(0), approves: bool = False) -> Hold:
    with library.change() as desk:
        holds = desk.line.lock("edition")
        asker = Asker(f"key:{name}", name)
        decision = waiting.ask("edition", holds, asker, name, NOON + at, approves=approves)
        desk.line.store(decision)
    return decision.hold


def settle(library: Library, copy_id: str) -> None:
    with library.change() as desk:
        desk.circulation.store(rules.settle(desk.circulation.lock(copy_id), NOON + HOUR))


def test_open_holds_stand_in_the_order_of_asking(library: Library) -> None:
    late, early = ask(library, "late", HOUR), ask(library, "early")
    with library.read() as desk:
        assert desk.line.of("edition") == [early, late]
        assert desk.line.of("another edition") == []
        assert desk.line.get("late") == late
        with pytest.raises(refusals.NotFound):
            desk.line.get("nobody")


def test_titles_that_wait_for_their_owners_yes_are_told_once(library: Library) -> None:
    ask(library, "placed")
    with library.read() as desk:
        assert desk.line.asked_for("ana") == []
    for name in ("asks", "asks too"):
        ask(library, name, approves=True)
    with library.read() as desk:
        assert desk.line.asked_for("ana") == ["edition"]
        assert desk.line.asked_for("zoe") == []


def test_a_copy_comes_to_the_desk_with_the_line_of_its_title(library: Library) -> None:
    first, second = ask(library, "first"), ask(library, "second", HOUR)
    ask(library, "asks only", approves=True)
    with library.change() as desk:
        assert desk.circulation.lock("copy").line == (first, second)
        assert desk.circulation.lock("other").line == ()
    settle(library, "copy")
    with library.change() as desk:
        kept, free = desk.circulation.lock("copy"), desk.circulation.lock("copy 2")
    assert kept.hold == replace(first, state=HoldState.READY, ready_at=NOON + HOUR)
    assert kept.link is not None
    assert (kept.link.id, kept.link.kind) == ("first", LinkKind.HOLD)
    assert (free.hold, free.line) == (None, (second,))


def test_a_hold_is_filled_with_the_loan_and_is_no_longer_in_the_line(library: Library) -> None:
    ask(library, "first")
    settle(library, "copy")
    with library.change() as desk:
        copy = desk.circulation.lock("copy")
        assert copy.link is not None
        decision = borrowing.claim(copy, copy.link, Claim("key:first"), "loan", NOON + 2 * HOUR)
        desk.circulation.store(decision)
    with library.read() as desk:
        filled = desk.line.get("first")
        assert (filled.state, filled.closed_at) == (HoldState.FILLED, NOON + 2 * HOUR)
        assert desk.line.of("edition") == []
        assert desk.collection.entry("copy").copy.loan == decision.loans[0]


def test_free_copies_that_somebody_waits_for_are_due_to_be_settled(library: Library) -> None:
    with library.read() as desk:
        assert desk.circulation.due(NOON, 9) == []
    ask(library, "first")
    ask(library, "asks only", approves=True)
    with library.read() as desk:
        assert sorted(desk.circulation.due(NOON, 9)) == ["copy", "copy 2"]
    settle(library, "copy")
    with library.read() as desk:
        assert desk.circulation.due(NOON, 9) == []


def test_what_happens_in_the_line_is_in_the_record_of_each_copy_of_the_title(library: Library) -> None:
    ask(library, "Eva")
    settle(library, "copy")
    with library.read() as desk:
        lines = desk.log.events(EventQuery("copy", 0, 2))
        assert [line.event.kind for line in lines] == [EventKind.HELD, EventKind.HOLD_PLACED]
        assert [(line.title, line.owner_name, line.borrower_name) for line in lines] == [
            ("Paraíso inhabitado", "Ana", "Eva"),
            ("Paraíso inhabitado", "Ana", "Eva"),
        ]
        assert desk.log.events(EventQuery("copy 2", 0, 1))[0].event.kind is EventKind.HOLD_PLACED
        assert [line.event.kind for line in desk.log.events(EventQuery("other", 0, 9))] == []
