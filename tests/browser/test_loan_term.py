"""A loan's term in two browsers: the reader is told at once, and keeps the book or returns it."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import sample_epubs
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, choose_from_more, picture

Visit = Callable[..., Visitor]


def test_a_borrower_renews_is_told_of_a_recall_at_once_and_returns_the_book(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Term", [sample_epubs.PROSE]).packed())
    copy = house.add(path)
    page = visit(viewport=PHONE).go(house.lend(copy["id"], for_whom="Eva"))
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()

    choose_from_more(page, "renew")
    expect(page.locator("#renew-words")).to_contain_text("2 times")
    assert_accessible(page)
    picture(page, "renew-phone")
    page.locator("#renew-now").click()
    expect(page.locator("#snack")).to_contain_text("Renewed")

    owner = visit(viewport=DESKTOP).sign_in("maria")
    owner.goto(f"{house.address}/books/{copy['id']}")
    assert_accessible(owner)
    owner.get_by_role("button", name="Ask for it back").click()
    expect(owner.get_by_text("Asked back, due")).to_be_visible()
    expect(page.locator("#snack")).to_contain_text("asks for the book back")
    expect(page.locator("#due")).to_contain_text("Asked back")
    picture(page, "recalled-phone")
    choose_from_more(page, "renew")
    expect(page.locator("#renew-now")).to_be_hidden()
    page.locator("#renew [data-close]").click()

    choose_from_more(page, "return")
    page.locator("#return-now").click()
    expect(page.get_by_role("heading", name="The book is back")).to_be_visible()
    owner.reload()
    expect(owner.get_by_text("On the shelf", exact=True)).to_be_visible()


LOOKS = [
    pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone-dark"),
    pytest.param({"viewport": DESKTOP, "color_scheme": "light"}, id="desktop-light"),
]


@pytest.mark.parametrize("looks", LOOKS)
def test_a_book_is_kept_for_longer_and_returned_from_the_page_of_what_is_borrowed(
    visit: Visit, house: House, tmp_path: Path, looks: dict[str, object], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book(f"The Pond {name}", [sample_epubs.PROSE]).packed())
    eva = visit(**looks)
    reading = eva.borrow(path)
    loan_id = reading.url.rsplit("/", 1)[-1]
    house.move_due_date(loan_id, seconds=3600)
    page = eva.context.new_page()
    page.goto(f"{house.address}/borrowed")
    expect(page.locator(".tile time")).to_have_text(re.compile(r"\d\d:\d\d$"))
    assert_accessible(page)
    picture(page, f"borrowed-{name}")
    page.get_by_role("button", name=f"Keep it for longer: The Pond {name}").click()
    expect(page.locator("#renew-words")).to_contain_text("2 times")
    assert_accessible(page)
    picture(page, f"borrowed-renew-{name}", full=False)
    page.get_by_role("button", name="Renew the loan").click()
    expect(page.get_by_text(f"“The Pond {name}” is renewed.")).to_be_visible()
    expect(page.locator(".tile time")).to_have_text(re.compile(r"\d{4}$"))

    page.get_by_role("button", name=f"Return it: The Pond {name}").click()
    assert_accessible(page)
    picture(page, f"borrowed-return-{name}", full=False)
    page.get_by_role("button", name="Return it", exact=True).last.click()
    expect(page.get_by_text(f"“The Pond {name}” is back.")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing on loan here")).to_be_visible()
    assert_accessible(page)
    expect(reading.get_by_role("heading", name="The book is back")).to_be_visible()


def test_what_was_written_offline_goes_to_the_library_before_the_book_is_returned_from_there(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Unsent", [sample_epubs.PROSE]).packed())
    eva = visit()
    page = eva.borrow(path)
    eva.context.route("**/marks", lambda route: route.abort())
    page.locator("#bookmark").click()
    expect(page.locator("#snack")).to_contain_text("A bookmark is here now.")
    page.goto(f"{house.address}/borrowed")
    eva.context.unroute("**/marks")
    page.get_by_role("button", name="Return it: The Unsent").click()
    page.get_by_role("button", name="Return it", exact=True).last.click()
    home = page.get_by_role("region", name="Marks to take home")
    expect(home.get_by_role("heading", name="The Unsent")).to_be_visible()


def test_a_return_that_finds_no_library_says_so_and_can_be_pressed_again(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Far", [sample_epubs.PROSE]).packed())
    page = visit(viewport=PHONE).borrow(path)
    page.goto(f"{house.address}/borrowed")
    page.route("**/return", lambda route: route.abort())
    page.get_by_role("button", name="Return it: The Far").click()
    now = page.locator("#return-now")
    now.click()
    expect(page.get_by_role("alert")).to_have_text("The library can’t be reached just now.")
    page.unroute("**/return")
    now.click()
    expect(page.get_by_text("“The Far” is back.")).to_be_visible()


def test_whoever_has_enough_books_is_led_to_where_one_can_be_returned(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Tenth", [sample_epubs.PROSE]).packed())
    page = visit(viewport=PHONE).go(house.lend(house.add(path)["id"]))
    enough = {"code": "too-many-loans", "title": "You have enough books", "remedy": "Return one of them."}
    page.route("**/claims", lambda route: route.fulfill(status=409, json=enough))
    page.get_by_role("button", name="Borrow on this device").click()
    expect(page.get_by_role("heading", name="You have enough books")).to_be_visible()
    assert_accessible(page)
    picture(page, "claim-enough-phone")
    page.get_by_role("link", name="What this browser has borrowed").click()
    expect(page.get_by_role("heading", name="On loan to this browser")).to_be_visible()


def test_a_book_whose_pass_ran_out_says_that_the_network_is_away_and_opens_when_it_is_back(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Pass", [sample_epubs.PROSE]).packed())
    page = visit(viewport=PHONE).borrow(path)
    loan_id = page.url.rsplit("/", 1)[-1]
    with sqlite3.connect(house.home / "library.db", timeout=10) as database:
        database.execute("UPDATE reading_pass SET expires_at = 1 WHERE loan_id = ?", (loan_id,))
    database.close()
    page.route("**/pass", lambda route: route.abort())
    page.goto(f"{house.address}/read/{loan_id}")
    expect(page.get_by_role("heading", name="The library can’t be reached")).to_be_visible()
    assert_accessible(page)
    picture(page, "renew-unreachable-phone")
    page.unroute("**/pass")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#where")).not_to_be_empty()


def test_a_loan_is_carried_from_the_laptop_to_the_phone_and_the_laptop_closes_the_book(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Way", [sample_epubs.PROSE]).packed())
    laptop = visit(viewport=DESKTOP).borrow(path)
    choose_from_more(laptop, "carry")
    expect(laptop.locator("#carry-code svg")).to_be_visible()
    expect(laptop.locator("#carry-address")).not_to_have_value("")
    assert_accessible(laptop)
    picture(laptop, "carry-laptop")

    phone = visit(viewport=PHONE).go(laptop.locator("#carry-address").input_value())
    assert_accessible(phone)
    picture(phone, "carry-phone")
    phone.get_by_role("button", name="Read it here").click()
    phone.wait_for_url("**/read/*")
    expect(phone.locator("#where")).not_to_be_empty()
    expect(laptop.get_by_role("heading", name="This book is not open here")).to_be_visible()
    picture(laptop, "carried-laptop")

    choose_from_more(phone, "return")
    phone.locator("#return-now").click()
    expect(phone.get_by_role("heading", name="The book is back")).to_be_visible()
