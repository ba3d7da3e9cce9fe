"""What a reader is to find in a book, and how it is seen in Chromium: a function for each column."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import ElementHandle, Frame, expect

from tests.browser.table.book import Book
from tests.browser.table.open_book import OpenBook

NOTEREF = r'epub:type="[^"]*noteref|role="doc-noteref'
INNER_LINK = r"<a\b(?![^>]*noteref)[^>]*href=\"(?!https?:|mailto:)[^\"]*\.x?html?[#\"]"
OUTER_LINK = r"<a\b[^>]*href=\"https?:"


@dataclass(frozen=True)
class Feature:
    """A column: its heading, whether a book has it, and how to see it work."""

    name: str
    is_in: Callable[[Book], bool]
    see: Callable[[OpenBook], None]


# --- of every book --------------------------------------------------------------------------------------


def see_pages_turn(opened: OpenBook) -> None:
    """Forward and back again."""
    first = opened.place()
    opened.press("PageDown")
    second = opened.await_place(lambda place: place != first)
    opened.press("PageUp")
    opened.await_place(lambda place: place != second)


def see_scrolling(opened: OpenBook) -> None:
    """Set to scroll, the text is longer than the window, and wheels move it."""
    opened.go_to_words()
    with opened.looking(flow="scroll"):
        before = opened.top_of_text()
        opened.page.mouse.move(640, 400)
        opened.page.mouse.wheel(0, 300)
        opened.until(lambda: opened.top_of_text() != before, "the wheel moves nothing")


def see_two_pages(opened: OpenBook) -> None:
    """Two pages stand side by side in a wide window."""
    if opened.book.is_epub and opened.book.has_text and not opened.book.is_fixed:
        opened.go_to_words()  # a plate is a page of its own
    else:
        opened.go_to_the_middle()
    with opened.looking(columns="two"):
        opened.until(lambda: opened.pages_side_by_side() == 2, "no two pages side by side")


def see_contents(opened: OpenBook) -> None:
    """A line of the contents leads to its chapter."""
    opened.begin_again()
    opened.page.locator("#open-contents").dispatch_event("click")
    lines = opened.page.locator("#contents-list button")
    before = opened.place()
    lines.nth(lines.count() - 1).click()
    expect(opened.page.locator("#contents")).to_be_hidden()
    if lines.count() > 1:
        opened.await_place(lambda place: place != before)


def see_go_to(opened: OpenBook) -> None:
    """The slider leads to the middle of the book, and the foot of the page says where that is."""
    opened.go_to_the_middle()
    expect(opened.page.locator("#where")).not_to_be_empty()


def see_search(opened: OpenBook) -> None:
    """A word of the page, written without its accents and in capitals, is found and led to."""
    opened.go_to_words()
    page = opened.page
    word = opened.a_word()
    page.locator("#open-search").dispatch_event("click")
    page.locator("#search-words").fill(_plain(word).upper())
    page.locator("#search-words").press("Enter")
    hit = page.locator("#search-hits button").first
    expect(hit).to_be_visible()
    assert _plain(word).lower() in _plain(hit.locator("mark").inner_text()).lower()
    hit.click()
    expect(page.locator("#hits-bar")).to_be_visible()
    page.locator("#hits-done").click()


def see_bookmark(opened: OpenBook) -> None:
    """A bookmark lies on the page, is in the list, and can be taken out."""
    if opened.book.has_text:
        opened.go_to_words()
    else:
        opened.begin_again()
    page = opened.page
    button = page.locator("#bookmark")
    button.dispatch_event("click")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.dispatch_event("click")
    expect(button).to_have_attribute("aria-pressed", "false")


def see_highlight(opened: OpenBook) -> None:
    """A word is chosen with a double click, and gets a colour."""
    opened.go_to_words()
    opened.choose_a_word()
    page = opened.page
    expect(page.locator("#selection-menu")).to_be_visible()
    page.locator("#selection-menu .pencil-green").click()
    page.locator("#open-marks").dispatch_event("click")
    expect(page.locator("#marks-list li")).to_have_count(1)
    page.locator("#marks [data-close]").click()


def see_read_aloud(opened: OpenBook) -> None:
    """A voice gets the words of the page, sentence by sentence."""
    opened.go_to_words()
    opened.more("aloud")
    expect(opened.page.locator("#aloud")).to_be_visible()
    opened.until(lambda: bool(opened.spoken()), "nothing is spoken")
    opened.page.locator("#aloud-done").click()


def see_about(opened: OpenBook) -> None:
    """What the book is, and how it can be read by whom, in plain words."""
    opened.more("about")
    expect(opened.page.locator("#about-words")).to_contain_text(re.compile(r"\w{3}"))
    opened.page.locator("#about [data-close]").click()


# --- of EPUBs -------------------------------------------------------------------------------------------


def see_typography(opened: OpenBook) -> None:
    """Letters, and the ends of lines, are as the reader sets them."""
    opened.go_to_words()
    with opened.looking(face="sans", align="justify"):
        assert any("Atkinson" in family for family in opened.styles_of_text("fontFamily"))
        assert "justify" in opened.styles_of_text("textAlign")


def see_page_list(opened: OpenBook) -> None:
    """A printed page is gone to by its number, and the foot of the page says it."""
    entry = _leading(opened.book.manifest["pageList"])[-1]
    label = (entry.get("label") or entry.get("title")).strip()
    with opened.looking(columns="one"):
        opened.page.locator("#page-number").evaluate(
            "(field, label) => { field.value = label; field.form.requestSubmit(); }", label
        )
        expect(opened.page.locator("#where")).to_contain_text(label)
    opened.begin_again()


def see_footnote(opened: OpenBook) -> None:
    """A note comes to its number, and goes again."""
    opened.go_to_section(_section(opened, NOTEREF))
    selector = "[*|type~=noteref], [role=doc-noteref]"
    opened.click_in_book(lambda frame: frame.query_selector(selector))
    note = opened.page.locator("#note")
    expect(note).to_be_visible()
    expect(note.locator("#note-body")).to_contain_text(re.compile(r"\w"))
    opened.page.keyboard.press("Escape")
    expect(note).to_be_hidden()


def see_inner_link(opened: OpenBook) -> None:
    """A link leads to another part, and back."""
    opened.go_to_section(_section(opened, INNER_LINK))
    opened.click_in_book(_plain_link)
    back = opened.page.locator("#jump-back")
    expect(back).to_be_visible()
    back.click()


def see_outer_link(opened: OpenBook) -> None:
    """A link out of the book asks first."""
    opened.go_to_section(_section(opened, OUTER_LINK))
    opened.click_in_book(lambda frame: frame.query_selector("a[href^='http']"))
    expect(opened.page.locator("#outside")).to_be_visible()
    opened.page.locator("#outside [data-close]").click()


def see_fixed_page(opened: OpenBook) -> None:
    """The whole page is in the window."""
    boxes = [box for box in opened.boxes_of_frames() if box["width"] > 1]
    assert boxes
    assert all(box["y"] > -2 and box["y"] + box["height"] < 802 for box in boxes), boxes


def see_right_to_left(opened: OpenBook) -> None:
    """The left is forward."""
    opened.begin_again()
    expect(opened.page.locator("#turn-left")).to_have_attribute("aria-label", "Next page")
    before = opened.place()
    opened.press("ArrowLeft")
    opened.await_place(lambda place: place != before)


def see_vertical(opened: OpenBook) -> None:
    """Lines run downwards."""
    opened.go_to_words()
    assert opened.styles_of_text("writingMode")[0].startswith("vertical")


def see_formulas(opened: OpenBook) -> None:
    """A formula has a size of its own."""
    opened.go_to_section(_section(opened, r"<(\w+:)?math\b"))
    assert opened.size_in_book("math") > 10


def see_drawing(opened: OpenBook) -> None:
    """A drawing stands where a chapter would."""
    opened.go_to_section(_spine_item(opened.book, (".svg",)))
    assert opened.size_in_book("svg") > 100


def see_picture(opened: OpenBook) -> None:
    """A picture stands where a chapter would."""
    opened.go_to_section(_spine_item(opened.book, (".jpg", ".jpeg", ".png", ".gif", ".webp")))
    assert opened.size_in_book("img") > 100


def see_sound(opened: OpenBook) -> None:
    """Sound plays."""
    opened.go_to_section(_section(opened, r"<audio\b"))
    opened.plays("audio")


def see_film(opened: OpenBook) -> None:
    """Film plays."""
    opened.go_to_section(_section(opened, r"<video\b"))
    opened.plays("video")


def see_read_along(opened: OpenBook) -> None:
    """The book's own voice reads."""
    opened.more("aloud")
    opened.until(opened.narrates, "the book's own voice is silent")
    opened.page.locator("#aloud-done").click()


