"""A file leaves the library: with its copy, for a day, to who brought it in."""

import pytest

from lending import refusals
from lending.circulation.passing import Words
from lending.services.actors import Actor
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf

CONTENT = a_pdf("Primera memoria", "one", "two")


def read(house: House, copy_id: str) -> bytes:
    with house.taking_out.file(house.ana, copy_id).content as file:
        return file.read()


def test_whoever_brought_a_book_in_gets_its_file_back_and_the_copy_is_gone(house: House, pdf_id: str) -> None:
    house.taking_out.take_out(house.ana, pdf_id)
    assert read(house, pdf_id) == read(house, pdf_id) == CONTENT
    assert [entry.copy.id for entry in house.taking_out.waiting(house.ana)] == [pdf_id]
    assert house.shelf.page(house.ana).total == 0
    with pytest.raises(refusals.NotFound):
        house.shelf.entry(house.ana, pdf_id)
    assert house.happened()[-1] == "taken-out"
    assert house.audit.of_copy(house.ana, pdf_id)[0].event.kind.value == "taken-out"


def test_after_a_day_the_file_is_not_to_be_had_and_the_housekeeper_destroys_it(
    house: House, pdf_id: str
) -> None:
    house.taking_out.take_out(house.ana, pdf_id)
    house.clock.go_on(DAY / 2)
    assert house.taking_out.destroy_over() == 0
    house.clock.go_on(DAY / 2)
    with pytest.raises(refusals.FileNotKept):
        house.taking_out.file(house.ana, pdf_id)
    assert house.taking_out.waiting(house.ana) == []
    assert house.files.kept
    assert house.taking_out.destroy_over() == 1
    assert house.files.kept == {}
    assert house.taking_out.destroy_over() == 0
    with pytest.raises(refusals.FileNotKept):
        house.taking_out.entry(house.ana, pdf_id)


def test_nothing_is_destroyed_while_another_copy_needs_the_file(house: House, pdf_id: str) -> None:
    second = house.shelve(CONTENT, second_copy=True)
    house.taking_out.take_out(house.ana, pdf_id)
    house.clock.go_on(DAY)
    house.taking_out.destroy_over()
    assert house.shelf.cover(house.ana, second)
    house.taking_out.take_out(house.ana, second)
    assert read(house, second) == CONTENT


@pytest.mark.parametrize("leaves", ["withdrawn", "given"])
def test_the_file_waits_though_the_last_copy_leaves_otherwise(house: House, pdf_id: str, leaves: str) -> None:
    second = house.shelve(CONTENT, second_copy=True)
    house.taking_out.take_out(house.ana, pdf_id)
    if leaves == "given":
        house.giving.accept(house.zoe, house.giving.offer(house.ana, second, Words()).token)
    else:
        house.shelf.withdraw(house.ana, second)
    assert read(house, pdf_id) == CONTENT
    house.clock.go_on(DAY)
    house.taking_out.destroy_over()
    assert len(house.files.kept) == (3 if leaves == "given" else 0)


def test_nobody_else_gets_it_and_nobody_gets_what_was_not_taken_out(house: House, pdf_id: str) -> None:
    with pytest.raises(refusals.NotFound):
        house.taking_out.file(house.ana, pdf_id)
    for who in (house.zoe, house.lib, Actor(house.ana.account, may_change=False)):
        with pytest.raises((refusals.NotFound, refusals.NotAllowed)):
            house.taking_out.take_out(who, pdf_id)
    house.taking_out.take_out(house.ana, pdf_id)
    for who in (house.zoe, house.lib, Actor(house.ana.account, may_change=False)):
        with pytest.raises((refusals.NotFound, refusals.NotAllowed)):
            house.taking_out.file(who, pdf_id)
    with pytest.raises(refusals.NotFound):
        house.taking_out.take_out(house.ana, pdf_id)


def test_a_withdrawn_copy_has_no_file(house: House, pdf_id: str) -> None:
    house.shelf.withdraw(house.ana, pdf_id)
    with pytest.raises(refusals.FileNotKept):
        house.taking_out.file(house.ana, pdf_id)


def test_a_gift_can_be_read_and_lent_and_given_but_its_file_stays(house: House, pdf_id: str) -> None:
    house.giving.accept(house.zoe, house.giving.offer(house.ana, pdf_id, Words()).token)
    with pytest.raises(refusals.NotBroughtIn):
        house.taking_out.take_out(house.zoe, pdf_id)
    house.giving.accept(house.ana, house.giving.offer(house.zoe, pdf_id, Words()).token)
    house.taking_out.take_out(house.ana, pdf_id)
    assert read(house, pdf_id) == CONTENT


def test_only_what_is_on_the_shelf_is_taken_out(house: House, pdf_id: str) -> None:
    house.lend(pdf_id)
    with pytest.raises(refusals.CannotWithdraw):
        house.taking_out.take_out(house.ana, pdf_id)
