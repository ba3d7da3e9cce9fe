"""Asking to borrow, in real Chromium against a real server: the pages, the places, and whose turn it is."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, choose_from_more, picture, soon_told
from tests.browser.sample_books import epub

Visit = Callable[..., Visitor]

PAPERS = [
    pytest.param({"viewport": PHONE, "color_scheme": "light"}, id="phone-light"),
    pytest.param({"viewport": DESKTOP, "color_scheme": "dark"}, id="desktop-dark"),
    pytest.param({"viewport": PHONE, "color_scheme": "dark"}, id="phone-dark"),
    pytest.param({"viewport": DESKTOP, "color_scheme": "light"}, id="desktop-light"),
]


@pytest.fixture
def copy_id(house: House, tmp_path: Path) -> str:
    book = tmp_path / "lantern.epub"
    book.write_bytes(epub(f"The Lantern Keeper {tmp_path.name}"))
    return str(house.add(book)["id"])


def opened(house: House, copy_id: str, *, approves: bool = False) -> str:
    """The address of the page where people ask for a title."""
    address = f"{house.address}/api/v1/copies/{copy_id}/ask-page"
    answer = house.api().put(address, json={"approves": approves}, timeout=10)
    url: str = answer.json()["url"]
    return url


def ask(visitor: Visitor, url: str, name: str) -> Page:
    """Ask on the page; the page of the place."""
    page = visitor.go(url)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Ask to borrow").click()
    page.wait_for_url("**/w#*")
    expect(page.locator("#place-head")).not_to_be_empty()
    return page


def borrow(page: Page) -> None:
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()


def test_two_friends_wait_and_each_is_told_of_their_turn_at_once(
    visit: Visit, house: House, copy_id: str
) -> None:
    maria = visit().sign_in("maria")
    maria.goto(f"{house.address}/books/{copy_id}")
    maria.get_by_text("Who may ask for it").click()
    maria.get_by_label("Whoever has the address", exact=True).check()
    maria.get_by_role("button", name="Keep it so").click()
    url = maria.get_by_label("The page where people ask").input_value()
    assert_accessible(maria)

    eva = ask(visit(), url, "Eva")
    expect(eva.get_by_role("heading", name="It’s your turn")).to_be_visible()
    borrow(eva)
    second = visit(viewport=PHONE)
    bo = ask(second, url, "Bo")
    expect(bo.get_by_role("heading", name="You are first in line")).to_be_visible()
    assert_accessible(bo)

    loan_id = house.api().get(f"{house.address}/api/v1/copies/{copy_id}", timeout=10).json()["loan"]["id"]
    house.move_due_date(loan_id, seconds=0)
    with soon_told(bo, "/holds/look"):
        expect(bo.get_by_role("heading", name="It’s your turn")).to_be_visible()
    assert_accessible(bo)
    borrow(bo)
    maria.goto(f"{house.address}/books/{copy_id}")
    expect(maria.get_by_text("Lent to Bo until")).to_be_visible()
    maria.get_by_text("What happened to this copy").click()
    happened = maria.locator(".table-title").all_inner_texts()
    words = [told.splitlines()[0] for told in happened]
    assert words[:3] == ["Checked out", "Held for the next in line", "Loan expired"]


def test_the_owner_approves_one_and_declines_another(visit: Visit, house: House, copy_id: str) -> None:
    url = opened(house, copy_id, approves=True)
    eva, bo = ask(visit(), url, "Eva"), ask(visit(), url, "Bo")
    expect(eva.get_by_role("heading", name="You have asked")).to_be_visible()
    maria = visit().sign_in("maria")
    maria.goto(f"{house.address}/books/{copy_id}/lend")
    expect(maria.get_by_text("2 people have asked for this title")).to_be_visible()
    assert_accessible(maria)
    maria.goto(f"{house.address}/books/{copy_id}")
    assert_accessible(maria)
    maria.get_by_role("button", name="Approve Eva").click()
    maria.get_by_role("button", name="Decline Bo").click()
    expect(eva.get_by_role("heading", name="It’s your turn")).to_be_visible()
    expect(bo.get_by_role("heading", name="Maria can’t lend it to you")).to_be_visible()
    expect(maria.get_by_text("It is kept for Eva until")).to_be_visible()
    assert_accessible(maria)


def test_the_keyboard_stays_with_the_person_whom_the_owner_was_about_to_decide_on(
    visit: Visit, house: House, copy_id: str
) -> None:
    url = opened(house, copy_id, approves=True)
    eva = ask(visit(), url, "Eva")
    ask(visit(), url, "Bo")
    maria = visit().sign_in("maria")
    maria.goto(f"{house.address}/books/{copy_id}")
    maria.get_by_role("button", name="Decline Bo").focus()
    ask(visit(), url, "Kim")
    expect(maria.get_by_role("button", name="Decline Kim")).to_be_visible()
    expect(maria.get_by_role("button", name="Decline Bo")).to_be_focused()
    maria.get_by_role("button", name="Decline Eva").focus()
    eva.get_by_text("Leave the line", exact=True).first.click()
    eva.get_by_role("button", name="Leave the line").click()
    expect(maria.get_by_role("button", name="Decline Eva")).to_have_count(0)
    expect(maria.locator("#line")).to_be_focused()


def test_a_browser_remembers_its_place_and_leaves_it(visit: Visit, house: House, copy_id: str) -> None:
    house.lend(copy_id)  # so nobody's turn comes
    url = opened(house, copy_id)
    eva = visit()
    page = ask(eva, url, "Eva")
    place = page.url
    eva.go(url)
    expect(page.get_by_text("You are in line already")).to_be_visible()
    expect(page.get_by_role("button", name="Ask to borrow")).to_be_hidden()
    assert_accessible(page)
    page.get_by_role("link", name="See your place in the line").click()
    eva.go("/borrowed")
    waits = page.get_by_role("region", name="You wait for")
    expect(waits).to_contain_text("You are first in line")
    assert_accessible(page)
    picture(page, "waiting-borrowed")
    waits.get_by_role("link").click()
    page.wait_for_url(place)
    page.get_by_text("Leave the line", exact=True).first.click()
    page.get_by_role("button", name="Leave the line").click()
    expect(page.get_by_role("heading", name="You have left the line")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Ask for it again").click()
    expect(page.get_by_role("button", name="Ask to borrow")).to_be_visible()
    eva.go("/borrowed")
    expect(waits).to_be_hidden()


def test_a_place_whose_borrowing_was_refused_says_why_and_goes_on_looking(
    visit: Visit, house: House, copy_id: str
) -> None:
    visitor = visit(viewport=PHONE)
    eva = ask(visitor, opened(house, copy_id), "Eva")
    enough = {"code": "too-many-loans", "title": "You have enough books", "detail": "Nine is the most."}
    refused = enough | {"remedy": "Return one of them, then borrow this one."}
    eva.route("**/api/v1/claims", lambda route: route.fulfill(status=409, json=refused), times=1)
    eva.get_by_role("button", name="Borrow on this device").click()
    told = eva.get_by_role("alert")
    expect(told).to_contain_text(
        "You have enough books. Nine is the most. Return one of them, then borrow this one."
    )
    eva.wait_for_timeout(3000)  # longer than from one look to the next
    expect(told.get_by_role("link", name="What this browser has borrowed")).to_be_visible()
    assert_accessible(eva)
    picture(eva, "waiting-refused-phone")
    maria = visit().sign_in("maria")
    maria.goto(f"{house.address}/books/{copy_id}")
    maria.get_by_role("button", name="Take out of the line: Eva").click()
    expect(eva.get_by_role("heading", name="Maria can’t lend it to you")).to_be_visible()
    expect(told).to_be_hidden()


def test_a_server_that_stumbles_ends_no_place(visit: Visit, house: House, copy_id: str) -> None:
    visitor = visit()
    eva = ask(visitor, opened(house, copy_id), "Eva")
    stumbles = {"status": 500, "json": {"title": "Internal Server Error", "status": 500}}
    eva.route("**/holds/look", lambda route: route.fulfill(**stumbles))
    expect(eva.get_by_text("This page goes on trying.")).to_be_visible()
    expect(eva.get_by_role("heading", name="It’s your turn")).to_be_visible()
    eva.reload()
    expect(eva.get_by_role("button", name="Try again")).to_be_visible()
    eva.unroute("**/holds/look")
    expect(eva.get_by_role("heading", name="It’s your turn")).to_be_visible()
    expect(eva.get_by_text("This page goes on trying.")).to_be_hidden()


def test_a_place_that_stays_the_same_is_not_said_again_though_its_estimate_moves(
    visit: Visit, house: House, copy_id: str
) -> None:
    house.lend(copy_id)
    eva = ask(visit(), opened(house, copy_id), "Eva")
    expect(eva.locator("#place-said")).to_contain_text("You are first in line.")
    eva.evaluate("""() => {
      window.said = [];
      const note = (changes) => window.said.push(...changes.map((one) => one.target.id));
      const place = document.getElementById("place");
      new MutationObserver(note).observe(place, { childList: true, characterData: true, subtree: true });
    }""")
    eva.wait_for_timeout(5000)
    assert eva.evaluate("window.said") == []
    moved = {"likely": None, "latest": "2031-01-01T00:00:00Z"}
    eva.route(
        "**/holds/look",
        lambda route: route.fulfill(json=route.fetch().json() | {"estimate": moved}),
    )
    expect(eva.locator("#place-more")).to_contain_text("1 Jan 2031")
    assert set(eva.evaluate("window.said")) == {"place-more"}


def test_how_a_place_ended_is_told_once_among_what_is_borrowed(
    visit: Visit, house: House, copy_id: str
) -> None:
    visitor = visit()
    eva = ask(visitor, opened(house, copy_id, approves=True), "Eva")
    visitor.go("/borrowed")
    waits = eva.get_by_role("region", name="You wait for")
    expect(waits).to_contain_text("You have asked. Maria has yet to say yes.")
    maria = visit().sign_in("maria")
    maria.goto(f"{house.address}/books/{copy_id}")
    maria.get_by_role("button", name="Decline Eva").click()
    expect(maria.get_by_role("button", name="Decline Eva")).to_have_count(0)
    visitor.go("/borrowed")
    expect(waits).to_contain_text("Maria can’t lend it to you.")
    eva.reload()
    expect(eva.get_by_role("heading", name="On loan to this browser")).to_be_visible()
    expect(waits).to_be_hidden()


def test_asking_too_often_is_said_in_the_librarys_words(visit: Visit, house: House, copy_id: str) -> None:
    page = visit().go(opened(house, copy_id))
    often = {
        "code": "asked-too-often",
        "title": "That is a lot of asking",
        "remedy": "Ask again in 12 minutes.",
    }
    page.route("**/holds", lambda route: route.fulfill(status=429, json=often))
    page.get_by_label("Your name").fill("Eva")
    page.get_by_role("button", name="Ask to borrow").click()
    expect(page.get_by_role("alert")).to_have_text("That is a lot of asking. Ask again in 12 minutes.")


def test_a_reader_is_told_that_somebody_waits(visit: Visit, house: House, copy_id: str) -> None:
    url = opened(house, copy_id)
    eva = ask(visit(), url, "Eva")
    ask(visit(), url, "Bo")
    borrow(eva)
    choose_from_more(eva, "renew")
    expect(eva.locator("#renew-words")).to_contain_text("Somebody waits for this book")
    expect(eva.locator("#renew-now")).to_be_hidden()


def test_an_address_that_is_none_is_told_so(visit: Visit) -> None:
    page = visit().go("/w")
    expect(page.get_by_role("heading", name="This address is not whole")).to_be_visible()
    assert_accessible(page)
    forged = visit().go("/w#v1.a.b.c")
    expect(forged.get_by_role("heading", name="This link is not known here")).to_be_visible()


@pytest.mark.parametrize("paper", PAPERS)
def test_every_page_of_the_line_is_fit_for_every_eye(
    visit: Visit, house: House, tmp_path: Path, paper: dict[str, object], request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    book = tmp_path / "line.epub"
    book.write_bytes(epub(f"A Line for {name}"))
    copy_id = str(house.add(book)["id"])
    url = opened(house, copy_id)
    eva = visit(**paper)
    page = eva.go(url)
    assert_accessible(page)
    picture(page, f"waiting-ask-free-{name}")
    page.get_by_role("button", name="Ask to borrow").click()
    expect(page.get_by_text("Say your name, so that Maria knows who asks.")).to_be_visible()
    assert_accessible(page)
    ask(eva, url, "Eva García")
    assert_accessible(page)
    picture(page, f"waiting-turn-{name}")
    bo, kim = visit(**paper), visit(**paper)
    ask(bo, url, "Bo")
    opened(house, copy_id, approves=True)
    ask(kim, url, "Kim")
    for friend, what in ((bo, "waits"), (kim, "asked")):
        assert_accessible(friend.page)
        picture(friend.page, f"waiting-{what}-{name}")
    picture(visit(**paper).go(url), f"waiting-ask-out-{name}")
    maria = visit(**paper)
    owners = maria.sign_in("maria")
    maria.go(f"/books/{copy_id}")
    owners.get_by_text("Who may ask for it").click()
    assert_accessible(owners)
    picture(owners, f"waiting-owner-{name}")
    owners.get_by_role("button", name="Take out of the line: Eva García").click()
    expect(page.get_by_role("heading", name="Maria can’t lend it to you")).to_be_visible()
    assert_accessible(page)
    picture(page, f"waiting-declined-{name}")
    maria.go("/account")
    owners.get_by_label("Whoever has the address, if I say yes").check()
    owners.get_by_role("button", name="Keep it so").click()
    assert_accessible(owners)
    picture(owners, f"waiting-account-{name}")
    shelf = owners.get_by_label("The page where people ask").input_value()
    visitor = visit(**paper).go(shelf)
    assert_accessible(visitor)
    picture(visitor, f"waiting-shelf-{name}")
