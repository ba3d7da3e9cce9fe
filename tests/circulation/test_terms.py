from lending.circulation.terms import NOTHING_ASKED, ReadingTerms, terms_of_loan

OWNERS = ReadingTerms(quotation_limit=500)
TITLES = ReadingTerms(quotation_limit=0, names_reader=False)


def test_the_house_lets_a_page_be_quoted_and_has_all_its_reminders_on() -> None:
    house = terms_of_loan(None, None, to_owner=False)
    assert house == ReadingTerms(2000, slows_down=True, guards_printing=True, names_reader=True)


def test_an_owners_terms_for_all_books_come_before_the_houses() -> None:
    assert terms_of_loan(None, OWNERS, to_owner=False) == OWNERS


def test_a_titles_own_terms_come_before_all() -> None:
    assert terms_of_loan(TITLES, OWNERS, to_owner=False) == TITLES
    assert terms_of_loan(TITLES, None, to_owner=False) == TITLES


def test_a_title_that_is_read_without_any_terms_is_not_asked_the_owners_instead() -> None:
    assert terms_of_loan(NOTHING_ASKED, OWNERS, to_owner=False) == NOTHING_ASKED


def test_owners_reading_their_own_copies_are_asked_nothing() -> None:
    for titles in (None, TITLES):
        assert terms_of_loan(titles, OWNERS, to_owner=True) == NOTHING_ASKED
