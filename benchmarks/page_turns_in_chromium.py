"""200 page turns of an EPUB and of a PDF in real Chromium, cold and warm, beside a static page.

Cold: a server and a browser that have never seen the book; each turn follows at once on the one
before. Warm: the same pages again from the start, at the pace of somebody who leafs (a turn each
150 ms), so that the reader has had time to prepare the next page. Static: the same chapters in
columns, the same pictures already loaded, in a bare page from a bare server, turned by the same key.

What is measured, in the page: from the key's own time stamp to the frame that shows the next page
(the animation frame after the reader has moved). "Within one frame" is a turn that the very next
frame shows.

    .venv/bin/python benchmarks/page_turns_in_chromium.py [turns]
"""

import functools
import http.server
import statistics
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Browser, Page, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.page_turn_under_load import library
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.sample_books import epub, pdf

LEAFING = 150
"""Milliseconds between two turns of the warm walk."""

PROBE = """
(() => {
  const turns = globalThis.turnsSeen = [];
  let pressed, frames = 0;
  const count = () => { frames += 1; requestAnimationFrame(count); };
  requestAnimationFrame(count);
  globalThis.keyPressed = (event) => { pressed = { at: event.timeStamp, frame: frames }; };
  globalThis.pageShown = () => {
    const turn = pressed;
    if (!turn) return;
    pressed = undefined;
    const late = frames - turn.frame;
    requestAnimationFrame((now) => turns.push({ ms: Math.max(0, now - turn.at), late }));
  };
  addEventListener("keydown", (event) => globalThis.keyPressed(event), { capture: true });
})();
"""

IN_THE_READER = (
    PROBE
    + """
const kept = Storage.prototype.setItem;
Storage.prototype.setItem = function (name, value) {
  if (name.startsWith("lending.place")) globalThis.pageShown();
  return kept.call(this, name, value);
};
"""
)

STATIC_TEXT = """<!doctype html><meta charset="utf-8"><style>
html{overflow:hidden}body{margin:0;height:100vh;columns:680px;column-gap:0;column-fill:auto}</style>
<script src="probe.js"></script><body>%s<script>
addEventListener("keydown", (event) => { scrollBy(innerWidth, 0); pageShown(); event.preventDefault(); });
</script>"""

STATIC_PICTURES = """<!doctype html><meta charset="utf-8"><script src="probe.js"></script><body><script>
const pictures = Array.from({length: %d}, (_, n) => Object.assign(new Image(), {src: `${n + 1}.webp`}));
Promise.all(pictures.map((picture) => picture.decode())).then(() => { document.title = "ready"; });
let shown = 0; document.body.append(pictures[0]);
addEventListener("keydown", () => {
  shown += 1; document.body.replaceChildren(pictures[shown %% pictures.length]); pageShown();
});
</script>"""


@dataclass
class Walk:
    """What the turns of one walk took."""

    name: str
    turns: list[dict[str, float]]

    def told(self) -> str:
        """One line."""
        times = sorted(turn["ms"] for turn in self.turns)
        share = sum(turn["late"] == 0 for turn in self.turns) / len(self.turns)
        median, most = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        return (
            f"{self.name:<18} {len(times):>4} turns   within one frame {share:>6.1%}   "
            f"median {median:6.1f} ms   95 % {most:6.1f} ms   longest {times[-1]:6.1f} ms"
        )


def main(turns: int) -> None:
    """Measure and tell."""
    with library() as (address, token), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        cookie = sign_in(address)
        # A new chapter every few pages, as novels have them.
        novel = read(address, token, epub("Turned", 60, paragraphs=60), "turned.epub")
        paper = read(address, token, pdf(turns + 20), "turned.pdf")
        for name, loan in (("EPUB", novel), ("PDF", paper)):
            page = opened(browser, cookie, address, loan)
            print(Walk(f"{name}, cold", walk(page, turns, pause=0)).told(), flush=True)
            page.keyboard.press("Home")
            page.wait_for_timeout(3000)
            print(Walk(f"{name}, warm", walk(page, turns, pause=LEAFING)).told(), flush=True)
            with static(loan, cookie, turns) as bare:
                page = browser.new_page(viewport={"width": 1280, "height": 800})
                page.goto(bare)
                page.wait_for_timeout(2000)
                print(Walk(f"{name}, static page", walk(page, turns, pause=LEAFING)).told(), flush=True)
        browser.close()


def sign_in(address: str) -> dict[str, str]:
    """The owner's session: their own reading is never slowed down."""
    form = {"name": "owner", "password": "a long password"}
    answer = requests.post(f"{address}/sign-in", data=form, allow_redirects=False, timeout=10)
    return {"name": "session", "value": answer.cookies["session"], "url": address}


def read(address: str, token: str, book: bytes, name: str) -> str:
    """Add a book and take it off the shelf; the address of its loan."""
    owner = requests.Session()
    owner.headers["Authorization"] = f"Bearer {token}"
    headers = {"Content-Type": "application/octet-stream"}
    added = owner.post(
        f"{address}/api/v1/copies", params={"filename": name}, data=book, headers=headers, timeout=60
    )
    reading = owner.post(f"{address}/api/v1/copies/{added.json()['copy']['id']}/reading", timeout=10).json()
    return f"{address}/api/v1/loans/{reading['loan']['id']}/"


def opened(browser: Browser, cookie: dict[str, str], address: str, loan: str) -> Page:
    """The reader, with the first page shown."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([cookie])
    context.add_init_script(IN_THE_READER)
    page = context.new_page()
    page.goto(f"{address}/read/{loan.rstrip('/').rsplit('/', 1)[1]}")
    expect(page.locator("#where")).not_to_be_empty()
    expect(page.locator("#busy")).to_be_hidden()
    return page


def walk(page: Page, turns: int, pause: int) -> list[dict[str, float]]:
    """Turn page after page; each turn waits until the one before was seen."""
    page.evaluate("turnsSeen.length = 0")
    for number in range(1, turns + 1):
        page.keyboard.press("ArrowRight")
        while page.evaluate("turnsSeen.length") < number:
            page.wait_for_timeout(5)
        if pause:
            page.wait_for_timeout(pause)
    seen: list[dict[str, float]] = page.evaluate("turnsSeen")
    return seen


@contextmanager
def static(loan: str, cookie: dict[str, str], turns: int) -> Iterator[str]:
    """The bytes that the reader got, in a page that does nothing else."""
    session = requests.Session()
    session.cookies.set(cookie["name"], cookie["value"])
    manifest = session.get(loan + "manifest", timeout=10).json()
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        (here / "probe.js").write_text(PROBE)
        if "sections" in manifest:
            chapters = [session.get(loan + part["href"], timeout=10).text for part in manifest["sections"]]
            bodies = "".join(chapter.partition("<body")[2].partition(">")[2] for chapter in chapters)
            (here / "index.html").write_text(STATIC_TEXT % bodies)
        else:
            for number in range(1, turns + 1):
                picture = session.get(f"{loan}pages/{number}?w=700", timeout=30).content
                (here / f"{number}.webp").write_bytes(picture)
            (here / "index.html").write_text(STATIC_PICTURES % turns)
        serve = functools.partial(_Quiet, directory=folder)
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
            threading.Thread(target=server.serve_forever).start()
            yield f"http://127.0.0.1:{server.server_address[1]}/"
            server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
