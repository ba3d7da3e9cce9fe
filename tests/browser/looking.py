"""Looking at pages: pictures for people, axe-core for accessibility."""

import os
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).parents[2] / "lending/web/frontend/node_modules/axe-core/axe.min.js"
ONE_PAGE_AT_A_TIME = """if (!localStorage.getItem("lending.settings"))
  localStorage.setItem("lending.settings", JSON.stringify({ columns: { value: "one", at: 1 } }));"""
"""Where turns are counted: else a wide window shows two pages, as a reader would want."""
WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def picture(page: Page, name: str, *, full: bool = True) -> None:
    """Leave a picture where `make screenshots` asked for them; without it, none is taken."""
    folder = os.environ.get("LENDING_SCREENSHOTS")  # noqa: TID251 - where the pictures go
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=full)


def assert_accessible(page: Page) -> None:
    """No violation of WCAG 2.2 AA that axe-core can find."""
    # evaluate() runs beside the page, so its content security policy stays in force.
    page.evaluate(AXE.read_text())
    result = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", WCAG_22_AA)
    told = [
        f"{found['id']}: {found['help']}: " + "; ".join(node["html"][:160] for node in found["nodes"][:3])
        for found in result["violations"]
    ]
    assert told == [], f"{page.url}: {told}"
