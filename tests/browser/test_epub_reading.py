"""EPUBs in Chromium, each kind with what it alone can do: pages ahead, scrolls, notes, voices, plates."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Locator, Page, Request, expect

from tests.browser import sample_epubs
from tests.browser.conftest import PHONE, House, Visitor
from tests.browser.sample_epubs import Book
from tests.browser.table.open_book import A_VOICE

Visit = Callable[..., Visitor]
Opened = Callable[..., Page]

READING = "[...document.querySelectorAll('foliate-view')].find((one) => !one.inert)"
"""The view that is read, not one of those that wait."""

TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

SEEN = """() => {
  const view = [...document.querySelectorAll('foliate-view')].find((one) => !one.inert);
  return view ? view.renderer.getContents().filter(({ doc }) =>
    doc?.body && doc.defaultView.frameElement.parentElement.style.display !== 'none') : [];
}"""


@pytest.fixture
def read(visit: Visit, house: House, tmp_path: Path) -> Opened:
    """Open a book as its owner; returns the reader when its first page shows and the next is ready."""

    def read(book: Book, settings: dict[str, object] | None = None, **options: object) -> Page:
        path = tmp_path / "book.epub"
        path.write_bytes(book.packed())
        copy = house.add(path)
        visitor = visit(**options)
        visitor.context.add_cookies([house.session("maria")])
        address = f"{house.address}/api/v1/copies/{copy['id']}/reading"
        opened = house.api().post(address, timeout=30).json()
        loan = f"{house.address}/api/v1/loans/{opened['loan']['id']}"
        usual = {"flow": "pages", "columns": "auto", "theme": "light", "slide": False}
        wished = {
            name: {"value": value, "seconds_ago": 0} for name, value in {**usual, **(settings or {})}.items()
        }
        told = house.api().put(f"{loan}/settings", json={"settings": wished}, timeout=30)
        assert told.status_code == 200, told.text
        page = visitor.go(house.address + opened["read_url"])
        expect(page.locator("#busy")).to_be_hidden()
        await_ahead(page)
        return page

    return read


def seen(page: Page) -> str:
    """The text of the sections that are seen, not of those that wait."""
    try:
        told = page.evaluate(f"({SEEN})().map(({{ doc }}) => doc.body.innerText).join(' ')")
    except PlaywrightError:
        return ""
    return str(told)


def await_seen(page: Page, wanted: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if wanted in seen(page):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"no {wanted!r} in {seen(page)!r}")


READY = """(views) => (localStorage.getItem('lending.settings') ?? '').includes('"slide"')
  && [...document.querySelectorAll('foliate-view')].filter((one) => one.lastLocation).length >= views"""
"""The reader's settings have come, after which a page may be dressed anew, and so many views are laid out."""


def await_ahead(page: Page, views: int = 2) -> None:
    """The neighbours are laid out: nothing is on its way any more."""
    await_true(page, READY, views, why="nothing was made ready ahead")


def await_true(page: Page, script: str, given: object = None, *, why: str = "") -> None:
    until = time.monotonic() + 20
    while not page.evaluate(script, given):
        assert time.monotonic() < until, why or script
        page.wait_for_timeout(50)


def test_the_next_chapter_needs_no_request_when_it_is_turned_to(read: Opened) -> None:
    page = read(sample_epubs.short_chapters())
    page.context.set_offline(True)
    page.keyboard.press("ArrowRight")
    await_seen(page, "chapter 2")
    page.context.set_offline(False)


def test_a_turn_to_a_chapter_that_is_ready_shows_it_in_the_next_frames(read: Opened) -> None:
    page = read(sample_epubs.short_chapters())
    took = page.evaluate(f"""async () => {{
      const begun = performance.now();
      document.body.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'ArrowRight', bubbles: true }}));
      for (let frames = 1; frames < 100; frames += 1) {{
        await new Promise(requestAnimationFrame);
        if (({SEEN})().some(({{ doc }}) => doc.body.innerText.includes('chapter 2'))) return frames;
      }}
    }}""")
    assert took <= 3, "frames"


