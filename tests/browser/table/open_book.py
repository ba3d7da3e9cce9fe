"""A book open in the reader, for looking at it closely: its owner reads it in a desktop's Chromium."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, ElementHandle, FloatRect, Frame, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.conftest import House
from tests.browser.looking import await_free_seat, await_kept_place, put_out_of_sight
from tests.browser.table.book import Book

NOTICING = """
globalThis.spokenSoFar = []; globalThis.playedSoFar = []; globalThis.placeKept = "";
const keep = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, value) {
  if (name.startsWith("lending.place.")) globalThis.placeKept = value;
  return keep.call(this, name, value);
};
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  globalThis.playedSoFar.push(this);
  return play.call(this);
};
"""
"""What the page tells nobody but its own storage, the loudspeaker and the network."""

A_VOICE = """
const voice = { name: "A voice", lang: "en", voiceURI: "a-voice", localService: true, default: true };
class Said extends EventTarget {
  constructor(text) {
    super();
    Object.assign(this, { text, lang: "", rate: 1, pitch: 1, volume: 1, voice: null });
  }
}
globalThis.SpeechSynthesisUtterance = Said;
const speaker = Object.assign(new EventTarget(), {
  speaking: false, paused: false, pending: false,
  getVoices: () => [voice],
  speak(said) {
    globalThis.spokenSoFar.push(said.text);
    const tell = (name) => {
      const event = new Event(name);
      said.dispatchEvent(event);
      said[`on${name}`]?.(event);
    };
    setTimeout(() => tell("start")); setTimeout(() => tell("end"), 300);
  },
  cancel() {}, pause() {}, resume() {},
});
Object.defineProperty(globalThis, "speechSynthesis", { value: speaker });
"""
"""Chromium has no voice on a machine without a system voice; this one takes what it is given to say."""

A_WORD_IN_SIGHT = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node && found.length < 3000; node = walk.nextNode()) {
    for (const match of node.data.matchAll(/[\\p{L}\\p{M}]{4,}/gu)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + Math.min(4, match[0].length));
      const box = range.getClientRects()[0];
      if (!box || box.width < 4) continue;
      const x = box.x + box.width / 2, y = box.y + box.height / 2;
      if (document.elementFromPoint(x, y) === node.parentElement) found.push([match[0], x, y]);
    }
  }
  return found;
}"""

COVERED_SHARPLY = """() => {
  const sheet = document.querySelector(".sheet").getBoundingClientRect();
  const sharp = [...document.querySelectorAll(".sheet img")].filter((image) =>
    image.complete && image.naturalWidth >= image.getBoundingClientRect().width * devicePixelRatio * 0.9);
  const boxes = sharp.map((image) => image.getBoundingClientRect());
  const left = Math.max(sheet.left, 0), right = Math.min(sheet.right, innerWidth);
  const top = Math.max(sheet.top, 0), bottom = Math.min(sheet.bottom, innerHeight);
  for (let across = 0.05; across < 1; across += 0.1) {
    for (let down = 0.05; down < 1; down += 0.1) {
      const x = left + (right - left) * across, y = top + (bottom - top) * down;
      const covers = (box) => x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
      if (!boxes.some(covers)) return false;
    }
  }
  return true;
}"""

COLOURS = """async (image) => {
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 200 });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0, 200, 200);
  return new Set(new Uint32Array(pen.getImageData(0, 0, 200, 200).data.buffer)).size;
}"""


