"""A book goes from friend to friend, in three browsers: who has it reads it, and everybody is told."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser import sample_epubs
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import (
    assert_accessible,
    choose_from_more,
    picture,
    press_in_a_bar,
    show_all_names,
)

Visit = Callable[..., Visitor]


def offer(page: Page, name: str) -> str:
    """Pass the book on in the open reader; the address of the link."""
    choose_from_more(page, "pass")
    expect(page.locator("#pass-on-form")).to_be_visible()
    assert_accessible(page)
    picture(page, f"pass-on-form-{name.lower()}", full=False)
    page.locator("#pass-on-name").fill(name)
    page.locator("#pass-on-note").fill("The pond is best in March.")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("#pass-on-code svg")).to_be_visible()
    expect(page.locator("#pass-on-address")).to_be_focused()
    assert_accessible(page)
    picture(page, f"pass-on-link-{name.lower()}", full=False)
    return page.locator("#pass-on-address").input_value()


def allow_passing_on(visit: Visit, house: House, copy_id: object) -> Page:
    """The owner ticks it for one book, on its page."""
    owner = visit(viewport=DESKTOP).sign_in("maria")
    owner.goto(f"{house.address}/books/{copy_id}")
    owner.get_by_text("How it is lent").click()
    owner.get_by_label("Rules of its own").check()
    owner.get_by_label("Borrowers may pass it on to a friend").check()
    picture(owner, "passing-rules")
    owner.get_by_role("button", name="Keep these rules").click()
    expect(owner.get_by_text("Kept.")).to_be_visible()
    return owner


def test_a_borrower_passes_the_book_on_and_their_reader_tells_at_once(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "walden.epub"
    path.write_bytes(sample_epubs.Book("Walden", [sample_epubs.PROSE]).packed())
    copy = house.add(path)
    owner = allow_passing_on(visit, house, copy["id"])

    bens = visit(viewport=PHONE, color_scheme="dark")
    ben = bens.go(house.lend(copy["id"], for_whom="Ben"))
    ben.get_by_role("button", name="Borrow on this device").click()
    ben.wait_for_url("**/read/*")
    expect(ben.locator("#where")).not_to_be_empty()
    press_in_a_bar(ben.locator("#bookmark"))
    link = offer(ben, "Cleo")
    manifest = ben.url.replace("/read/", "/api/v1/loans/") + "/manifest"
    assert bens.context.request.get(manifest).ok, "who offers the book reads on"
    ben.locator("#pass-on [data-close]").last.click()
    choose_from_more(ben, "pass")
    expect(ben.locator("#pass-on-address")).to_have_value(link)

    owner.reload()
    expect(owner.get_by_text("Ben offers it on to Cleo")).to_be_visible()
    assert_accessible(owner)
    picture(owner, "offered-on-owner")

    cleo = visit(viewport=DESKTOP).go(link)
    expect(cleo.get_by_text("Ben passes this book on to you. It belongs to Maria.")).to_be_visible()
    assert_accessible(cleo)
    picture(cleo, "passed-on-claim")
    cleo.get_by_role("button", name="Borrow on this device").click()
    cleo.wait_for_url("**/read/*")
    expect(cleo.locator("#where")).not_to_be_empty()
    expect(ben.get_by_role("heading", name="You have passed the book on to Cleo")).to_be_visible()
    expect(ben.locator("#end-home")).to_be_visible()
    assert_accessible(ben)
    picture(ben, "passed-on-end")
    refused = bens.context.request.get(manifest)
    assert (refused.status, refused.json()["because"]) == (410, "passed-on")
    ben.get_by_role("link", name="Done").click()
    expect(ben.get_by_text("You have passed it on to Cleo.")).to_be_visible()
    picture(ben, "passed-on-borrowed")

    owner.reload()
    expect(owner.get_by_text("With Cleo, passed on by Ben")).to_be_visible()
    owner.get_by_text("What happened to this copy").click()
    expect(owner.get_by_text("Passed on to Cleo")).to_be_visible()
    assert_accessible(owner)
    picture(owner, "passed-on-owner")
    cleo.goto(f"{house.address}/borrowed")
    expect(cleo.get_by_text("From Maria by Ben")).to_be_visible()
    librarian = visit(viewport=DESKTOP).sign_in("lola")
    librarian.goto(f"{house.address}/log")
    show_all_names(librarian)
    librarian.goto(f"{house.address}/log?state=passed-on&book=Walden")
    expect(librarian.get_by_role("cell", name="Ben")).to_be_visible()
    librarian.goto(f"{house.address}/log")
    picture(librarian, "passed-on-log")


def test_an_offer_is_taken_back_and_its_link_says_so(visit: Visit, house: House, tmp_path: Path) -> None:
    path = tmp_path / "walden.epub"
    path.write_bytes(sample_epubs.Book("Walden again", [sample_epubs.PROSE]).packed())
    copy = house.add(path)
    allow_passing_on(visit, house, copy["id"])
    ben = visit(viewport=DESKTOP).go(house.lend(copy["id"], for_whom="Ben"))
    ben.get_by_role("button", name="Borrow on this device").click()
    ben.wait_for_url("**/read/*")
    expect(ben.locator("#where")).not_to_be_empty()
    link = offer(ben, "Dani")
    ben.get_by_role("button", name="Take the offer back").click()
    expect(ben.locator("#snack")).to_contain_text("The book stays with you")
    dani = visit(viewport=PHONE, color_scheme="dark").go(link)
    expect(dani.get_by_role("heading", name="The book isn’t passed on any more")).to_be_visible()
    expect(dani.get_by_text("Ask Ben about it.")).to_be_visible()
    assert_accessible(dani)
    picture(dani, "not-passed-on")


def test_an_offer_that_nobody_can_take_up_is_shown_as_that_and_taken_back(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "walden.epub"
    path.write_bytes(sample_epubs.Book("Walden kept", [sample_epubs.PROSE]).packed())
    copy = house.add(path)
    allow_passing_on(visit, house, copy["id"])
    bens = visit(viewport=PHONE)
    ben = bens.go(house.lend(copy["id"], for_whom="Ben"))
    ben.get_by_role("button", name="Borrow on this device").click()
    ben.wait_for_url("**/read/*")
    expect(ben.locator("#where")).not_to_be_empty()
    offer(ben, "Eli")
    ben.locator("#pass-on [data-close]").last.click()
    stale = {"allowed": False, "offer": {"for_whom": "Eli", "note": "", "made_at": "", "claim_by": ""}}
    ben.route("**/onward", lambda route: route.fulfill(json=stale), times=1)
    ben.locator("#open-more").click()
    ben.get_by_role("button", name="Pass it on to a friend").click()
    expect(ben.locator("#pass-on-words")).to_contain_text("Your offer can’t be taken up now")
    expect(ben.locator("#pass-on-address")).to_be_hidden()
    assert_accessible(ben)
    picture(ben, "pass-on-void", full=False)
    ben.get_by_role("button", name="Take the offer back").click()
    expect(ben.locator("#snack")).to_contain_text("The book stays with you")


def test_where_the_owner_does_not_allow_it_nothing_is_offered(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("Mine", [sample_epubs.PROSE]).packed())
    page = visit(viewport=PHONE).borrow(path)
    press_in_a_bar(page.locator("#open-more"))
    expect(page.locator("#more-renew")).to_be_visible()
    expect(page.locator("#more-pass")).to_be_hidden()
