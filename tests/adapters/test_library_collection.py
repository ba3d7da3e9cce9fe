"""Every library, fake or real: editions, copies, the shelf."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lending import refusals
from lending.circulation import stock
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.ports.library import Library
from lending.ports.records import EPUB, ShelfQuery
from tests.services.fakes import NOON
from tests.services.making import a_link, a_loan, an_edition, shelve


def titles(
    library: Library, text: str = "", order: str = "title", offset: int = 0, limit: int = 60
) -> list[str]:
    with library.read() as desk:
        entries, _ = desk.collection.shelf(ShelfQuery("ana", text, order, offset, limit))
    return [entry.edition.title for entry in entries]


def shelve_titles(library: Library, *wanted: str) -> None:
    for number, title in enumerate(wanted):
        added = NOON + timedelta(minutes=number)
        shelve(library, f"copy {number}", f"edition {number}", title=title, authors=(), added_at=added)


def test_an_edition_comes_back_as_it_was_added(library: Library) -> None:
    said: dict[str, Any] = {
        "authors": ("One, Two", 'Three "Four"'),
        "identifiers": ("urn:isbn:1",),
        "cover_id": "c",
    }
    said |= {"description": "Líneas\ny más", "media_type": EPUB, "publisher": "Destino", "published": "1960"}
    shelve(library, **said)
    with library.read() as desk:
        assert desk.collection.edition("edition") == an_edition("edition", **said)


def test_an_unknown_edition_or_copy_is_not_found(library: Library) -> None:
    with library.read() as desk:
        with pytest.raises(refusals.NotFound):
            desk.collection.edition("none")
        with pytest.raises(refusals.NotFound):
            desk.collection.entry("none")


def test_a_corrected_record_is_found_by_its_new_words(library: Library) -> None:
    shelve_titles(library, "Luciernagas")
    with library.change() as desk:
        before = desk.collection.edition("edition 0")
        desk.collection.change_edition(replace(before, title="Luciérnagas", authors=("Matute",)))
    assert titles(library, "matute") == ["Luciérnagas"]


def test_a_file_is_recognised_for_its_owner_while_they_have_a_copy(library: Library) -> None:
    shelve(library, fingerprint="a" * 64)
    with library.read() as desk:
        found = desk.collection.edition_by_fingerprint("ana", "a" * 64)
        assert found is not None
        assert found.id == "edition"
        assert desk.collection.edition_by_fingerprint("luis", "a" * 64) is None
        assert desk.collection.edition_by_fingerprint("ana", "b" * 64) is None
    withdraw(library, "copy")
    with library.read() as desk:
        assert desk.collection.edition_by_fingerprint("ana", "a" * 64) is None


def test_copies_are_numbered_and_a_number_is_not_given_again(library: Library) -> None:
    shelve(library, "c1")
    with library.change() as desk:
        assert desk.collection.add_copy(Copy("c2", "ana"), "edition", NOON) == 2
    withdraw(library, "c2")
    with library.change() as desk:
        assert desk.collection.add_copy(Copy("c3", "ana"), "edition", NOON) == 3
        assert desk.collection.copies_of("edition") == ["c1", "c3"]
        assert desk.collection.entry("c3").copy_number == 3


def test_an_entry_tells_where_the_copy_is(library: Library) -> None:
    shelve(library)
    lent = Copy("copy", "ana", 1, a_link(), a_loan())
    with library.change() as desk:
        desk.circulation.store(Decision(lent, (a_link(),), (a_loan(),)))
    with library.read() as desk:
        entry = desk.collection.entry("copy")
    assert entry.copy == lent
    assert (entry.edition, entry.copy_number, entry.added_at) == (an_edition(), 1, NOON)


def test_the_shelf_is_in_the_order_asked_for(library: Library) -> None:
    shelve(library, "1", "e1", title="b", authors=("Zoë Adler",), added_at=NOON)
    shelve(library, "2", "e2", title="Árbol", authors=("Ada Zorn", "X"), added_at=NOON + timedelta(hours=2))
    shelve(library, "3", "e3", title="C", authors=(), added_at=NOON + timedelta(hours=1))
    assert titles(library, order="added") == ["Árbol", "C", "b"]
    assert titles(library, order="title") == ["Árbol", "b", "C"]
    assert titles(library, order="author") == ["C", "b", "Árbol"]


def test_a_page_of_the_shelf_knows_how_many_there_are_in_all(library: Library) -> None:
    shelve_titles(library, *"abcde")
    assert titles(library, offset=1, limit=2) == ["b", "c"]
    with library.read() as desk:
        assert desk.collection.shelf(ShelfQuery("ana", offset=1, limit=2))[1] == 5
        assert desk.collection.shelf(ShelfQuery("ana", text="e", limit=2))[1] == 1
        assert desk.collection.shelf(ShelfQuery("ana", offset=7)) == ([], 5)


def test_the_shelf_shows_neither_what_is_withdrawn_nor_what_is_another_owners(library: Library) -> None:
    shelve(library, "c1", "e1", title="mine")
    shelve(library, "c2", "e2", title="gone")
    shelve(library, "c3", "e3", title="theirs", owner_id="luis")
    withdraw(library, "c2")
    assert titles(library) == ["mine"]


@pytest.mark.parametrize(
    "typed", ["miserables", "MISÉRABLES", "hugo les", "Víctor", "misérables", "sera ugo"]
)
def test_a_search_minds_neither_accents_nor_case_nor_order(library: Library, typed: str) -> None:
    shelve(library, "c1", "e1", title="Les Misérables", authors=("Victor Hugo",))
    shelve(library, "c2", "e2", title="Ninety-Three", authors=("Somebody Else",))
    assert titles(library, typed) == ["Les Misérables"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("100%", "100% wool"),
        ("a_b", "a_b testing"),
        ("c/d", "c/d and rust"),
        ("e\\f", "e\\f"),
        ("'", "o'clock"),
    ],
)
def test_what_people_type_is_meant_literally(library: Library, typed: str, found: str) -> None:
    shelve_titles(
        library, "100% wool", "1000 wool", "a_b testing", "axb", "c/d and rust", "cd", "e\\f", "o'clock"
    )
    assert titles(library, typed) == [found]


def test_a_search_for_what_no_text_can_hold_finds_nothing(library: Library) -> None:
    shelve_titles(library, "a")
    assert titles(library, "b\0") == []


def test_letters_that_fold_into_two_are_found(library: Library) -> None:
    shelve_titles(library, "Die Straße", "別の本")
    assert titles(library, "STRASSE") == ["Die Straße"]
    assert titles(library, "別の") == ["別の本"]


def withdraw(library: Library, copy_id: str) -> None:
    with library.change() as desk:
        desk.circulation.store(Decision(replace(desk.circulation.lock(copy_id), withdrawn_at=NOON)))


def test_a_copy_moves_to_another_edition_and_is_its_newest(library: Library) -> None:
    shelve(library, "copy", "edition")
    shelve(library, "theirs", "their edition", owner_id="zoe")
    later = NOON + timedelta(hours=1)
    with library.change() as desk:
        desk.circulation.store(Decision(replace(desk.circulation.lock("copy"), owner_id="zoe")))
        assert desk.collection.move_copy("copy", "their edition", later) == 2
    with library.read() as desk:
        entry = desk.collection.entry("copy")
        assert (entry.copy.owner_id, entry.edition.id, entry.added_at) == ("zoe", "their edition", later)
        assert desk.collection.copies_of("their edition") == ["theirs", "copy"]
        assert desk.collection.copies_of("edition") == []
        assert desk.collection.edition_by_fingerprint("ana", entry.edition.fingerprint) is None
    with library.change() as desk:
        assert desk.circulation.lock("copy").id == "copy"


def test_an_edition_is_needed_by_what_is_here_and_by_what_was_taken_out(library: Library) -> None:
    shelve(library, "copy", "edition")
    shelve(library, "theirs", "their edition", owner_id="zoe")
    with library.change() as desk:
        desk.collection.add_copy(Copy("second", "ana"), "edition", NOON)
        desk.circulation.store(stock.withdraw(desk.circulation.lock("copy"), NOON))
        assert desk.collection.is_needed("edition")
        desk.circulation.store(stock.take_out(desk.circulation.lock("second"), NOON))
        desk.circulation.store(stock.take_out(desk.circulation.lock("theirs"), NOON - timedelta(hours=1)))
    with library.change() as desk:
        until = NOON + stock.FILE_WAITS
        assert desk.collection.entry("second").copy.file_until == until
        assert desk.collection.is_needed("edition")
        assert [entry.copy.id for entry in desk.collection.taken_out("ana")] == ["second"]
        assert desk.collection.files_over(until, 9) == ["theirs", "second"]
        assert desk.collection.files_over(until, 1) == ["theirs"]
        assert desk.collection.files_over(until - timedelta(milliseconds=1), 9) == ["theirs"]
        desk.circulation.store(stock.forget_file(desk.circulation.lock("second")))
        assert not desk.collection.is_needed("edition")
        assert desk.collection.taken_out("ana") == []