def test_quick_hands_lose_no_turn(read: Opened) -> None:
    page = read(sample_epubs.short_chapters())
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    await_seen(page, "chapter 7")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    await_seen(page, "chapter 4")


def test_turning_back_shows_the_end_of_the_chapter_before(read: Opened) -> None:
    page = read(sample_epubs.long_chapters())
    page.locator("#open-contents").dispatch_event("click")
    page.locator("#contents-list").get_by_text("Chapter 2").click()
    await_seen(page, "Chapter 2")
    await_ahead(page, 3)
    page.keyboard.press("ArrowLeft")
    await_seen(page, "The end of chapter 1.")
    state = page.evaluate(
        "(() => { const r = [...document.querySelectorAll('foliate-view')]"
        ".find((one) => !one.inert).renderer; return [r.page, r.pages]; })()"
    )
    assert state[0] == state[1] - 2, "the last page of the chapter"


def test_a_scroll_goes_on_to_the_next_chapter_by_a_button_and_by_keys(read: Opened) -> None:
    page = read(sample_epubs.long_chapters(), {"flow": "scroll"})
    expect(page.locator("foliate-view").first).to_be_attached()
    await_flow(page, "scrolled")
    button = page.get_by_role("button", name="Next chapter")
    expect(button).to_be_hidden()
    for _ in range(12):
        page.keyboard.press("PageDown")
        page.evaluate(TWO_FRAMES)
        if button.is_visible():
            break
    button.click()
    await_seen(page, "Chapter 2")
    page.get_by_role("button", name="Chapter before").click()
    await_seen(page, "The end of chapter 1.")
    page.keyboard.press(" ")
    await_seen(page, "Chapter 2")


def await_flow(page: Page, flow: str) -> None:
    await_true(page, f"(flow) => {READING}?.renderer.getAttribute('flow') === flow", flow)
    await_ahead(page)


@pytest.mark.parametrize("flow", ["pages", "scroll"])
def test_a_bookmark_lies_on_a_page_whose_words_are_out_of_sight(read: Opened, flow: str) -> None:
    page = read(sample_epubs.with_hidden_titles(), {"flow": flow})
    bookmark = page.locator("#bookmark")
    bookmark.dispatch_event("click")
    expect(bookmark).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("PageDown")
    expect(bookmark).to_have_attribute("aria-pressed", "false")
    bookmark.dispatch_event("click")
    expect(bookmark).to_have_attribute("aria-pressed", "true")


def test_a_place_that_is_out_of_sight_shows_the_page_around_it(read: Opened) -> None:
    page = read(sample_epubs.with_hidden_titles())
    page.locator("#open-search").dispatch_event("click")
    for words in ("lighthouse", "ebb"):
        page.locator("#search-words").fill(words)
        page.locator("#search-words").press("Enter")
        page.locator("#search-hits button").get_by_text(words).first.click()
        await_true(page, f"{READING}.renderer.page === 1", why="the first page, not the empty one before it")
        page.locator("#open-search").dispatch_event("click")


def test_a_bookmark_keeps_a_heading_and_what_follows_it_apart(read: Opened) -> None:
    page = read(sample_epubs.short_chapters())
    page.locator("#bookmark").dispatch_event("click")
    page.locator("#open-marks").dispatch_event("click")
    expect(page.locator("#marks-list")).to_contain_text("Chapter 1 Words of chapter 1.")


