"""The asking after a loan's end, tried itself: what a browser asked of a book is asked again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import asking_again
from tests.browser.conftest import House, Visitor
from tests.browser.sample_books import epub, pdf
from tests.replaying import LoanRows

KINDS = {"epub": (epub, "/r/EPUB/c1.xhtml"), "pdf": (pdf, "/pages/1")}


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_browser_was_answered_is_asked_again(
    visit: Callable[..., Visitor], house: House, tmp_path: Path, kind: str
) -> None:
    make, part = KINDS[kind]
    path = tmp_path / f"book.{kind}"
    path.write_bytes(make())
    visitor = visit()
    page = visitor.borrow(path)
    page.keyboard.press("b")
    expect(page.locator("#bookmark")).to_have_attribute("aria-pressed", "true")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.keyboard.press("PageDown")
    page.reload()
    expect(page.locator("#where")).not_to_be_empty()
    visitor.leave()
    asked = {(request.method, request.target) for request in house.asked.requests.values()}
    (loan_id,) = house.asked.loan_ids
    loan = f"/api/v1/loans/{loan_id}"
    assert ("GET", f"/read/{loan_id}") in asked
    assert {("GET", f"{loan}/manifest"), ("POST", f"{loan}/marks")} <= asked
    assert any(target.startswith(f"{loan}/status") for _, target in asked)
    assert any(target.startswith(loan + part) for _, target in asked)
    rows = LoanRows(house.home / "library.db")
    again = list(house.asked.requests.values())
    assert asking_again.after_the_end(house.address, house.asked, rows) == len(again)
    assert all(f"loan-{loan_id}=" in str(request.headers) for request in again), "with its pass"
