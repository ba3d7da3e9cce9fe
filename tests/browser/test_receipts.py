"""Receipts, as people get them: in the reader's hand, in the owner's page, and checked on another machine."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from lending.cli import main
from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture, press_in_a_bar
from tests.browser.sample_books import epub

Visit = Callable[..., Visitor]


@pytest.mark.parametrize("look", ["light", "dark"])
def test_a_loan_is_receipted_to_its_reader_and_to_its_owner(
    visit: Visit, house: House, tmp_path: Path, look: str
) -> None:
    book = tmp_path / "lantern.epub"
    book.write_bytes(epub(f"Receipts {tmp_path.name}"))
    copy_id = house.add(book)["id"]
    reader = visit(color_scheme=look, viewport=DESKTOP)
    page = reader.go(house.lend(copy_id, for_whom="Mia"))
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    expect(page.locator("#where")).not_to_be_empty()
    reading = page.url
    page.goto(f"{house.address}/borrowed")
    picture(page, f"receipt-borrowed-{look}")
    assert_accessible(page)
    out = _saved(page, page.get_by_role("link", name="Receipt of the loan").click, tmp_path)
    page.goto(reading)
    expect(page.locator("#where")).not_to_be_empty()
    press_in_a_bar(page.locator("#open-return"))
    page.locator("#return-now").click()
    expect(page.locator("#end-receipt")).to_be_visible()
    expect(page.locator("#end-home")).to_be_hidden()
    page.set_viewport_size(PHONE)
    picture(page, f"receipt-end-{look}", full=False)
    assert_accessible(page)
    back = _saved(page, page.get_by_role("button", name="Keep a receipt of the return").click, tmp_path)

    owner = visit(color_scheme=look, viewport=DESKTOP).sign_in("maria")
    owner.goto(f"{house.address}/books/{copy_id}")
    owner.get_by_text("What happened to this copy").click()
    picture(owner, f"receipt-owner-{look}")
    assert_accessible(owner)
    theirs = _saved(owner, owner.get_by_role("link", name="Receipt").first.click, tmp_path)

    key = _log_key(house)
    for receipt, said in ((out, "checked-out"), (back, "returned"), (theirs, "returned")):
        told = CliRunner().invoke(main, ["log", "verify-receipt", str(receipt), "--key", key])
        assert told.exit_code == 0, told.output
        assert f"PROVEN       {said}, " in told.output
        assert "Borrower     Mia" in told.output


def _saved(page: Page, press: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as saving:
        press()
    assert saving.value.suggested_filename.endswith(".tlog-proof")
    path = folder / f"{page.url.count('/')}-{saving.value.suggested_filename}"
    saving.value.save_as(path)
    return path


def _log_key(house: House) -> str:
    told = CliRunner().invoke(main, ["log", "key"], env={"LENDING_HOME": str(house.home)})
    assert told.exit_code == 0, told.output
    return told.output.strip()
