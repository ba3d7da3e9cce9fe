"""An owner's open page: it tells what others do with their books at once, and shows how things stand."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import sample_epubs
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, bring_back, picture, put_out_of_sight, soon_told

Visit = Callable[..., Visitor]
NEWS = "/api/v1/news"
"""What an owner's page asks again and again."""


@pytest.fixture
def owner(house: House) -> str:
    return house.another_owner()


@pytest.fixture
def lend(house: House, owner: str, book: dict[str, object]) -> Callable[..., str]:
    """Make a lend link of the book's; its address."""
    return partial(house.lend, book["id"], owner)


@pytest.fixture
def open_page(visit: Visit, house: House, owner: str) -> Callable[..., Page]:
    """Open a page as the owner."""

    def open_page(path: str, **options: object) -> Page:
        visitor = visit(**options)
        visitor.context.add_cookies([house.session(owner)])
        return visitor.go(path)

    return open_page


@pytest.fixture
def book(house: House, owner: str, tmp_path: Path) -> dict[str, object]:
    path = tmp_path / "walden.epub"
    path.write_bytes(sample_epubs.Book("Walden", [sample_epubs.PROSE]).packed())
    return house.add(path, owner)


def borrow(visit: Visit, link: str) -> Page:
    page = visit().go(link)
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    return page


def give_back(page: Page) -> None:
    expect(page.locator("#where")).not_to_be_empty()
    page.evaluate("document.getElementById('return').showModal()")  # the bars may be away
    page.locator("#return-now").click()
    expect(page.locator("#end-title")).to_be_visible()


def toasts(page: Page) -> Locator:
    return page.get_by_role("log", name="News of your books")


