"""What people do with the library, in real Chromium against a real server."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import (
    ONE_PAGE_AT_A_TIME,
    assert_accessible,
    choose_from_more,
    held_back,
    picture,
    show_all_names,
)
from tests.browser.sample_books import SENTENCE, TITLE, epub, pdf

Visit = Callable[..., Visitor]


@pytest.fixture
def novel(tmp_path: Path) -> Path:
    return _file(tmp_path, "lantern.epub", epub(f"{TITLE} {tmp_path.name}"))


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    """A PDF that no other test has put on the shelf: a second one would be asked about, not taken in."""
    content = pdf(sentence=f"{SENTENCE}, in {tmp_path.name}")
    return _file(tmp_path, f"harbour charts {tmp_path.name}.pdf", content)


def test_an_owner_adds_many_files_at_once_and_each_has_a_result_of_its_own(
    visit: Visit, novel: Path, paper: Path, tmp_path: Path
) -> None:
    fake = _file(tmp_path, "not a book.epub", b"<html>just a page</html>")
    maria = visit()
    page = maria.sign_in("maria")
    page.get_by_role("link", name="Add books").first.click()
    page.locator("#files").set_input_files([novel, paper, fake])
    rows = page.locator(".upload")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text=TITLE)).to_contain_text("On your shelf")
    expect(rows.filter(has_text="harbour charts")).to_contain_text("On your shelf")
    expect(rows.filter(has_text="not a book")).to_contain_text("This is not a book")
    assert_accessible(page)
    picture(page, "add-books-desktop")
    page.locator("#files").set_input_files([novel])
    again = rows.filter(has_text="the very same file")
    expect(again).to_be_visible()
    again.get_by_role("button", name="I own a second copy").click()
    expect(page.locator(".upload").filter(has_text="On your shelf")).to_have_count(3)
    page.get_by_role("link", name="Shelf", exact=True).click()
    page.get_by_role("searchbox").fill("lántern " + tmp_path.name)
    expect(page.locator(".tile")).to_have_count(2)
    expect(page.locator(".tile").filter(has_text="(copy 2)")).to_be_visible()


def test_words_that_are_typed_before_the_page_listens_are_searched_for_too(
    visit: Visit, house: House, novel: Path
) -> None:
    house.add(novel)
    page = visit().sign_in("maria")
    with held_back(page, "**/shelf.js?*"):
        page.goto(f"{house.address}/shelf", wait_until="commit")
        page.get_by_role("searchbox").fill("no such book")
    page.wait_for_url("**/shelf?*such*")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_an_owner_corrects_a_record(visit: Visit, house: House, novel: Path) -> None:
    copy = house.add(novel)
    page = visit().sign_in("maria")
    page.goto(f"{house.address}/books/{copy['id']}")
    page.get_by_role("link", name="Correct the record").click()
    page.get_by_label("Title").fill("The Lamp Keeper")
    page.get_by_label("Authors, one a line").fill("Inés Faro\nPau Mar")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Lamp Keeper")
    expect(page.locator(".record .lede")).to_have_text("Inés Faro and Pau Mar")


def test_a_friend_borrows_by_the_link_reads_and_returns(visit: Visit, house: House, novel: Path) -> None:
    copy = house.add(novel)
    maria = visit()
    page = maria.sign_in("maria")
    page.goto(f"{house.address}/books/{copy['id']}")
    picture(page, "book-on-shelf-desktop")
    page.get_by_role("link", name="Lend", exact=True).click()
    page.get_by_label("To whom?").fill("Tomás")
    page.get_by_label("A personal word").fill("You will like the fog.")
    assert_accessible(page)
    picture(page, "lend-desktop")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator(".qr svg")).to_be_visible()
    link = page.get_by_label("The link, for one friend, once").input_value()
    assert_accessible(page)
    picture(page, "link-out-desktop")

    tomas = visit(viewport=PHONE, has_touch=True, is_mobile=True)
    phone = tomas.go(link)
    expect(phone.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(phone.get_by_text("Maria lends you a book")).to_be_visible()
    expect(phone.get_by_text("You will like the fog.")).to_be_visible()
    assert_accessible(phone)
    picture(phone, "borrow-phone")
    requested: list[str] = []
    phone.on("request", lambda request: requested.append(request.url))
    phone.get_by_role("button", name="Borrow on this device").click()
    phone.wait_for_url("**/read/*")
    assert "v1." not in phone.url
    _wait_for_text(phone, "Chapter 1")
    picture(phone, "reading-phone", full=False)
    before = _place(phone)
    for _ in range(3):
        before = _turn(phone, before)
    phone.reload()
    _wait_for_text(phone, "lantern keeper")
    expect(phone.locator("#progress")).to_have_value(before)

    stranger = visit()
    other = stranger.go(link)
    other.get_by_role("button", name="Go on reading").click()
    expect(other.get_by_role("heading", name="This link has been used")).to_be_visible()
    expect(other.get_by_text("ask Maria")).to_be_visible()
    assert_accessible(other)
    picture(other, "link-used-desktop")

    page.reload()
    expect(page.get_by_text("Lent to Tomás until")).to_be_visible()
    picture(page, "book-lent-desktop")
    expect(page.get_by_role("button", name="Read", exact=True)).to_have_count(0)

    old_tab = tomas.context.new_page()
    old_tab.goto(phone.url)
    _wait_for_text(old_tab, "lantern keeper")
    phone.bring_to_front()
    choose_from_more(phone, "return")
    phone.get_by_role("button", name="Return it").click()
    expect(phone.get_by_role("heading", name="The book is back")).to_be_visible()
    picture(phone, "returned-phone", full=False)
    old_tab.bring_to_front()
    old_tab.keyboard.press("End")
    expect(old_tab.locator("#end-title")).to_be_visible(timeout=30_000)
    assert SENTENCE not in old_tab.content()
    cookies = {cookie["name"]: cookie["value"] for cookie in tomas.context.cookies()}
    for url in {url for url in requested if "/api/v1/loans/" in url or "/read/" in url}:
        assert requests.get(url, cookies=cookies, timeout=10).status_code in (401, 403, 404, 405, 410), url


def test_a_friend_reads_a_pdf_with_contents_zoom_and_go_to_page(
    visit: Visit, house: House, paper: Path
) -> None:
    copy = house.add(paper)
    reader = visit(color_scheme="dark")
    reader.context.add_init_script(ONE_PAGE_AT_A_TIME)
    page = reader.go(house.lend(copy["id"]))
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).to_have_text("Page 1 of 5")
    _press(page, "ArrowRight", "Page 2 of 5")
    _press(page, "ArrowRight", "Page 3 of 5")
    page.mouse.move(640, 10)  # the bars come back for a hand at the edge
    page.get_by_role("button", name="Contents").click()
    page.locator("#contents-list").get_by_text("The third page").click()
    expect(page.locator("#where")).to_have_text("Page 3 of 5")
    page.mouse.move(640, 790)
    page.locator("#where").click()
    page.get_by_label("Go to page").fill("5")
    with page.expect_response(_keeps_the_place):
        page.keyboard.press("Enter")
    expect(page.locator("#where")).to_have_text("Page 5 of 5")
    expect(page.locator("svg text").first).to_contain_text("Page 5")
    picture(page, "reading-pdf-desktop-dark", full=False)
    assert_accessible(page)
    page.reload()
    expect(page.locator("#where")).to_have_text("Page 5 of 5")
    entry = house.api().get(f"{house.address}/api/v1/copies/{copy['id']}", timeout=10).json()
    assert entry["loan"]["borrower"] == "Ana"


def test_an_owner_reads_their_own_copy_and_nobody_can_borrow_it_meanwhile(
    visit: Visit, house: House, novel: Path
) -> None:
    copy = house.add(novel)
    link = house.lend(copy["id"])
    page = visit().sign_in("maria")
    page.goto(f"{house.address}/books/{copy['id']}")
    page.get_by_role("button", name="Read", exact=True).click()
    page.wait_for_url("**/read/*")
    _wait_for_text(page, "Chapter 1")
    friend = visit(viewport=PHONE).go(link)
    expect(friend.get_by_role("heading", name="The copy is out")).to_be_visible()
    picture(friend, "copy-is-out-phone")
    page.goto(f"{house.address}/books/{copy['id']}")
    picture(page, "book-with-owner-desktop")
    page.get_by_role("button", name="Put it back on the shelf").click()
    friend.reload()
    friend.get_by_role("button", name="Borrow on this device").click()
    friend.wait_for_url("**/read/*")
    _wait_for_text(friend, "Chapter 1")
    page.reload()
    expect(page.get_by_role("button", name="Read", exact=True)).to_have_count(0)


def test_a_cancelled_link_lends_nothing(visit: Visit, house: House, novel: Path) -> None:
    copy = house.add(novel)
    link = house.lend(copy["id"], for_whom="Ana")
    page = visit().sign_in("maria")
    page.goto(f"{house.address}/books/{copy['id']}")
    page.get_by_role("button", name="Cancel the link").click()
    expect(page.locator(".record .state")).to_have_text("On the shelf")
    friend = visit().go(link)
    expect(friend.get_by_role("heading", name="This link was taken back")).to_be_visible()
    expect(friend.get_by_text("Maria").first).to_be_visible()


def test_a_loan_ends_by_itself_on_time_in_every_tab(visit: Visit, house: House, novel: Path) -> None:
    copy = house.add(novel)
    page = visit().go(house.lend(copy["id"], loan_seconds=3600))
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    _wait_for_text(page, "Chapter 1")
    house.move_due_date(page.url.rsplit("/", 1)[1], seconds=-1)
    page.bring_to_front()
    expect(page.get_by_role("heading", name="The loan has ended")).to_be_visible(timeout=40_000)
    assert SENTENCE not in page.content()
    page.reload()
    expect(page.get_by_role("heading", name="The book has gone back")).to_be_visible()


def test_over_plain_http_elsewhere_the_loan_is_bound_by_its_cookie_and_the_owner_is_warned(
    visit: Visit, house: House, novel: Path
) -> None:
    elsewhere = house.address.replace("127.0.0.1", "library.test")
    copy = house.add(novel)
    link = house.lend(copy["id"]).replace(house.address, elsewhere)
    maria = visit()
    maria.context.add_cookies([{**house.session("maria"), "url": elsewhere}])
    page = maria.go(f"{elsewhere}/books/{copy['id']}")
    expect(page.get_by_text("This connection is not private")).to_be_visible()
    expect(page.get_by_text("by a cookie alone").last).to_be_visible()
    picture(page, "plain-http-desktop")
    friend = visit()
    reading = friend.go(link)
    assert reading.evaluate("crypto.subtle === undefined")
    reading.get_by_role("button", name="Borrow on this device").click()
    reading.wait_for_url("**/read/*")
    _wait_for_text(reading, "Chapter 1")
    again = friend.context.new_page()
    again.goto(link)
    again.get_by_role("button", name="Go on reading").click()
    again.wait_for_url(reading.url)
    stranger = visit().go(link)
    stranger.get_by_role("button", name="Go on reading").click()
    expect(stranger.get_by_role("heading", name="This link has been used")).to_be_visible()


def test_a_librarian_finds_a_loan_and_exports_the_log(visit: Visit, house: House, novel: Path) -> None:
    copy = house.add(novel)
    friend = visit().go(house.lend(copy["id"], for_whom="Nélida"))
    friend.get_by_role("button", name="Borrow on this device").click()
    friend.wait_for_url("**/read/*")
    page = visit().sign_in("lola")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Loan log").click()
    expect(page.get_by_role("heading", name="Loan log")).to_be_visible()
    show_all_names(page)
    page.get_by_label("Borrower").fill("nelida")
    page.get_by_role("button", name="Filter").click()
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(TITLE)
    expect(rows).to_contain_text("Maria")
    expect(rows).to_contain_text("Out")
    assert_accessible(page)
    picture(page, "loan-log-desktop")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    assert "Nélida" in text
    rows.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Checked out").first).to_be_visible()
    assert_accessible(page)
    picture(page, "copys-life-desktop")
    for path in (f"/books/{copy['id']}", friend.url.removeprefix(house.address), "/shelf"):
        assert page.goto(house.address + path).status in (403, 404)


def test_the_pages_speak_spanish(visit: Visit, house: House) -> None:
    page = visit(locale="es-ES").go("/sign-in")
    expect(page.get_by_role("button", name="Entrar")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("size", "viewport"), [("phone", PHONE), ("desktop", DESKTOP)])
def test_every_page_is_accessible_and_fits_in_every_size_and_scheme(
    visit: Visit, house: House, novel: Path, scheme: str, size: str, viewport: dict[str, int]
) -> None:
    copy = house.add(novel)
    link = house.lend(copy["id"], for_whom="Ana", note="Mind the fog.")
    options = {"viewport": viewport, "color_scheme": scheme}
    strangers = {
        "door": "/",
        "sign-in": "/sign-in",
        "about": "/about",
        "borrowed": "/borrowed",
        "missing": "/no",
    }
    for name, path in {
        **strangers,
        "borrow": link,
        "problem": "/problems/link-used",
        "welcome": "/welcome#x",
    }.items():
        _look(visit(**options).go(path), f"{name}-{size}-{scheme}")
    owners = {
        "shelf": "/shelf?order=title",
        "shelf-nothing": "/shelf?q=zzzz",
        "add": "/add",
        "book-link-out": f"/books/{copy['id']}",
        "record": f"/books/{copy['id']}/record",
        "lend": f"/books/{copy['id']}/lend",
        "account": "/account",
    }
    owner = visit(**options)
    owner.sign_in("maria")
    for name, path in owners.items():
        _look(owner.go(path), f"{name}-{size}-{scheme}")
    librarian = visit(**options)
    librarian.sign_in("lola")
    for name, path in {"log": "/log", "log-record": "/log/record"}.items():
        _look(librarian.go(path), f"{name}-{size}-{scheme}")
    reader = visit(**options).go(link)
    reader.get_by_role("button", name="Borrow on this device").click()
    reader.wait_for_url("**/read/*")
    _wait_for_text(reader, "Chapter 1")
    _look(reader, f"reader-{size}-{scheme}")


def _look(page: Page, name: str) -> None:
    page.evaluate("document.fonts.ready")
    picture(page, f"pages/{name}", full=not name.startswith("reader"))
    assert_accessible(page)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider <= 0, f"{page.url} is {wider} px wider than the window"


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _wait_for_text(page: Page, text: str) -> None:
    """Wait until a frame of the book on the stage holds a text."""
    for _ in range(200):
        frames = [frame for frame in page.frames if re.search(r"/(r|wrapped)/", frame.url)]
        with suppress(PlaywrightError):  # a frame may give way to another while it is looked at
            if any(text in (frame.text_content("body") or "") for frame in frames):
                return
        page.wait_for_timeout(100)
    raise AssertionError(f"{text!r} doesn't show")


def _keeps_the_place(answer: Response) -> bool:
    return answer.request.method == "PUT" and answer.url.endswith("/position")


def _place(page: Page) -> str:
    page.wait_for_timeout(700)
    return page.locator("#progress").input_value()


def _turn(page: Page, before: str) -> str:
    with page.expect_response(_keeps_the_place):
        page.keyboard.press("ArrowRight")
        expect(page.locator("#progress")).not_to_have_value(before)
    return _place(page)


def _press(page: Page, key: str, then: str) -> None:
    page.keyboard.press(key)
    expect(page.locator("#where")).to_have_text(then)
