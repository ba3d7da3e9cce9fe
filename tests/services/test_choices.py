from dataclasses import replace

import pytest

from lending import refusals
from lending.circulation.terms import HOUSE_TERMS, LONGEST_QUOTATION, NOTHING_ASKED, ReadingTerms
from lending.services.choices import Seen
from tests.services.conftest import House

STRICT = ReadingTerms(quotation_limit=0)


@pytest.fixture
def copy_id(house: House) -> str:
    return house.shelve()


def held_terms(house: House, copy_id: str) -> ReadingTerms:
    reading_pass = house.lend(copy_id).reading_pass
    reader = house.reading.admit(reading_pass.loan.id, reading_pass.secret, None)
    return reader.held.terms


def test_until_somebody_chooses_the_houses_terms_hold(house: House, copy_id: str) -> None:
    assert house.terms.of_account(house.ana) == Seen(None, HOUSE_TERMS)
    assert house.terms.of_copy(house.ana, copy_id) == Seen(None, HOUSE_TERMS)
    assert held_terms(house, copy_id) == HOUSE_TERMS


def test_an_owners_terms_hold_for_all_their_books(house: House, copy_id: str) -> None:
    house.terms.set_for_account(house.ana, STRICT)
    assert house.terms.of_account(house.ana).holds == STRICT
    assert house.terms.of_copy(house.ana, copy_id) == Seen(None, STRICT)
    assert house.terms.of_account(house.zoe).holds == HOUSE_TERMS
    assert held_terms(house, copy_id) == STRICT


def test_a_titles_own_terms_hold_for_it_until_they_are_taken_back(house: House, copy_id: str) -> None:
    house.terms.set_for_account(house.ana, STRICT)
    house.terms.set_for_copy(house.ana, copy_id, NOTHING_ASKED)
    assert house.terms.of_copy(house.ana, copy_id) == Seen(NOTHING_ASKED, STRICT)
    assert house.terms.of_account(house.ana).holds == STRICT
    house.terms.set_for_copy(house.ana, copy_id, None)
    assert house.terms.of_copy(house.ana, copy_id).holds == STRICT


def test_all_copies_of_a_title_have_its_terms(house: House, copy_id: str) -> None:
    second = house.shelve(second_copy=True)
    house.terms.set_for_copy(house.ana, copy_id, STRICT)
    assert house.terms.of_copy(house.ana, second).holds == STRICT


def test_a_change_holds_at_once_for_a_book_that_is_out(house: House, copy_id: str) -> None:
    reading_pass = house.lend(copy_id).reading_pass
    house.terms.set_for_copy(house.ana, copy_id, NOTHING_ASKED)
    reader = house.reading.admit(reading_pass.loan.id, reading_pass.secret, None)
    assert reader.held.terms == NOTHING_ASKED


def test_nobody_chooses_terms_for_anothers_book(house: House, copy_id: str) -> None:
    with pytest.raises(refusals.NotFound):
        house.terms.of_copy(house.zoe, copy_id)
    with pytest.raises(refusals.NotFound):
        house.terms.set_for_copy(house.zoe, copy_id, STRICT)
    with pytest.raises(refusals.NotFound):
        house.terms.set_for_copy(house.ana, "none", STRICT)
    for act in (house.terms.of_account, lambda actor: house.terms.set_for_account(actor, STRICT)):
        with pytest.raises(refusals.NotAllowed):
            act(house.lib)


def test_a_token_that_may_only_look_changes_nothing(house: House, copy_id: str) -> None:
    looking = replace(house.ana, may_change=False)
    assert house.terms.of_account(looking).holds == HOUSE_TERMS
    with pytest.raises(refusals.NotAllowed):
        house.terms.set_for_account(looking, STRICT)
    with pytest.raises(refusals.NotAllowed):
        house.terms.set_for_copy(looking, copy_id, STRICT)


@pytest.mark.parametrize("limit", [-1, LONGEST_QUOTATION + 1])
def test_a_quotation_of_no_sensible_length_is_refused(house: House, copy_id: str, limit: int) -> None:
    terms = ReadingTerms(quotation_limit=limit)
    with pytest.raises(refusals.UnacceptableInput):
        house.terms.set_for_account(house.ana, terms)
    with pytest.raises(refusals.UnacceptableInput):
        house.terms.set_for_copy(house.ana, copy_id, terms)


def test_a_withdrawn_copy_has_no_terms_to_choose_and_its_title_keeps_them(house: House, copy_id: str) -> None:
    house.terms.set_for_copy(house.ana, copy_id, STRICT)
    house.shelf.withdraw(house.ana, copy_id)
    with pytest.raises(refusals.NotFound):
        house.terms.of_copy(house.ana, copy_id)
