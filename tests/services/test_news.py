"""What an owner hears while they look: what others did with their books, once, and soon."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lending import refusals
from lending.circulation import waiting
from lending.circulation.events import Event, EventKind, Purpose
from lending.circulation.passing import Words
from lending.circulation.waiting import Asker
from lending.ports.library import Library, Transaction
from lending.ports.records import Role
from lending.services.actors import Actor
from lending.services.announcing import AnnouncingLibrary
from lending.services.news import LATECOMERS, MOST_NEWS, Heard, News
from tests.services.conftest import House
from tests.services.fakes import NOON


class Listener:
    """An owner's open page."""

    def __init__(self, house: House, actor: Actor | None = None) -> None:
        self._house = house
        self._actor = actor or house.ana
        self.cursor = house.news.since(self._actor).cursor

    def hear(self) -> list[tuple[str, str, str]]:
        heard = self.heard()
        lines = [piece.line for piece in heard.news]
        return [(line.event.kind.value, line.title, line.borrower_name) for line in lines]

    def heard(self) -> Heard:
        heard = self._house.news.since(self._actor, self.cursor)
        self.cursor = heard.cursor
        return heard


@pytest.fixture
def ana(house: House, pdf_id: str) -> Listener:
    return Listener(house)


def test_an_owner_hears_once_what_a_borrower_did(house: House, pdf_id: str, ana: Listener) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    assert ana.hear() == [("checked-out", "Primera memoria", "Eva")]
    assert ana.hear() == []
    house.clock.go_on(timedelta(days=1))
    house.lending.renew(loan.id)
    house.give_back(loan)
    assert ana.hear() == [("renewed", "Primera memoria", "Eva"), ("returned", "Primera memoria", "Eva")]


def test_that_a_readers_name_was_shown_is_news_unless_they_had_it_shown_themselves(
    house: House, pdf_id: str, ana: Listener
) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    ana.hear()
    house.identities.show(house.lib, Purpose.MISUSE, loan.id)
    (piece,) = ana.heard().news
    assert (piece.line.event.kind, piece.line.by_name) == (EventKind.IDENTITY_SHOWN, "Lib")
    both = replace(house.ana.account, roles=frozenset(Role))
    house.identities.show(Actor(both), Purpose.MISUSE, loan.id)
    assert house.happened().count("identity-shown") == 2
    assert ana.hear() == []


def test_what_time_ended_is_news(house: House, pdf_id: str, ana: Listener) -> None:
    house.lend(pdf_id)
    house.offer(house.shelve(b"%PDF-Other\none", second_copy=True))
    ana.hear()
    house.clock.go_on(timedelta(days=60))
    house.lending.settle_due()
    assert sorted(ana.hear()) == [("expired", "Primera memoria", "Eva"), ("link-expired", "Other", "")]


def test_what_the_owner_did_is_no_news_but_a_change(house: House, pdf_id: str, ana: Listener) -> None:
    house.lending.take_off_shelf(house.ana, pdf_id)
    heard = ana.heard()
    assert (heard.news, heard.changed) == ([], True)
    assert not ana.heard().changed


def test_owners_hear_nothing_of_each_others_books(house: House, pdf_id: str) -> None:
    zoe = Listener(house, house.zoe)
    house.lend(pdf_id)
    heard = zoe.heard()
    assert (heard.news, heard.changed) == ([], False)


def test_who_asks_for_the_first_time_hears_nothing_of_the_past(house: House, pdf_id: str) -> None:
    house.lend(pdf_id)
    heard = house.news.since(house.ana)
    assert (heard.news, heard.changed) == ([], False)


def test_at_most_the_latest_twenty_are_told_the_newest_last(house: House, pdf_id: str, ana: Listener) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    for number in range(30):
        record(house, pdf_id, loan.id, at=NOON + timedelta(hours=number))
    lines = [piece.line for piece in ana.heard().news]
    assert len(lines) == MOST_NEWS
    assert [line.event.at for line in lines] == sorted(line.event.at for line in lines)
    assert lines[-1].event.at == NOON + timedelta(hours=29)
    assert ana.hear() == []


def test_the_database_is_asked_only_when_the_bulletin_says_so_or_is_away(
    house: House, pdf_id: str, ana: Listener
) -> None:
    class Counting:
        reads = 0
        change = house.library.change

        def read(self) -> AbstractContextManager[Transaction]:
            self.reads += 1
            return house.library.read()

    library = Counting()
    news = News(library, house.bulletin)
    cursor = news.since(house.ana, ana.cursor).cursor
    house.lend(pdf_id)
    asked = []
    for _ in range(3):
        heard = news.since(house.ana, cursor)
        cursor = heard.cursor
        asked.append((library.reads, len(heard.news)))
    assert asked == [(1, 1), (1, 0), (1, 0)]
    house.bulletin.away = True
    news.since(house.ana, cursor)
    assert library.reads == 2


