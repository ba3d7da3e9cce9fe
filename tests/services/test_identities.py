"""Readers' names are covered on librarians' pages, and that one was shown is recorded."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.events import EventKind, Purpose
from lending.circulation.loans import Loan
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.ports.records import EventLine, EventQuery, LogQuery
from lending.services.accounts import NewAccount
from lending.services.actors import Actor
from lending.services.audit import EVENTS_ON_A_PAGE
from lending.services.identities import SHOWN_FOR
from lending.services.passes import ClaimRequest
from tests.services.conftest import CLAIM, House
from tests.services.making import LIBRARIAN, a_pdf, an_account

MINUTE = timedelta(minutes=1)


@pytest.fixture
def loan(house: House) -> Loan:
    """Eva has one of Ana's books."""
    return house.lend(house.shelve()).reading_pass.loan


def all_told(house: House, actor: Actor, loan: Loan) -> Iterator[object]:
    """All that librarians are told of a loan, by every service that tells them anything of loans."""
    yield house.audit.loans(actor, LogQuery())
    yield list(house.audit.export(actor, LogQuery()))
    yield house.audit.events(actor)
    yield house.audit.events(actor, EventQuery(loan.copy_id))
    yield house.lives.of_copy(actor, loan.copy_id)
    yield house.lives.of_loan(actor, loan.id)
    yield house.overview.look(actor)
    yield house.stock_taking.report(actor)
    yield house.unusual.page(actor)
    yield house.unusual.lately(actor)


def test_no_name_of_a_reader_is_told_to_librarians(house: House, loan: Loan) -> None:
    assert not any("Eva" in repr(told) for told in all_told(house, house.lib, loan))
    (line,) = house.audit.loans(house.lib, LogQuery()).lines
    assert line.is_covered


def test_nor_for_whom_a_copy_is_held_or_offered(house: House) -> None:
    copy_id = house.shelve()
    house.offer(copy_id, for_whom="Eva")
    assert "Eva" not in repr(house.lives.of_copy(house.lib, copy_id))


def test_nor_who_passed_it_on_or_to_whom(house: House) -> None:
    house.rules.set_for_account(house.ana, LoanRules(passing_on=True))
    lent = house.lend(house.shelve()).reading_pass
    onward = house.passing.offer(house.let_in(lent).held, Words("Gil"), house.proof("eva", "/on"), "/on")
    house.claim(onward.token, "gil")
    told = repr(list(all_told(house, house.lib, lent.loan)))
    assert "Gil" not in told
    assert "Eva" not in told


def test_where_no_name_is_known_nothing_is_covered(house: House) -> None:
    copy_id = house.shelve()
    house.lending.take_off_shelf(house.ana, copy_id)
    (line,) = house.audit.loans(house.lib, LogQuery()).lines
    assert not line.is_covered
    assert not any(one.is_covered for one in house.audit.events(house.lib))


def test_a_name_is_shown_to_who_says_what_for_and_it_is_recorded(house: House, loan: Loan) -> None:
    house.identities.show(house.lib, Purpose.READER_ASKED, loan.id)
    assert house.lives.of_loan(house.lib, loan.id).line.loan.borrower_name == "Eva"
    shown = house.audit.events(house.lib)[0]
    assert (shown.event.kind, shown.event.reason, shown.by_name) == (
        EventKind.IDENTITY_SHOWN,
        Purpose.READER_ASKED,
        "Lib",
    )
    assert (shown.event.copy_id, shown.event.loan_id) == (loan.copy_id, loan.id)


def test_the_owner_of_the_copy_finds_it_there(house: House, loan: Loan) -> None:
    house.identities.show(house.lib, Purpose.MISUSE, loan.id)
    shown: EventLine = house.audit.of_copy(house.ana, loan.copy_id)[0]
    assert (shown.event.kind, shown.by_name) == (EventKind.IDENTITY_SHOWN, "Lib")


def test_one_loans_name_is_no_others(house: House, loan: Loan) -> None:
    other = house.lend(house.shelve(second_copy=True)).reading_pass.loan
    house.identities.show(house.lib, Purpose.LAW, loan.id)
    names = {line.loan.id: line.loan.borrower_name for line in house.audit.loans(house.lib, LogQuery()).lines}
    assert names == {loan.id: "Eva", other.id: ""}


def test_after_an_hour_it_is_covered_again(house: House, loan: Loan) -> None:
    for which in (loan.id, None):
        house.identities.show(house.lib, Purpose.AUDIT, which)
        house.clock.go_on(SHOWN_FOR - MINUTE)
        assert house.lives.of_loan(house.lib, loan.id).line.loan.borrower_name == "Eva"
        house.clock.go_on(2 * MINUTE)
        assert house.lives.of_loan(house.lib, loan.id).line.is_covered


def test_what_is_shown_already_is_not_recorded_again(house: House, loan: Loan) -> None:
    house.identities.show(house.lib, Purpose.AUDIT)
    entries = len(house.audit.events(house.lib))
    house.identities.show(house.lib, Purpose.AUDIT)
    house.identities.show(house.lib, Purpose.LAW, loan.id)
    assert len(house.audit.events(house.lib)) == entries


