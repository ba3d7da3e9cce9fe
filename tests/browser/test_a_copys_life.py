"""One copy among friends, in a browser each: what each of them sees, and what the record says of it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import sample_epubs
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, choose_from_more, picture, show_all_names

Visit = Callable[..., Visitor]

STORY = [
    ("Title added", ""),
    ("Link made", ""),
    ("Checked out", "Anna"),
    ("In line", "Ben"),
    ("Asked back", "Anna"),
    ("Returned", "Anna"),
    ("Held for the next in line", "Ben"),
    ("Checked out", "Ben"),
    ("Offered to a friend", "Ben"),
    ("Passed on to Cleo", "Ben"),
    ("Checked out", "Cleo"),
    ("Carried to another device", "Cleo"),
    ("Returned", "Cleo"),
]


def open_to_all(owner: Page) -> str:
    """On a book's page: borrowers may pass it on, and whoever has an address may ask for it. The address."""
    owner.get_by_text("How it is lent").click()
    owner.get_by_label("Rules of its own").check()
    owner.get_by_label("Borrowers may pass it on to a friend").check()
    owner.get_by_role("button", name="Keep these rules").click()
    expect(owner.get_by_text("Kept.")).to_be_visible()
    owner.get_by_text("Who may ask for it").click()
    owner.get_by_label("Whoever has the address", exact=True).check()
    owner.get_by_role("button", name="Keep it so").click()
    return owner.get_by_label("The page where people ask").input_value()


def borrow(page: Page) -> None:
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()


def give_back(page: Page) -> None:
    """Once the reader has asked whether they mean it."""
    page.locator("#return-now").click()
    expect(page.get_by_role("heading", name="The book is back")).to_be_visible()


def test_a_copy_is_lent_waited_for_recalled_passed_on_carried_and_returned(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("The Long Way Round", [sample_epubs.PROSE]).packed())
    copy = house.add(path)
    owner = visit(viewport=DESKTOP).sign_in("maria")
    owner.goto(f"{house.address}/books/{copy['id']}")
    where_people_ask = open_to_all(owner)

    anna = visit(viewport=DESKTOP).go(house.lend(copy["id"], for_whom="Anna"))
    borrow(anna)

    ben = visit(viewport=PHONE, color_scheme="dark").go(where_people_ask)
    ben.get_by_label("Your name").fill("Ben")
    ben.get_by_role("button", name="Ask to borrow").click()
    expect(ben.get_by_role("heading", name="You are first in line")).to_be_visible()
    picture(ben, "life-ben-waits")

    owner.reload()
    owner.get_by_role("button", name="Ask for it back").click()
    expect(anna.locator("#snack")).to_contain_text("asks for the book back")
    picture(owner, "life-owner-recalled")
    anna.get_by_role("button", name="Return it now").click()
    give_back(anna)

    expect(ben.get_by_role("heading", name="It’s your turn")).to_be_visible()
    owner.reload()
    expect(owner.get_by_text("Held for Ben")).to_be_visible()
    borrow(ben)

    choose_from_more(ben, "pass")
    ben.locator("#pass-on-name").fill("Cleo")
    ben.get_by_role("button", name="Make the link").click()
    expect(ben.locator("#pass-on-code svg")).to_be_visible()
    cleo = visit(viewport=DESKTOP, color_scheme="dark").go(ben.locator("#pass-on-address").input_value())
    borrow(cleo)
    expect(ben.get_by_role("heading", name="You have passed the book on to Cleo")).to_be_visible()

    choose_from_more(cleo, "carry")
    expect(cleo.locator("#carry-address")).not_to_have_value("")
    phone = visit(viewport=PHONE).go(cleo.locator("#carry-address").input_value())
    phone.get_by_role("button", name="Read it here").click()
    phone.wait_for_url("**/read/*")
    expect(phone.locator("#where")).not_to_be_empty()
    expect(cleo.get_by_role("heading", name="This book is not open here")).to_be_visible()
    choose_from_more(phone, "return")
    give_back(phone)

    librarian = visit(viewport=DESKTOP).sign_in("lola")
    librarian.goto(f"{house.address}/log")
    show_all_names(librarian)
    librarian.goto(f"{house.address}/log/record?copy={copy['id']}")
    assert_accessible(librarian)
    picture(librarian, "life-record")
    assert told(librarian) == STORY
    owner.reload()
    expect(owner.get_by_text("On the shelf", exact=True)).to_be_visible()


def told(librarian: Page) -> list[tuple[str, str]]:
    """What the record says, the first first, and of which borrower."""
    rows = librarian.locator("tbody tr")
    found = []
    for row in reversed(range(rows.count())):
        cells = rows.nth(row).locator("td, th").all_inner_texts()
        found.append((cells[0].strip(), cells[-1].strip().removeprefix("–")))
    return found