def see_restored_fonts(opened: OpenBook) -> None:
    """A font that lay scrambled in the file is worn by the text."""
    opened.until(opened.wears_own_font, "no font of the book's own is loaded")


# --- of PDFs --------------------------------------------------------------------------------------------


def see_crisp(opened: OpenBook) -> None:
    """Zoomed far in, there are as many pixels as the screen has."""
    for _ in range(5):
        opened.press("+")
    opened.until(opened.is_crisp, "the page is blurred")
    opened.press("0")


def see_turned(opened: OpenBook) -> None:
    """A quarter turn makes wide what was high."""
    before = opened.shape_of_sheet()
    opened.turn_sheet()
    opened.until(lambda: abs(opened.shape_of_sheet() * before - 1) < 0.05, "the page did not turn")
    for _ in range(3):
        opened.turn_sheet()
    opened.until(lambda: abs(opened.shape_of_sheet() / before - 1) < 0.05, "the page did not turn back")


def see_labels(opened: OpenBook) -> None:
    """A page is gone to by what the book calls it."""
    labels = opened.book.manifest["labels"]
    wanted = next(
        label for number, label in enumerate(labels, 1) if label != str(number) and labels.count(label) == 1
    )
    opened.page.locator("#page-number").evaluate(
        "(field, label) => { field.value = label; field.form.requestSubmit(); }", wanted
    )
    expect(opened.page.locator("#where")).to_contain_text(wanted)
    opened.begin_again()


