"""A book that is open in several windows: it is read in one; the others wait, and may take over."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Response, expect
from redis import Redis

from lending.adapters.valkey_embedded import EmbeddedValkey
from tests.browser import sample_epubs
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import (
    assert_accessible,
    await_free_seat,
    await_kept_place,
    bring_back,
    picture,
    press_in_a_bar,
    put_out_of_sight,
    seated,
    soon_told,
)

Visit = Callable[..., Visitor]
STATUS = "/status?"
"""What each window asks again and again."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.epub"
    chapters = [f"<h1>Chapter {number}</h1>{sample_epubs.PROSE}" for number in range(1, 5)]
    path.write_bytes(sample_epubs.Book("Two Windows", chapters).packed())
    return path


def sheet(page: Page) -> Locator:
    return page.get_by_role("dialog", name="You are reading this book in another window")


def take(page: Page) -> None:
    with page.expect_response(lambda answer: answer.url.endswith("/seat")):
        page.get_by_role("button", name="Read here instead").click()


def beside(page: Page) -> Page:
    """Another window of the same browser with the same book."""
    other = page.context.new_page()
    with other.expect_response(_has_look):
        other.goto(page.url)
    return other


def _has_look(answer: Response) -> bool:
    """With it a page may change all its colours, whatever stands on it by then."""
    return answer.url.endswith("/settings")


def where(page: Page, chapter: int) -> None:
    expect(page.locator("#contents-list [aria-current]")).to_have_text(f"Chapter {chapter}", timeout=15_000)


def test_a_second_window_offers_to_take_over_and_the_first_gives_way(visit: Visit, book: Path) -> None:
    first = visit().borrow(book)
    second = beside(seated(first))
    expect(sheet(second)).to_be_visible()
    expect(second.locator("#seat-title")).to_be_focused()
    expect(second.locator("#stage")).to_have_css("visibility", "hidden")
    assert_accessible(second)
    picture(second, "seat-desktop", full=False)
    for _ in range(3):
        second.keyboard.press("Escape")
    expect(sheet(second)).to_be_visible()
    expect(sheet(first)).to_be_hidden()

    first.keyboard.press("End")
    where(first, 4)
    await_kept_place(first)
    take(second)
    expect(sheet(second)).to_be_hidden()
    with soon_told(first, STATUS):
        expect(sheet(first)).to_be_visible()
    where(second, 4)

    second.keyboard.press("Home")
    where(second, 1)
    first.wait_for_timeout(3000)
    expect(sheet(first)).to_be_visible()
    take(first)
    with soon_told(second, STATUS):
        expect(sheet(second)).to_be_visible()
    where(first, 1)


def test_a_reload_or_the_way_back_from_elsewhere_asks_nothing(visit: Visit, book: Path) -> None:
    page = visit().borrow(book)
    for return_to_it in (page.reload, page.reload):
        return_to_it()
        expect(page.locator("#where")).not_to_be_empty()
        expect(sheet(seated(page))).to_be_hidden()
    press_in_a_bar(page.get_by_role("link", name="Leave the book").first)
    page.go_back()
    expect(page.locator("#where")).not_to_be_empty()
    expect(sheet(seated(page))).to_be_hidden()


def test_a_tab_that_was_duplicated_and_its_duplicate_are_two_windows(visit: Visit, book: Path) -> None:
    page = seated(visit().borrow(book))
    with page.context.expect_page() as opening:
        page.evaluate(
            "open(location.href) && undefined"
        )  # takes the tab's storage along, as a duplicate does
    duplicate = opening.value
    expect(sheet(page)).to_be_visible()
    expect(sheet(duplicate)).to_be_hidden()
    page.reload()
    expect(sheet(page)).to_be_visible()
    expect(sheet(seated(duplicate))).to_be_hidden()


def test_a_tab_in_the_back_gives_way_and_offers_to_take_over_when_it_comes_back(
    visit: Visit, book: Path
) -> None:
    first = seated(visit().borrow(book))
    put_out_of_sight(first)
    await_free_seat(first)
    second = seated(beside(first))
    expect(sheet(second)).to_be_hidden()
    bring_back(first)
    expect(sheet(first)).to_be_visible()
    second.close()
    put_out_of_sight(first)
    await_free_seat(first)  # whichever way the second went, it isn't heard of any more
    bring_back(first)
    expect(sheet(first)).to_be_hidden()


def test_an_owner_goes_on_on_another_device_where_they_are_on_the_first(
    visit: Visit, house: House, book: Path
) -> None:
    copy = house.add(book)
    laptop = visit(viewport=DESKTOP, color_scheme="dark").sign_in("maria")
    laptop.goto(f"{house.address}/books/{copy['id']}")
    laptop.get_by_role("button", name="Read", exact=True).click()
    laptop.wait_for_url("**/read/*")
    expect(laptop.locator("#where")).not_to_be_empty()
    seated(laptop)
    phone = visit(viewport=PHONE, color_scheme="dark")
    phone.context.add_cookies([house.session("maria")])
    with phone.context.expect_event("response", _has_look):
        page = phone.go(re.sub(r"^https?://[^/]+", "", laptop.url))
    expect(sheet(page)).to_be_visible()
    assert_accessible(page)
    picture(page, "seat-phone", full=False)
    laptop.keyboard.press("End")
    where(laptop, 4)
    await_kept_place(laptop)
    take(page)
    expect(sheet(laptop)).to_be_visible()
    where(page, 4)
    picture(laptop, "seat-laptop", full=False)


def test_a_note_that_is_being_written_is_there_when_the_reader_takes_over(visit: Visit, book: Path) -> None:
    first = visit().borrow(book)
    first.evaluate("document.getElementById('note-editor').showModal()")
    first.locator("#note-editor-words").fill("Half a thought")
    take(beside(seated(first)))
    expect(sheet(first)).to_be_visible()
    take(first)
    expect(first.locator("#note-editor-words")).to_be_visible()
    expect(first.locator("#note-editor-words")).to_have_value("Half a thought")


def test_without_valkey_a_book_is_read_in_every_window(visit: Visit, house: House, book: Path) -> None:
    first = visit().borrow(book)
    with valkey_halted(house):
        second = beside(first)
        for page in (first, second):
            expect(page.locator("#where")).not_to_be_empty()
            page.keyboard.press("End")
            where(page, 4)
            page.wait_for_timeout(3000)
            expect(sheet(page)).to_be_hidden()


def test_a_window_that_gave_way_learns_the_loans_end_like_any_other(visit: Visit, book: Path) -> None:
    first = visit().borrow(book)
    second = beside(seated(first))
    expect(sheet(second)).to_be_visible()
    first.evaluate("document.getElementById('return').showModal()")  # the bars may be away
    first.locator("#return-now").click()
    for page in (first, second):
        expect(page.get_by_role("heading", name="The book is back")).to_be_visible()
    expect(sheet(second)).to_be_hidden()


@contextmanager
def valkey_halted(house: House) -> Iterator[None]:
    """The library's own Valkey keeps its connections and answers nothing."""
    with Redis.from_url(EmbeddedValkey(house.home).start()) as client:
        process = client.info("server")["process_id"]
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)
