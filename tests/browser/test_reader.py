"""The reader in Chromium, in front of a real server: hands, keys, a lost network, a loan that ends."""

import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ebooklib import epub
from PIL import Image, ImageDraw
from playwright.sync_api import CDPSession, Frame, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import PHONE, Visitor
from tests.browser.looking import press_in_a_bar, seated

TOUCH = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
Visit = Callable[..., Visitor]


def make_epub(folder: Path, *, direction: str = "ltr") -> Path:
    """Six short chapters; the first links to a note in the last, and out of the book."""
    book = epub.EpubBook()
    book.set_title(f"Six chapters, {direction}")
    book.set_language("en")
    book.set_direction(direction)
    links = '<p><a href="c6.xhtml#note">to the note</a> <a href="https://example.org/x">outside</a></p>'
    chapters = []
    for number in range(1, 7):
        chapter = epub.EpubHtml(title=f"Chapter {number}", file_name=f"c{number}.xhtml")
        words = f'<p id="note">Words of chapter {number}.</p>' + (links if number == 1 else "")
        chapter.content = f"<h1>Chapter {number}</h1>{words}"
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = chapters
    book.spine = chapters
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    path = folder / f"six-{direction}.epub"
    epub.write_epub(path, book)
    return path


def make_pdf(folder: Path) -> Path:
    pages = []
    for number in range(1, 6):
        page = Image.new("RGB", (595, 842), "white")
        ImageDraw.Draw(page).text((80, 80), f"Page {number}", fill="black", font_size=40)
        pages.append(page)
    file = io.BytesIO()
    pages[0].save(file, "PDF", save_all=True, append_images=pages[1:])
    path = folder / "five.pdf"
    path.write_bytes(file.getvalue())
    return path


@pytest.fixture
def borrow(visit: Visit) -> Callable[..., Page]:
    """Borrow a book as somebody does who got the link; returns the open reader."""

    def borrow(path: Path, **options: object) -> Page:
        return visit(**options).borrow(path)

    return borrow


def words(page: Page) -> str:
    """What the book's frame shows; nothing while one chapter's frame gives way to the next."""
    try:
        shown = [frame for frame in page.frames[1:] if frame.frame_element().is_visible()]
        return " ".join(frame.evaluate("document.body.innerText") for frame in shown)
    except PlaywrightError:
        return ""


def chapter_one(page: Page) -> Frame:
    """Its frame: others are made ready beside it."""
    return next(frame for frame in page.frames if frame.url.endswith("c1.xhtml"))


def await_words(page: Page, wanted: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if wanted in words(page):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"no {wanted!r} in {words(page)!r}")


def swipe(page: Page, start: int, end: int) -> None:
    finger: CDPSession = page.context.new_cdp_session(page)
    begun = time.time()

    def touch(kind: str, step: int, points: list[dict[str, float]]) -> None:
        """At a finger's own pace, however slow the machine is."""
        told = {"type": kind, "touchPoints": points, "timestamp": begun + 0.02 * step}
        finger.send("Input.dispatchTouchEvent", told)

    for step in range(6):
        at = {"x": start + (end - start) * step / 5, "y": 400}
        touch("touchMove" if step else "touchStart", step, [at])
    touch("touchEnd", 6, [])


def test_keys_turn_the_pages_of_a_book(borrow: Callable[..., Page], tmp_path: Path) -> None:
    page = borrow(make_epub(tmp_path))
    await_words(page, "chapter 1")
    for key, chapter in [
        ("ArrowRight", 2),
        ("PageDown", 3),
        (" ", 4),
        ("ArrowLeft", 3),
        ("End", 6),
        ("Home", 1),
    ]:
        page.keyboard.press(key)
        await_words(page, f"chapter {chapter}")
        page.wait_for_timeout(200)


def test_a_chapter_that_is_fetched_ahead_is_told_of_as_opened_once_it_is_seen(
    visit: Visit, tmp_path: Path
) -> None:
    visitor = visit()
    asked: list[tuple[str, str]] = []
    visitor.page.on(
        "request", lambda request: asked.append((request.method, request.url.partition("/loans/")[2]))
    )
    page = visitor.borrow(make_epub(tmp_path))

    def told(chapter: int) -> list[str]:
        """How the chapter was asked for, and that it was opened."""
        of_it = [(method, url) for method, url in asked if f"/c{chapter}.xhtml" in url]
        return [
            "opened" if method == "POST" else "ahead" if "ahead=1" in url else "opened"
            for method, url in of_it
        ]

    wait_until(page, lambda: told(2) == ["ahead"])
    assert told(1) == ["opened"]
    page.locator("body").press("ArrowRight")
    wait_until(page, lambda: told(3) == ["ahead"])
    wait_until(page, lambda: told(2) == ["ahead", "opened"])
    page.locator("body").press("ArrowLeft")
    wait_until(page, lambda: told(1) == ["opened", "opened"])


