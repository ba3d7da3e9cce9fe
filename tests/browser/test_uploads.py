"""A file on a bad line: it arrives in parts, and goes on where it stopped."""

import os
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Route, expect

from tests.browser.conftest import Visitor
from tests.browser.sample_books import epub

MEGABYTE = 1 << 20


def test_an_upload_goes_on_where_a_broken_connection_left_it(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    book = tmp_path / "long way.epub"
    book.write_bytes(_large_epub("A Long Way"))
    page = visit().sign_in("maria")
    page.goto(page.url.replace("/shelf", "/add"))
    sent: list[int] = []

    def on_a_bad_line(route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
            return
        sent.append(int(route.request.headers["upload-offset"]))
        if len(sent) in (2, 3):
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/api/v1/uploads/*", on_a_bad_line)
    page.locator("#files").set_input_files(book)
    expect(page.locator(".upload")).to_contain_text("On your shelf", timeout=30_000)
    assert sent == [0, MEGABYTE, MEGABYTE, MEGABYTE, 2 * MEGABYTE, 3 * MEGABYTE]


def test_a_file_chosen_again_after_the_page_was_left_goes_on(
    visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    book = tmp_path / "longer way.epub"
    book.write_bytes(_large_epub("A Longer Way"))
    page = visit().sign_in("maria")
    page.goto(page.url.replace("/shelf", "/add"))
    hanging: list[Route] = []
    page.route("**/api/v1/uploads/*", lambda route: _until(route, 2 * MEGABYTE, hanging))
    page.locator("#files").set_input_files(book)
    while not hanging:
        page.wait_for_timeout(50)
    sent: list[int] = []
    page.route("**/api/v1/uploads/*", lambda route: _noted(route, sent))
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("#unfinished")).to_contain_text("longer way.epub", timeout=15_000)
    page.locator("#files").set_input_files(book)
    expect(page.locator(".upload")).to_contain_text("On your shelf", timeout=30_000)
    assert sent[0] == 2 * MEGABYTE


def _until(route: Route, offset: int, hanging: list[Route]) -> None:
    """Let parts pass up to `offset`; the one after it hangs, as on a line that went dead."""
    if route.request.method == "PATCH" and int(route.request.headers["upload-offset"]) >= offset:
        hanging.append(route)
    else:
        route.continue_()


def _noted(route: Route, sent: list[int]) -> None:
    """Let everything pass, and note where each part starts."""
    if route.request.method == "PATCH":
        sent.append(int(route.request.headers["upload-offset"]))
    route.continue_()


def _large_epub(title: str) -> bytes:
    """A book of a bit more than three megabytes: four parts."""
    return epub(title, attachment=os.urandom(3 * MEGABYTE))
