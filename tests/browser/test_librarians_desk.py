"""The librarian's desk: the library as a whole, the life of a copy, the proof of an entry, the stock."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Page, expect

from lending import bootstrap, refusals
from lending.bootstrap import Services
from lending.circulation import borrowing
from lending.circulation.offering import Offer
from lending.cli import main
from lending.config import Settings
from lending.ledger.notes import Verifier
from lending.ports.records import Role
from lending.services.accounts import NewAccount
from lending.services.passes import ClaimRequest
from tests.browser import sample_epubs
from tests.browser.conftest import DESKTOP, PASSWORD, PHONE, House, Visitor
from tests.browser.looking import assert_accessible, picture
from tests.browser.serving import Serving
from tests.ledger.signing import Keeper
from tests.real.ports import free_port

Visit = Callable[..., Visitor]
DAY = timedelta(days=1)
TITLES = (
    "The Long Way Round",
    "Æsop’s Fables",
    "A Title That Is So Long That It Does Not Fit Into One Line of a Phone, Nor Into Two of Them",
    "Rimas",
    "Walden",
    "Salt",
    "Never Lent At All",
)
FRIENDS = ("Anna", "Ben", "Cleo", "Iván", "Nuria", "")


@dataclass
class MovingClock:
    """Set by hand, so that half a year can be told."""

    time: datetime

    def now(self) -> datetime:
        return self.time


def _fill(services: Services, clock: MovingClock, folder: Path) -> list[str]:
    """Half a year of a small library; its copies' ids."""
    maria = services.accounts.actor_named("maria")
    now, dice, copies = clock.time, random.Random(7), []
    clock.time = now - 190 * DAY
    for title in TITLES:
        book = sample_epubs.Book(title, [sample_epubs.PROSE]).packed()
        upload = services.acquisitions.begin(maria, "book.epub", len(book))
        services.acquisitions.append(maria, upload.id, 0, [book])
        copies.append(services.acquisitions.accession(maria, upload.id).copy.id)
    for week in range(26, 0, -1):
        for number in range(dice.randint(0, 4)):
            copy_id = copies[min(dice.randrange(6), dice.randrange(6))]
            clock.time = now - week * 7 * DAY + number * DAY
            name, length = dice.choice(FRIENDS), dice.randint(1, 5) * DAY
            _lend(services, clock, copy_id, name, length, is_recalled=dice.random() < 0.25)
        if week == 10:
            _come_too_late(services, clock, copies[5])
    clock.time = now - 2 * DAY
    page = services.asking.open_for_copy(maria, copies[0], approves=False)
    _claim(services, copies[0], "Anna")
    for name in ("Ben", "Cleo"):
        request = ClaimRequest(name, ticket=f"{name} waits")
        services.waiting.ask(page.id, None, request, "/api/v1/holds", "192.0.2.1")
    clock.time = now
    _something_unusual(services, clock, copies)
    return copies


def _come_too_late(services: Services, clock: MovingClock, copy_id: str) -> None:
    """Somebody is turned away in a month that is over, and the book is back on the next day."""
    maria = services.accounts.actor_named("maria")
    clock.time += 6 * DAY
    services.lending.settle_due()
    token = services.lending.make_link(maria, copy_id, Offer(14 * DAY, "Ben")).token
    loan_id = services.lending.claim(token, ClaimRequest("Ben", ticket="early"), "").reading_pass.loan.id
    with suppress(refusals.LinkUsed):
        services.lending.claim(token, ClaimRequest("Cleo", ticket="late"), "")
    clock.time += DAY
    services.lending.check_in(loan_id, "", "")


def _something_unusual(services: Services, clock: MovingClock, copies: list[str]) -> None:
    """What is not out is lent, read too fast, and its link opened again."""
    maria = services.accounts.actor_named("maria")
    for copy_id in (copies[4], copies[3], copies[1]):
        clock.time += timedelta(minutes=1)
        services.lending.settle_due()
        if services.shelf.entry(maria, copy_id).copy.loan is not None:
            continue
        token = services.lending.make_link(maria, copy_id, Offer(14 * DAY, "Ben")).token
        request = ClaimRequest("Ben", ticket=f"fast {copy_id}")
        loan = services.lending.claim(token, request, "").reading_pass.loan
        with services.lending.library.change() as desk:
            desk.circulation.record(borrowing.read_fast(loan, clock.time))
        with suppress(refusals.LinkUsed):
            services.lending.claim(token, ClaimRequest("Cleo", ticket="another’s"), "")