@pytest.mark.parametrize(("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_the_page_of_a_book_tells_who_has_borrowed_it_and_shows_it(
    visit: Visit,
    lend: Callable[..., str],
    open_page: Callable[..., Page],
    book: dict[str, object],
    viewport: dict[str, int],
    scheme: str,
) -> None:
    link = lend(for_whom="Ben")
    page = open_page(f"/books/{book['id']}", viewport=viewport, color_scheme=scheme)
    page.get_by_role("button", name="Copy", exact=True).click()
    reader = borrow(visit, link)
    with soon_told(page, NEWS):
        expect(toasts(page)).to_contain_text("Ben has borrowed “Walden”")
    page.get_by_role("button", name="Close").hover()  # what is under a hand stays
    expect(page.get_by_text("Lent to Ben until")).to_be_visible()
    expect(page.get_by_text("Date due")).to_be_visible()
    expect(page.get_by_label("The link, for one friend, once")).to_have_count(0)
    expect(page.locator("#main")).to_be_focused()  # the button that had the keyboard went with the link
    assert_accessible(page)
    picture(page, f"news-{scheme}", full=False)

    page.get_by_role("button", name="Close").click()
    expect(toasts(page)).to_be_empty()
    give_back(reader)
    with soon_told(page, NEWS):
        expect(toasts(page)).to_contain_text("Ben has returned “Walden”")
    expect(page.get_by_text("On the shelf", exact=True)).to_be_visible()
    page.get_by_text("What happened to this copy").click()
    expect(page.locator("[data-live=happened] tr").first).to_contain_text("Returned")


def test_what_somebody_is_filling_in_stays_until_they_have_done_with_it(
    visit: Visit, lend: Callable[..., str], open_page: Callable[..., Page], book: dict[str, object]
) -> None:
    reader = borrow(visit, lend(for_whom="Ben"))
    page = open_page(f"/books/{book['id']}")
    page.get_by_text("Give more time").first.click()
    page.get_by_label("30 days").check()
    give_back(reader)
    expect(page.get_by_text("On the shelf", exact=True)).to_be_visible()
    page.wait_for_timeout(2000)
    expect(page.get_by_label("30 days")).to_be_checked()
    page.get_by_label("14 days").check()  # as it was
    page.get_by_text("What happened to this copy").click()
    expect(page.get_by_label("30 days")).to_have_count(0)
    expect(page.get_by_role("link", name="Lend", exact=True)).to_be_visible()


def test_an_open_part_of_the_page_stays_open_and_the_copy_button_works_after_news(
    house: House,
    owner: str,
    lend: Callable[..., str],
    open_page: Callable[..., Page],
    book: dict[str, object],
) -> None:
    page = open_page(f"/books/{book['id']}")
    page.get_by_text("Take this copy out of the library").click()
    lend(for_whom="Eva")
    copy = page.get_by_role("button", name="Copy", exact=True)
    expect(copy).to_be_visible()
    expect(toasts(page)).to_be_empty()  # it is what the owner did, elsewhere
    copy.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    house.api(owner).delete(f"{house.address}/api/v1/copies/{book['id']}/link", timeout=10)
    expect(page.get_by_text("It is lost")).to_be_visible()


def test_the_shelf_tells_it_too_and_leads_to_the_book(
    visit: Visit, lend: Callable[..., str], open_page: Callable[..., Page], book: dict[str, object]
) -> None:
    page = open_page("/shelf")
    page.evaluate("document.querySelector('.tile').dataset.same = 'yes'")
    page.get_by_label("Search your shelf").focus()
    borrow(visit, lend())
    said = toasts(page).get_by_role("link", name="“Walden” has been borrowed")
    expect(said).to_be_visible()
    said.hover()  # what is under a hand stays
    tile = page.locator(".tile", has=page.locator(f"a[href='/books/{book['id']}']"))
    expect(tile.locator(".state")).to_have_text(re.compile("^Lent until"))
    expect(page.locator(".tile[data-same]")).to_have_count(1)
    expect(page.get_by_label("Search your shelf")).to_be_focused()
    assert_accessible(page)
    picture(page, "news-shelf", full=False)
    said.click()
    page.wait_for_url(f"**/books/{book['id']}")


def test_what_the_housekeeper_finds_ended_is_told(
    visit: Visit,
    house: House,
    lend: Callable[..., str],
    open_page: Callable[..., Page],
    book: dict[str, object],
) -> None:
    reader = borrow(visit, lend(for_whom="Ben"))
    page = open_page(f"/books/{book['id']}")
    house.move_due_date(reader.url.rsplit("/", 1)[1], seconds=-1)
    expect(toasts(page)).to_contain_text("“Walden” has come back from Ben by itself", timeout=40_000)
    expect(page.get_by_text("On the shelf", exact=True)).to_be_visible()


def test_a_book_that_comes_in_elsewhere_comes_onto_the_open_shelf(
    house: House, owner: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_page("/shelf")
    expect(page.get_by_role("heading", name="An empty shelf")).to_be_visible()
    for title in ("The First One", "Another One"):
        path = tmp_path / f"{title}.epub"
        path.write_bytes(sample_epubs.Book(title, [sample_epubs.PROSE]).packed())
        house.add(path, owner)
        expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.get_by_role("heading", name="An empty shelf")).to_be_hidden()


def test_a_page_out_of_sight_asks_nothing_and_hears_all_when_it_is_seen_again(
    visit: Visit, lend: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page("/account")
    asked: list[str] = []
    put_out_of_sight(page)
    page.wait_for_timeout(2000)
    page.on("request", lambda request: asked.append(request.url))
    borrow(visit, lend(for_whom="Ben"))
    page.wait_for_timeout(3000)
    assert asked == []
    bring_back(page)
    expect(toasts(page)).to_contain_text("Ben has borrowed “Walden”")


def test_news_is_told_in_the_language_of_the_page(
    visit: Visit, lend: Callable[..., str], open_page: Callable[..., Page], book: dict[str, object]
) -> None:
    page = open_page(f"/books/{book['id']}", locale="es-ES")
    borrow(visit, lend(for_whom="Ben"))
    expect(page.get_by_role("log", name="Novedades de tus libros")).to_contain_text(
        "Ben ha tomado prestado «Walden»"
    )
