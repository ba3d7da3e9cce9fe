"""Marks and settings in the reading page: two devices, a lost network, what is left in a browser."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser.conftest import PHONE, House, Visitor
from tests.browser.looking import (
    assert_accessible,
    await_free_seat,
    await_kept_place,
    picture,
    press_in_a_bar,
    put_out_of_sight,
)
from tests.browser.sample_books import SENTENCE, epub

Visit = Callable[..., Visitor]
QUOTED = "The lantern keeper counted seventeen ships"
HIGHLIGHT = {
    "id": "made-by-another-device",
    "base": 0,
    "kind": "highlight",
    "locator": {"section": 0, "start": 10, "end": 52},
    "fraction": 0.1,
    "text": QUOTED,
    "ink": "green",
    "deleted": False,
}


@pytest.fixture
def novel(tmp_path: Path) -> Path:
    path = tmp_path / "lantern.epub"
    path.write_bytes(epub(f"The Lantern Keeper {tmp_path.name}"))
    return path


@pytest.fixture
def own_copy(house: House, novel: Path) -> Iterator[dict[str, Any]]:
    """A loan of Maria's to herself; put back at the end."""
    copy = house.add(novel)
    address = f"{house.address}/api/v1/copies/{copy['id']}/reading"
    opened: dict[str, Any] = house.api().post(address, timeout=30).json()
    yield opened
    house.api().delete(address, timeout=10)


@pytest.fixture
def open_own(visit: Visit, house: House, own_copy: dict[str, Any]) -> Callable[..., Page]:
    """Open Maria's own copy on a device of hers."""

    def open_own(**options: object) -> Page:
        device = visit(**options)
        device.context.add_cookies([house.session("maria")])
        page = device.go(own_copy["read_url"])
        _await_book(page)
        return page

    return open_own


def test_no_mark_is_lost_when_two_devices_read_in_turn_offline_for_a_while_between(
    open_own: Callable[..., Page], house: House, own_copy: dict[str, Any]
) -> None:
    _highlight(house, own_copy["loan"]["id"], note="")
    devices = []
    for options in ({}, {"viewport": PHONE}):
        page = open_own(**options)
        _open_marks(page)
        expect(page.locator("#marks-list")).to_contain_text(QUOTED)
        put_out_of_sight(page)
        await_kept_place(page)
        await_free_seat(page)
        page.context.set_offline(True)
        devices.append(page)
    laptop, phone = devices
    _write_note(laptop, "written on the laptop")
    _write_note(phone, "written on the phone")
    phone.keyboard.press("Escape")
    phone.keyboard.press("b")
    laptop.context.set_offline(False)
    _await_sent(laptop)
    phone.context.set_offline(False)
    _await_sent(phone)
    for page in (laptop, phone):
        put_out_of_sight(page)  # the network's return has woken it
    await_free_seat(phone)
    for page in (laptop, phone):
        page.reload()
        _await_book(page)
        _open_marks(page)
        listed = page.locator("#marks-list")
        expect(listed).to_contain_text("written on the laptop")
        expect(listed).to_contain_text("written on the phone")
        expect(listed.locator(".mark-bookmark")).to_have_count(1)
        put_out_of_sight(page)
        await_free_seat(page)


def test_another_devices_mark_comes_to_a_page_that_stays_open(
    open_own: Callable[..., Page], house: House, own_copy: dict[str, Any]
) -> None:
    page = open_own()
    _open_marks(page)
    expect(page.locator("#no-marks")).to_be_visible()
    _highlight(house, own_copy["loan"]["id"], note="from elsewhere")
    expect(page.locator("#marks-list")).to_contain_text("from elsewhere", timeout=40_000)


def test_a_removed_mark_can_be_brought_back(
    open_own: Callable[..., Page], house: House, own_copy: dict[str, Any]
) -> None:
    _highlight(house, own_copy["loan"]["id"], note="a dear one")
    page = open_own()
    _open_marks(page)
    page.locator("#marks-list").get_by_role("button", name="Remove").click()
    expect(page.locator("#marks-list")).not_to_contain_text("a dear one")
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator("#marks-list")).to_contain_text("a dear one")


def test_an_owner_removes_a_note_that_a_borrower_left_in_the_book(
    visit: Visit, house: House, novel: Path
) -> None:
    copy = house.add(novel)
    borrower = visit().go(house.lend(copy["id"], for_whom="Tomás"))
    borrower.get_by_role("button", name="Borrow on this device").click()
    borrower.wait_for_url("**/read/*")
    _await_book(borrower)
    address = borrower.url.replace("/read/", "/api/v1/loans/")
    change = HIGHLIGHT | {"note": "A word that the owner would rather not keep.", "stays": True}
    answer = borrower.context.request.post(f"{address}/marks", data={"since": 0, "changes": [change]})
    assert answer.ok, answer.text()
    press_in_a_bar(borrower.locator("#open-return"))
    borrower.locator("#return-now").click()
    expect(borrower.locator("#end-title")).to_be_visible()

    own = house.api().post(f"{house.address}/api/v1/copies/{copy['id']}/reading", timeout=30).json()
    maria = visit(viewport=PHONE, color_scheme="dark")
    maria.context.add_cookies([house.session("maria")])
    page = maria.go(own["read_url"])
    _await_book(page)
    _open_marks(page)
    left = page.locator("#left-notes")
    expect(left).to_contain_text("Tomás left a note:")
    left.get_by_role("button", name="Remove").click()
    picture(page, "left-note-removing", full=False)
    assert_accessible(page)
    left.get_by_role("button", name="Remove it for good").click()
    expect(page.get_by_text("The note is gone.")).to_be_visible()
    expect(left).to_be_hidden()
    page.reload()
    _await_book(page)
    _open_marks(page)
    expect(left).to_be_hidden()
    house.api().delete(f"{house.address}/api/v1/copies/{copy['id']}/reading", timeout=10)


