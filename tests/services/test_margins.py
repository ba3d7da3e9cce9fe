"""What readers leave in books: kept for them alone, whatever devices they read on."""

from datetime import timedelta

import pytest

from lending import refusals
from lending.marks.places import MOST_DEVICES, Place
from lending.marks.records import MOST_MARKS, Change, Kind, Writing
from lending.services.margins import LONGEST_LOCATOR, Chosen
from lending.services.reading import Admission
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf

TICK = timedelta(milliseconds=1)


def again(house: House, reader: Admission) -> Admission:
    """The same owner's reader, a while later."""
    house.clock.go_on(DAY)
    return house.reading.admit(reader.loan_id, None, house.ana)


def change(mark_id: str, note: str = "", base: int = 0, *, deleted: bool = False) -> Change:
    return Change(mark_id, base, Writing(Kind.HIGHLIGHT, "{}", 0.5, "the book's words", note), deleted)


def notes(house: House, reader: Admission) -> list[str]:
    return [mark.writing.note for mark in house.margins.marks(reader).marks]


# --- marks ----------------------------------------------------------------------------------------------


def test_a_device_hears_what_another_changed_and_no_more(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    phone = house.margins.sync(reader, 0, [change("one", "a"), change("two", "b")])
    desktop = house.margins.sync(reader, 0, [change("three", "c")])
    news = house.margins.sync(reader, phone.revision, [])
    assert [mark.id for mark in phone.marks] == ["one", "two"]
    assert [mark.id for mark in desktop.marks] == ["one", "two", "three"]
    assert [mark.id for mark in news.marks] == ["three"]
    assert news.revision == house.margins.revision(reader) == 3


def test_a_deletion_is_told_to_the_other_device_and_its_words_are_gone(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.margins.sync(reader, 0, [change("one", "secret")])
    house.margins.sync(reader, 1, [change("one", "secret", base=1, deleted=True)])
    (gone,) = house.margins.sync(reader, 1, []).marks
    assert (gone.id, gone.deleted) == ("one", True)
    assert (gone.writing.text, gone.writing.note, gone.writing.locator) == ("", "", "{}")
    assert notes(house, reader) == []


def test_a_request_repeated_after_a_lost_answer_changes_nothing_more(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    first = house.margins.sync(reader, 0, [change("one", "a"), change("two", "b")])
    second = house.margins.sync(again(house, reader), 0, [change("one", "a"), change("two", "b")])
    assert second == first


def test_looking_for_news_writes_nothing(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.library.change = None  # type: ignore[method-assign, assignment]
    assert house.margins.sync(reader, 0, []).marks == []


def test_a_device_ahead_of_a_restored_library_is_told_everything(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.margins.sync(reader, 0, [change("one", "a")])
    told = house.margins.sync(reader, 99, [])
    assert (told.revision, [mark.id for mark in told.marks]) == (1, ["one"])


def test_a_margin_bears_so_many_marks_and_no_more(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.margins.sync(reader, 0, [change(f"mark {n}") for n in range(MOST_MARKS)])
    with pytest.raises(refusals.TooManyMarks):
        house.margins.sync(reader, 0, [change("mark 0", "x", base=1), change("too many")])
    assert house.margins.revision(reader) == MOST_MARKS
    assert notes(house, reader)[0] == ""


def test_what_is_deleted_makes_room_for_what_comes_with_it(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.margins.sync(reader, 0, [change(f"mark {n}") for n in range(MOST_MARKS)])
    house.margins.sync(reader, 0, [change("new"), change("mark 0", base=1, deleted=True)])
    assert len(house.margins.marks(reader).marks) == MOST_MARKS


def test_deleted_marks_are_not_kept_without_end(
    house: House, pdf_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.services.margins.MOST_KEPT", 3)
    reader = house.own(pdf_id)
    house.margins.sync(reader, 0, [change(name) for name in "abc"])
    house.margins.sync(reader, 0, [change("a", base=1, deleted=True)])
    with pytest.raises(refusals.TooManyMarks):
        house.margins.sync(reader, 0, [change("d")])


def test_the_owners_marks_are_there_when_they_take_the_book_again(house: House, pdf_id: str) -> None:
    house.margins.sync(house.own(pdf_id), 0, [change("one", "mine")])
    house.lending.put_back(house.ana, pdf_id)
    house.clock.go_on(DAY)
    reader = house.own(pdf_id)
    assert notes(house, reader) == ["mine"]
    assert house.margins.sync(reader, 1, [change("two")]).revision == 2


def test_borrower_and_owner_never_see_each_others_marks(house: House, pdf_id: str) -> None:
    house.margins.sync(house.own(pdf_id), 0, [change("one", "mine")])
    house.lending.put_back(house.ana, pdf_id)
    eva = house.let_in(house.lend(pdf_id).reading_pass)
    assert house.margins.sync(eva, 0, []).marks == []
    house.margins.sync(eva, 0, [change("one", "Eva's")])
    house.give_back(eva.held.loan)
    kim = house.let_in(house.claim(house.offer(pdf_id), "kim").reading_pass)
    assert (house.margins.revision(kim), notes(house, kim)) == (0, [])
    house.give_back(kim.held.loan, "kim")
    assert notes(house, house.own(pdf_id)) == ["mine"]


def test_marks_leave_no_trace_in_the_record(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    before = house.happened()
    house.margins.sync(reader, 0, [change("one", "mine")])
    assert house.happened() == before


@pytest.mark.parametrize("fraction", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_mark_outside_the_book_is_refused(house: House, pdf_id: str, fraction: float) -> None:
    reader = house.own(pdf_id)
    with pytest.raises(refusals.UnacceptableInput):
        house.margins.sync(reader, 0, [Change("one", 0, Writing(Kind.BOOKMARK, "{}", fraction))])


# --- places ---------------------------------------------------------------------------------------------


def save(house: House, reader: Admission, locator: str, device: str = "", ago: timedelta = TICK * 0) -> None:
    house.margins.save_place(reader, Place(locator, 0.5, reader.now - ago, device))


def place(house: House, reader: Admission, device: str = "") -> tuple[str | None, str | None]:
    latest, elsewhere = house.margins.place(reader, device)
    return latest and latest.locator, elsewhere and elsewhere.locator


def test_the_reader_finds_their_place_again(house: House, pdf_id: str) -> None:
    reader = house.let_in(house.lend(pdf_id).reading_pass)
    assert house.margins.place(reader, "") == (None, None)
    save(house, reader, '{"page":2}')
    assert house.margins.place(reader, "") == (Place('{"page":2}', 0.5, house.clock.now()), None)


def test_a_device_hears_where_reading_went_on_and_where_it_was_itself(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    save(house, reader, "page 2", "phone")
    save(house, again(house, reader), "page 8", "desktop")
    assert place(house, reader, "phone") == ("page 8", "page 2")
    assert place(house, reader, "desktop") == ("page 8", None)
    assert place(house, reader, "new") == place(house, reader) == ("page 8", None)


def test_a_device_that_was_offline_does_not_turn_the_others_back(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    later = again(house, reader)
    save(house, later, "page 8", "desktop", timedelta(hours=1))
    save(house, later, "page 2", "phone", timedelta(hours=20))
    assert place(house, later, "phone") == ("page 8", "page 2")


def test_a_message_that_was_overtaken_does_not_turn_its_own_device_back(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    save(house, reader, "page 3", "phone")
    save(house, reader, "page 2", "phone", timedelta(seconds=2))
    assert place(house, reader, "phone") == ("page 3", None)


def test_places_of_so_many_devices_are_kept_the_latest_read(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    for n in range(MOST_DEVICES + 3):
        save(house, reader, f"page {n}", f"device {n}", timedelta(hours=100 - n))
    with house.library.read() as desk:
        assert [one.locator for one in desk.marks.places(reader.loan_id)] == [
            f"page {n}" for n in range(3, MOST_DEVICES + 3)
        ]


@pytest.mark.parametrize("fraction", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_place_outside_the_book_is_refused(house: House, pdf_id: str, fraction: float) -> None:
    reader = house.own(pdf_id)
    with pytest.raises(refusals.UnacceptableInput):
        house.margins.save_place(reader, Place("{}", fraction, reader.now))
    for edge in (0, 1):
        house.margins.save_place(reader, Place("x" * LONGEST_LOCATOR, edge, reader.now))


def test_an_endless_locator_is_refused(house: House, pdf_id: str) -> None:
    with pytest.raises(refusals.UnacceptableInput):
        save(house, house.own(pdf_id), "x" * (LONGEST_LOCATOR + 1))


def test_the_owner_goes_on_where_they_put_it_back(house: House, pdf_id: str) -> None:
    save(house, house.own(pdf_id), "mine")
    house.lending.put_back(house.ana, pdf_id)
    house.clock.go_on(DAY)
    borrower = house.let_in(house.lend(pdf_id).reading_pass)
    assert place(house, borrower) == (None, None)
    save(house, borrower, "theirs")
    house.give_back(borrower.held.loan)
    house.clock.go_on(DAY)
    assert place(house, house.own(pdf_id)) == ("mine", None)


def test_looking_in_without_turning_a_page_does_not_lose_the_owners_place(house: House, pdf_id: str) -> None:
    save(house, house.own(pdf_id), "mine")
    for _ in range(2):
        house.lending.put_back(house.ana, pdf_id)
        house.clock.go_on(DAY)
        assert place(house, house.own(pdf_id)) == ("mine", None)


def test_a_borrower_never_gets_the_place_of_another(house: House, pdf_id: str) -> None:
    first = house.let_in(house.lend(pdf_id).reading_pass)
    save(house, first, "first")
    house.give_back(first.held.loan)
    house.clock.go_on(DAY)
    second = house.let_in(house.claim(house.offer(pdf_id), "kim").reading_pass)
    assert place(house, second) == (None, None)


# --- settings -------------------------------------------------------------------------------------------


def values(house: House, reader: Admission) -> dict[str, object]:
    return {name: setting.value for name, setting in house.margins.settings(reader).items()}


def test_of_each_setting_the_later_choice_stands(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.margins.change_settings(reader, {"theme": Chosen("night"), "size": Chosen(1.2, timedelta(hours=5))})
    late = {"theme": Chosen("paper", timedelta(hours=3)), "size": Chosen(1.4, timedelta(hours=3))}
    told = house.margins.change_settings(reader, late)
    assert values(house, reader) == {"theme": "night", "size": 1.4}
    assert told == house.margins.settings(reader)
    assert told["size"].changed_at == reader.now - timedelta(hours=3)


def test_an_owners_settings_are_those_of_all_their_books(house: House, pdf_id: str) -> None:
    house.margins.change_settings(house.own(pdf_id), {"theme": Chosen("night")})
    other = house.shelve(a_pdf("Olvidado rey Gudú"))
    assert values(house, house.own(other)) == {"theme": "night"}


def test_a_borrowers_settings_are_those_of_the_loan(house: House, pdf_id: str) -> None:
    house.margins.change_settings(house.own(pdf_id), {"theme": Chosen("night")})
    house.lending.put_back(house.ana, pdf_id)
    eva = house.let_in(house.lend(pdf_id).reading_pass)
    assert values(house, eva) == {}
    house.margins.change_settings(eva, {"theme": Chosen("paper")})
    house.give_back(eva.held.loan)
    assert values(house, house.own(pdf_id)) == {"theme": "night"}


def test_settings_without_end_are_refused(house: House, pdf_id: str) -> None:
    reader = house.own(pdf_id)
    house.margins.change_settings(reader, {f"a{n}": Chosen(n) for n in range(64)})
    house.margins.change_settings(reader, {"a0": Chosen("again")})
    with pytest.raises(refusals.UnacceptableInput):
        house.margins.change_settings(reader, {"one more": Chosen(1)})
    assert len(values(house, reader)) == 64
