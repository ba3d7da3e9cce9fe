"""The small tools of the reading page, by hand and by keys: menus beside words, a ruler, the whole screen."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import sample_epubs
from tests.browser.conftest import PHONE, House, Visitor
from tests.browser.looking import (
    assert_accessible,
    await_free_seat,
    bring_back,
    held_back,
    picture,
    press_in_a_bar,
    put_out_of_sight,
)
from tests.browser.sample_books import epub, pdf

Visit = Callable[..., Visitor]
Read = Callable[..., Page]
PAPERS = ("light", "sepia", "grey", "dark", "contrast")

EPUB_WORD = """() => {
  const view = [...document.querySelectorAll('foliate-view')].find((one) => !one.inert);
  for (const { doc } of view.renderer.getContents()) {
    const words = doc.querySelector('p')?.firstChild;
    if (!words) continue;
    const range = doc.createRange();
    range.setStart(words, 4);
    range.setEnd(words, 11);
    const { left, top, width, height } = range.getBoundingClientRect();
    const frame = doc.defaultView.frameElement.getBoundingClientRect();
    return { x: frame.left + left + width / 2, y: frame.top + top + height / 2 };
  }
}"""
PDF_WORD = """() => {
  const line = document.querySelector('.sheet .page-text text');
  const { x, y, width, height } = line.getExtentOfChar(line.textContent.indexOf('lantern') + 3);
  const at = new DOMPoint(x + width / 2, y + height / 2).matrixTransform(line.getScreenCTM());
  return { x: at.x, y: at.y };
}"""
"""Where the word "lantern" is on the first page, in the window."""

# Chromium without a screen never hides a page: this does what it does then, with the real lock.
LOCK_KEPT_IN_SIGHT = """
window.locks = [];
if ('wakeLock' in navigator) {
  const request = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = async (kind) => {
    const lock = await request(kind);
    locks.push(lock);
    return lock;
  };
}
window.put = async (hidden) => {
  const told = { hidden, visibilityState: hidden ? 'hidden' : 'visible' };
  for (const name in told) Object.defineProperty(document, name, { value: told[name], configurable: true });
  if (hidden) await Promise.all(locks.map((lock) => lock.release()));
  document.dispatchEvent(new Event('visibilitychange'));
};
window.held = () => locks.filter((lock) => !lock.released).length;
"""

# A slide is short, and a slow machine shows few of its frames: what is set in motion is counted.
NOTING_SLIDES = """
globalThis.slides = 0;
const animate = Element.prototype.animate;
Element.prototype.animate = function (...how) {
  if (this.closest('#stage')) globalThis.slides += 1;
  return animate.apply(this, how);
};
"""
EPUB_PLACE = """() => {
  const { renderer } = [...document.querySelectorAll('foliate-view')].find((one) => !one.inert);
  return renderer.containerPosition;
}"""
"""What changes from frame to frame while a page slides."""


@pytest.fixture
def read(visit: Visit, house: House, tmp_path: Path) -> Read:
    """Borrow a book as somebody does who got the link; returns the open reader."""

    def read(raw: bytes, kind: str = "epub", *, script: str = "", **options: object) -> Page:
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.{kind}"
        path.write_bytes(raw)
        visitor = visit(**options)
        if script:
            visitor.page.add_init_script(script)
        return visitor.borrow(path)

    return read


BOOKS = pytest.mark.parametrize(
    ("kind", "word"), [("epub", EPUB_WORD), ("pdf", PDF_WORD)], ids=["epub", "pdf"]
)


@BOOKS
def test_a_double_click_brings_the_menu_of_the_word(read: Read, kind: str, word: str) -> None:
    page = read(_book(kind), kind)
    at = _place(page, word)
    page.mouse.dblclick(at["x"], at["y"])
    expect(page.locator("#selection-menu")).to_be_visible()
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#search-words")).to_have_value("lantern")


@BOOKS
def test_words_selected_by_dragging_are_highlighted_and_a_tap_changes_them(
    read: Read, kind: str, word: str
) -> None:
    page = read(_book(kind), kind)
    at = _place(page, word)
    _drag(page, at)
    expect(page.locator("#selection-menu")).to_be_visible()
    page.get_by_role("button", name="Green").click()
    expect(page.locator("#selection-menu")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.locator("#marks-list .mark-green")).to_have_count(1)
    page.keyboard.press("Escape")
    page.mouse.click(at["x"], at["y"])
    menu = page.locator("#mark-menu")
    expect(menu.get_by_role("button", name="Green")).to_have_attribute("aria-pressed", "true")
    menu.get_by_role("button", name="Pink").click()
    page.keyboard.press("n")
    expect(page.locator("#marks-list .mark-pink")).to_have_count(1)


def test_the_selected_words_of_a_pdf_are_seen_through_their_selection(read: Read) -> None:
    page = read(_book("pdf"), "pdf")
    for paper in PAPERS:
        _wear(page, paper)
        _drag(page, _place(page, PDF_WORD))
        picture(page, f"tools-pdf-{paper}-selected", full=False)
        opaque = page.evaluate("""() => {
            const line = document.querySelector('.sheet .page-text text');
            const wash = document.createElement('canvas').getContext('2d');
            wash.fillStyle = getComputedStyle(line, '::selection').backgroundColor;
            wash.fillRect(0, 0, 1, 1);
            return wash.getImageData(0, 0, 1, 1).data[3] / 255;
        }""")
        assert 0.1 < opaque < 0.5, paper


@BOOKS
def test_a_highlight_is_changed_with_a_thumb(read: Read, kind: str, word: str) -> None:
    page = read(_book(kind), kind, viewport=PHONE, has_touch=True, is_mobile=True)
    at = _place(page, word)
    _drag(page, at)
    page.get_by_role("button", name="Blue").tap()
    page.touchscreen.tap(at["x"], at["y"])
    menu = page.locator("#mark-menu")
    expect(menu).to_be_visible()
    menu.get_by_role("button", name="Remove").tap()
    expect(page.get_by_text("The highlight is gone.")).to_be_visible()


@BOOKS
def test_the_menus_beside_words_are_accessible_on_every_paper(read: Read, kind: str, word: str) -> None:
    page = read(_book(kind), kind)
    at = _place(page, word)
    for paper in PAPERS:
        _wear(page, paper)
        _drag(page, at)
        expect(page.locator("#selection-menu")).to_be_visible()
        _check(page, f"tools-{kind}-{paper}-selection")
        page.get_by_role("button", name="Yellow").click()
        page.mouse.click(at["x"], at["y"])
        expect(page.locator("#mark-menu")).to_be_visible()
        _check(page, f"tools-{kind}-{paper}-mark")
        page.get_by_role("button", name="Remove").click()
        expect(page.locator("#mark-menu")).to_be_hidden()


def test_the_other_tools_are_accessible_on_every_paper(read: Read) -> None:
    page = read(_book("epub"), viewport=PHONE)
    for paper in PAPERS:
        _wear(page, paper)
        page.keyboard.press("r")
        expect(page.locator("#aloud")).to_be_visible()
        _check(page, f"tools-{paper}-aloud")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("boathouse")
        page.keyboard.press("Enter")
        expect(page.locator("#search-hits button").first).to_be_visible()
        _check(page, f"tools-{paper}-search")
        page.locator("#search-hits button").first.click()
        expect(page.locator("#hits-bar")).to_be_visible()
        _check(page, f"tools-{paper}-hits")
        page.keyboard.press("Escape")
        press_in_a_bar(page.locator("#open-more"))
        _check(page, f"tools-{paper}-more")
        page.get_by_role("button", name="About this book").click()
        expect(page.locator("#about")).to_contain_text("Ines Faro")
        _check(page, f"tools-{paper}-about")
        page.keyboard.press("Escape")


def test_a_note_of_the_book_is_read_beside_its_number_and_closed_again(read: Read) -> None:
    page = read(sample_epubs.with_notes().packed())
    frame = next(frame for frame in page.frames[1:] if frame.url.endswith("c1.xhtml"))
    for paper in PAPERS:
        _wear(page, paper)
        frame.get_by_role("link", name="1", exact=True).click()
        expect(page.locator("#note")).to_be_focused()
        _check(page, f"tools-{paper}-note")
        page.keyboard.press("Escape")
        expect(page.locator("#note")).to_be_hidden()
    frame.get_by_role("link", name="1", exact=True).click()
    page.get_by_role("button", name="Go to the note").click()
    expect(page.locator("#note")).to_be_hidden()


def test_the_ruler_moves_a_line_with_the_keys_and_turns_the_page_at_its_end(read: Read) -> None:
    page = read(_book("epub"))
    page.keyboard.press("l")
    page.get_by_label("Reading ruler").check(force=True)
    page.keyboard.press("Escape")
    ruler = page.locator("#ruler")
    expect(ruler).to_be_visible()
    first = _top(page)
    page.keyboard.press("ArrowDown")
    second = _top(page)
    assert second > first
    page.keyboard.press("ArrowUp")
    assert _top(page) == pytest.approx(first, abs=1)
    before = page.locator("#progress").input_value()
    for _ in range(80):
        page.keyboard.press("ArrowDown")
        if _top(page) < second - 40:
            break
    expect(page.locator("#progress")).not_to_have_value(before)  # the page turned
    page.mouse.move(640, 500)
    page.mouse.move(640, 520)
    assert _top(page) == pytest.approx(520, abs=20)


def test_the_book_takes_the_whole_screen_and_gives_it_back(read: Read) -> None:
    page = read(_book("epub"))
    page.keyboard.press("f")
    _until(page, "document.fullscreenElement === document.documentElement")
    page.keyboard.press("f")
    _until(page, "document.fullscreenElement === null")


def test_the_screen_stays_on_while_a_book_is_read(read: Read) -> None:
    page = read(_book("epub"), script=LOCK_KEPT_IN_SIGHT)
    assert page.evaluate("locks.length") == 0, "nobody has asked for it"
    page.keyboard.press("l")
    page.get_by_label("Keep the screen on").check(force=True)
    page.keyboard.press("Escape")
    _until(page, "held() === 1")
    page.evaluate("put(true)")
    page.wait_for_timeout(300)
    assert page.evaluate("held()") == 0, "a page that nobody sees keeps no screen on"
    page.evaluate("put(false)")
    _until(page, "held() === 1")
    page.reload()
    _until(page, "window.held?.() === 1")
    page.locator("#open-return").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Return it").click()
    expect(page.get_by_role("heading", name="The book is back")).to_be_visible()
    _until(page, "held() === 0")


@pytest.mark.parametrize("kind", ["epub", "pdf"])
def test_the_book_takes_the_focus_only_from_a_page_where_nothing_has_it(read: Read, kind: str) -> None:
    page = read(_book(kind), kind)
    for before, after in (("#open-return", "#open-return"), ("body", "#stage")):
        with held_back(page, "**/manifest"):
            page.reload()
            page.locator(before).focus()
        _await_book(page)
        expect(page.locator(after)).to_be_focused()


def test_a_book_that_comes_late_is_shown_with_the_bars_around_it(read: Read) -> None:
    page = read(_book("epub"))
    with held_back(page, "**/manifest"):
        page.reload()
        expect(page.locator("body")).to_have_attribute("data-controls", "hidden")
    expect(page.locator("body")).to_have_attribute("data-controls", "shown")


def test_the_text_is_set_as_its_reader_likes_it(read: Read) -> None:
    page = read(_book("epub"))
    before = _type(page)
    page.keyboard.press("l")
    page.locator("input[name=face][value=dyslexic]").check(force=True)
    page.locator("input[name=hyphens][value=on]").check(force=True)
    page.locator("input[name=align][value=justify]").check(force=True)
    for _ in range(5):
        page.get_by_role("button", name="More space between lines").click()
    for _ in range(2):
        page.get_by_role("button", name="Larger", exact=True).click()
    expect(page.locator("#size-now")).to_have_text("125 %")
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    now = _type(page)
    assert now["family"].startswith("OpenDyslexic")
    assert now["loaded"], "the letters are there, not only asked for"
    assert (now["hyphens"], now["align"]) == ("auto", "justify")
    assert now["line"] / now["size"] > 1.9
    assert now["size"] == pytest.approx(1.25 * before["size"], rel=0.01)
    picture(page, "tools-type-as-liked", full=False)
    page.reload()
    _await_book(page)
    assert _type(page) == now, "and so it is found again"


@pytest.mark.parametrize("kind", ["epub", "pdf"])
@pytest.mark.parametrize(("motion", "slides"), [("no-preference", True), ("reduce", False)])
def test_pages_slide_only_where_motion_is_welcome(
    read: Read, kind: str, motion: str, *, slides: bool
) -> None:
    page = read(_book(kind), kind, script=NOTING_SLIDES, reduced_motion=motion)
    seen_to_slide = _epub_slides if kind == "epub" else _pdf_slides
    assert not seen_to_slide(page), "nobody has asked for it"
    page.keyboard.press("l")
    page.get_by_label("Pages slide when they turn").check(force=True)
    page.keyboard.press("Escape")
    page.wait_for_timeout(500)
    assert seen_to_slide(page) is slides


def test_another_place_is_typed_at_the_foot(read: Read) -> None:
    page = read(_book("epub"), viewport=PHONE)
    place = page.locator("#where")
    press_in_a_bar(place)
    field = page.get_by_label("Go to per cent")
    expect(field).to_be_focused()
    _check(page, "tools-go-to")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(place).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("60")
    page.keyboard.press("Enter")
    expect(place).to_contain_text("6")
    page.get_by_role("button", name="Back to where you were").click()


def test_a_device_that_comes_back_is_offered_the_place_of_the_other(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "two.epub"
    path.write_bytes(epub(f"Two devices {tmp_path.name}"))
    address = f"{house.address}/api/v1/copies/{house.add(path)['id']}/reading"
    opened: dict[str, Any] = house.api().post(address, timeout=30).json()
    pages = []
    for keys in (1, 5):
        device = visit()
        device.context.add_cookies([house.session("maria")])
        page = device.go(opened["read_url"])
        _await_book(page)
        for _ in range(keys):
            page.keyboard.press("PageDown")
            page.wait_for_timeout(300)
        with page.expect_response(lambda answer: answer.request.method == "PUT" and "position" in answer.url):
            page.wait_for_timeout(1500)
        put_out_of_sight(page)
        await_free_seat(page)
        pages.append(page)
    laptop, phone = pages
    bring_back(laptop)
    expect(laptop.get_by_text("You read on, on another device.")).to_be_visible()
    laptop.get_by_role("button", name="Go there").click()
    expect(laptop.locator("#where")).to_have_text(phone.locator("#where").inner_text())
    house.api().delete(address, timeout=10)


def _book(kind: str) -> bytes:
    return epub("The Lantern Keeper") if kind == "epub" else pdf()


def _await_book(page: Page) -> None:
    expect(page.locator("#where")).not_to_be_empty()
    expect(page.locator("#busy")).to_be_hidden()


def _place(page: Page, word: str) -> dict[str, float]:
    """Where the word is, once the page has come to rest."""
    if word == PDF_WORD:
        page.locator(".sheet .page-text text").first.wait_for(state="attached")
    page.wait_for_timeout(800)
    at: dict[str, float] = page.evaluate(word)
    return at


def _drag(page: Page, at: dict[str, float]) -> None:
    """Draw the mouse over the word and its neighbours."""
    page.mouse.move(at["x"] - 30, at["y"])
    page.mouse.down()
    page.mouse.move(at["x"], at["y"] + 1, steps=4)
    page.mouse.move(at["x"] + 60, at["y"], steps=4)
    page.mouse.up()


def _wear(page: Page, paper: str) -> None:
    page.keyboard.press("l")
    page.locator(f"input[name=theme][value={paper}]").check(force=True)
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_attribute("data-paper", paper)


def _type(page: Page) -> dict[str, Any]:
    """How the first paragraph in sight is set, in its frame."""
    page.wait_for_timeout(500)
    found: dict[str, Any] = page.evaluate("""async () => {
        const view = [...document.querySelectorAll('foliate-view')].find((one) => !one.inert);
        const [{ doc }] = view.renderer.getContents();
        const style = doc.defaultView.getComputedStyle(doc.querySelector('p'));
        await doc.fonts.ready;
        const faces = [...doc.fonts].filter(({ family }) => family.includes('OpenDyslexic'));
        return {
            family: style.fontFamily.replaceAll('"', ''), hyphens: style.hyphens, align: style.textAlign,
            line: parseFloat(style.lineHeight), size: parseFloat(style.fontSize),
            loaded: faces.some(({ status }) => status === 'loaded'),
        };
    }""")
    return found


def _epub_slides(page: Page) -> bool:
    """Whether the page is seen in more than two places, frame by frame, while it is turned."""
    page.evaluate(f"""() => {{
        const place = {EPUB_PLACE};
        window.places = new Set([place()]);
        const look = () => {{ places.add(place()); window.looking = requestAnimationFrame(look); }};
        look();
    }}""")
    _turn(page)
    page.evaluate("cancelAnimationFrame(looking)")
    return int(page.evaluate("places.size")) > 2


def _pdf_slides(page: Page) -> bool:
    before = page.evaluate("slides")
    _turn(page)
    return bool(page.evaluate("slides") > before)


def _turn(page: Page) -> None:
    before = page.locator("#progress").input_value()
    page.keyboard.press("PageDown")
    expect(page.locator("#progress")).not_to_have_value(before)
    page.wait_for_timeout(300)  # it comes to rest


def _top(page: Page) -> float:
    box = page.locator("#ruler").bounding_box()
    assert box
    return box["y"] + box["height"] / 2


def _check(page: Page, name: str) -> None:
    picture(page, name, full=False)
    assert_accessible(page)


def _until(page: Page, condition: str) -> None:
    for _ in range(100):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise AssertionError(condition)
