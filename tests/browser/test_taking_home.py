"""What a borrower marked goes home with them; a note that they leave is there for the next reader."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import House, Visitor
from tests.browser.looking import assert_accessible, picture
from tests.browser.sample_books import epub

Visit = Callable[..., Visitor]
QUOTED = "The lantern keeper counted seventeen ships"
MARK = {
    "id": "made-in-this-test",
    "base": 0,
    "kind": "highlight",
    "locator": {"section": 0, "start": 10, "end": 52},
    "fraction": 0.1,
    "text": QUOTED,
    "note": "I counted them too.",
    "ink": "green",
}
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("look", ["light", "dark"])
def test_marks_are_taken_home_before_and_after_the_return_and_a_left_note_stays(
    visit: Visit, house: House, tmp_path: Path, look: str
) -> None:
    book = tmp_path / "lantern.epub"
    book.write_bytes(epub(f"The Lantern Keeper {tmp_path.name}"))
    copy_id = house.add(book)["id"]
    first = visit(color_scheme=look, viewport=PHONE if look == "dark" else {"width": 1280, "height": 800})
    page = _borrow(first.page, house.lend(copy_id), "Mia")
    _send(page, MARK)
    page.keyboard.press("n")
    page.locator("#marks-list").get_by_role("button", name="Change the note").click()
    page.get_by_label("Let it stay in the book").check()
    picture(page, f"note-that-stays-{look}", full=False)
    page.get_by_role("button", name="Keep it").click()
    picture(page, f"marks-take-home-{look}", full=False)
    assert_accessible(page)
    text = _saved(page, "To read (Markdown)", ".md")
    assert f"> {QUOTED}" in text
    assert "I counted them too." in text
    page.keyboard.press("Escape")
    _give_back(page)
    expect(page.locator("#end-home")).to_be_visible()
    picture(page, f"end-take-home-{look}", full=False)
    assert_accessible(page)
    told = json.loads(_saved(page, "For other programs (W3C)", ".jsonld"))
    assert told["first"]["items"][0]["body"]["value"] == "I counted them too."
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_role("heading", name="Marks to take home")).to_be_visible()
    picture(page, f"borrowed-take-home-{look}")
    assert_accessible(page)
    assert QUOTED in _saved(page, "To read (Markdown)", ".md")
    _finds_the_note(visit(color_scheme=look, viewport=PHONE), house, copy_id, look)


def _finds_the_note(next_one: Visitor, house: House, copy_id: object, look: str) -> None:
    page = _borrow(next_one.page, house.lend(copy_id), "Kim")
    page.keyboard.press("n")
    left = page.locator("#left-notes")
    expect(left).to_contain_text("I counted them too.")
    expect(left).to_contain_text("Mia left a note")
    expect(page.locator("#marks-list li")).to_have_count(0)
    picture(page, f"left-notes-{look}", full=False)
    assert_accessible(page)
    left.get_by_role("button").first.click()
    expect(page.locator("#marks")).to_be_hidden()
    picture(page, f"left-note-on-page-{look}", full=False)
    _touch(page, QUOTED)
    expect(page.locator("#left-note")).to_contain_text("I counted them too.")
    picture(page, f"left-note-read-{look}", full=False)
    expect(page.locator("#mark-menu")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#left-note")).to_be_hidden()
    _give_back(page)
    expect(page.locator("#end-home")).to_be_hidden()


def _borrow(page: Page, link: str, name: str) -> Page:
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()
    expect(page.locator("#busy")).to_be_hidden()
    return page


def _send(page: Page, mark: dict[str, object]) -> None:
    """As another of the reader's devices would; then the page hears of it."""
    status = page.evaluate(
        """([body]) => fetch(`/api/v1/loans/${location.pathname.split("/").pop()}/marks`, {
            method: "POST", body, headers: {"Content-Type": "application/json"},
        }).then(({ status }) => status)""",
        [json.dumps({"since": 0, "changes": [mark]})],
    )
    assert status == 200


def _saved(page: Page, button: str, ending: str) -> str:
    with page.expect_download() as saving:
        page.locator("button:visible", has_text=button).click()
    assert saving.value.suggested_filename.endswith(f" - marks{ending}")
    return Path(saving.value.path()).read_text(encoding="utf-8")


def _touch(page: Page, words: str) -> None:
    """Click on the first words on the page that is shown."""
    for frame in page.frames[1:]:
        box = frame.get_by_text(words).first.bounding_box()
        if box and 0 <= box["x"] < PHONE["width"]:
            page.mouse.click(box["x"] + 60, box["y"] + 10)
            return
    raise AssertionError(f"{words} can't be seen")


def _give_back(page: Page) -> None:
    page.evaluate("() => document.getElementById('return').showModal()")
    page.locator("#return-now").click()
    expect(page.locator("#end")).to_be_visible()