def test_a_page_that_is_fetched_ahead_is_told_of_as_opened_once_it_is_seen(
    visit: Visit, tmp_path: Path
) -> None:
    visitor = visit(viewport=PHONE)
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url.partition("/loans/")[2]))
    page = visitor.borrow(make_pdf(tmp_path))
    wait_until(page, lambda: any("/pages/2?" in url for url in asked))
    assert all("ahead=1" in url for url in asked if "/pages/2?" in url)
    wait_until(page, lambda: [url[-1] for url in asked if "/opened/" in url] == ["1"])
    page.locator("body").press("ArrowRight")
    wait_until(page, lambda: [url[-1] for url in asked if "/opened/" in url] == ["1", "2"])


def wait_until(page: Page, holds: Callable[[], bool]) -> None:
    for _ in range(100):
        if holds():
            return
        page.wait_for_timeout(100)
    assert holds()


def test_the_left_is_forward_in_a_book_read_from_right_to_left(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = borrow(make_epub(tmp_path, direction="rtl"))
    page.keyboard.press("ArrowLeft")
    await_words(page, "chapter 2")
    expect(page.locator("#turn-left")).to_have_attribute("aria-label", "Next page")


def test_a_tap_turns_the_page_and_one_in_the_middle_calls_the_controls(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = borrow(make_epub(tmp_path), **TOUCH)
    page.touchscreen.tap(370, 400)
    await_words(page, "chapter 2")
    expect(page.locator("body")).to_have_attribute("data-controls", "hidden")
    page.touchscreen.tap(195, 400)
    expect(page.locator("body")).to_have_attribute("data-controls", "shown")


def test_a_swipe_turns_the_page_of_a_book_and_of_a_pdf(borrow: Callable[..., Page], tmp_path: Path) -> None:
    page = borrow(make_epub(tmp_path), **TOUCH)
    await_words(page, "chapter 1")
    swipe(page, 330, 60)
    await_words(page, "chapter 2")
    page = borrow(make_pdf(tmp_path), **TOUCH)
    swipe(page, 330, 60)
    expect(page.locator("#where")).to_have_text("Page 2 of 5")


def test_a_link_inside_the_book_leads_there_and_back_again(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = borrow(make_epub(tmp_path))
    await_words(page, "chapter 1")
    expect(page.locator("#busy")).to_be_hidden()
    chapter_one(page).get_by_role("link", name="to the note").click()
    await_words(page, "chapter 6")
    page.get_by_role("button", name="Back to where you were").click()
    await_words(page, "chapter 1")


def test_a_link_out_of_the_book_asks_first(borrow: Callable[..., Page], tmp_path: Path) -> None:
    page = borrow(make_epub(tmp_path))
    await_words(page, "chapter 1")
    expect(page.locator("#busy")).to_be_hidden()
    chapter_one(page).get_by_role("link", name="outside").click()
    go = page.get_by_role("dialog").get_by_role("link")
    expect(go).to_have_attribute("href", "https://example.org/x")
    expect(go).to_have_attribute("rel", "noopener noreferrer")
    assert len(page.context.pages) == 1


def test_a_page_that_the_network_lost_comes_when_the_network_does(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = borrow(make_epub(tmp_path))
    await_words(page, "chapter 1")
    page.context.set_offline(True)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#trouble")).to_be_visible(timeout=10_000)
    page.context.set_offline(False)
    await_words(page, "chapter 2")
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_book_opens_where_it_was_left(borrow: Callable[..., Page], tmp_path: Path) -> None:
    page = borrow(make_epub(tmp_path))
    await_words(page, "chapter 1")
    page.keyboard.press("End")
    await_words(page, "chapter 6")
    page.reload()
    await_words(page, "chapter 6")


def test_a_book_given_back_in_one_tab_is_gone_from_the_other(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = seated(borrow(make_pdf(tmp_path)))
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Read here instead").click()
    expect(other.locator(".page-picture")).to_be_visible()
    press_in_a_bar(other.locator("#open-return"))
    other.get_by_role("button", name="Return it", exact=True).click()
    for tab in (other, page):
        expect(tab.locator("#end")).to_be_visible()
        expect(tab.locator("#stage *")).to_have_count(0)


def test_the_theme_is_worn_by_the_book_and_the_page_around_it(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = borrow(make_epub(tmp_path))
    await_words(page, "chapter 1")
    press_in_a_bar(page.locator("#open-look"))
    page.get_by_text("Dark", exact=True).click()
    page.keyboard.press("Escape")
    dark = "rgb(26, 22, 19)"
    expect(page.locator("body")).to_have_css("background-color", dark)
    # The last frame is the next chapter, which stands ready out of sight.
    book = chapter_one(page)
    expect(book.locator("html")).to_have_css("background-color", dark)
    expect(book.locator("a").first).to_have_css("color", "rgb(237, 160, 138)")


def test_a_picture_is_as_sharp_as_the_screen_and_its_zoom(
    borrow: Callable[..., Page], tmp_path: Path
) -> None:
    page = borrow(make_pdf(tmp_path))
    picture = page.locator(".page-picture")
    expect(picture).to_be_visible()
    for key in ("+", "+", "+"):
        page.keyboard.press(key)
    until = time.monotonic() + 15
    natural, shown = 0, 1
    while natural < shown * 0.9 or shown <= 1000:
        assert time.monotonic() < until, f"{natural} pixels for a picture {shown} wide"
        page.wait_for_timeout(100)
        natural, shown = picture.evaluate("image => [image.naturalWidth, image.clientWidth]")
