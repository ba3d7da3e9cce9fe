"""Every library, fake or real: what was written around a friend's loan goes with their name."""

import pytest

from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.ports.library import Library
from lending.services.erasing import Erased
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf


@pytest.fixture
def house(library: Library) -> House:
    return House(library=library)


@pytest.fixture
def copy_id(house: House) -> str:
    return house.shelve(a_pdf())


def lent_with(house: House, copy_id: str, for_whom: str, note: str) -> tuple[str, str]:
    """A link's id and token."""
    made = house.lending.make_link(house.ana, copy_id, Offer(14 * DAY, for_whom, note))
    return made.link.id, made.token


def note_of(house: House, link_id: str) -> str:
    with house.library.read() as desk:
        return desk.circulation.link(link_id).note


def test_what_was_written_with_a_copy_goes_with_its_borrower(house: House, copy_id: str) -> None:
    house.rules.set_for_account(house.ana, LoanRules(passing_on=True))
    first, token = lent_with(house, copy_id, "Ben", "Take your time, dear.")
    ben = house.claim(token, "ben").reading_pass
    words = Words("Eva", "Enjoy it! Yours, B.")
    onward = house.passing.offer(house.let_in(ben).held, words, house.proof("ben", "/on"), "/on")
    house.claim(onward.token, "eva")
    assert note_of(house, onward.link.id) == "Enjoy it! Yours, B."
    house.erasing.borrower("Ben")
    assert (note_of(house, first), note_of(house, onward.link.id)) == ("", "")
    assert house.verifying.verify().faults == []


def test_a_note_that_has_the_name_goes_whoever_it_was_for(house: House, copy_id: str) -> None:
    named, _ = lent_with(house, copy_id, "Evi", "For Éva and her evenings")
    house.lending.cancel_link(house.ana, copy_id)
    unnamed, _ = lent_with(house, copy_id, "Evi", "For the evenings")
    assert house.erasing.borrower("eva") == Erased(over=0, not_over=0)
    assert (note_of(house, named), note_of(house, unnamed)) == ("", "For the evenings")


def test_who_signs_in_keeps_the_notes_that_name_them(house: House, copy_id: str) -> None:
    link_id, _ = lent_with(house, copy_id, "Evi", "Ask Zoë for the second part")
    house.erasing.borrower("zoe")
    assert note_of(house, link_id) == "Ask Zoë for the second part"