def _claim(services: Services, copy_id: str, name: str) -> str:
    maria = services.accounts.actor_named("maria")
    token = services.lending.make_link(maria, copy_id, Offer(14 * DAY, name)).token
    ticket = f"{name} {services.lending.clock.now()}"
    return services.lending.claim(token, ClaimRequest(name, ticket=ticket), "").reading_pass.loan.id


def _lend(
    services: Services, clock: MovingClock, copy_id: str, name: str, length: timedelta, *, is_recalled: bool
) -> None:
    maria = services.accounts.actor_named("maria")
    services.lending.settle_due()
    if services.shelf.entry(maria, copy_id).copy.loan is not None:
        return
    loan_id = _claim(services, copy_id, name)
    if is_recalled:
        clock.time += timedelta(hours=3)
        services.lending.recall(maria, copy_id)
    clock.time += length
    services.lending.settle_due()
    if services.shelf.entry(maria, copy_id).copy.loan is not None:
        services.lending.check_in(loan_id, "", "")


@pytest.fixture(scope="module")
def copies() -> list[str]:
    """Filled by `house`: the ids of Maria's copies."""
    return []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, copies: list[str]) -> Iterator[House]:
    """A library of half a year, of its own: what other tests do to theirs would be found by its checks."""
    home = tmp_path_factory.mktemp("desk") / "data"
    settings = Settings(home=home, bind=f"127.0.0.1:{free_port()}")
    bootstrap.prepare(settings)
    clock = MovingClock(datetime.now(UTC))  # noqa: TID251 - the server's own clock goes on from here
    services = bootstrap.build(settings, clock=clock)
    for name, role in (("maria", Role.OWNER), ("lola", Role.LIBRARIAN)):
        services.accounts.add(NewAccount(name, name.capitalize(), PASSWORD), frozenset({role}))
    copies += _fill(services, clock, home)
    services.logkeeping.checkpoint()
    _lend(services, clock, copies[2], "Nuria", timedelta(0), is_recalled=False)
    services.logkeeping.checkpoint()
    services.overview.count()
    services.log_checking.check()
    services.stock_taking.take_some()
    maria = services.accounts.actor_named("maria")
    services.upkeep.files.remove(services.shelf.entry(maria, copies[3]).edition.file_id)
    services.stock_taking.take_all(clock.time + DAY)
    with Serving(settings):
        yield House(f"http://{settings.bind}", home)
    services.upkeep.close()


def test_a_librarian_sees_the_whole_a_life_the_proof_and_the_stock(
    visit: Visit, house: House, copies: list[str]
) -> None:
    page = visit(viewport=DESKTOP).sign_in("lola")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_text("entries verified, up to")).to_be_visible()
    looked_at(page, "overview")
    page.get_by_role("link", name="All unusual loans").click()
    expect(page.get_by_role("cell", name="Pages were turned faster").first).to_be_visible()
    looked_at(page, "unusual")
    page.get_by_role("row", name="The link was opened").get_by_role("link").last.click()
    expect(page.get_by_text("What was noticed")).to_be_visible()
    looked_at(page, "unusual-loan")
    page.get_by_role("link", name="Overview").first.click()
    page.get_by_role("link", name="See the proof").click()
    expect(page.get_by_role("heading", name="Can the log be believed?")).to_be_visible()
    expect(page.get_by_text("It continues the checkpoint before")).to_be_visible()
    looked_at(page, "integrity")
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("A check was asked for on")).to_be_visible()
    looked_at(page, "integrity-asked")
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Loan log", exact=True).first.click()
    page.get_by_role("link", name="The Long Way Round").first.click()
    expect(page.get_by_text("The life of a copy")).to_be_visible()
    looked_at(page, "copy")
    page.get_by_role("link", name="Lent to a friend").last.click()
    expect(page.get_by_role("heading", name="What happened")).to_be_visible()
    looked_at(page, "loan-covered")
    page.get_by_label("What for?").select_option("the reader asked about their loan")
    page.get_by_role("button", name="Show the name").click()
    expect(page.get_by_text("The reader’s name shown to Lola")).to_be_visible()
    expect(page.get_by_text("Anna")).to_be_visible()
    looked_at(page, "loan")
    with page.expect_download() as download:
        page.get_by_role("link", name="Proof").first.click()
    assert download.value.suggested_filename.endswith(".tlog-proof")
    assert Path(download.value.path()).read_text().startswith("c2sp.org/tlog-proof@v1\nextra ")
    page.goto(f"{house.address}/log?borrower=Cleo&long=2")
    expect(page.get_by_text("Readers’ names are covered")).to_be_visible()
    looked_at(page, "log-covered")
    page.get_by_label("What for?").select_option("the log is being audited")
    page.get_by_role("button", name="Show all names for an hour").click()
    expect(page.get_by_text("Readers’ names are shown to you until")).to_be_visible()
    expect(page.get_by_role("cell", name="Cleo").first).to_be_visible()
    page.get_by_label("Find these filters again as").fill("Long ones")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="Long ones")).to_have_attribute("aria-current", "true")
    page.get_by_text("Rename or delete").click()
    looked_at(page, "log")
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="What stock-taking found").click()
    expect(page.get_by_role("heading", name="Stock-taking")).to_be_visible()
    looked_at(page, "stock")
    page.get_by_role("button", name="Español").click()
    expect(page.get_by_role("heading", name="Inventario")).to_be_visible()


