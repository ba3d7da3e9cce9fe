"""The page at a letter's foot, in real Chromium: one button, and no more letters come."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lending.adapters.link_tokens_jose import JoseLinkTokens
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture
from tests.browser.sample_books import TITLE, epub

Visit = Callable[..., Visitor]


def address_of(house: House, loan_id: str, *, given: str | None = None) -> str | None:
    """Where a loan's letters go; with `given`, from now on."""
    with closing(sqlite3.connect(house.home / "library.db", timeout=10)) as rows, rows:
        if given:
            rows.execute("UPDATE loan SET email = ?, language = 'en' WHERE id = ?", (given, loan_id))
        found: str | None = rows.execute("SELECT email FROM loan WHERE id = ?", (loan_id,)).fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("viewport", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")], ids=["desktop", "phone-dark"]
)
def test_one_button_stops_letters(
    visit: Visit, house: House, tmp_path: Path, viewport: dict[str, int], scheme: str
) -> None:
    path = tmp_path / "book.epub"
    path.write_bytes(epub())
    loan_id = visit().borrow(path).url.rsplit("/", 1)[1]
    address_of(house, loan_id, given="eva@example.net")
    token = JoseLinkTokens(house.home / "keys").mint_letters(loan_id)
    page = visit(viewport=viewport, color_scheme=scheme).go(f"/letters#{token}")
    expect(page.get_by_text(f"when you borrowed “{TITLE}” from Maria")).to_be_visible()
    assert_accessible(page)
    picture(page, f"letters-{scheme}")
    assert address_of(house, loan_id) == "eva@example.net", "to look changes nothing"
    page.get_by_role("button", name="Send me no more letters").click()
    expect(page.get_by_role("heading", name="No more letters")).to_be_focused()
    assert_accessible(page)
    picture(page, f"letters-stopped-{scheme}")
    assert address_of(house, loan_id) is None
    page.reload()
    expect(page.get_by_role("heading", name="No more letters")).to_be_visible()


def test_a_link_that_lost_a_part_says_so(visit: Visit) -> None:
    page = visit().go("/letters#v1.half")
    expect(page.get_by_role("heading", name="This link is not known here")).to_be_visible()
    assert_accessible(page)
    picture(page, "letters-unknown")