def test_a_double_click_on_a_word_chooses_it_and_turns_no_page(read: Opened) -> None:
    page = read(sample_epubs.long_chapters(), viewport=PHONE)
    words = next(frame for frame in page.frames[1:] if frame.url.endswith("c1.xhtml"))
    script = """() => {
      const range = document.createRange();
      const line = document.querySelector("p").firstChild;
      for (let at = 0; ; at += 1) {
        range.setStart(line, at);
        range.setEnd(line, at + 1);
        const { x, y, width, height } = range.getBoundingClientRect();
        const frame = frameElement.getBoundingClientRect();
        if (/\\w/.test(range.toString()) && frame.x + x > 0.72 * parent.innerWidth)
          return [frame.x + x + width / 2, frame.y + y + height / 2];
      }
    }"""
    page.mouse.dblclick(*words.evaluate(script))
    expect(page.locator("#selection-menu")).to_be_visible()
    page.wait_for_timeout(500)
    assert "Chapter 1" in seen(page)
    assert page.evaluate(f"{READING}.renderer.page") == 1
    expect(page.locator("#selection-menu")).to_be_visible()


@pytest.mark.parametrize("number", ["1", "2"], ids=["said", "looking"])
def test_the_number_of_a_note_brings_the_note(read: Opened, number: str) -> None:
    page = read(sample_epubs.with_notes())
    link(page, number).click()
    note = page.locator("#note-body")
    expect(note).to_be_visible()
    expect(note).to_contain_text("said to be one" if number == "1" else "A note in a list.")
    expect(note).not_to_contain_text("↩")
    await_seen(page, "looking")


def test_a_link_inside_a_note_leads_into_the_book(read: Opened) -> None:
    page = read(sample_epubs.with_notes())
    link(page, "1").click()
    page.locator("#note-body").get_by_text("See there").click()
    await_seen(page, "The second chapter")


def test_a_link_that_is_no_note_is_followed(read: Opened) -> None:
    page = read(sample_epubs.with_notes())
    link(page, "the second chapter").click()
    await_seen(page, "The tide went out")
    expect(page.locator("#note-body")).to_be_hidden()


def link(page: Page, name: str) -> Locator:
    frame = next(frame for frame in page.frames[1:] if frame.url.endswith("c1.xhtml"))
    return frame.get_by_role("link", name=name, exact=True)


def test_printed_pages_are_told(read: Opened) -> None:
    page = read(sample_epubs.with_page_list())
    expect(page.locator("#where")).to_contain_text("xii")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#where")).to_contain_text("13")


@pytest.mark.parametrize("flow", ["pages", "scroll"])
def test_vertical_lines_turn_to_the_left_in_both_flows(read: Opened, flow: str) -> None:
    page = read(sample_epubs.vertical(), {"flow": flow})
    await_flow(page, "scrolled" if flow == "scroll" else "paginated")
    for _ in range(20):
        page.keyboard.press("PageDown")
        page.wait_for_timeout(100)
    await_seen(page, "終わりの章")


def test_fixed_pages_stand_side_by_side_on_a_wide_screen(read: Opened) -> None:
    page = read(sample_epubs.fixed_pages())
    assert "Plate 1" in seen(page)
    page.keyboard.press("ArrowRight")
    await_seen(page, "Plate 3")
    assert "Plate 2" in seen(page)
    page.keyboard.press("ArrowLeft")
    await_seen(page, "Plate 1")


def test_fixed_pages_come_one_by_one_on_a_phone(read: Opened) -> None:
    page = read(sample_epubs.fixed_pages(), viewport=PHONE)
    for plate in (2, 3, 4):
        page.keyboard.press("ArrowRight")
        await_seen(page, f"Plate {plate}")
        page.wait_for_timeout(300)
        assert seen(page).count("Plate") == 1
    page.keyboard.press("ArrowLeft")
    await_seen(page, "Plate 3")


def test_a_book_of_fixed_pages_from_right_to_left_turns_to_the_left(read: Opened) -> None:
    page = read(sample_epubs.fixed_pages("rtl"))
    page.keyboard.press("ArrowLeft")
    await_seen(page, "Plate 2")


def test_a_fixed_page_is_made_larger_and_fits_again(read: Opened) -> None:
    page = read(sample_epubs.fixed_pages())
    before = plate_width(page)
    page.keyboard.press("+")
    page.keyboard.press("+")
    assert plate_width(page) > 1.3 * before
    page.keyboard.press("0")
    assert plate_width(page) == pytest.approx(before, abs=1)


