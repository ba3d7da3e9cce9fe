"""Reading terms in Chromium: owners choose them, and who turns pages too fast waits calmly and goes on."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture
from tests.browser.test_reader import make_epub
from tests.epub.building import CHAPTER, files, item, zipped
from tests.pdf.by_hand import book, text_stream

Visit = Callable[..., Visitor]
TOO_FAST = "You turn pages faster than anyone reads. One moment…"


@pytest.fixture
def _the_house_as_it_was(house: House) -> Iterator[None]:
    yield
    house.api().delete(f"{house.address}/api/v1/account/reading-terms", timeout=10)


def terms(house: House, of: str) -> dict[str, object]:
    found: dict[str, object] = (
        house.api().get(f"{house.address}/api/v1/{of}/reading-terms", timeout=10).json()
    )
    return found


@pytest.mark.usefixtures("_the_house_as_it_was")
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("desktop", {}),
        ("phone", {"viewport": PHONE, "color_scheme": "dark"}),
        ("plain", {"java_script_enabled": False}),
    ],
)
def test_an_owner_chooses_terms_for_all_books_and_for_one(
    visit: Visit, house: House, tmp_path: Path, name: str, options: dict[str, object]
) -> None:
    copy_id = house.add(make_epub(tmp_path))["id"]
    visitor = visit(**options)
    page = visitor.sign_in("maria")

    visitor.go("/account")
    expect(page.get_by_text("what a screen shows can be copied")).to_be_visible()
    page.get_by_label("Another length").check()
    page.get_by_label("Characters").fill("1234")
    page.get_by_label("Show the reader’s name small at the foot of each page").uncheck()
    page.get_by_role("button", name="Keep these terms").click()
    expect(page.get_by_text("Your terms are kept")).to_be_visible()
    picture(page, f"terms-of-all-books-{name}")
    assert terms(house, "account") == {
        "quotation_limit": 1234,
        "slows_down": True,
        "guards_printing": True,
        "names_reader": False,
        "chosen_for": "account",
    }

    visitor.go(f"/books/{copy_id}")
    page.get_by_text("When others read it").click()
    expect(page.get_by_label("Characters")).to_be_hidden()
    expect(page.get_by_text("Up to 1234 characters may be copied at once.")).to_be_visible()
    page.get_by_label("Terms of its own").check()
    page.get_by_label("As much as they like").check()
    page.get_by_role("button", name="Keep these terms").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    picture(page, f"terms-of-a-book-{name}")
    if name != "plain":
        assert_accessible(page)
    assert terms(house, f"copies/{copy_id}")["quotation_limit"] is None
    assert terms(house, f"copies/{copy_id}")["chosen_for"] == "title"

    page.locator("#terms").get_by_label("Same as for all my books").check()
    page.get_by_role("button", name="Keep these terms").click()
    expect(page.get_by_text("Kept.")).to_be_visible()
    assert terms(house, f"copies/{copy_id}")["chosen_for"] == "account"


def long_pdf(folder: Path) -> Path:
    path = folder / "long.pdf"
    path.write_bytes(book([text_stream(f"PAGE {number}") for number in range(1, 601)]))
    return path


def long_epub(folder: Path) -> Path:
    """Eighty chapters of four pages. The last is dearer than what has been saved up since one was refused."""
    chapters = {
        f"OPS/c{n}.xhtml": CHAPTER.replace("One", f"Chapter {n}").replace(
            "It was a dark night.", "word " * 360 * (8 if n == 80 else 4)
        )
        for n in range(1, 81)
    }
    items = "".join(item(f"c{n}", f"c{n}.xhtml") for n in range(1, 81))
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(1, 81))
    path = folder / "long.epub"
    path.write_bytes(zipped(files(chapters, items=items, spine=spine)).read())
    return path


def borrowed(visitor: Visitor, copy_id: object) -> Page:
    page = visitor.go(visitor.house.lend(copy_id))
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()
    return page


def fetch_until_slowed(page: Page, parts: list[str]) -> None:
    """What a program does that has the loan's cookie."""
    loan = page.url.replace("/read/", "/api/v1/loans/")
    for part in parts:
        answer = page.request.get(f"{loan}/{part}")
        if answer.status == 429:
            assert 3 <= int(answer.headers["retry-after"]) <= 20
            return
    raise AssertionError("nobody was slowed")


def test_who_turns_pages_of_a_pdf_too_fast_waits_and_goes_on_and_the_owner_sees_it(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    copy_id = house.add(long_pdf(tmp_path))["id"]
    visitor = visit()
    page = borrowed(visitor, copy_id)
    fetch_until_slowed(page, [f"pages/{number}/text" for number in range(1, 590)])

    page.keyboard.press("End")
    expect(page.get_by_text(TOO_FAST)).to_be_visible()
    picture(page, "reading-too-fast", full=False)
    expect(page.locator(".page-picture").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text(TOO_FAST)).to_be_hidden(timeout=60_000)
    expect(page.locator("#where")).to_contain_text("600")

    owner = visit()
    shelf = owner.sign_in("maria")
    owner.go(f"/books/{copy_id}")
    expect(shelf.get_by_text("Pages were turned faster than a person can read")).to_be_visible()
    shelf.get_by_text("What happened to this copy").click()
    expect(shelf.get_by_role("cell", name="Read faster than a person can")).to_have_count(1)
    picture(shelf, "read-fast")
    assert_accessible(shelf)
    librarian = visit()
    record = librarian.sign_in("lola")
    librarian.go(f"/log/record?copy={copy_id}")
    expect(record.get_by_role("cell", name="Read faster than a person can")).to_have_count(1)


def test_who_jumps_about_in_an_epub_too_fast_waits_and_goes_on(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    visitor = visit()
    page = borrowed(visitor, house.add(long_epub(tmp_path))["id"])
    fetch_until_slowed(page, [f"r/OPS/c{number}.xhtml" for number in range(1, 78)])

    page.keyboard.press("End")
    expect(page.get_by_text(TOO_FAST)).to_be_visible()
    expect(page.get_by_text(TOO_FAST)).to_be_hidden(timeout=90_000)
    page.wait_for_function(
        "() => document.querySelector('#where').textContent.includes('100')", timeout=60_000
    )
    # The frame was shown the refusal for a moment, and a refusal's own policy lets nobody dress it.
    assert all("inline style violates" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


def test_where_the_owner_slows_nobody_down_nobody_waits(visit: Visit, house: House, tmp_path: Path) -> None:
    copy_id = house.add(long_pdf(tmp_path))["id"]
    free = {"quotation_limit": None, "slows_down": False, "guards_printing": False, "names_reader": False}
    house.api().put(f"{house.address}/api/v1/copies/{copy_id}/reading-terms", json=free, timeout=10)
    page = borrowed(visit(), copy_id)
    loan = page.url.replace("/read/", "/api/v1/loans/")
    answers = [page.request.get(f"{loan}/pages/{number}/text").status for number in range(1, 301)]
    assert answers == [200] * 300