def test_without_a_bulletin_nothing_is_missed(house: House, pdf_id: str) -> None:
    house.news = News(house.library, None)
    ana = Listener(house)
    house.lend(pdf_id)
    assert ana.hear() == [("checked-out", "Primera memoria", "Eva")]
    assert ana.hear() == []


def test_a_change_that_was_not_announced_is_told_with_the_next_version(
    house: House, pdf_id: str, ana: Listener
) -> None:
    house.bulletin.away = True
    house.lend(pdf_id)
    house.bulletin.away = False
    assert ana.hear() == []
    house.bulletin.bump({f"books of {house.ana.id}"})
    assert ana.hear() == [("checked-out", "Primera memoria", "Eva")]


def test_an_event_that_can_be_seen_only_after_later_ones_is_told_all_the_same(
    house: House, pdf_id: str
) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    house.news = News(house.library, None)
    ana = Listener(house)
    for hour in (1, 2):
        record(house, pdf_id, loan.id, at=NOON + timedelta(hours=hour))
    events = house.library.cabinet.events
    late, events[-2] = events[-2], a_strangers(house)  # its transaction is still open
    assert len(ana.hear()) == 1
    events[-2] = late
    assert len(ana.hear()) == 1
    assert ana.hear() == []


def test_who_was_away_for_very_long_is_told_of_a_change_without_a_search_through_all(
    house: House, pdf_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lending.services.news.FARTHEST", 5)
    ana = Listener(house)
    loan = house.lend(pdf_id).reading_pass.loan
    record(house, pdf_id, loan.id)
    for _ in range(LATECOMERS + 10):
        house.library.cabinet.events.append(a_strangers(house))
    house.bulletin.bump({f"books of {house.ana.id}"})
    heard = ana.heard()
    assert (heard.news, heard.changed) == ([], True)
    assert not ana.heard().changed


def test_a_library_put_back_from_a_backup_goes_on_telling(house: House, pdf_id: str) -> None:
    ana = Listener(house)
    ana.cursor = f"{10**9}.5."
    house.lend(pdf_id)
    assert ("checked-out", "Primera memoria", "Eva") in ana.hear()
    assert ana.hear() == []


@pytest.mark.parametrize("cursor", ["x", "1", "1.2", "1.2.x_", "1.2.3", "-1.2.", "1.2.3_4", f"{'9' * 19}.1."])
def test_what_is_no_cursor_is_refused(house: House, cursor: str) -> None:
    with pytest.raises(refusals.UnacceptableInput) as refused:
        house.news.since(house.ana, cursor)
    assert refused.value.field == "after"


def test_only_owners_hear_of_books(house: House) -> None:
    with pytest.raises(refusals.NotAllowed):
        house.news.since(house.lib)


def record(house: House, copy_id: str, loan_id: str, at: datetime = NOON) -> None:
    library: Library = house.library
    with library.change() as desk:
        desk.circulation.record(Event(EventKind.RENEWED, at, copy_id, 1, loan_id=loan_id))
    house.bulletin.bump({f"books of {house.ana.id}"})


def a_strangers(house: House) -> Event:
    """Something that happened to a book of Zoë's."""
    cabinet = house.library.cabinet
    if "zoe's" not in cabinet.copies:
        (card,) = list(cabinet.copies.values())[:1]
        cabinet.copies["zoe's"] = type(card)("zoe's", house.zoe.id, card.edition_id, 9, card.added_at)
    return Event(EventKind.RENEWED, NOON, "zoe's", 1)


def test_what_happens_in_the_line_leads_to_a_copy_of_the_title(
    house: House, pdf_id: str, ana: Listener
) -> None:
    edition = house.shelf.entry(house.ana, pdf_id).edition
    asked = waiting.ask(edition.id, [], Asker("key:tom", "Tom"), "hold", NOON, approves=True)
    with AnnouncingLibrary(house.library, house.bulletin).change() as desk:
        desk.line.store(asked)
    (piece,) = ana.heard().news
    assert (piece.line.event.kind, piece.copy_id) == (EventKind.HOLD_ASKED, pdf_id)


def test_a_gift_that_was_accepted_is_news_to_its_giver_who_has_no_page_of_it_any_more(
    house: House, pdf_id: str, ana: Listener
) -> None:
    zoe = Listener(house, house.zoe)
    gift = house.giving.offer(house.ana, pdf_id, Words())
    ana.hear()
    house.giving.accept(house.zoe, gift.token)
    (piece,) = ana.heard().news
    assert (piece.line.event.kind, piece.line.receiver_name, piece.copy_id) == (EventKind.GIVEN, "Zoë", None)
    heard = zoe.heard()
    assert (heard.news, heard.changed) == ([], True)