def see_pdf_link(opened: OpenBook) -> None:
    """A link leads to its page."""
    number = opened.book.page_with("page")
    assert number
    opened.go_to_page(number)
    before = opened.place()
    opened.click_link("page")
    opened.await_place(lambda place: place != before)
    opened.begin_again()


def see_pdf_outer_link(opened: OpenBook) -> None:
    """A link out of the book asks first."""
    number = opened.book.page_with("href")
    assert number
    opened.go_to_page(number)
    opened.click_link("href")
    expect(opened.page.locator("#outside")).to_be_visible()
    opened.page.locator("#outside [data-close]").click()
    opened.begin_again()


def see_text_layer(opened: OpenBook) -> None:
    """The words of the page are there for screen readers, over its picture."""
    number, words = next((n, words) for n, words in opened.book.page_words.items() if words["lines"])
    opened.go_to_page(number)
    line = max((line[4].strip() for line in words["lines"]), key=len)
    opened.until(lambda: line in opened.names_in_accessibility_tree(), f"{line!r} is not told")


def see_scan(opened: OpenBook) -> None:
    """A page that is a picture shows more than one colour, and weighs little."""
    assert opened.colours_of_picture() > 1
    assert opened.weight_of_picture() < 400_000


def see_thousands(opened: OpenBook) -> None:
    """The last of thousands of pages is one key away, and few pages are alive."""
    opened.press("End")
    count = opened.book.manifest["pages"]
    expect(opened.page.locator("#where")).to_contain_text(re.compile(rf"{count}\D+{count}"))
    assert opened.page.locator(".sheet").count() <= 12
    with opened.looking(flow="scroll"):
        assert opened.page.locator(".sheet").count() <= 20
    opened.begin_again()


def _always(_: Book) -> bool:
    return True


def _has(pattern: str) -> Callable[[Book], bool]:
    return lambda book: book.section_with(pattern) is not None


def _in_spine(endings: tuple[str, ...]) -> Callable[[Book], bool]:
    return lambda book: any(section["id"].lower().endswith(endings) for section in book.manifest["sections"])


def _longer_than_a_page(book: Book) -> bool:
    if not book.is_epub:
        return bool(book.manifest["pages"] > 1)
    linear = [section for section in book.manifest["sections"] if section["linear"] == "yes"]
    return len(linear) > 1 or sum(section["size"] for section in linear) > 20_000


def _has_pairs(book: Book) -> bool:
    """The first page of a PDF stands alone, as a right-hand page does."""
    if not book.is_epub:
        return bool(book.manifest["pages"] > 2)
    return _longer_than_a_page(book) and not _is_vertical(book)


def _is_vertical(book: Book) -> bool:
    return bool(re.search(r"writing-mode\s*:\s*vertical", book.around)) and book.manifest["dir"] == "rtl"


