"""Looking at pages: pictures for people, axe-core for accessibility; and reaching what moves by itself."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Locator, Page, Request, Response, Route, expect

AXE = Path(__file__).parents[2] / "lending/web/frontend/node_modules/axe-core/axe.min.js"
ONE_PAGE_AT_A_TIME = """if (!localStorage.getItem("lending.settings"))
  localStorage.setItem("lending.settings", JSON.stringify({ columns: { value: "one", at: 1 } }));"""
"""Where turns are counted: else a wide window shows two pages, as a reader would want."""
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


_SEEN = """(seen) => {
  for (const [name, value] of Object.entries({ hidden: !seen, visibilityState: seen ? "visible" : "hidden" }))
    Object.defineProperty(document, name, { configurable: true, get: () => value });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a browser tells a tab that another is put before. Here all tabs are in the front."""


def put_out_of_sight(page: Page) -> None:
    """Put another tab before the page."""
    page.evaluate(_SEEN, False)


def bring_back(page: Page) -> None:
    """Bring it to the front again."""
    page.evaluate(_SEEN, True)


@contextmanager
def held_back(page: Page, address: str) -> Iterator[None]:
    """What the page asks for next at an address comes only after what is done within."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(address, hold, times=1)
    yield
    until = time.monotonic() + 20
    while not held:
        assert time.monotonic() < until, f"nobody asked for {address}"
        page.wait_for_timeout(20)
    held.pop().continue_()


@contextmanager
def soon_told(page: Page, question: str) -> Iterator[None]:
    """What is awaited within comes with one of the page's next answers, however slow the machine is."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if question in request.url:
            asked.append(request.url)

    page.on("request", note)
    yield
    page.remove_listener("request", note)
    assert len(asked) <= 4, "one is under way, the next tells it, and to look takes a while too"


def seated(page: Page) -> Page:
    """The page, once it has been told that the book is read here: Valkey may have been away a moment ago."""
    with page.expect_response(_says_here):
        pass
    return page


def _says_here(answer: Response) -> bool:
    return "/status?" in answer.url and answer.json().get("seat") == "here"


def await_free_seat(page: Page) -> None:
    """Until the library has heard that the page, which was put out of sight, doesn’t read its loan now."""
    status = page.url.replace("/read/", "/api/v1/loans/") + "/status?window=nobody-here&waits=true"
    until = time.monotonic() + 20
    while page.request.get(status).json()["seat"]:
        assert time.monotonic() < until, "the seat is still taken"
        page.wait_for_timeout(50)


def await_kept_place(page: Page) -> None:
    """Until the library has the place of the open book: what was not sent yet waits in the page."""
    until = time.monotonic() + 20
    while page.evaluate("Object.keys(sessionStorage).some((name) => name.startsWith('lending.place.'))"):
        assert time.monotonic() < until, "the place is not kept"
        page.wait_for_timeout(50)


def press_in_a_bar(button: Locator) -> None:
    """Press what is in a bar of the reader. The bars leave by themselves, but not from under the keyboard."""
    button.focus()
    button.click()


def choose_from_more(page: Page, what: str) -> None:
    """Choose something from the menu of the open book."""
    press_in_a_bar(page.locator("#open-more"))
    page.locator(f"#more-{what}").click()


def picture(page: Page, name: str, *, full: bool = True) -> None:
    """Leave a picture where `make screenshots` asked for them; without it, none is taken."""
    folder = os.environ.get("LENDING_SCREENSHOTS")  # noqa: TID251 - where the pictures go
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        _come_to_rest(page)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=full)


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe-core can find, once nothing moves or fades any more."""
    page.emulate_media(reduced_motion="reduce")
    _come_to_rest(page)
    # evaluate() runs beside the page, so its content security policy stays in force.
    page.evaluate(AXE.read_text())
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG_22_AA)
    page.emulate_media(reduced_motion="null")
    told = [
        f"{found['id']}: {found['help']}: " + "; ".join(node["html"][:160] for node in found["nodes"][:3])
        for found in result["violations"]
    ]
    assert told == [], f"{page.url}: {told}"


def _come_to_rest(page: Page) -> None:
    """Wait out what slides or fades: it has other colours for a moment, and may be followed by more."""
    page.evaluate("""async () => {
        const ends = ({ effect }) => isFinite(effect.getComputedTiming().endTime);
        const moves = (one) => one.playState === 'running' && ends(one);
        for (let left; (left = document.getAnimations().filter(moves)).length;)
            await Promise.allSettled(left.map((one) => one.finished));
    }""")


def show_all_names(page: Page) -> None:
    """On the loan log: unless they are shown already, by another test of the same librarian."""
    shown = page.get_by_text("Readers’ names are shown to you")
    offer = page.get_by_text("Readers’ names", exact=True)
    expect(shown.or_(offer).first).to_be_visible()
    if shown.is_visible():
        return
    offer.click()
    page.get_by_label("What for?").select_option("the log is being audited")
    page.get_by_role("button", name="Show all names for an hour").click()
    expect(shown).to_be_visible()
