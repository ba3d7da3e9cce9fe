"""Whatever happens to a copy is announced, once everybody can see it."""

from collections import Counter
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation import waiting
from lending.circulation.passing import Words
from lending.circulation.waiting import Asker
from lending.ports.bulletin import books_of
from lending.ports.library import LibraryUnavailable, Transaction
from lending.services.announcing import AnnouncingLibrary
from tests.services.conftest import House
from tests.services.fakes import NOON, FakeBulletin


def announced(house: House) -> Counter[str]:
    """What was announced since this was asked last."""
    told, house.bulletin.bumped = house.bulletin.bumped, Counter()
    return told


def test_a_book_that_comes_in_is_announced_to_its_owner(house: House) -> None:
    house.shelve()
    assert set(announced(house)) == {books_of(house.ana.id)}


def test_every_step_of_a_loan_is_announced_to_its_owner(house: House, pdf_id: str) -> None:
    owner = books_of(house.ana.id)
    announced(house)
    token = house.offer(pdf_id)
    assert announced(house) == {owner: 1}
    lent = house.claim(token).reading_pass.loan
    assert announced(house) == {owner: 1}
    house.clock.go_on(timedelta(days=1))
    house.lending.renew(lent.id)
    house.lending.recall(house.ana, pdf_id)
    house.give_back(lent)
    assert announced(house) == {owner: 3}


def test_what_the_housekeeper_settles_is_announced(house: House, pdf_id: str) -> None:
    house.lend(pdf_id)
    announced(house)
    house.clock.go_on(timedelta(days=15))
    house.lending.settle_due()
    assert announced(house) == {books_of(house.ana.id): 1}
    house.lending.settle_due()
    assert announced(house) == {}


def test_who_only_looks_or_is_refused_announces_nothing(house: House, pdf_id: str) -> None:
    token = house.offer(pdf_id)
    house.claim(token)
    announced(house)
    house.lending.look(house.offer(house.shelve()))
    announced(house)
    assert house.claim(token).repeated
    with pytest.raises(refusals.CopyIsOut):
        house.lending.take_off_shelf(house.ana, pdf_id)
    house.shelf.page(house.ana)
    assert announced(house) == {}


def test_who_is_turned_away_is_announced_like_all_that_is_in_the_record(house: House, pdf_id: str) -> None:
    token = house.offer(pdf_id)
    house.claim(token)
    announced(house)
    with pytest.raises(refusals.LinkUsed):
        house.claim(token, "mallory")
    assert announced(house) == {books_of(house.ana.id): 1}


def test_it_is_announced_when_it_can_be_seen(house: House, pdf_id: str) -> None:
    seen: list[str] = []

    class Watching(FakeBulletin):
        def bump(self, topics: AbstractSet[str]) -> None:
            seen.extend(house.happened()[-1:])

    library = AnnouncingLibrary(house.library, Watching())
    with library.change() as desk:
        desk.circulation.record(house.library.cabinet.events[-1])
        assert not seen
    assert seen == house.happened()[-1:]


def test_a_change_stands_although_it_could_not_be_announced(house: House, pdf_id: str) -> None:
    event = house.library.cabinet.events[-1]
    happened = len(house.happened())

    class OutOfOrder:
        change = house.library.change

        def read(self) -> AbstractContextManager[Transaction]:
            raise LibraryUnavailable("away")

    with AnnouncingLibrary(OutOfOrder(), house.bulletin).change() as desk:
        desk.circulation.record(event)
    assert len(house.happened()) == happened + 1


def test_a_copy_that_is_given_is_announced_to_both_owners(house: House, pdf_id: str) -> None:
    gift = house.giving.offer(house.ana, pdf_id, Words())
    announced(house)
    house.giving.accept(house.zoe, gift.token)
    assert {books_of(house.ana.id), books_of(house.zoe.id)} <= set(announced(house))


def test_what_happens_in_the_line_is_announced_to_the_titles_owner(house: House, pdf_id: str) -> None:
    edition_id = house.shelf.entry(house.ana, pdf_id).edition.id
    announced(house)
    with AnnouncingLibrary(house.library, house.bulletin).change() as desk:
        desk.line.store(waiting.ask(edition_id, [], Asker("key:tom", "Tom"), "hold", NOON, approves=False))
    assert announced(house) == {books_of(house.ana.id): 1}