def test_a_librarian_finds_a_turn_away_follows_the_copy_verifies_a_proof_and_exports_counter(
    visit: Visit, house: House, tmp_path: Path
) -> None:
    page = visit(viewport=DESKTOP).sign_in("lola")
    page.get_by_role("link", name="What could not be had, and when").click()
    expect(page.get_by_label("What", exact=True)).to_have_value("turned-away")
    turned_away = page.get_by_role("row", name="Somebody was turned away: the link lends nothing any more")
    expect(turned_away.first).to_be_visible()
    looked_at(page, "turn-aways")
    turned_away.first.get_by_role("link", name="Proof").scroll_into_view_if_needed()
    proof = _downloaded(page, lambda: turned_away.first.get_by_role("link", name="Proof").click(), tmp_path)
    title = turned_away.first.locator("[data-label=Book] a").inner_text()
    turned_away.first.locator("[data-label=Book] a").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.locator(".story-what", has_text="Somebody was turned away").last).to_be_visible()
    looked_at(page, "turned-away-copy")

    page.get_by_role("link", name="Overview").first.click()
    page.get_by_role("link", name="See the proof").click()
    key = page.locator("section", has_text="public key").locator("pre").last.inner_text().strip()
    told = CliRunner().invoke(main, ["log", "verify-receipt", str(proof), "--key", key])
    assert told.exit_code == 0, told.output
    assert told.output.startswith("PROVEN       turned-away, ")
    assert "nobody" in told.output
    of_another = Keeper(Verifier.parsed(key).name).verifier
    refused = CliRunner().invoke(main, ["log", "verify-receipt", str(proof), "--key", str(of_another)])
    assert refused.exit_code == 1, refused.output

    page.get_by_role("link", name="Loan log", exact=True).first.click()
    page.get_by_text("COUNTER reports").click()
    looked_at(page, "counter")
    # What happened in this month is told of when it is over.
    page.get_by_label("First month").first.fill(f"{datetime.now(UTC) - 150 * DAY:%Y-%m}")  # noqa: TID251 - as above
    report = _downloaded(page, lambda: page.get_by_role("button", name="TR_B2").click(), tmp_path)
    rows = [line.split("\t") for line in report.read_text("utf-8-sig").splitlines()]
    assert rows[0][:2] == ["Report_Name", "Book Access Denied"]
    heads = next(row for row in rows if row[0] == "Title")
    of_titles = rows[rows.index(heads) + 1 :]
    assert "No_License" in {row[heads.index("Metric_Type")] for row in of_titles}
    assert all(int(row[heads.index("Reporting_Period_Total")]) > 0 for row in of_titles)


def _downloaded(page: Page, press: Callable[[], None], folder: Path) -> Path:
    with page.expect_download() as saving:
        press()
    path = folder / saving.value.suggested_filename
    saving.value.save_as(path)
    return path


def looked_at(page: Page, name: str) -> None:
    """Good to look at and accessible: on a desk and on a phone, in light and dark."""
    for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size(viewport)
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wider <= 0, f"{page.url} is {wider} px wider than the window"
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two
            picture(page, f"desk/{name}-{size}-{scheme}")
            assert_accessible(page)
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