def plate_width(page: Page) -> float:
    widths = "doc.defaultView.frameElement.getBoundingClientRect().width"
    return float(page.evaluate(f"Math.max(...({SEEN})().map(({{ doc }}) => {widths}))"))


def test_a_narrated_book_is_heard_and_followed_into_the_next_chapter(read: Opened) -> None:
    page = read(sample_epubs.narrated())
    heard: list[str] = []
    page.on("request", lambda request: _note(heard, request))
    page.locator("body").press("r")
    spoken = f"({SEEN})()[0]?.doc.querySelector('.speaking')?.id"
    await_true(page, f"['a', 'b'].includes({spoken})")
    sound = page.locator("audio")
    first = float(sound.evaluate("audio => audio.currentTime"))
    await_seen(page, "first sentence of 2")
    assert float(sound.evaluate("audio => audio.currentTime")) > first
    assert any(url.endswith("voice.wav") for url in heard)
    for _ in range(100):
        if sound.evaluate("audio => audio.paused"):
            break
        page.wait_for_timeout(100)
    assert sound.evaluate("audio => audio.paused"), "it ends with the book"


def test_a_narrator_whose_sound_is_damaged_says_so_and_turns_no_page(read: Opened) -> None:
    told = sample_epubs.narrated()
    page = read(replace(told, files={**told.files, "voice.wav": b"no sound at all"}))
    page.locator("body").press("r")
    expect(page.locator("#snack")).to_contain_text("has nothing to say here")
    expect(page.locator("#aloud-play")).to_have_attribute("aria-label", "Read")
    assert "first sentence of 1" in seen(page)


def test_where_a_narrator_has_nothing_to_say_another_voice_reads(read: Opened) -> None:
    told = sample_epubs.narrated()
    page = read(replace(told, files={**told.files, "voice.wav": b"no sound at all"}))
    page.evaluate("globalThis.spokenSoFar = [];" + A_VOICE)
    page.locator("body").press("r")
    expect(page.locator("#aloud-voice")).to_have_value("a-voice")
    for _ in range(100):
        if page.evaluate("spokenSoFar.length"):
            break
        page.wait_for_timeout(100)
    assert page.evaluate("spokenSoFar[0]") == "Chapter 1"


def _note(heard: list[str], request: Request) -> None:
    heard.append(request.url)


def test_a_chapter_that_was_lost_before_anybody_needed_it_is_dropped_without_a_word(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(sample_epubs.Book("Lost", [f"<p>chapter {n} of it</p>" for n in (1, 2, 3)]).packed())
    visitor = visit()
    visitor.page.route("**/c2.xhtml*", lambda route: route.abort("internetdisconnected"))
    page = visitor.borrow(path)
    page.wait_for_timeout(2000)
    assert visitor.complaints == []
    page.unroute("**/c2.xhtml*")
    page.locator("body").press("ArrowRight")
    await_seen(page, "chapter 2 of it")


def test_a_window_that_changes_while_a_chapter_is_on_its_way_breaks_nothing(read: Opened) -> None:
    ballast = "".join(f".x{hash_of(n)} {{ color: #{hash_of(n)[:6]} }}" for n in range(1200))
    page = read(sample_epubs.Book("Slow", [sample_epubs.PROSE] * 9, head=f"<style>{ballast}</style>"))
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    speed = {"offline": False, "latency": 0, "downloadThroughput": 20_000, "uploadThroughput": 100_000}
    wire.send("Network.emulateNetworkConditions", speed)
    page.locator("#progress").evaluate(
        "slider => { slider.value = 600; slider.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    for step in range(20):
        page.set_viewport_size({"width": 1280 - 20 * step, "height": 800})
        page.wait_for_timeout(100)
    wire.send("Network.emulateNetworkConditions", speed | {"downloadThroughput": -1})
    await_seen(page, "The tide went out")


def hash_of(number: int) -> str:
    """Letters that no compression makes short."""
    return hashlib.sha256(str(number).encode()).hexdigest()