class OpenBook:
    """The reader's page with a book in it."""

    def __init__(self, context: BrowserContext, house: House, book: Book, loan_id: str) -> None:
        self.book = book
        self.complaints: list[str] = []
        self._house = house
        self._loan_id = loan_id
        self._context = context
        context.add_init_script(NOTICING + A_VOICE)
        self.page = self._opened()

    # --- going about ------------------------------------------------------------------------------------

    def open_at(self, locator: dict[str, object]) -> None:
        """Put the book away, and open it at a place: the same device was there."""
        device = self.page.evaluate("localStorage.getItem('lending.device')")
        put_out_of_sight(self.page)
        await_kept_place(self.page)  # that must not come after this one
        await_free_seat(self.page)
        self.page.close()
        answer = self._context.request.put(
            f"{self._house.address}/api/v1/loans/{self._loan_id}/position",
            data={"locator": locator, "fraction": 0, "device": device},
        )
        assert answer.status == 204, answer.text()
        self.page = self._opened()

    def begin_again(self) -> None:
        """Open the book at its start."""
        self.open_at({"section": 0, "start": 0, "end": 0} if self.book.is_epub else {"page": 1})

    def go_to_section(self, index: int) -> None:
        """Open an EPUB at a part of its spine."""
        self.open_at({"section": index, "start": 0, "end": 0})

    def go_to_page(self, number: int) -> None:
        """Open a PDF at a page."""
        self.open_at({"page": number})

    def go_to_words(self) -> None:
        """Open the book where there is something to read."""
        if self.book.is_epub:
            lengths = self.book.lengths
            whole = [n for n, length in enumerate(lengths) if length > 200]
            # Not the longest of all: that may be two megabytes of notes.
            self.go_to_section(max(whole, key=lambda n: lengths[n] if lengths[n] < 50_000 else 0))
        else:
            lines = {n: len(words["lines"]) for n, words in self.book.page_words.items()}
            self.go_to_page(max(lines, key=lambda number: lines[number]))

    def go_to_the_middle(self) -> None:
        """Move the slider to the middle of the book."""
        self.begin_again()
        before = self.place()
        self.page.locator("#progress").evaluate(
            "slider => { slider.value = 500; slider.dispatchEvent(new Event('change', {bubbles: true})); }"
        )
        self.await_place(lambda place: place != before)

    def press(self, key: str) -> None:
        """Press a key on the page."""
        self.page.locator("body").press(key)

    def more(self, what: str) -> None:
        """Choose something from the sheet behind the three dots."""
        self.page.locator(f"#more-{what}").dispatch_event("click")

    @contextmanager
    def looking(self, **settings: str) -> Iterator[None]:
        """With other settings, for a while."""
        for name, value in settings.items():
            self._choose(name, value)
        yield
        self.page.locator("#look-usual").dispatch_event("click")

    def _choose(self, name: str, value: str) -> None:
        self.page.locator(f'#look input[name="{name}"][value="{value}"]').evaluate(
            "input => { input.checked = true; input.dispatchEvent(new Event('change', {bubbles: true})); }"
        )

    # --- what is seen -----------------------------------------------------------------------------------

    def place(self) -> str:
        """Where the reader is."""
        kept: str = self.page.evaluate("placeKept")
        return json.dumps(json.loads(kept)["locator"]) if kept else ""

    def await_place(self, wanted: Callable[[str], bool]) -> str:
        """Wait for a place."""
        self.until(lambda: wanted(self.place()), "the place is still the same")
        return self.place()

    def until(self, so: Callable[[], bool], otherwise: str) -> None:
        """Wait until it is so."""
        for _ in range(200):
            if so():
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"{self.book.path.name}: {otherwise}")

    def frames(self) -> list[Frame]:
        """The frames of the book that are in sight."""
        shown = []
        for frame in self.page.frames[1:]:
            box = _shown_box(frame)
            if box and box["x"] < 1280 and box["x"] + box["width"] > 0:
                shown.append(frame)
        return shown

    def boxes_of_frames(self) -> list[FloatRect]:
        """Where they are in the window."""
        return [box for frame in self.frames() if (box := _shown_box(frame))]

    def top_of_text(self) -> float:
        """How far the text has been scrolled."""
        if self.book.is_epub:
            return min(box["x"] + box["y"] for box in self.boxes_of_frames())
        top: float = self.page.locator("#stage").evaluate("stage => stage.scrollTop")
        return top

    def pages_side_by_side(self) -> int:
        """How many pages stand in the window beside each other."""
        if not self.book.is_epub:
            boxes = [box for sheet in self.page.locator(".sheet").all() if (box := sheet.bounding_box())]
            return len([box for box in boxes if box["y"] < 400 < box["y"] + box["height"]])
        if self.book.is_fixed:
            return len([box for box in self.boxes_of_frames() if box["width"] > 50])
        width = self.frames()[0].evaluate(
            "parseFloat(getComputedStyle(document.documentElement).columnWidth)"
        )
        return min(2, int(1280 // width)) if width else 0

    def a_word(self) -> str:
        """A word that stands on the page."""
        return self._words_in_sight()[0][0]

    def choose_a_word(self) -> None:
        """Double-click on a word."""
        _, x, y = self._words_in_sight()[0]
        self.page.mouse.dblclick(x, y)

    def _words_in_sight(self) -> list[tuple[str, float, float]]:
        def look() -> list[tuple[str, float, float]]:
            if self.book.is_epub:
                found = [word for frame in self.frames() for word in _words(frame, _shown_box(frame))]
            else:
                found = _words(self.page.main_frame, None)
            return [(word, x, y) for word, x, y in found if 30 < x < 1250 and 90 < y < 700]

        self.until(lambda: bool(look()), "no word is in sight")
        return look()

    def styles_of_text(self, name: str) -> list[str]:
        """How the book's frame sets whatever holds a line or more of text."""
        script = """name => {
            const says = (node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 40;
            return [...document.querySelectorAll("body, body *")]
                .filter((one) => [...one.childNodes].some(says))
                .map((one) => getComputedStyle(one)[name]);
        }"""
        found: list[str] = self.frames()[0].evaluate(script, name)
        return found

    def click_in_book(self, find: Callable[[Frame], ElementHandle | None]) -> None:
        """Click on something within the book's frames."""

        def click() -> bool:
            try:
                for frame in self.frames():
                    if element := find(frame):
                        element.evaluate(
                            "it => void setTimeout(() => it.click())"
                        )  # it may take its frame along
                        return True
            except PlaywrightError:  # the frame gave way to another while it was looked at
                return False
            return False

        self.until(click, "it is not in the book's frame")

    def size_in_book(self, tag: str) -> float:
        """The greatest width of such elements in the frames."""
        script = "tag => Math.max(0, ...[...document.getElementsByTagNameNS('*', tag)] \
            .map(one => one.getBoundingClientRect().width))"
        self.until(lambda: any(frame.evaluate(script, tag) > 0 for frame in self.frames()), f"no {tag}")
        return max(float(frame.evaluate(script, tag)) for frame in self.frames())

    def plays(self, tag: str) -> None:
        """See that a sound or film moves on."""
        frame = next(frame for frame in self.frames() if frame.query_selector(tag))
        frame.evaluate("tag => { const it = document.querySelector(tag); it.muted = true; it.play(); }", tag)
        self.until(
            lambda: bool(frame.evaluate("tag => document.querySelector(tag).currentTime > 0", tag)),
            f"{tag} stands still",
        )

    def narrates(self) -> bool:
        """Whether the book's own voice is to be heard."""
        heard: bool = self.page.evaluate("playedSoFar.some(one => one.currentTime > 0)")
        return heard

    def spoken(self) -> list[str]:
        """What the voice got to say."""
        said: list[str] = self.page.evaluate("spokenSoFar")
        return said

    def wears_own_font(self) -> bool:
        """Whether a font that the book brought is loaded and used."""
        script = "[...document.fonts].some(face => face.status === 'loaded' \
            && !/Literata|Atkinson|OpenDyslexic/.test(face.family))"
        return any(frame.evaluate(script) for frame in self.frames())

    # --- of PDFs ----------------------------------------------------------------------------------------

    def is_crisp(self) -> bool:
        """Whether every part of the page in sight has a picture as fine as the screen."""
        crisp: bool = self.page.evaluate(COVERED_SHARPLY)
        return crisp

    def shape_of_sheet(self) -> float:
        """Width by height."""
        shape: float = self.page.locator(".sheet").first.evaluate(
            "sheet => { const box = sheet.getBoundingClientRect(); return box.width / box.height; }"
        )
        return shape

    def turn_sheet(self) -> None:
        """Turn the page to the right."""
        self.page.locator("#rotate").dispatch_event("click")

    def click_link(self, kind: str) -> None:
        """Click on the first link of the shown page that leads to a `page`, or out by an `href`."""
        selector = (
            ".sheet a[href^='http'], .sheet a[href^='mailto']" if kind == "href" else ".sheet [data-page]"
        )
        expect(self.page.locator(selector).first).to_be_attached()
        self.page.locator(selector).first.dispatch_event("click")

    def names_in_accessibility_tree(self) -> str:
        """All that a screen reader could tell, one after the other."""
        session = self._context.new_cdp_session(self.page)
        nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
        session.detach()
        return "\n".join(str(node.get("name", {}).get("value", "")) for node in nodes)

    def colours_of_picture(self) -> int:
        """How many colours the page's picture has."""
        colours: int = self.page.locator(".page-picture").first.evaluate(COLOURS)
        return colours

    def weight_of_picture(self) -> int:
        """How many bytes it takes."""
        address = self.page.locator(".page-picture").first.get_attribute("src") or ""
        return len(self._context.request.get(address).body())

    def _opened(self) -> Page:
        page = self._context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self._house.address}/read/{self._loan_id}")
        expect(page.locator("#where")).not_to_be_empty()
        expect(page.locator("#busy")).to_be_hidden()
        expect(page.locator("#trouble")).to_be_hidden()
        return page


def _shown_box(frame: Frame) -> FloatRect | None:
    """Where a frame is in the window; None for one that is kept out of sight."""
    element = frame.frame_element()
    return element.bounding_box() if element.is_visible() else None


def _words(frame: Frame, box: FloatRect | None) -> list[tuple[str, float, float]]:
    """The words of a frame with their places in the window."""
    scale = box["width"] / max(1, frame.frame_element().evaluate("one => one.offsetWidth")) if box else 1
    left, top = (box["x"], box["y"]) if box else (0, 0)
    return [(word, left + x * scale, top + y * scale) for word, x, y in frame.evaluate(A_WORD_IN_SIGHT)]
