"""The whole story by script: real books up over the API, borrowed in two browsers, read, returned."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import House, Visitor

CORPUS = os.environ.get("LENDING_CORPUS")  # noqa: TID251 - where the corpus lies

if CORPUS:

    @pytest.mark.parametrize(
        ("book", "part"), [("novel-moby-dick.epub", "sections"), ("book-geotopo-117p.pdf", "pages")]
    )
    def test_a_real_book_goes_up_is_lent_once_is_read_returned_and_then_refused(
        visit: Callable[..., Visitor], house: House, book: str, part: str
    ) -> None:
        api, base = house.api(), f"{house.address}/api/v1"
        copy = house.add(Path(CORPUS or "") / "good" / book)
        url = house.lend(copy["id"], for_whom="Ishmael", loan_seconds=7 * 86400)

        first, second = visit(), visit()
        first.go(url)
        second.go(url)
        first.page.get_by_role("button", name="Borrow on this device").click()
        first.page.wait_for_url("**/read/*")
        second.page.get_by_role("button", name="Borrow on this device").click()
        expect(second.page.get_by_role("heading", name="This link has been used")).to_be_visible()

        shown = api.get(f"{base}/copies/{copy['id']}", timeout=10).json()
        assert (shown["state"], shown["loan"]["borrower"]) == ("on-loan", "Ishmael")
        assert api.post(f"{base}/copies/{copy['id']}/reading", timeout=10).status_code == 409

        loan = f"{base}/loans/{shown['loan']['id']}/"
        manifest = first.page.request.get(loan + "manifest").json()
        page = manifest["sections"][3]["href"] if part == "sections" else "pages/3?w=1000"
        addresses = [loan + path for path in ("manifest", "status", "position", page)]
        for address in addresses:
            answer = first.page.request.get(address)
            assert answer.status == 200, address
            assert answer.headers["cache-control"] == "no-store"
            assert second.page.request.get(address).status == 403

        first.page.mouse.move(640, 10)
        first.page.get_by_role("button", name="Return this book").click()
        first.page.get_by_role("button", name="Return it").click()
        expect(first.page.get_by_role("heading", name="The book is back")).to_be_visible()
        for address in addresses:
            assert first.page.request.get(address).status in (403, 410), address
        assert api.get(f"{base}/copies/{copy['id']}", timeout=10).json()["state"] == "on-shelf"
