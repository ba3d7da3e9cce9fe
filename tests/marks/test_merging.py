"""What becomes of changes, one rule at a time. (test_devices.py lets devices do as they like.)"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lending.marks.merging import REMEMBERED, applied, touched
from lending.marks.records import LONGEST_NOTE, Change, Ink, Kind, Mark, Writing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
WRITING = Writing(Kind.HIGHLIGHT, '{"at":1}', 0.5, "the book's words", "first", Ink.YELLOW)


def change(note: str = "first", base: int = 0, *, deleted: bool = False, **said: object) -> Change:
    return Change("one", base, replace(WRITING, note=note, **said), deleted)  # type: ignore[arg-type]  # Writing's fields


def after(*changes: Change, kept: Mapping[str, Mark] | None = None) -> dict[str, Mark]:
    """The marks once the changes have come one by one, each at a later hour."""
    marks = dict(kept or {})
    for hour, one in enumerate(changes):
        revision = max((mark.revision for mark in marks.values()), default=0)
        marks |= applied(marks, [one], revision, NOON + timedelta(hours=hour))
    return marks


def test_a_new_mark_is_kept_as_it_came() -> None:
    (mark,) = after(change()).values()
    assert (mark.revision, mark.writing, mark.deleted) == (1, WRITING, False)
    assert mark.made_at == mark.changed_at == NOON


def test_a_change_that_knew_the_mark_is_followed_whole() -> None:
    moved = {"locator": '{"at":2}', "fraction": 0.75, "text": "other words", "ink": Ink.BLUE}
    mark = after(change(), change("second", 1, **moved))["one"]
    assert (mark.revision, mark.writing) == (2, change("second", **moved).writing)
    assert (mark.made_at, mark.changed_at) == (NOON, LATER)


def test_a_note_taken_back_by_who_knew_it_is_gone() -> None:
    assert after(change(), change("", 1))["one"].writing.note == ""


@pytest.mark.parametrize(
    ("stored", "arrived", "both"),
    [
        ("one", "two", "one\n\ntwo"),
        ("one and two", "one", "one and two"),
        ("one", "one and two", "one and two"),
        ("", "two", "two"),
        ("one", "", "one"),
        ("one", "one", "one"),
    ],
)
def test_of_changes_that_did_not_know_each_other_both_notes_stand_once(
    stored: str, arrived: str, both: str
) -> None:
    mark = after(change(""), change(stored, 1, ink=Ink.GREEN), change(arrived, 1, ink=Ink.PINK))["one"]
    assert (mark.writing.note, mark.writing.ink) == (both, Ink.PINK)


def test_a_deletion_that_knew_the_mark_takes_its_words_with_it() -> None:
    mark = after(change(), change("first", 1, deleted=True))["one"]
    assert (mark.deleted, mark.revision) == (True, 2)
    assert (mark.writing.text, mark.writing.note, mark.writing.locator) == ("", "", "{}")


def test_a_deletion_that_did_not_know_the_latest_change_is_ignored() -> None:
    marks = after(change(), change("second", 1))
    assert after(change("first", 1, deleted=True), kept=marks) == marks


def test_an_edit_of_a_deleted_mark_brings_it_back() -> None:
    mark = after(change(), change("first", 1, deleted=True), change("second", 1))["one"]
    assert (mark.deleted, mark.revision, mark.writing) == (False, 3, change("second").writing)
    assert mark.made_at == NOON


def test_a_deletion_of_what_was_never_there_leaves_nothing() -> None:
    assert after(change(deleted=True)) == {}


def test_a_change_to_a_mark_that_was_forgotten_makes_it_anew() -> None:
    assert after(change(base=7))["one"].writing == WRITING


@pytest.mark.parametrize(
    "changes",
    [
        [change()],
        [change(), change("second", 1)],
        [change(), change("second", 1), change("third", 1)],
        [change(), change("first", 1, deleted=True)],
        [change(), change("first", 1, deleted=True), change("second", 1)],
    ],
)
def test_the_last_change_repeated_changes_nothing(changes: list[Change]) -> None:
    marks = after(*changes)
    assert applied(marks, [changes[-1]], 9, LATER) == {}


def test_a_change_whose_answer_was_lost_does_not_come_back_over_later_ones() -> None:
    lost = change("second", 1)
    marks = after(change(), lost, change("third", 2))
    assert after(lost, kept=marks)["one"].writing.note == "third"
    gone = after(change(), lost, change("second", 2, deleted=True))
    assert after(lost, kept=gone)["one"].deleted


def test_only_the_latest_changes_are_remembered() -> None:
    mark = after(*(change(f"{n}", n) for n in range(3 * REMEMBERED)))["one"]
    assert len(mark.heard) == REMEMBERED


def test_changes_of_one_request_follow_each_other() -> None:
    changes = [change(), Change("two", 0, WRITING), change("second", 1)]
    marks = applied({}, changes, 4, NOON)
    assert {mark_id: mark.revision for mark_id, mark in marks.items()} == {"one": 7, "two": 6}
    assert marks["one"].writing.note == "first\n\nsecond"


def test_notes_too_long_for_one_mark_go_on_in_another() -> None:
    stored, arrived = "s" * LONGEST_NOTE, "a" * LONGEST_NOTE
    last = change(arrived, 1, ink=Ink.PINK)
    marks = after(change(""), change(stored, 1), last)
    (other,) = [mark for mark in marks.values() if mark.id != "one"]
    assert (marks["one"].writing.note, other.writing.note) == (stored, arrived)
    assert {mark.writing.locator for mark in marks.values()} == {WRITING.locator}
    assert {mark.writing.ink for mark in marks.values()} == {Ink.PINK}
    assert set(marks) == touched([last])
    assert len(other.id) <= 40


def test_a_continuation_is_made_once_and_stays_away_when_it_is_deleted() -> None:
    last = change("a" * LONGEST_NOTE, 1)
    marks = after(change(""), change("s" * LONGEST_NOTE, 1), last)
    assert after(last, kept=marks) == marks
    (other,) = [mark for mark in marks.values() if mark.id != "one"]
    gone = after(Change(other.id, other.revision, other.writing, deleted=True), kept=marks)
    assert after(last, kept=gone) == gone
    assert gone[other.id].deleted


def test_a_long_note_that_was_replaced_does_not_come_back_in_a_mark_of_its_own() -> None:
    replaced = change("a" * LONGEST_NOTE, 1)
    marks = after(change(), replaced, change("s" * LONGEST_NOTE, 2))
    assert after(replaced, kept=marks) == marks


def test_a_note_is_left_for_others_only_if_both_devices_say_so() -> None:
    left, taken_back = change(stays=True), change(base=1)
    assert after(left)["one"].is_left
    assert not after(left, taken_back)["one"].is_left
    late = after(left, taken_back, change("first, and more", 1, stays=True))["one"]
    assert (late.writing.note, late.is_left) == ("first, and more", False)
    assert after(left, taken_back, change(base=2, stays=True))["one"].is_left


def test_a_note_without_words_is_left_to_nobody() -> None:
    assert not after(change("", stays=True))["one"].is_left
    assert not after(change(stays=True), change(base=1, deleted=True))["one"].is_left