def test_settings_follow_the_reader_to_another_device_and_another_book(
    open_own: Callable[..., Page], house: House, tmp_path: Path
) -> None:
    page = open_own()
    page.keyboard.press("l")
    with page.expect_response(_keeps_settings):
        page.get_by_text("Sepia", exact=True).click()
    other = open_own()
    expect(other.locator("html")).to_have_attribute("data-paper", "sepia")
    (tmp_path / "next.epub").write_bytes(epub(f"Another {tmp_path.name}"))
    link = house.lend(house.add(tmp_path / "next.epub")["id"])
    _borrow(other, link)
    expect(other.locator("html")).to_have_attribute("data-paper", "sepia")


def test_nothing_of_a_book_is_left_in_the_browser_after_the_loan(
    visit: Visit, house: House, novel: Path
) -> None:
    page = visit().page
    _borrow(page, house.lend(house.add(novel)["id"]))
    page.context.set_offline(True)
    page.keyboard.press("b")
    page.keyboard.press("PageDown")
    page.wait_for_timeout(300)
    kept = _kept(page)
    assert any(name.startswith("lending.marks.") for name in kept["local"]), "an unsent mark waits"
    page.context.set_offline(False)
    page.keyboard.press("Escape")
    press_in_a_bar(page.locator("#open-return"))
    page.get_by_role("button", name="Return it", exact=True).click()
    expect(page.locator("#end")).to_be_visible()
    _assert_nothing_kept(page)


def test_what_waited_for_the_network_is_gone_once_the_loan_is_over(
    visit: Visit, house: House, novel: Path
) -> None:
    page = visit().page
    _borrow(page, house.lend(house.add(novel)["id"]))
    loan, reading = page.url.rsplit("/", 1)[1], page.url
    page.goto(f"{house.address}/about")
    outbox = {"due": "2030-01-01T00:00:00Z", "changes": [{"id": "a" * 32, "base": 0, "text": SENTENCE}]}
    over = {**outbox, "due": "2020-01-01T00:00:00Z"}
    page.evaluate(
        "([name, box]) => localStorage.setItem(name, box)", [f"lending.marks.{loan}", json.dumps(outbox)]
    )
    page.evaluate("([name, box]) => localStorage.setItem(name, box)", ["lending.marks.x", json.dumps(over)])
    page.goto(f"{house.address}/borrowed")
    page.wait_for_timeout(300)
    assert [name for name in _kept(page)["local"] if ".marks." in name] == [f"lending.marks.{loan}"]
    house.move_due_date(loan, seconds=-1)
    page.goto(reading)
    expect(page.get_by_role("heading", name="The book has gone back")).to_be_visible()
    page.wait_for_timeout(300)
    _assert_nothing_kept(page)


def _keeps_settings(answer: Response) -> bool:
    return answer.request.method == "PUT" and answer.url.endswith("/settings")


def _borrow(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Borrow on this device").click()
    page.wait_for_url("**/read/*")
    _await_book(page)


def _await_book(page: Page) -> None:
    expect(page.locator("#where")).not_to_be_empty()
    expect(page.locator("#busy")).to_be_hidden()


def _highlight(house: House, loan: str, *, note: str) -> None:
    """A highlight that some device of Maria's made."""
    change = HIGHLIGHT | {"note": note}
    answer = house.api().post(
        f"{house.address}/api/v1/loans/{loan}/marks", json={"since": 0, "changes": [change]}, timeout=10
    )
    assert answer.status_code == 200, answer.text


def _open_marks(page: Page) -> None:
    page.keyboard.press("n")
    expect(page.locator("#marks")).to_be_visible()


def _write_note(page: Page, words: str) -> None:
    page.locator("#marks-list").get_by_role("button", name="Add a note").click()
    page.get_by_label("Your note").fill(words)
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator("#marks-list")).to_contain_text(words)


def _await_sent(page: Page) -> None:
    """Until nothing of the loan waits in the browser any more."""
    for _ in range(200):
        if not any(name.startswith("lending.marks.") for name in _kept(page)["local"]):
            return
        page.wait_for_timeout(100)
    raise AssertionError("the marks are not sent")


def _kept(page: Page) -> dict[str, Any]:
    """Everything that a browser can keep for this site."""
    kept: dict[str, Any] = page.evaluate(
        """async () => ({
            local: {...localStorage},
            session: {...sessionStorage},
            caches: await caches.keys(),
            databases: (await indexedDB.databases()).map(({name}) => name),
            workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    return kept


def _assert_nothing_kept(page: Page) -> None:
    kept = _kept(page)
    assert set(kept["local"]) <= {"lending.settings", "lending.device"}, kept["local"]
    assert kept["session"] == {}
    assert kept["caches"] == []
    assert kept["workers"] == 0
    for word in ("lantern", "Chapter"):
        assert word not in json.dumps([kept["local"], kept["databases"]])
