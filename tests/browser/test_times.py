"""Whoever looks from another zone than the server's: every page says the same hour as the open book."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture
from tests.browser.sample_books import epub

Visit = Callable[..., Visitor]
BERLIN = {"timezone_id": "Europe/Berlin"}


@pytest.mark.parametrize(
    "looks",
    [
        {"viewport": PHONE, "color_scheme": "dark", "has_touch": True, "is_mobile": True},
        {"viewport": DESKTOP, "color_scheme": "light"},
    ],
    ids=["phone-dark", "desktop-light"],
)
def test_a_loan_due_late_in_utc_is_due_the_next_day_in_berlin_on_every_page(
    visit: Visit, house: House, tmp_path: Path, looks: dict[str, object], request: pytest.FixtureRequest
) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - the server's own clock tells what is near
    due = now.replace(hour=23, minute=30, second=0, microsecond=0)
    due += timedelta(days=1) if due < now + timedelta(hours=1) else timedelta(0)
    there = due.astimezone(ZoneInfo("Europe/Berlin"))
    said = f"{there.day} {there:%b}"
    path = tmp_path / "tides.epub"
    path.write_bytes(epub(f"Tides {tmp_path.name}"))
    eva = visit(**looks, **BERLIN)
    page = eva.borrow(path)
    loan_id = page.url.rsplit("/", 1)[-1]
    house.move_due_date(loan_id, seconds=int((due - now).total_seconds()))
    copy_id = house.api().get(f"{house.address}/api/v1/copies", timeout=10).json()["copies"][0]["id"]
    name = request.node.callspec.id

    eva.go("/borrowed")
    tile = page.locator(".tile", has_text=tmp_path.name)
    expect(tile.locator("time")).to_have_text(f"{said} {there:%Y, %H:%M}")
    assert_accessible(page)
    picture(page, f"times-borrowed-{name}")

    maria = visit(**looks, **BERLIN)
    maria.context.add_cookies([house.session("maria")])
    owners = maria.go("/shelf")
    state = owners.locator(".tile", has_text=tmp_path.name).locator(".state")
    expect(state).to_have_text(f"Lent until {said}, {there:%H:%M}")
    maria.go(f"/books/{copy_id}")
    expect(owners.locator(".stamp")).to_have_text(f"{said} {there:%Y, %H:%M}")
    assert_accessible(owners)
    picture(owners, f"times-book-{name}")
    house.lend(house.add(path)["id"])  # news: the page is brought up to date, and stays in its reader's zone
    owners.wait_for_timeout(3000)
    expect(owners.locator(".stamp")).to_have_text(f"{said} {there:%Y, %H:%M}")

    plain = visit(**looks, **BERLIN, java_script_enabled=False)
    plain.context.add_cookies([house.session("maria")])
    unscripted = plain.go(f"/books/{copy_id}")
    expect(unscripted.locator(".stamp")).to_have_text(f"{due.day} {due:%b %Y, %H:%M} UTC")