def _narrated(book: Book) -> bool:
    """Whether it speaks for itself: overlays are of no use without their sound."""
    return book.has_sound and any(
        section.get("mediaOverlay") for section in book.manifest.get("sections", [])
    )


def _has_own_labels(book: Book) -> bool:
    labels = book.manifest["labels"] or []
    return any(label != str(n) and labels.count(label) == 1 for n, label in enumerate(labels, 1))


OF_EVERY_BOOK = (
    Feature("pages turn", _longer_than_a_page, see_pages_turn),
    Feature("scrolls", lambda book: book.has_text and not book.is_fixed, see_scrolling),
    Feature("two pages", _has_pairs, see_two_pages),
    Feature("contents", lambda book: bool(_leading(book.manifest["toc"])), see_contents),
    Feature("go to", _longer_than_a_page, see_go_to),
    Feature("search", lambda book: book.has_text, see_search),
    Feature("bookmark", _always, see_bookmark),
    Feature("highlight", lambda book: book.has_text, see_highlight),
    Feature("read aloud", lambda book: book.has_text and not _narrated(book), see_read_aloud),
    Feature("about", _always, see_about),
)

OF_EPUBS = (
    *OF_EVERY_BOOK,
    Feature("type", lambda book: book.has_text and not book.is_fixed, see_typography),
    Feature("printed pages", lambda book: bool(_leading(book.manifest["pageList"])), see_page_list),
    Feature("footnotes", _has(NOTEREF), see_footnote),
    Feature("links", _has(INNER_LINK), see_inner_link),
    Feature("links out", _has(OUTER_LINK), see_outer_link),
    Feature("fixed layout", lambda book: book.is_fixed, see_fixed_page),
    Feature("right to left", lambda book: bool(book.manifest["dir"] == "rtl"), see_right_to_left),
    Feature("vertical", _is_vertical, see_vertical),
    Feature("formulas", _has(r"<(\w+:)?math\b"), see_formulas),
    Feature("drawings as chapters", _in_spine((".svg",)), see_drawing),
    Feature("pictures as chapters", _in_spine((".jpg", ".jpeg", ".png", ".gif", ".webp")), see_picture),
    Feature("sound", _has(r"<audio\b"), see_sound),
    Feature("film", _has(r"<video\b"), see_film),
    Feature("reads along", _narrated, see_read_along),
    Feature("scrambled fonts", lambda book: "obfuscation" in book.around, see_restored_fonts),
)

OF_PDFS = (
    *OF_EVERY_BOOK,
    Feature("crisp", _always, see_crisp),
    Feature("turned", _always, see_turned),
    Feature("labels", _has_own_labels, see_labels),
    Feature("links", lambda book: book.page_with("page") is not None, see_pdf_link),
    Feature("links out", lambda book: book.page_with("href") is not None, see_pdf_outer_link),
    Feature("told to screen readers", lambda book: book.has_text, see_text_layer),
    Feature("scan", lambda book: book.is_scan, see_scan),
    Feature("thousands of pages", lambda book: bool(book.manifest["pages"] >= 1000), see_thousands),
)


def _leading(entries: list[dict[str, object]]) -> list[dict[str, object]]:
    """The lines of a list of contents that lead somewhere, nested ones included."""
    found = []
    for entry in entries:
        if entry.get("href") or entry.get("page"):
            found.append(entry)
        found += _leading(entry.get("children") or [])  # type: ignore[arg-type]  # JSON nests
    return found


def _section(opened: OpenBook, pattern: str) -> int:
    index = opened.book.section_with(pattern)
    assert index is not None
    return index


def _spine_item(book: Book, endings: tuple[str, ...]) -> int:
    sections = book.manifest["sections"]
    return next(n for n, section in enumerate(sections) if section["id"].lower().endswith(endings))


def _plain_link(frame: Frame) -> ElementHandle | None:
    """A link to another file of the book that isn't a note's number."""
    for link in frame.query_selector_all("a[href]"):
        href = link.get_attribute("href") or ""
        if re.match(r"(?!\w+:)[^#]+\.x?html?", href) and "noteref" not in (
            link.get_attribute("epub:type") or ""
        ):
            return link
    return None


def _plain(text: str) -> str:
    """Without accents; the marks that make another sound of a kana are none."""
    marks = (c for c in unicodedata.normalize("NFKD", text))
    return unicodedata.normalize(
        "NFC", "".join(c for c in marks if c in "\u3099\u309a" or not unicodedata.combining(c))
    )
