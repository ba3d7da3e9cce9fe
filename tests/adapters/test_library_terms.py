"""Every library, fake or real: what owners ask of those who read their books."""

from dataclasses import replace

import pytest

from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.terms import HOUSE_TERMS, LONGEST_QUOTATION, NOTHING_ASKED, ReadingTerms
from lending.ports.library import Library
from tests.services.fakes import NOON
from tests.services.making import a_loan, shelve

STRICT = ReadingTerms(quotation_limit=0)


@pytest.fixture(autouse=True)
def _two_titles(library: Library) -> None:
    shelve(library)
    shelve(library, "other copy", "other edition")


def test_nobody_has_chosen_terms_at_first(library: Library) -> None:
    with library.read() as desk:
        assert desk.terms.of_owner("ana") is None
        assert desk.terms.of_title("edition") is None
        assert desk.terms.of_title("none") is None


@pytest.mark.parametrize(
    "terms", [HOUSE_TERMS, NOTHING_ASKED, STRICT, ReadingTerms(LONGEST_QUOTATION, names_reader=False)]
)
def test_terms_come_back_as_they_were_chosen(library: Library, terms: ReadingTerms) -> None:
    with library.change() as desk:
        desk.terms.set_for_owner("ana", STRICT)
        desk.terms.set_for_owner("ana", terms)
        desk.terms.set_for_title("edition", STRICT)
        desk.terms.set_for_title("edition", terms)
    with library.read() as desk:
        assert desk.terms.of_owner("ana") == terms
        assert desk.terms.of_title("edition") == terms
        assert desk.terms.of_title("other edition") is None


def test_forgotten_terms_are_none_and_may_be_forgotten_twice(library: Library) -> None:
    with library.change() as desk:
        desk.terms.set_for_owner("ana", STRICT)
        desk.terms.set_for_title("edition", STRICT)
        for _ in range(2):
            desk.terms.set_for_owner("ana", None)
            desk.terms.set_for_title("edition", None)
        assert desk.terms.of_owner("ana") is None
        assert desk.terms.of_title("edition") is None


def test_a_loan_is_held_with_its_terms(library: Library) -> None:
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (a_loan(),)))
        assert desk.circulation.held("loan", None).terms == HOUSE_TERMS
        desk.terms.set_for_owner("ana", STRICT)
        assert desk.circulation.held("loan", None).terms == STRICT
        desk.terms.set_for_title("other edition", HOUSE_TERMS)
        assert desk.circulation.held("loan", None).terms == STRICT
        desk.terms.set_for_title("edition", NOTHING_ASKED)
        assert desk.circulation.held("loan", None).terms == NOTHING_ASKED


def test_an_owner_holds_their_own_copy_without_terms(library: Library) -> None:
    with library.change() as desk:
        desk.terms.set_for_owner("ana", STRICT)
        desk.terms.set_for_title("edition", STRICT)
        own = a_loan(to_owner=True, due_at=None)
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (own,)))
        assert desk.circulation.held("loan", None).terms == NOTHING_ASKED


def test_terms_outlive_the_copies_of_their_title(library: Library) -> None:
    with library.change() as desk:
        desk.terms.set_for_title("edition", STRICT)
        gone = replace(desk.circulation.lock("copy"), withdrawn_at=NOON)
        desk.circulation.store(Decision(gone))
        assert desk.terms.of_title("edition") == STRICT
        desk.terms.set_for_title("edition", HOUSE_TERMS)
