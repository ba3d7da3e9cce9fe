"""Pages where people ask to borrow, and what they show: in memory, on SQLite and on PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from lending import refusals
from lending.adapters.sql.library import SqlLibrary
from lending.circulation import borrowing, offering, stock, waiting
from lending.circulation.borrowing import Claim
from lending.circulation.copies import Copy
from lending.circulation.notices import NoticeKind
from lending.circulation.offering import Offer
from lending.circulation.waiting import Asker
from lending.ports.asking import AskPage
from lending.ports.library import Library, Transaction
from lending.ports.mail import Contact
from lending.ports.records import ShelfQuery
from tests.services.fakes import NOON
from tests.services.making import shelve

DAY = timedelta(days=1)
OF_TITLE = AskPage("page", "ana", "edition", approves=True, opened_at=NOON)
OF_SHELF = AskPage("shelf", "ana", None, approves=False, opened_at=NOON)


@contextmanager
def changing(library: Library) -> Iterator[Transaction]:
    with library.change() as desk:
        yield desk


def lend(library: Library, copy_id: str, number: int, days: int) -> None:
    """A loan that began on a day, and was over some days later."""
    began = NOON + number * DAY
    with library.change() as desk:
        copy = offering.make_link(
            desk.circulation.lock(copy_id), Offer(30 * DAY), f"{copy_id} {number}", began
        )
        link = copy.links[-1]
        out = borrowing.claim(copy.copy, link, Claim("key:k"), f"loan {copy_id} {number}", began)
        back = borrowing.check_in(out.copy, out.loans[-1].id, began + days * DAY)
        desk.circulation.store(copy.then(out).then(back))


def test_a_page_is_found_by_its_id_and_while_it_is_open_by_what_it_is_of(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        desk.ask_pages.store(OF_TITLE)
        desk.ask_pages.store(OF_SHELF)
    with library.read() as desk:
        assert desk.ask_pages.of_title("edition") == desk.ask_pages.get("page") == OF_TITLE
        assert desk.ask_pages.of_shelf("ana") == OF_SHELF
        assert desk.ask_pages.of_title("other") is desk.ask_pages.of_shelf("zoe") is None
    closed = replace(OF_TITLE, closed_at=NOON + DAY)
    with library.change() as desk:
        desk.ask_pages.store(closed)
        desk.ask_pages.store(replace(OF_TITLE, id="another"))
    with library.read() as desk:
        assert desk.ask_pages.get("page") == closed
        assert desk.ask_pages.of_title("edition") == replace(OF_TITLE, id="another")
        with pytest.raises(refusals.NotFound):
            desk.ask_pages.get("nothing")


@pytest.mark.parametrize("page", [OF_TITLE, OF_SHELF])
def test_no_database_takes_a_second_open_page_of_the_same(sql_library: SqlLibrary, page: AskPage) -> None:
    shelve(sql_library)
    with sql_library.change() as desk:
        desk.ask_pages.store(page)
    with pytest.raises(IntegrityError), changing(sql_library) as desk:
        desk.ask_pages.store(replace(page, id="second"))


def test_titles_are_those_that_have_a_copy_to_lend_each_once(library: Library) -> None:
    shelve(library, "copy", "edition", title="Tides")
    shelve(library, "herons", "other", title="Herons")
    shelve(library, "lost", "lost title", title="Lost")
    shelve(library, "zoes", "zoes title", owner_id="zoe", title="Tides of Zoe")
    with library.change() as desk:
        desk.collection.add_copy(Copy("copy 2", "ana"), "edition", NOON)
        desk.circulation.store(stock.mark_lost(desk.circulation.lock("lost"), NOON))
    with library.read() as desk:
        everything, total = desk.collection.titles(ShelfQuery("ana", order="title"))
        assert ([one.title for one in everything], total) == (["Herons", "Tides"], 2)
        assert desk.collection.titles(ShelfQuery("ana", "tíde", "title"))[1] == 1
        page, total = desk.collection.titles(ShelfQuery("ana", "", "title", offset=1, limit=1))
        assert ([one.title for one in page], total) == (["Tides"], 2)
        standing = desk.collection.standing(["edition", "lost title"])
        assert [copy.id for copy in standing["edition"]] == ["copy", "copy 2"]
        assert standing["lost title"][0].lost_at == NOON
        assert desk.collection.standing([]) == {}


def test_how_long_people_had_an_owners_copies_is_told_of_the_latest_loans(library: Library) -> None:
    shelve(library)
    shelve(library, "zoes", "zoes title", owner_id="zoe")
    for number, days in ((0, 3), (10, 5), (20, 2)):
        lend(library, "copy", number, days)
    lend(library, "zoes", 30, 9)
    with library.change() as desk:
        own = borrowing.take_off_shelf(desk.circulation.lock("copy"), "own", NOON + 40 * DAY)
        desk.circulation.store(own.then(borrowing.check_in(own.copy, "own", NOON + 41 * DAY)))
    with library.read() as desk:
        assert desk.line.lengths("ana", 100) == [2 * DAY, 5 * DAY, 3 * DAY]
        assert desk.line.lengths("ana", 2) == [2 * DAY, 5 * DAY]


def test_whoever_is_in_line_is_written_to_where_they_said_and_forgotten_after(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        asked = waiting.ask("edition", [], Asker("key:eva", "Eva"), "eva", NOON, approves=True)
        desk.line.store(asked)
        desk.outbox.set_contact_of_hold("eva", Contact("eva@example.org", "es"))
        desk.outbox.set_contact_of_account("ana", Contact("ana@example.org", "en"))
        desk.line.store(waiting.approve(asked.hold, "ana", NOON))
    with library.read() as desk:
        (one,) = desk.outbox.waiting(NOON, 50)
        assert (one.notice.kind, one.notice.subject_id, one.notice.copy_id) == (
            NoticeKind.IN_LINE,
            "eva",
            None,
        )
        left = waiting.leave(desk.line.get("eva"), waiting.HoldState.DECLINED, "ana", NOON)
    with library.change() as desk:
        desk.line.store(left)
    with library.read() as desk:
        kinds = {one.notice.kind for one in desk.outbox.waiting(NOON, 50)}
        assert kinds == {NoticeKind.IN_LINE, NoticeKind.DECLINED}
    with library.change() as desk:
        assert desk.outbox.forget(NOON) == 0
        assert desk.outbox.forget(NOON + DAY) == 1
    with library.read() as desk:
        assert desk.outbox.contact_of_hold("eva") is None
        assert desk.outbox.waiting(NOON + DAY, 50) == []


def test_an_owner_hears_of_who_asks_though_no_copy_is_named(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        desk.outbox.set_contact_of_account("ana", Contact("ana@example.org", "en"))
        asked = waiting.ask("edition", [], Asker("key:eva", "Eva"), "eva", NOON, approves=True)
        desk.line.store(asked)
    with library.read() as desk:
        assert [one.notice.kind for one in desk.outbox.waiting(NOON, 50)] == [NoticeKind.ASKED]
