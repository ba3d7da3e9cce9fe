from collections.abc import Callable
from dataclasses import replace

import pytest

from lending import refusals
from lending.circulation.events import EventKind
from lending.circulation.passing import Words
from lending.services.actors import Actor
from lending.services.shelf import Correction, Shelf
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf
from tests.services.racing import FasterThan


def test_the_shelf_is_searched_and_paged(house: House) -> None:
    for title in ("Olvidado rey Gudú", "Aranmanoth", "La torre vigía"):
        house.shelve(a_pdf(title))
    page = house.shelf.page(house.ana, order="title", limit=2)
    assert [entry.edition.title for entry in page.entries] == ["Aranmanoth", "La torre vigía"]
    assert page.total == 3
    assert house.shelf.page(house.ana, "VIGIA").total == 1
    assert house.shelf.page(house.zoe).total == 0


@pytest.mark.parametrize(("asked", "given"), [(0, 1), (-5, 1), (9999, 200)])
def test_a_page_has_a_sensible_size(house: House, asked: int, given: int) -> None:
    assert house.shelf.page(house.ana, limit=asked, offset=-3).query.limit == given
    assert house.shelf.page(house.ana, limit=asked, offset=-3).query.offset == 0


def test_an_order_that_there_is_not_is_refused(house: House) -> None:
    with pytest.raises(refusals.UnacceptableInput):
        house.shelf.page(house.ana, order="colour")


def test_a_librarian_has_no_shelf(house: House) -> None:
    copy_id = house.shelve()
    with pytest.raises(refusals.NotAllowed):
        house.shelf.page(house.lib)
    with pytest.raises(refusals.NotAllowed):
        house.shelf.entry(house.lib, copy_id)


def test_somebody_elses_copy_is_not_found(house: House) -> None:
    copy_id = house.shelve()
    for act in (
        lambda: house.shelf.entry(house.zoe, copy_id),
        lambda: house.shelf.cover(house.zoe, copy_id),
        lambda: house.shelf.correct(house.zoe, copy_id, Correction(title="Mine")),
        lambda: house.shelf.replace_cover(house.zoe, copy_id, b"picture"),
        lambda: house.shelf.withdraw(house.zoe, copy_id),
        lambda: house.shelf.entry(house.ana, "none"),
    ):
        with pytest.raises(refusals.NotFound):
            act()
    assert house.shelf.page(house.ana).total == 1


def test_a_correction_changes_what_it_names_and_nothing_else(house: House) -> None:
    copy_id = house.shelve(a_pdf("matute_pm_FINAL"))
    before = house.shelf.entry(house.ana, copy_id).edition
    after = house.shelf.correct(house.ana, copy_id, Correction(title="  Primera\n memoria\x07 ")).edition
    assert after.title == "Primera memoria"
    assert (after.authors, after.language, after.file_id) == (before.authors, before.language, before.file_id)
    more = Correction(authors=("A. M. Matute", " "), language="es-ES", description="One\r\n\r\ntwo\x00")
    after = house.shelf.correct(house.ana, copy_id, more).edition
    assert (after.title, after.authors) == ("Primera memoria", ("A. M. Matute",))
    assert (after.language, after.description) == ("es-ES", "One\n\ntwo")


def test_a_correction_is_recorded_and_one_that_changes_nothing_is_not(house: House) -> None:
    copy_id = house.shelve(a_pdf("Nada"))
    before = house.shelf.entry(house.ana, copy_id).edition
    house.shelf.correct(house.ana, copy_id, Correction(title="Nada"))
    assert house.happened() == ["title-added"]
    house.shelf.correct(house.ana, copy_id, Correction(title="Nada, o casi"))
    (line,) = house.audit.of_copy(house.ana, copy_id)[:1]
    assert (line.event.kind, line.event.edition_id) == (EventKind.TITLE_CORRECTED, before.id)
    assert (line.event.by, line.title) == ("ana", "Nada, o casi")


