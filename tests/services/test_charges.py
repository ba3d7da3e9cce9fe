"""A librarian of some owners sees what is theirs, by whatever they look at, and nothing of others'."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from lending import refusals
from lending.circulation.events import Purpose
from lending.circulation.loans import Loan
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.ports.overview import Counted
from lending.ports.records import EventQuery, LogQuery, Role
from lending.services.accounts import NewAccount
from lending.services.actors import Actor
from lending.services.passes import ClaimRequest
from lending.services.shelf import Correction
from tests.services.conftest import CLAIM, DAY, House
from tests.services.making import LIBRARIAN, OWNER, a_pdf, an_account

ANAS, ZOES = "Primera memoria", "Nada"


@pytest.fixture
def anas(house: House) -> str:
    """A copy of Ana's, which is lent."""
    return house.shelve(a_pdf(ANAS))


@pytest.fixture
def zoes(house: House) -> str:
    """A copy of Zoë's."""
    content = a_pdf(ZOES)
    upload = house.acquisitions.begin(house.zoe, "book.pdf", len(content))
    house.acquisitions.append(house.zoe, upload.id, 0, [content])
    return house.acquisitions.accession(house.zoe, upload.id).copy.id


@pytest.fixture
def loans(house: House, anas: str, zoes: str) -> dict[str, Loan]:
    """One of each is out, and has been read too fast."""
    lent = {}
    for copy_id, owner in ((anas, house.ana), (zoes, house.zoe)):
        token = house.lending.make_link(owner, copy_id, Offer(14 * DAY, "")).token
        request = ClaimRequest("Eva", house.proof("eva"))
        lent[copy_id] = house.lending.claim(token, request, CLAIM).reading_pass.loan
        with pytest.raises(refusals.LinkUsed):
            house.lending.claim(token, ClaimRequest("Gil", house.proof("gil")), CLAIM)
    house.stock_taking.take_some()
    return lent


def of(*owners: Actor) -> Actor:
    """A librarian of these owners' books."""
    account = an_account("leo", "Leo", LIBRARIAN)
    return Actor(replace(account, charge=frozenset(owner.id for owner in owners)))


def all_told(house: House, actor: Actor) -> Iterator[object]:
    """All that a librarian is told of the library, by every service that tells of books."""
    yield house.audit.loans(actor, LogQuery())
    yield list(house.audit.export(actor, LogQuery()))
    yield house.audit.events(actor)
    yield house.overview.look(actor)
    yield house.stock_taking.report(actor)
    yield house.unusual.page(actor)
    yield house.unusual.lately(actor)
    house.clock.go_on(31 * DAY)  # what was read is told of when its month is over
    yield house.usage.report(actor, "TR", house.usage.latest())
    house.clock.go_on(-31 * DAY)


def test_what_is_told_is_of_their_books_alone(
    house: House, loans: dict[str, Loan], anas: str, zoes: str
) -> None:
    with house.library.change() as desk:
        desk.accounts.add(of(house.zoe).account)
    told = repr(list(all_told(house, of(house.zoe))))
    assert zoes in told
    assert ZOES in told
    for others in (anas, ANAS, loans[anas].id, "'Ana'"):
        assert others not in told


def test_each_of_them_tells_a_librarian_of_the_whole_of_both(house: House, loans: dict[str, Loan]) -> None:
    for told in (house.audit.loans(house.lib, LogQuery()).lines, house.unusual.page(house.lib).loans):
        assert len(told) == len(loans)
    for told in (house.audit.loans(of(house.zoe), LogQuery()).lines, house.unusual.page(of(house.zoe)).loans):
        assert len(told) == 1


def test_figures_are_of_their_books(house: House, loans: dict[str, Loan]) -> None:
    house.overview.count()
    for librarian, number in ((house.lib, 2), (of(house.ana, house.zoe), 2), (of(house.zoe), 1), (of(), 0)):
        seen = house.overview.look(librarian)
        assert seen.out == number
        for kind in (Counted.LOANS, Counted.TURN_AWAYS):
            assert seen.weeks[-1].count(kind) == number
        assert house.stock_taking.report(librarian).taken.copies == number