def test_nobody_is_looked_for_by_name_while_names_are_covered(house: House, loan: Loan) -> None:
    for query in (LogQuery(borrower="eva"), LogQuery(passed_by="eva")):
        for look in (house.audit.loans, house.audit.export):
            with pytest.raises(refusals.NamesCovered):
                look(house.lib, query)
    house.identities.show(house.lib, Purpose.READER_ASKED)
    (line,) = house.audit.loans(house.lib, LogQuery(borrower="eva")).lines
    assert line.loan.borrower_name == "Eva"


def test_only_librarians_have_names_shown_and_of_loans_that_there_are(house: House, loan: Loan) -> None:
    for actor in (house.ana, replace(house.lib, may_change=False)):
        with pytest.raises(refusals.NotAllowed):
            house.identities.show(actor, Purpose.AUDIT, loan.id)
    with pytest.raises(refusals.NotFound):
        house.identities.show(house.lib, Purpose.AUDIT, "nowhere")


def test_a_token_that_only_reads_sees_no_names_whatever_its_account_sees(house: House, loan: Loan) -> None:
    house.identities.show(house.lib, Purpose.AUDIT)
    script = replace(house.lib, may_change=False)
    assert not any("Eva" in repr(told) for told in all_told(house, script, loan))


def test_another_librarian_sees_no_more_for_it(house: House, loan: Loan) -> None:
    house.identities.show(house.lib, Purpose.AUDIT)
    other = Actor(an_account("leo", "Leo", LIBRARIAN))
    assert not any("Eva" in repr(told) for told in all_told(house, other, loan))


def test_what_was_shown_of_somebody_who_is_erased_opens_no_more_and_the_log_is_still_right(
    house: House, loan: Loan
) -> None:
    house.identities.show(house.lib, Purpose.AUDIT, loan.id)
    house.identities.show(house.lib, Purpose.AUDIT)
    house.give_back(loan)
    house.erasing.borrower("Eva")
    findings = house.verifying.verify()
    assert findings.faults == []
    assert not any("Eva" in repr(told) for told in all_told(house, house.lib, loan))


def test_nothing_is_recorded_where_there_is_no_name_to_show(house: House) -> None:
    copy_id = house.shelve()
    own = house.lending.take_off_shelf(house.ana, copy_id)
    house.lending.put_back(house.ana, copy_id)
    nameless = house.lending.claim(house.offer(copy_id), ClaimRequest("", house.proof("eva")), CLAIM)
    for loan_id in (own.id, nameless.reading_pass.loan.id):
        house.identities.show(house.lib, Purpose.AUDIT, loan_id)
    assert "identity-shown" not in house.happened()


def test_the_name_of_an_earlier_owners_reader_is_no_business_of_the_next_owner(
    house: House, loan: Loan
) -> None:
    house.give_back(loan)
    house.giving.accept(house.zoe, house.giving.offer(house.ana, loan.copy_id, Words("Zoë")).token)
    house.identities.show(house.lib, Purpose.OWNER_ASKED, loan.id)
    assert "Eva" not in repr(house.audit.of_copy(house.zoe, loan.copy_id))
    for owner, kinds in ((house.ana, 1), (house.zoe, 0)):
        librarian = replace(house.lib, account=replace(house.lib.account, charge=frozenset({owner.id})))
        found = house.audit.events(librarian, EventQuery(kind=EventKind.IDENTITY_SHOWN))
        assert len(found) == kinds


def test_that_all_names_were_shown_is_told_to_each_owner_who_had_lent_by_then(
    house: House, loan: Loan
) -> None:
    house.identities.show(house.lib, Purpose.AUDIT)
    later = house.shelve(a_pdf("Later"))
    house.lend(later)
    for copy_id, told in ((loan.copy_id, 1), (later, 0)):
        kinds = [line.event.kind for line in house.audit.of_copy(house.ana, copy_id)]
        assert kinds.count(EventKind.IDENTITY_SHOWN) == told


def test_whose_books_were_looked_after_when_all_names_were_shown_is_not_forgotten(
    house: House, loan: Loan
) -> None:
    for name, then, now in (("leo", "ana", "zoe"), ("mia", "zoe", "ana")):
        account = house.accounts.add(NewAccount(name, name, "a long password"), LIBRARIAN, frozenset({then}))
        house.identities.show(Actor(account), Purpose.AUDIT)
        house.accounts.set_charge(name, frozenset({now}))
    lines = house.audit.of_copy(house.ana, loan.copy_id)
    assert [line.by_name for line in lines if line.event.kind is EventKind.IDENTITY_SHOWN] == ["leo"]


def test_that_all_names_were_shown_is_told_of_a_busy_copy_too(house: House, loan: Loan) -> None:
    house.give_back(loan)
    for _ in range(EVENTS_ON_A_PAGE):
        house.lending.take_off_shelf(house.ana, loan.copy_id)
        house.lending.put_back(house.ana, loan.copy_id)
    house.identities.show(house.lib, Purpose.AUDIT)
    assert house.audit.of_copy(house.ana, loan.copy_id)[0].event.kind is EventKind.IDENTITY_SHOWN


def test_that_all_names_were_shown_of_others_books_is_not_told_to_an_owner(house: House, loan: Loan) -> None:
    account = house.accounts.add(NewAccount("leo", "Leo", "a long password"), LIBRARIAN, frozenset({"zoe"}))
    house.identities.show(Actor(account), Purpose.AUDIT)
    kinds = [line.event.kind for line in house.audit.of_copy(house.ana, loan.copy_id)]
    assert EventKind.IDENTITY_SHOWN not in kinds
    assert [line.by_name for line in house.audit.events(Actor(account))] == ["Leo"]
