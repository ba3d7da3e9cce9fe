"""Reading a PDF in Chromium: sharp at any size, in pairs, in one column, turned, with links and marks."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, House, Visitor
from tests.browser.looking import picture, press_in_a_bar
from tests.pdf.by_hand import Pdf, book, text_stream

Visit = Callable[..., Visitor]
Open = Callable[..., Page]

SETTINGS = "lending.settings"
NOTING_WHAT_IS_DECODED = """
globalThis.decoded = [];
const decode = HTMLImageElement.prototype.decode;
HTMLImageElement.prototype.decode = async function () {
  await decode.call(this);
  globalThis.decoded.push(this.src);
};
"""
PICTURES = "[...document.querySelectorAll('.sheet')]"


def lined_book(pages: int, **entries: Any) -> bytes:
    """Pages with five lines each; the lines of a second column are written after those of the first."""
    contents = []
    for number in range(1, pages + 1):
        left = [
            text_stream(f"Page {number} left {line}", x=60, y=760 - 20 * line, size=12) for line in range(5)
        ]
        right = [
            text_stream(f"Page {number} right {line}", x=330, y=760 - 20 * line, size=12) for line in range(5)
        ]
        contents.append("\n".join(left + right))
    return book(contents, **entries)


def linked_book() -> bytes:
    pdf = Pdf()
    actions = ("/Dest [4 /Fit]", "/A << /S /URI /URI (https://example.org/away) >>")
    links = [
        pdf.add(f"<< /Type /Annot /Subtype /Link /Rect [60 {500 - 60 * n} 300 {530 - 60 * n}] {action} >>")
        for n, action in enumerate(actions)
    ]
    listed = " ".join(f"{link} 0 R" for link in links)
    return lined_book(6, first_page_entries=f"/Annots [{listed}]", pdf=pdf)


@pytest.fixture
def open_pdf(visit: Visit, house: House, tmp_path: Path) -> Open:
    """Borrow a PDF and open it, with settings as if chosen before."""

    def opened(
        raw: bytes, settings: dict[str, object] | None = None, *, script: str = "", **options: object
    ) -> Page:
        path = tmp_path / f"{time.monotonic_ns()}.pdf"
        path.write_bytes(raw)
        visitor = visit(**options)
        visitor.context.add_init_script(script)
        if settings:
            chosen = {name: {"value": value, "at": 1_700_000_000_000} for name, value in settings.items()}
            kept = json.dumps(json.dumps(chosen))
            visitor.context.add_init_script(
                f"localStorage.getItem('{SETTINGS}') ?? localStorage.setItem('{SETTINGS}', {kept})"
            )
        page = visitor.go(house.lend(house.add(path)["id"]))
        page.get_by_role("button", name="Borrow on this device").click()
        page.wait_for_url("**/read/*")
        expect(page.locator(".page-picture").first).to_be_visible()
        return page

    return opened


def await_true(page: Page, condition: str, why: str = "") -> None:
    """Wait for a condition in the page (`wait_for_function` is eval, which the page's policy forbids)."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(why or condition)


def shown_pages(page: Page) -> list[int]:
    numbers: list[int] = page.evaluate(f"{PICTURES}.map((sheet) => Number(sheet.dataset.page))")
    return numbers


SHARP = """(() => {
  const stage = document.querySelector('#stage').getBoundingClientRect();
  const needed = (image) => Math.floor(image.getBoundingClientRect().width * devicePixelRatio) - 1;
  const enough = (image) => image.naturalWidth >= needed(image);
  return [...document.querySelectorAll('.sheet')].every((sheet) => {
    const own = sheet.querySelector('.page-picture');
    if (own && enough(own)) return true;
    const box = sheet.getBoundingClientRect();
    const seen = Math.max(0, Math.min(box.right, stage.right) - Math.max(box.left, stage.left))
      * Math.max(0, Math.min(box.bottom, stage.bottom) - Math.max(box.top, stage.top));
    const tiles = [...sheet.querySelectorAll('.page-tile')];
    const covered = tiles.map((tile) => tile.getBoundingClientRect()).reduce((sum, tile) => sum
      + Math.max(0, Math.min(tile.right, stage.right) - Math.max(tile.left, stage.left))
      * Math.max(0, Math.min(tile.bottom, stage.bottom) - Math.max(tile.top, stage.top)), 0);
    return tiles.length > 0 && tiles.every(enough) && covered >= seen * 0.99;
  });
})()"""


@pytest.mark.parametrize("density", [1, 3])
def test_a_page_is_as_sharp_as_the_screen_at_every_zoom(open_pdf: Open, density: int) -> None:
    page = open_pdf(lined_book(3), device_scale_factor=density)
    for step in range(8):
        await_true(page, SHARP, f"blurred after {step} steps")
        assert page.locator(".page-tile").count() < 40
        page.keyboard.press("+")
    picture(page, f"pdf-zoomed-{density}", full=False)
    page.keyboard.press("0")
    await_true(page, "document.querySelectorAll('.page-tile').length === 0")


def test_what_is_looked_at_stays_in_view_when_the_page_grows(open_pdf: Open) -> None:
    page = open_pdf(lined_book(1))
    page.mouse.move(640, 400)
    middle = """(() => { const box = document.querySelector('.sheet').getBoundingClientRect();
      return [(640 - box.left) / box.width, (400 - box.top) / box.height]; })()"""
    before = page.evaluate(middle)
    for _ in range(4):
        page.keyboard.press("+")
    assert page.evaluate(middle) == pytest.approx(before, abs=0.02)


def test_the_next_page_is_there_in_the_frame_of_the_turn(open_pdf: Open) -> None:
    page = open_pdf(lined_book(12), {"columns": "one"}, script=NOTING_WHAT_IS_DECODED)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for number in range(2, 6):
        await_true(page, f"decoded.some((src) => src.includes('/pages/{number}?'))")
        asked.clear()
        decoded = page.evaluate(
            """() => { dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }));
            const image = document.querySelector('.page-picture');
            return [Number(image.closest('.sheet').dataset.page), image.naturalWidth > 0]; }"""
        )
        assert decoded == [number, True]
        assert not [url for url in asked if f"/pages/{number}?" in url]


def test_two_pages_stand_side_by_side_with_the_cover_alone(open_pdf: Open) -> None:
    page = open_pdf(lined_book(6), {"columns": "two"})
    assert shown_pages(page) == [1]
    for key, pages in [
        ("ArrowRight", [2, 3]),
        ("ArrowRight", [4, 5]),
        ("ArrowRight", [6]),
        ("ArrowLeft", [4, 5]),
    ]:
        page.keyboard.press(key)
        await_true(page, f"{PICTURES}.map((s) => s.dataset.page).join() === '{','.join(map(str, pages))}'")
    await_true(page, f"{PICTURES}.every((sheet) => sheet.querySelector('.page-picture'))")
    picture(page, "pdf-two-pages", full=False)


def test_pages_stand_in_pairs_by_themselves_where_the_window_is_wide_enough(open_pdf: Open) -> None:
    page = open_pdf(lined_book(5), viewport={"width": 1500, "height": 700})
    page.keyboard.press("ArrowRight")
    await_true(page, f"{PICTURES}.length === 2")
    page.set_viewport_size({"width": 800, "height": 1000})
    await_true(page, f"{PICTURES}.length === 1")
    page.keyboard.press("ArrowRight")
    await_true(page, f"{PICTURES}[0].dataset.page === '3'")


def test_five_thousand_pages_are_scrolled_with_a_few_alive(open_pdf: Open) -> None:
    page = open_pdf(book([text_stream("x")] * 5000), {"flow": "scroll"})
    expect(page.locator(".scroll-run")).to_be_visible()
    for part in (0.5, 0.123, 0.999, 0.0001):
        page.evaluate(
            "(part) => { const s = document.querySelector('#stage'); s.scrollTop = part * s.scrollHeight; }",
            part,
        )
        wanted = max(1, round(part * 5000))
        await_true(
            page,
            f"""{PICTURES}.some((sheet) => Math.abs(Number(sheet.dataset.page) - {wanted}) < 3
            && sheet.querySelector('.page-picture'))""",
        )
        assert page.locator(".sheet").count() < 12
        assert page.locator("#stage *").count() < 300
    picture(page, "pdf-scrolled", full=False)


def test_scrolling_tells_the_page_and_keys_move_the_column(open_pdf: Open) -> None:
    page = open_pdf(lined_book(9), {"flow": "scroll"}, viewport=PHONE)
    expect(page.locator("#where")).to_contain_text("Page 1 of 9")
    for _ in range(4):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(100)
    expect(page.locator("#where")).not_to_contain_text("Page 1 of")
    before = page.evaluate("document.querySelector('#stage').scrollTop")
    page.wait_for_timeout(2500)
    page.reload()
    expect(page.locator(".page-picture").first).to_be_visible()
    await_true(page, f"Math.abs(document.querySelector('#stage').scrollTop - {before}) < 40")


def test_a_page_is_turned_with_its_words_and_comes_round_again(open_pdf: Open) -> None:
    page = open_pdf(lined_book(2))
    expect(page.locator(".page-text text")).to_have_count(10)
    first = page.locator(".page-text text").first
    upright = first.bounding_box()
    assert upright
    press_in_a_bar(page.locator("#open-look"))
    page.locator("#rotate").click()
    turned = first.bounding_box()
    assert turned
    assert upright["width"] > upright["height"]
    assert turned["width"] < turned["height"]
    sheet = page.locator(".sheet").bounding_box()
    assert sheet
    assert sheet["width"] > sheet["height"]
    assert turned["x"] > sheet["x"] + sheet["width"] / 2  # what was at the top is at the right
    for _ in range(3):
        page.locator("#rotate").click()
    again = first.bounding_box()
    assert again
    assert again["width"] == pytest.approx(upright["width"], abs=1)


def test_links_lead_inside_the_book_and_back_and_out_of_it_after_a_question(open_pdf: Open) -> None:
    page = open_pdf(linked_book(), {"columns": "one"})
    page.locator("a.page-link").first.click()
    await_true(page, f"{PICTURES}[0].dataset.page === '5'")
    page.get_by_role("button", name="Back to where you were").click()
    await_true(page, f"{PICTURES}[0].dataset.page === '1'")
    page.locator("a.page-link").nth(1).click()
    expect(page.get_by_role("dialog").get_by_role("link")).to_have_attribute(
        "href", "https://example.org/away"
    )
    assert len(page.context.pages) == 1


def test_pages_are_found_by_what_the_book_calls_them(open_pdf: Open) -> None:
    labels = "/PageLabels << /Nums [0 << /S /r >> 3 << /S /D >>] >>"
    page = open_pdf(lined_book(6, catalogue=labels), {"columns": "one"})
    expect(page.locator(".sheet")).to_have_attribute("aria-label", "i")
    page.locator("#where").press("Enter")
    page.locator("#page-number").fill("iii")
    page.locator("#page-number").press("Enter")
    await_true(page, f"{PICTURES}[0].dataset.page === '3'")
    page.locator("#where").press("Enter")
    page.locator("#page-number").fill("2")
    page.locator("#page-number").press("Enter")
    await_true(page, f"{PICTURES}[0].dataset.page === '5'")


def test_words_are_selected_in_reading_order(open_pdf: Open) -> None:
    page = open_pdf(lined_book(1))
    expect(page.locator(".page-text text")).to_have_count(10)
    selected = page.evaluate(
        """() => { const lines = document.querySelectorAll('.page-text text');
        getSelection().setBaseAndExtent(lines[3].firstChild, 0, lines[6].firstChild, 6);
        return getSelection().toString(); }"""
    )
    assert selected.split("\n") == ["Page 1 left 3", "Page 1 left 4", "Page 1 right 0", "Page 1"]


def test_a_screen_reader_finds_the_words_once_and_in_order(open_pdf: Open) -> None:
    page = open_pdf(lined_book(1))
    expect(page.locator(".page-text text")).to_have_count(10)
    tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")
    names = [
        str(node["name"]["value"]).strip()
        for node in tree["nodes"]
        if node.get("role", {}).get("value") == "StaticText" and not node.get("ignored")
    ]
    read = [name for name in names if name.startswith("Page 1 ") and name[7:8] in "lr"]
    assert read == [f"Page 1 {side} {line}" for side in ("left", "right") for line in range(5)]


def test_a_hit_is_drawn_where_its_words_are(open_pdf: Open) -> None:
    page = open_pdf(lined_book(3))
    page.keyboard.press("/")
    page.keyboard.type("right 3")
    page.keyboard.press("Enter")
    expect(page.locator("#search-hits button, .search-hit, #search li button").first).to_be_visible()
    page.locator("#search-hits button, .search-hit, #search li button").first.click()
    hit = page.locator(".mark-hit").first
    expect(hit).to_be_visible()
    line = page.locator(".page-text text", has_text="Page 1 right 3").bounding_box()
    drawn = hit.bounding_box()
    assert line
    assert drawn
    assert drawn["y"] == pytest.approx(line["y"], abs=line["height"])
    assert drawn["x"] > line["x"] + line["width"] * 0.4
    assert drawn["x"] + drawn["width"] == pytest.approx(line["x"] + line["width"], abs=4)
    picture(page, "pdf-hit", full=False)


def test_a_page_that_the_network_lost_comes_when_the_network_does(open_pdf: Open) -> None:
    page = open_pdf(lined_book(9), {"columns": "one"})
    page.wait_for_timeout(800)
    page.context.set_offline(True)
    page.keyboard.press("End")
    expect(page.locator("#trouble")).to_be_visible(timeout=15_000)
    page.context.set_offline(False)
    await_true(page, f"{PICTURES}[0].dataset.page === '9' && {PICTURES}[0].querySelector('.page-picture')")
    expect(page.locator("#trouble")).to_be_hidden()


def test_nothing_of_the_book_stays_when_it_is_given_back(open_pdf: Open) -> None:
    page = open_pdf(lined_book(9), {"flow": "scroll"})
    press_in_a_bar(page.locator("#open-return"))
    page.get_by_role("button", name="Return it", exact=True).click()
    expect(page.locator("#end")).to_be_visible()
    expect(page.locator("#stage *")).to_have_count(0)