def test_anothers_copy_and_loan_are_not_there(
    house: House, loans: dict[str, Loan], anas: str, zoes: str
) -> None:
    leo = of(house.zoe)
    assert house.lives.of_copy(leo, zoes).owner_name == "Zoë"
    assert house.lives.of_loan(leo, loans[zoes].id).line.title == ZOES
    for look in (
        lambda: house.lives.of_copy(leo, anas),
        lambda: house.lives.of_loan(leo, loans[anas].id),
        lambda: house.identities.show(leo, Purpose.AUDIT, loans[anas].id),
    ):
        with pytest.raises(refusals.NotFound):
            look()
    assert house.audit.events(leo, EventQuery(anas)) == []
    assert house.audit.loans(leo, LogQuery(copy_id=anas)).lines == []


def test_a_copy_that_was_given_away_takes_its_earlier_loans_with_nobody(
    house: House, loans: dict[str, Loan], anas: str
) -> None:
    house.give_back(loans[anas])
    token = house.giving.offer(house.ana, anas, Words("Zoë")).token
    house.giving.accept(house.zoe, token)
    before, after = of(house.ana), of(house.zoe)
    assert [line.loan.id for line in house.audit.loans(before, LogQuery()).lines] == [loans[anas].id]
    assert loans[anas].id not in repr(list(all_told(house, after)))
    told = house.lives.of_copy(before, anas)
    assert not told.is_here
    assert loans[anas].id in [chapter.loan_id for chapter in told.chapters]
    (chapter,) = house.lives.of_copy(after, anas).chapters
    assert [line.event.kind.value for line in chapter.lines] == ["given"]
    survey = house.overview.look(after).survey
    assert survey
    assert [one.title for one in survey.busiest] == [ZOES]
    assert survey.never_lent == 1


def test_the_receivers_record_of_a_gift_is_no_business_of_who_looks_after_the_givers_books(
    house: House, loans: dict[str, Loan], anas: str
) -> None:
    house.give_back(loans[anas])
    house.giving.accept(house.zoe, house.giving.offer(house.ana, anas, Words("Zoë")).token)
    house.shelf.correct(house.zoe, anas, Correction(title="Zoë’s own words"))
    leo = of(house.ana)
    told = [*all_told(house, leo), house.lives.of_copy(leo, anas), house.lives.of_loan(leo, loans[anas].id)]
    assert ANAS in repr(told)
    assert "own words" not in repr(told)
    survey = house.overview.look(leo).survey
    assert survey
    assert [one.title for one in survey.busiest] == [ANAS]
    assert house.lives.of_copy(of(house.zoe), anas).entry.edition.title == "Zoë’s own words"


def test_an_invitation_carries_the_charge(house: House) -> None:
    secret = house.accounts.invite(LIBRARIAN, frozenset({"zoe"}))
    account = house.accounts.accept(secret, NewAccount("leo", "Leo", "a long password")).account
    assert house.accounts.in_charge_of(Actor(account)) == [house.zoe.account]


def test_the_charge_is_changed_for_librarians_alone(house: House) -> None:
    account = house.accounts.set_charge("lib", frozenset({"ana"}))
    assert house.accounts.in_charge_of(Actor(account)) == [house.ana.account]
    assert house.accounts.in_charge_of(Actor(house.accounts.set_charge("lib", None))) is None
    with pytest.raises(refusals.NotAllowed):
        house.accounts.set_charge("ana", None)
    with pytest.raises(refusals.NotAllowed):
        house.accounts.in_charge_of(house.ana)


def test_an_owner_has_no_charge(house: House) -> None:
    account = house.accounts.add(NewAccount("eli", "Eli", "a long password"), OWNER, frozenset({"ana"}))
    assert account.roles == {Role.OWNER}
    assert account.charge is None