@pytest.mark.parametrize(
    "correction",
    [
        Correction(title=" \t"),
        Correction(title="x" * 501),
        Correction(authors=("x",) * 31),
        Correction(authors=("x" * 201,)),
        Correction(language="x" * 36),
        Correction(description="x" * 10_001),
    ],
)
def test_a_correction_that_can_not_be_used_changes_nothing(house: House, correction: Correction) -> None:
    copy_id = house.shelve()
    before = house.shelf.entry(house.ana, copy_id)
    with pytest.raises(refusals.UnacceptableInput):
        house.shelf.correct(house.ana, copy_id, correction)
    assert house.shelf.entry(house.ana, copy_id) == before


def test_a_read_only_token_changes_nothing(house: House) -> None:
    copy_id = house.shelve()
    reader = Actor(house.ana.account, may_change=False)
    for act in (
        lambda: house.shelf.correct(reader, copy_id, Correction(title="x")),
        lambda: house.shelf.replace_cover(reader, copy_id, b"picture"),
        lambda: house.shelf.withdraw(reader, copy_id),
    ):
        with pytest.raises(refusals.NotAllowed):
            act()
    house.shelf.entry(reader, copy_id)


def test_another_cover_replaces_the_first_and_its_file(house: House) -> None:
    copy_id = house.shelve()
    assert house.shelf.cover(house.ana, copy_id) == b"a cover"
    before = len(house.files.kept)
    house.shelf.replace_cover(house.ana, copy_id, b"picture of a tower")
    assert house.shelf.cover(house.ana, copy_id) == b"cover of picture of a tower"
    assert len(house.files.kept) == before


def test_what_is_no_picture_is_no_cover(house: House) -> None:
    copy_id = house.shelve()
    with pytest.raises(refusals.UnacceptableInput):
        house.shelf.replace_cover(house.ana, copy_id, b"a poem")
    assert house.shelf.cover(house.ana, copy_id) == b"a cover"


def test_a_cover_that_can_not_be_recorded_leaves_no_file(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_id = house.shelve()
    before = dict(house.files.kept)
    monkeypatch.setattr("tests.services.fake_library.FakeCollection.change_edition", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.shelf.replace_cover(house.ana, copy_id, b"picture")
    assert house.files.kept == before


def test_with_the_last_copy_the_file_is_destroyed(house: House) -> None:
    first, second = house.shelve(), house.shelve(second_copy=True)
    house.shelf.withdraw(house.ana, first)
    assert len(house.files.kept) == 3
    house.shelf.withdraw(house.ana, second)
    assert house.files.kept == {}
    assert house.shelf.page(house.ana).total == 0
    with pytest.raises(refusals.NotFound):
        house.shelf.entry(house.ana, second)


def test_a_copy_that_is_out_can_not_be_withdrawn(house: House) -> None:
    copy_id = house.shelve()
    house.lend(copy_id)
    with pytest.raises(refusals.CannotWithdraw):
        house.shelf.withdraw(house.ana, copy_id)
    assert len(house.files.kept) == 3
    house.clock.go_on(14 * DAY)
    house.shelf.withdraw(house.ana, copy_id)


@pytest.mark.parametrize("act", [Shelf.withdraw, Shelf.mark_lost, Shelf.find])
def test_who_gave_a_copy_away_a_moment_ago_decides_on_it_no_more(
    house: House, pdf_id: str, act: Callable[[Shelf, Actor, str], None]
) -> None:
    gift = house.giving.offer(house.ana, pdf_id, Words())
    faster = FasterThan(house.shelf.library, lambda: house.giving.accept(house.zoe, gift.token))
    with pytest.raises(refusals.NotFound):
        act(replace(house.shelf, library=faster), house.ana, pdf_id)
    copy = house.shelf.entry(house.zoe, pdf_id).copy
    assert (copy.withdrawn_at, copy.lost_at) == (None, None)
    assert house.shelf.page(house.zoe).total == 1
