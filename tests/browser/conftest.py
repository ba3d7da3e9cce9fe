"""A real server, as `lending serve` starts it, and real Chromium in front of it."""

import base64
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from lending import bootstrap
from lending.config import Settings
from lending.ports.records import Role
from lending.services.accounts import NewAccount
from tests.browser import asking_again
from tests.browser.serving import Serving
from tests.real.ports import free_port
from tests.replaying import LoanRows, Memory

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that is not localhost: over plain HTTP, browsers offer it no keys.
    "--host-resolver-rules=MAP library.test 127.0.0.1",
)
expect.set_options(timeout=20_000)  # nothing here is timed: a busy machine is only slow

PASSWORD = "a long enough password"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}


@dataclass
class House:
    """A running library with an owner and a librarian."""

    address: str
    home: Path
    tokens: dict[str, str] = field(default_factory=dict)
    asked: Memory = field(default_factory=Memory)
    """What the present test asked of loans."""
    _sessions: dict[str, str] = field(default_factory=dict)

    def api(self, who: str = "maria") -> requests.Session:
        """A script with somebody's access token."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.tokens[who]}"
        return asking_again.note_scripts(self.asked, session)

    def send(self, path: Path, who: str = "maria") -> requests.Response:
        """Send a book to somebody's shelf over the API."""
        return self.api(who).post(
            f"{self.address}/api/v1/copies",
            params={"filename": path.name, "second_copy": "true"},
            data=path.read_bytes(),
            headers={"Content-Type": "application/octet-stream"},
            timeout=60,
        )

    def begin_upload(self, name: str, length: int, part: bytes) -> int:
        """Send the first part of a file by tus; returns how much of it the library has."""
        answer = self.api().post(
            f"{self.address}/api/v1/uploads",
            data=part,
            headers={
                "Tus-Resumable": "1.0.0",
                "Upload-Length": str(length),
                "Upload-Metadata": f"filename {base64.b64encode(name.encode()).decode()}",
                "Content-Type": "application/offset+octet-stream",
            },
            timeout=30,
        )
        assert answer.status_code == 201, answer.text
        return int(answer.headers["Upload-Offset"])

    def add(self, path: Path, who: str = "maria") -> dict[str, object]:
        """Put a good book on somebody's shelf; returns its copy."""
        answer = self.send(path, who)
        assert answer.status_code == 201, answer.text
        copy: dict[str, object] = answer.json()["copy"]
        return copy

    def another_owner(self) -> str:
        """Somebody whose books no other test has, so that no other test's news come in between; the name."""
        name = f"owner{len(self.tokens)}"
        services = bootstrap.build(Settings(home=self.home))
        self.tokens[name] = _join(services, name, Role.OWNER)
        services.upkeep.close()
        return name

    def session(self, who: str) -> dict[str, str]:
        """The cookie of somebody who has signed in."""
        if who not in self._sessions:
            form = {"name": who, "password": PASSWORD}
            answer = requests.post(f"{self.address}/sign-in", data=form, allow_redirects=False, timeout=10)
            self._sessions[who] = answer.cookies["session"]
        return {"name": "session", "value": self._sessions[who], "url": self.address}

    def move_due_date(self, loan_id: str, *, seconds: int) -> None:
        """Let a loan be due so many seconds from now: the one thing that a test can't wait for."""
        due = int((time.time() + seconds) * 1000)
        with sqlite3.connect(self.home / "library.db", timeout=10) as database:
            database.execute("UPDATE loan SET due_at = ? WHERE id = ?", (due, loan_id))
        database.close()

    def lend(self, copy_id: object, who: str = "maria", **offer: object) -> str:
        """Make a lend link over the API; returns its address."""
        answer = self.api(who).post(f"{self.address}/api/v1/copies/{copy_id}/link", json=offer, timeout=10)
        assert answer.status_code == 201, answer.text
        url: str = answer.json()["url"]
        return url


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    home = tmp_path_factory.mktemp("home") / "data"
    settings = Settings(home=home, bind=f"127.0.0.1:{free_port()}")
    bootstrap.prepare(settings)
    services = bootstrap.build(settings)
    people = {"maria": Role.OWNER, "pau": Role.OWNER, "lola": Role.LIBRARIAN}
    tokens = {name: _join(services, name, role) for name, role in people.items()}
    services.upkeep.close()
    running = House(f"http://{settings.bind}", home, tokens)
    with Serving(settings):
        yield running


def _join(services: bootstrap.Services, name: str, role: Role) -> str:
    """Let somebody in for good; an access token of theirs."""
    services.accounts.add(NewAccount(name, name.capitalize(), PASSWORD), frozenset({role}))
    actor = services.accounts.actor_named(name)
    return services.accounts.make_token(actor, "tests", read_only=False)[1]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Somebody with a browser of their own. What a page complains of on its console fails the test."""

    context: BrowserContext
    page: Page
    house: House
    complaints: list[str]
    archive: asking_again.Archive

    def go(self, path: str) -> Page:
        """Open a page of the library, which may refuse but not break."""
        answer = self.page.goto(self.house.address + path if path.startswith("/") else path)
        assert answer is None or answer.status < 500, path
        return self.page

    def borrow(self, path: Path) -> Page:
        """Borrow a book of Maria's as somebody does who got the link; the open reader."""
        page = self.go(self.house.lend(self.house.add(path)["id"]))
        page.get_by_role("button", name="Borrow on this device").click()
        page.wait_for_url("**/read/*")
        expect(page.locator("#where")).not_to_be_empty()
        expect(page.locator("#busy")).to_be_hidden()
        return page

    def leave(self) -> None:
        """Close the browser, and tell the house what it asked of loans."""
        self.context.close()
        self.archive.read_into(self.house.asked)

    def sign_in(self, name: str) -> Page:
        """Sign in as an account."""
        page = self.go("/sign-in")
        page.get_by_label("Name", exact=True).fill(name)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(lambda url: not url.endswith("/sign-in"))
        return page


@pytest.fixture
def visit(
    chromium: Browser, house: House, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Visitor]]:
    """Let somebody in with a fresh browser: `visit(viewport=PHONE, color_scheme="dark")`.

    When the test is over, nothing of its loans is answered any more: see `tests.replaying`.
    """
    visitors: list[Visitor] = []
    house.asked.requests.clear()

    def let_in(**options: object) -> Visitor:
        archive = asking_again.Archive(tmp_path_factory.mktemp("asked") / "of-loans.har")
        context = chromium.new_context(
            **{"viewport": DESKTOP, "locale": "en-GB", **archive.options, **options}
        )
        archive.listen(context)
        page = context.new_page()
        visitor = Visitor(context, page, house, [], archive)
        page.on("console", lambda message: _note(visitor, message.type, message.text))
        page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
        visitors.append(visitor)
        return visitor

    yield let_in
    for visitor in visitors:
        visitor.leave()
    assert [visitor.complaints for visitor in visitors if visitor.complaints] == []
    asking_again.after_the_end(house.address, house.asked, LoanRows(house.home / "library.db"))


def _note(visitor: Visitor, kind: str, text: str) -> None:
    if kind == "error" and not text.startswith("Failed to load resource"):
        visitor.complaints.append(text)
