"""The reading page around the book: each panel on each paper, keys alone, a voice, a search, a printer."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture, press_in_a_bar
from tests.browser.sample_books import epub

Visit = Callable[..., Visitor]
PAPERS = ("light", "sepia", "grey", "dark", "contrast")

# Chromium has no voices here: this one speaks each sentence in a moment and notes what it was given.
FAKE_VOICE = """
window.spoken = [];
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
const voice = {voiceURI: 'amy', name: 'Amy', lang: 'en-GB', default: true, localService: true};
let timer;
Object.defineProperty(window, 'speechSynthesis', {value: {
    getVoices: () => [voice],
    addEventListener() {},
    speak(one) { window.spoken.push([one.text, one.rate]); timer = setTimeout(() => one.onend(), 1500); },
    cancel() { clearTimeout(timer); },
}});
"""


@pytest.fixture
def read(visit: Visit, tmp_path: Path) -> Callable[..., Page]:
    """Borrow a novel as somebody does who got the link; returns the open reader."""

    def read(*, script: str = "", **options: object) -> Page:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.epub"
        path.write_bytes(epub(f"The Lantern Keeper {path.stem} {tmp_path.name}"))
        visitor = visit(**options)
        if script:
            visitor.page.add_init_script(script)
        return visitor.borrow(path)

    return read


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_panel_is_accessible_on_every_paper(read: Callable[..., Page], size: dict[str, int]) -> None:
    page = read(viewport=size)
    for paper in PAPERS:
        page.keyboard.press("l")
        page.locator(f"input[name=theme][value={paper}]").check(force=True)
        page.keyboard.press("Escape")
        expect(page.locator("html")).to_have_attribute("data-paper", paper)
        name = f"reading-{size['width']}-{paper}"
        _check(page, f"{name}-page")
        for key, panel in (("t", "contents"), ("l", "look"), ("n", "marks"), ("?", "keys")):
            page.keyboard.press(key)
            expect(page.locator(f"#{panel}")).to_be_visible()
            _check(page, f"{name}-{panel}")
            page.keyboard.press("Escape")
    press_in_a_bar(page.locator("#open-more"))
    _check(page, f"reading-{size['width']}-more")
    page.get_by_role("button", name="About this book").click()
    expect(page.locator("#about")).to_contain_text("Ines Faro")
    _check(page, f"reading-{size['width']}-about")


def test_a_book_is_read_by_keyboard_alone(visit: Visit, house: House, tmp_path: Path) -> None:
    path = tmp_path / "keys.epub"
    path.write_bytes(epub(f"By keys {tmp_path.name}"))
    page = visit().go(house.lend(house.add(path)["id"]))
    expect(page.get_by_role("button", name="Borrow on this device")).to_be_visible()
    _tab_to(page, "Borrow on this device")
    page.keyboard.press("Enter")
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()
    page.keyboard.press("t")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#contents")).to_be_hidden()
    page.keyboard.press("Control+f")
    page.keyboard.type("ropé")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_contain_text("places")
    page.locator("#search-hits button").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#hits-now")).to_contain_text("1 of")
    page.keyboard.press("Escape")
    expect(page.locator("#hits-bar")).to_be_hidden()
    expect(page.locator("#busy")).to_be_hidden()
    page.wait_for_timeout(700)  # the page of the hit comes to rest: a bookmark is one of where it stands
    page.keyboard.press("b")
    expect(page.locator("#bookmark")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("s")
    expect(page.locator("#said")).not_to_be_empty()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#selection-menu")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    expect(page.locator(".mark-green")).to_have_count(1)
    expect(page.locator(".mark-bookmark")).to_have_count(1)
    page.keyboard.press("Escape")
    page.keyboard.press("l")
    page.locator("input[name=shortcuts]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    page.keyboard.press("t")
    expect(page.locator("#contents")).to_be_hidden()
    page.locator("#open-return").focus()
    page.keyboard.press("Enter")
    _tab_to(page, "Return it")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The book is back")).to_be_focused()


def test_a_search_leads_to_its_hits_and_leaves_nothing_behind(read: Callable[..., Page]) -> None:
    page = read()
    page.keyboard.press("/")
    page.keyboard.type("BOATHOUSE")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_have_text("“BOATHOUSE” is in 96 places.")
    expect(page.locator("#search-hits h3").nth(1)).to_have_text("Chapter 2")
    _check(page, "reading-search")
    page.locator("#search-hits button").nth(40).click()
    expect(page.locator("#hits-now")).to_have_text("41 of 96")
    page.get_by_role("button", name="Next place").click()
    expect(page.locator("#hits-now")).to_have_text("42 of 96")
    page.get_by_role("button", name="Back to where you were").click()
    page.get_by_role("button", name="End the search").click()
    expect(page.locator("#hits-bar")).to_be_hidden()
    expect(page.locator("#search-hits button")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("lighthouse")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_have_text("“lighthouse” is not in this book.")


def test_the_bar_of_places_found_stays_under_the_hand(read: Callable[..., Page]) -> None:
    page = read()
    page.keyboard.press("/")
    page.keyboard.type("boathouse")
    page.keyboard.press("Enter")
    expect(page.locator("#search-status")).to_contain_text("96 places")
    page.locator("#search-hits button").first.click()
    which = page.locator("#hits-now")
    expect(which).to_have_text("1 of 96")
    for bars in ("hidden", "shown"):
        expect(page.locator("body")).to_have_attribute("data-controls", bars)
        box = page.get_by_role("button", name="Next place").bounding_box()
        assert box
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=8)
        before = int(which.inner_text().split()[0])
        for step in range(1, 4):
            page.mouse.down()
            page.mouse.up()
            expect(which).to_have_text(f"{before + step} of 96")
        page.wait_for_timeout(4500)
        assert page.get_by_role("button", name="Next place").bounding_box() == box
        page.mouse.move(640, 790)


def test_a_book_is_read_aloud_sentence_by_sentence(read: Callable[..., Page]) -> None:
    page = read(script=FAKE_VOICE)
    page.keyboard.press("r")
    expect(page.locator("#aloud")).to_have_attribute("data-playing", "true")
    _until(page, "window.spoken.length >= 2")
    page.get_by_role("button", name="Pause").click()
    page.locator("#aloud-speed").select_option("1.5")
    said = page.evaluate("window.spoken.length")
    page.get_by_role("button", name="Next sentence").click()
    assert page.evaluate("window.spoken.length") == said, "a paused voice stays silent"
    page.locator("#aloud-play").click()
    _until(page, f"window.spoken.length > {said}")
    text, rate = page.evaluate("window.spoken.at(-1)")
    assert rate == 1.5
    assert text.strip()
    page.get_by_role("button", name="Stop reading aloud").click()
    expect(page.locator("#aloud")).to_be_hidden()


def test_a_browser_without_voices_says_so_calmly(read: Callable[..., Page]) -> None:
    page = read()
    page.keyboard.press("r")
    expect(page.get_by_text("This browser has no voice to read with.")).to_be_visible()
    _check(page, "reading-aloud-silent")


def test_no_more_than_a_page_is_copied_at_once(read: Callable[..., Page]) -> None:
    page = read()
    book = page.frames[1]
    expect(book.locator("h1")).to_be_visible()
    select = "([from, to]) => getSelection().setBaseAndExtent(document.body, from, document.body, to)"
    copy = """() => {
        const copying = new ClipboardEvent('copy', {bubbles: true, cancelable: true});
        return document.body.dispatchEvent(copying);
    }"""
    book.evaluate(select, [0, 2])
    assert book.evaluate(copy), "a quotation is copied as ever"
    book.evaluate(select, [0, 24])
    assert not book.evaluate(copy)
    expect(page.get_by_text("You can copy up to about a page at once.")).to_be_visible()


def test_printing_a_lent_page_prints_why_not(read: Callable[..., Page]) -> None:
    page = read()
    page.emulate_media(media="print")
    expect(page.locator(".not-printed")).to_be_visible()
    expect(page.locator("#stage")).to_be_hidden()
    page.emulate_media(media="screen")
    expect(page.locator(".not-printed")).to_be_hidden()


def test_the_controls_of_a_phone_are_large_enough_for_a_thumb(read: Callable[..., Page]) -> None:
    page = read(viewport=PHONE, has_touch=True, is_mobile=True)
    bar = page.locator("#reader-top :is(a, button):visible")
    assert bar.count() <= 6
    small = page.evaluate(
        """() => [...document.querySelectorAll('.reader-bar :is(a, button)')]
            .filter((one) => one.offsetParent && (one.offsetWidth < 44 || one.offsetHeight < 44)).length"""
    )
    assert small == 0


def _check(page: Page, name: str) -> None:
    picture(page, name, full=False)
    assert_accessible(page)


def _tab_to(page: Page, name: str) -> None:
    target = page.get_by_role("button", name=name, exact=True)
    for _ in range(30):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} is not reached with the Tab key")


def _until(page: Page, condition: str) -> None:
    for _ in range(150):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)
