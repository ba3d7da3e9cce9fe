"""Every library, fake or real: what readers leave in books."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.links import LinkKind, LinkState
from lending.circulation.loans import LoanEnd
from lending.marks.places import Place
from lending.marks.records import Ink, Kind, LeftNote, Mark, Writing
from lending.marks.settings import Setting
from lending.ports.library import Library
from tests.services.fakes import NOON
from tests.services.making import a_link, a_loan, an_account, shelve

TICK = timedelta(milliseconds=1)
WRITING = Writing(Kind.HIGHLIGHT, '{"page":3}', 0.1, "Érase una vez", "¡Qué bien!\n\n😀", Ink.PINK)


@pytest.fixture(autouse=True)
def _a_loan(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (a_loan(),)))


def a_mark(mark_id: str, revision: int, **said: object) -> Mark:
    return replace(Mark(mark_id, revision, WRITING, NOON, NOON + TICK, heard=("a", "b")), **said)  # type: ignore[arg-type]  # the fields above


def test_a_new_margin_is_empty(library: Library) -> None:
    with library.read() as desk:
        assert desk.marks.revision("loan") == 0
        assert desk.marks.since("loan", 0) == []
        assert desk.marks.count("loan") == (0, 0)
    with library.change() as desk:
        assert desk.marks.lock("loan", "copy") == 0
        assert desk.marks.lock("loan", "copy") == 0


def test_a_stored_mark_comes_back_whole(library: Library) -> None:
    gone = a_mark("m2", 2, writing=Writing(Kind.BOOKMARK, "{}", 0), deleted=True, heard=())
    with library.change() as desk:
        desk.marks.lock("loan", "copy")
        desk.marks.store("loan", [a_mark("m1", 1), gone])
    with library.read() as desk:
        assert desk.marks.since("loan", 0) == [a_mark("m1", 1), gone]
        assert desk.marks.named("loan", {"m1", "none"}) == {"m1": a_mark("m1", 1)}
        assert desk.marks.named("loan", set()) == {}
        assert desk.marks.count("loan") == (1, 2)


def test_the_newest_revision_is_the_margins_and_says_what_is_new(library: Library) -> None:
    with library.change() as desk:
        desk.marks.lock("loan", "copy")
        desk.marks.store("loan", [a_mark("m1", 1), a_mark("m3", 3), a_mark("m2", 2)])
        desk.marks.store("loan", [])
        changed = a_mark("m1", 4, writing=replace(WRITING, note="other"))
        desk.marks.store("loan", [changed])
    with library.change() as desk:
        assert desk.marks.lock("loan", "copy") == desk.marks.revision("loan") == 4
        assert desk.marks.since("loan", 2) == [a_mark("m3", 3), changed]
        assert desk.marks.since("loan", 4) == []


def test_margins_know_nothing_of_each_other(library: Library) -> None:
    with library.change() as desk:
        for margin, revision in (("loan", 1), ("copy", 7)):
            desk.marks.lock(margin, "copy")
            desk.marks.store(margin, [a_mark("same", revision)])
        assert [desk.marks.revision(margin) for margin in ("loan", "copy")] == [1, 7]
        assert desk.marks.since("copy", 1) == [a_mark("same", 7)]
        assert desk.marks.named("loan", {"same"}) == {"same": a_mark("same", 1)}


def test_a_margin_is_held_until_the_transaction_ends(library: Library) -> None:
    """Two devices at once: the second finds what the first has done."""
    found: list[int] = []

    def come_second() -> None:
        with library.change() as desk:
            found.append(desk.marks.lock("copy", "copy"))

    with library.change() as desk:
        desk.marks.lock("copy", "copy")
        second = threading.Thread(target=come_second)
        second.start()
        second.join(0.2)
        assert found == []
        desk.marks.store("copy", [a_mark("m1", 1)])
    second.join(30)
    assert found == [1]


LEFT = replace(WRITING, stays=True)


def close(library: Library, loan_id: str = "loan", **said: object) -> None:
    """A loan that ended at noon."""
    ended = a_loan(loan_id, ended_at=NOON, end=LoanEnd.RETURNED, **said)
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 2), (), (ended,)))


def test_notes_left_in_a_copy_bear_the_names_of_their_writers(library: Library) -> None:
    later = a_mark("m2", 2, writing=replace(LEFT, fraction=0.9))
    with library.change() as desk:
        for margin in ("loan", "copy"):
            desk.marks.lock(margin, "copy")
        desk.marks.store("loan", [later, a_mark("m1", 1, writing=LEFT)])
        desk.marks.store("copy", [a_mark("own", 1, writing=replace(LEFT, fraction=0.5))])
        assert desk.marks.left("copy", not_in="copy", most=9) == [
            LeftNote(a_mark("m1", 1, writing=LEFT), "Luis"),
            LeftNote(later, "Luis"),
        ]
        assert [(one.mark.id, one.name) for one in desk.marks.left("copy", not_in="loan", most=9)] == [
            ("own", "Ana")
        ]
        assert [one.mark.id for one in desk.marks.left("copy", not_in="", most=9)] == ["m1", "own", "m2"]
        assert desk.marks.left("other", not_in="", most=9) == []
        assert len(desk.marks.left("copy", not_in="", most=2)) == 2


def test_a_note_that_is_rubbed_out_is_its_writers_alone(library: Library) -> None:
    with library.change() as desk:
        for margin in ("loan", "copy"):
            desk.marks.lock(margin, "copy")
        stays = a_mark("m1", 1, writing=LEFT)
        desk.marks.store("loan", [stays, a_mark("m2", 2, writing=LEFT, made_at=NOON + TICK)])
        desk.marks.store("copy", [a_mark("m1", 1, writing=LEFT, made_at=NOON - TICK)])
        desk.marks.rub_out("other", LeftNote(stays, "Luis"))
        assert len(desk.marks.left("copy", not_in="", most=9)) == 3
        desk.marks.rub_out("copy", LeftNote(stays, "Luis"))
        assert [one.id for one in desk.marks.left("copy", not_in="copy", most=9)] == [
            LeftNote(a_mark("m2", 2, made_at=NOON + TICK), "").id
        ]
        assert [one.name for one in desk.marks.left("copy", not_in="loan", most=9)] == ["Ana"]
        kept = desk.marks.named("loan", {"m1"})["m1"]
        assert kept == replace(stays, writing=replace(LEFT, stays=False))


def test_what_is_not_left_or_gone_or_empty_is_nobody_elses(library: Library) -> None:
    with library.change() as desk:
        desk.marks.lock("loan", "copy")
        gone = a_mark("m2", 2, writing=LEFT, deleted=True)
        empty = a_mark("m3", 3, writing=replace(LEFT, note=""))
        desk.marks.store("loan", [a_mark("m1", 1), gone, empty])
        assert desk.marks.left("copy", not_in="", most=9) == []


def test_of_a_loan_that_ended_all_is_forgotten_but_notes_left_in_the_book(library: Library) -> None:
    with library.change() as desk:
        desk.marks.lock("loan", "copy")
        desk.marks.store("loan", [a_mark("m1", 1), a_mark("m2", 2, writing=LEFT)])
        desk.marks.save_place("loan", Place("{}", 0.5, NOON))
        desk.marks.save_settings("loan", {"size": Setting(2, NOON)})
    close(library)
    with library.change() as desk:
        assert desk.marks.forgettable(NOON, 9) == []
        assert desk.marks.forgettable(NOON + TICK, 9) == ["loan"]
        desk.marks.forget("loan")
        assert [mark.id for mark in desk.marks.since("loan", 0)] == ["m2"]
        assert (desk.marks.places("loan"), desk.marks.settings("loan")) == ([], {})
        assert desk.marks.forgettable(NOON + TICK, 9) == []


@pytest.mark.parametrize("what", ["mark", "place", "setting"])
def test_whatever_is_kept_of_an_ended_loan_can_be_forgotten(library: Library, what: str) -> None:
    with library.change() as desk:
        if what == "mark":
            desk.marks.lock("loan", "copy")
            desk.marks.store("loan", [a_mark("m1", 1, deleted=True)])
        elif what == "place":
            desk.marks.save_place("loan", Place("{}", 0.5, NOON))
        else:
            desk.marks.save_settings("loan", {})
        assert desk.marks.forgettable(NOON + timedelta(days=99), 9) == []
    close(library)
    with library.read() as desk:
        assert desk.marks.forgettable(NOON + TICK, 9) == ["loan"]
        assert desk.marks.forgettable(NOON + TICK, 0) == []


def test_an_owners_own_readings_are_never_forgotten(library: Library) -> None:
    close(library)
    close(library, "own", to_owner=True, due_at=None)
    with library.change() as desk:
        desk.marks.save_place("own", Place("{}", 0.5, NOON))
        assert desk.marks.forgettable(NOON + TICK, 9) == []


def test_a_loan_has_one_place_for_each_device(library: Library) -> None:
    phone, desktop = Place('{"page":3}', 0.1, NOON + TICK, "phone"), Place('{"page":9}', 0.25, NOON)
    with library.change() as desk:
        assert desk.marks.places("loan") == []
        desk.marks.save_place("loan", replace(phone, locator="{}", fraction=0.9))
        for place in (phone, desktop):
            desk.marks.save_place("loan", place)
    with library.change() as desk:
        assert desk.marks.places("loan") == [desktop, phone]
        desk.marks.forget_place("loan", "phone")
        desk.marks.forget_place("loan", "none")
        assert desk.marks.places("loan") == [desktop]


def test_the_owners_places_are_those_of_their_own_readings(library: Library) -> None:
    shelve(library, "other", "edition 2")
    ended = {"ended_at": NOON, "end": LoanEnd.RETURNED}
    with library.change() as desk:
        assert desk.marks.owners_places("copy") == []
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (a_loan(**ended),)))
        for number, own in enumerate([True, True, False, True]):
            loan = a_loan(f"loan {number}", to_owner=own, due_at=None, **ended)
            desk.circulation.store(Decision(Copy("copy", "ana", number), (), (loan,)))
        for number in (1, 0, 2):
            desk.marks.save_place(f"loan {number}", Place(f"place {number}", 0.5, NOON + number * TICK))
        assert [place.locator for place in desk.marks.owners_places("copy")] == ["place 0", "place 1"]
        assert desk.marks.owners_places("other") == []


def test_settings_are_kept_for_whom_they_belong_to(library: Library) -> None:
    chosen = {
        "theme": Setting("noche", NOON + TICK),
        "size": Setting(1.25, NOON),
        "columns": Setting(2, NOON),
        "ruler": Setting(value=True, changed_at=NOON),
    }
    with library.change() as desk:
        assert desk.marks.settings("loan") == desk.marks.lock_settings("loan") == {}
        desk.marks.save_settings("loan", {"gone": Setting("x", NOON)})
        desk.marks.save_settings("loan", chosen)
    with library.change() as desk:
        kept = desk.marks.lock_settings("loan")
        assert kept == desk.marks.settings("loan") == chosen
        assert [type(one.value) for one in kept.values()] == [str, float, int, bool]
        assert desk.marks.settings("ana") == {}


def test_with_a_gift_only_what_its_giver_left_in_the_book_stays_under_their_name(library: Library) -> None:
    own = a_loan("own", binding="account:ana", to_owner=True, borrower_name="", due_at=None)
    left = a_mark("left", 3, writing=LEFT)
    with library.change() as desk:
        desk.accounts.add(an_account("ben", "Ben"))
        closed = replace(own, ended_at=NOON, end=LoanEnd.RETURNED)
        gift = a_link("gift", kind=LinkKind.GIFT, state=LinkState.USED)
        desk.circulation.store(Decision(Copy("copy", "ben", 2), (gift,), (closed,)))
        for margin in ("loan", "copy"):
            desk.marks.lock(margin, "copy")
        desk.marks.store("loan", [a_mark("eva's", 1, writing=replace(LEFT, fraction=0.9))])
        gone = a_mark("gone", 2, writing=LEFT, deleted=True)
        desk.marks.store("copy", [a_mark("private", 1), gone, left])
        desk.marks.save_place("own", Place("page 7", 0.5, NOON, "phone"))
        desk.marks.save_place("loan", Place("page 8", 0.6, NOON, "laptop"))
    with library.change() as desk:
        desk.marks.hand_over("copy", "gift")
    with library.change() as desk:
        assert desk.marks.since("gift", 0) == [left]
        assert desk.marks.lock("copy", "copy") == 0
        assert desk.marks.since("copy", 0) == []
        assert desk.marks.owners_places("copy") == []
        assert len(desk.marks.places("loan")) == 1
        found = desk.marks.left("copy", not_in="copy", most=9)
        assert [(one.mark.id, one.name) for one in found] == [("left", "Ana"), ("eva's", "Luis")]
        desk.marks.store("copy", [a_mark("ben's", 1, writing=replace(LEFT, fraction=0.99))])
        assert [one.name for one in desk.marks.left("copy", not_in="loan", most=9)] == ["Ana", "Ben"]
        desk.marks.rub_out("copy", LeftNote(left, "Ana"))
        assert desk.marks.since("gift", 0) == []
