"""Every good book of the corpus in real Chromium: it opens, turns pages, shows its contents.

And every hostile one that opens: its text shows, nothing of it runs, nothing leaves.
The folder comes from LENDING_CORPUS; without it there is nothing to collect.
"""

import http.server
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Request, expect

from lending import refusals
from tests.browser.conftest import House, Visitor
from tests.browser.looking import ONE_PAGE_AT_A_TIME, picture

Visit = Callable[..., Visitor]

CORPUS = os.environ.get("LENDING_CORPUS")  # noqa: TID251 - where the corpus lies
GOOD = sorted((Path(CORPUS) / "good").iterdir()) if CORPUS else []
BAD = sorted((Path(CORPUS) / "bad").iterdir()) if CORPUS else []
CANARY_PORT = 8999
"""Where the hostile books of the corpus call home."""

REFUSALS = {kind.code for kind in refusals.CannotAccession.__subclasses__()}


@pytest.fixture(scope="module")
def canary() -> Iterator[list[str]]:
    """A server at the address that hostile books call; what it heard."""
    heard: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 - the name that http.server calls

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Reusing(http.server.ThreadingHTTPServer):
        # Several test processes listen at once: whoever hears the call fails its test.
        allow_reuse_port = True

    with Reusing(("127.0.0.1", CANARY_PORT), Listener) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield heard
        server.shutdown()
        thread.join()


if CORPUS:

    @pytest.mark.parametrize("book", GOOD, ids=lambda path: path.name)
    def test_a_good_book_opens_turns_pages_and_shows_its_contents(
        visit: Visit, house: House, book: Path
    ) -> None:
        reading = Reading(visit(), house, book)
        page = reading.page
        picture(page, f"corpus/{book.name}", full=False)
        for _ in range(reading.turns_expected):
            reading.turn()
        picture(page, f"corpus/{book.name}-later", full=False)
        page.locator("#open-contents").dispatch_event("click")
        expect(page.locator("#contents")).to_be_visible()
        lines = page.locator("#contents-list li")
        assert (lines.count() > 0) == reading.has_contents
        assert page.locator("#no-contents").is_visible() != reading.has_contents

    @pytest.mark.parametrize("book", BAD, ids=lambda path: path.name)
    def test_a_bad_book_is_refused_by_name_or_opens_harmless(
        visit: Visit, house: House, book: Path, canary: list[str]
    ) -> None:
        answer = house.send(book)
        if answer.status_code != 201:
            assert answer.status_code in (413, 422), answer.text
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] in REFUSALS
            return
        visitor = visit()
        reading = Reading(visitor, house, book, answer.json()["copy"])
        for frame in reading.page.frames:
            with suppress(PlaywrightError):  # a chapter's frame may give way to another while it is looked at
                assert frame.evaluate("window.__pwned === undefined"), frame.url
                assert "root:x" not in frame.content()
        assert urlsplit(reading.page.url).path.startswith("/read/")
        assert canary == []
        visitor.complaints.clear()  # what the page's policy blocked is what it is there for


class Reading:
    """An owner with a book of the corpus open."""

    def __init__(
        self, visitor: Visitor, house: House, book: Path, copy: dict[str, object] | None = None
    ) -> None:
        self.page = visitor.page
        visitor.context.add_init_script(ONE_PAGE_AT_A_TIME)
        copy = copy or house.add(book)
        visitor.context.add_cookies([house.session("maria")])
        address = f"{house.address}/api/v1/copies/{copy['id']}/reading"
        opened = house.api().post(address, timeout=30).json()
        base = f"{house.address}/api/v1/loans/{opened['loan']['id']}/"
        self._pdf = copy["format"] == "pdf"
        self._places: list[str] = []
        self.page.on("request", self._heard)
        self.page.goto(house.address + opened["read_url"])
        manifest = self.page.request.get(base + "manifest").json()
        self.has_contents = bool(manifest["toc"])
        self.turns_expected = min(3, _pages_at_least(manifest) - 1)
        expect(self.page.locator("#busy")).to_be_hidden(timeout=30_000)
        expect(self.page.locator("#trouble")).to_be_hidden()
        self._wait(0)

    def turn(self) -> None:
        """Turn a page, and see that it led somewhere new."""
        before = len(self._places)
        self.page.locator("body").press("PageDown")
        self._wait(before)

    def _heard(self, request: Request) -> None:
        if request.method == "PUT" and request.url.endswith("/position"):
            place = json.dumps(json.loads(request.post_data or "{}")["locator"])
            if place not in self._places:
                self._places.append(place)

    def _wait(self, before: int) -> None:
        for _ in range(600):
            if len(self._places) > before:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"no new place after {self._places[-1:]}")


def _pages_at_least(manifest: dict[str, Any]) -> int:
    """How many pages the book has for certain: one a section, more for long ones."""
    if "pages" in manifest:
        return int(manifest["pages"])
    return sum(
        max(1, section["size"] // 20_000) for section in manifest["sections"] if section["linear"] == "yes"
    )
