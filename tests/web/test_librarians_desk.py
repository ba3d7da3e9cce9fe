"""The librarian's desk: the overview, lives of copies and loans, that the log is right, the stock."""

import re
import sqlite3
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lending.bootstrap import Services
from lending.config import Settings
from lending.ledger.leaves import Leaf
from lending.ledger.proofs import KeptProof
from tests.ledger.signing import check
from tests.web import books
from tests.web.api.asking import add, lend, show_names
from tests.web.browsers import Browser
from tests.web.conftest import HandClock

PAGES = ("/overview", "/log", "/log/record", "/log/unusual", "/log/integrity", "/stock")


@pytest.fixture
def log_is_checked(request: pytest.FixtureRequest) -> bool:
    """Some of these break the log, to see it told."""
    return "wrong" not in request.node.name and "cannot_prove" not in request.node.name


@pytest.fixture
def lent(app: Flask, owner: FlaskClient, clock: HandClock) -> dict[str, str]:
    """A copy that Mia has had and Noa has, and another that nobody had: ids of copies and loans."""
    found = {"copy": add(owner, books.epub("Ants")), "idle": add(owner, books.epub("Bees"))}
    for name in ("Mia", "Noa"):
        browser = Browser(app)
        found[name] = browser.borrow(lend(owner, found["copy"], loan_seconds=900_000), name)
        clock.forward(timedelta(days=3))
        if name == "Mia":
            for _ in range(2):  # the first time it learns the nonce of this day
                browser.post_proven(f"/api/v1/loans/{found[name]}/return")
    return found


def text(client: FlaskClient, path: str) -> str:
    """What a page says, its white space folded."""
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", answer.text).split()))


def in_order(said: str, *parts: str) -> bool:
    """Whether a page says these one after the other."""
    at = 0
    for part in parts:
        at = said.find(part, at) + 1
        assert at, f"{part!r} is not said, or too early: {said[:3000]}"
    return True


@pytest.mark.parametrize("path", PAGES)
def test_only_a_librarian_sees_the_desk(
    owner: FlaskClient, librarian: FlaskClient, stranger: FlaskClient, path: str
) -> None:
    assert stranger.get(path).status_code == 303
    assert owner.get(path).status_code == 403
    assert librarian.get(path).status_code == 200


def test_lives_and_proofs_are_for_librarians_too(
    owner: FlaskClient, librarian: FlaskClient, lent: dict[str, str]
) -> None:
    for path in (f"/log/copies/{lent['copy']}", f"/log/loans/{lent['Mia']}", "/log/record/1/proof"):
        assert owner.get(path).status_code == 403
        assert librarian.get(path).status_code == 200


@pytest.mark.parametrize("path", ["/log/copies/nothing", "/log/loans/nothing", "/log/record/999/proof"])
def test_what_is_not_there_is_not_there(librarian: FlaskClient, path: str) -> None:
    assert librarian.get(path).status_code == 404


def test_the_door_leads_a_librarian_to_the_overview(librarian: FlaskClient) -> None:
    assert librarian.get("/").headers["Location"].endswith("/overview")


def test_a_library_of_which_nothing_is_known_yet_has_an_overview(librarian: FlaskClient) -> None:
    said = text(librarian, "/overview")
    assert "The log has not been checked yet" in said
    assert "None in the last 26 weeks." in said
    assert "Overdue never happens here" in said


def test_the_overview_tells_what_was_counted_and_how_things_stand(
    librarian: FlaskClient, services: Services, lent: dict[str, str]
) -> None:
    services.overview.count()
    said = text(librarian, "/overview")
    assert "2 in the last 26 weeks; the most, 1, in the week of 23 Feb." in said
    assert "Busiest titles" in said
    assert "Ants 2 loans" in said
    assert "of 2 copies never lent 1" in said
    assert "Bees Ana" in said
    drawn = librarian.get("/overview").text
    assert drawn.count("<rect") == 2 + 1
    assert 'role="img" aria-labelledby="loans-drawing"' in drawn
    assert "style=" not in drawn


def test_the_overview_tells_plainly_that_the_log_is_right(
    librarian: FlaskClient, services: Services, lent: dict[str, str], owner: FlaskClient
) -> None:
    services.log_checking.check()
    assert "All 7 entries verified, up to 7 Mar 2026, 12:00 UTC" in text(librarian, "/overview")
    add(owner, books.epub("Cows"))
    assert "1 entry has come since" in text(librarian, "/overview")


def test_the_overview_tells_that_the_log_was_not_checked_for_long(
    librarian: FlaskClient, services: Services, clock: HandClock, lent: dict[str, str]
) -> None:
    services.log_checking.check()
    clock.forward(timedelta(hours=25))
    for path in ("/overview", "/log/integrity"):
        said = text(librarian, path)
        assert "The log was last verified on 7 Mar 2026, 12:00 UTC" in said
        assert "entries verified" not in said
        assert "notice-good" not in librarian.get(path).text


@pytest.mark.parametrize("log_is_checked", [False])
def test_the_overview_tells_loudly_where_the_log_is_wrong(
    librarian: FlaskClient, services: Services, settings: Settings, lent: dict[str, str]
) -> None:
    with sqlite3.connect(settings.home / "library.db") as database:
        database.execute("UPDATE event SET at = at + 1 WHERE number = 4")
    database.close()
    services.log_checking.check()
    for path in ("/overview", "/log/integrity"):
        said = text(librarian, path)
        assert "The log is not as it was kept" in said
        assert "entry 3: event 4 of the record is not what was entered" in said
        assert "verified" not in said


def test_the_proof_of_an_entry_can_be_checked_by_itself(
    librarian: FlaskClient, services: Services, lent: dict[str, str]
) -> None:
    answer = librarian.get("/log/record/3/proof")
    assert answer.content_type == "text/plain; charset=utf-8"
    assert "entry-2.tlog-proof" in answer.headers["Content-Disposition"]
    proof = KeptProof.parsed(answer.text)
    leaf = Leaf.parsed(proof.extra)
    assert proof.verify(leaf.hash, [services.logkeeping.verifier()], check).size == 7
    assert leaf.number == proof.index == 2


def test_the_page_of_the_proof_shows_checkpoint_key_and_that_the_log_grew(
    librarian: FlaskClient, services: Services, owner: FlaskClient, lent: dict[str, str], clock: HandClock
) -> None:
    assert "Nothing is signed yet" in text(librarian, "/log/integrity")
    services.logkeeping.checkpoint()
    assert "It continues" not in text(librarian, "/log/integrity")
    add(owner, books.epub("Cows"))
    clock.forward(timedelta(minutes=1))
    signed = services.logkeeping.checkpoint()
    said = text(librarian, "/log/integrity")
    assert " ".join(str(signed and signed.note).split()) in said
    assert str(services.logkeeping.verifier()) in said
    assert "It continues the checkpoint before That one was of 7 entries" in said


@pytest.mark.parametrize("log_is_checked", [False])
def test_a_log_that_cannot_prove_an_entry_says_so(
    librarian: FlaskClient, services: Services, settings: Settings, lent: dict[str, str], owner: FlaskClient
) -> None:
    services.logkeeping.checkpoint()
    add(owner, books.epub("Cows"))
    with sqlite3.connect(settings.home / "library.db") as database:
        database.execute("UPDATE log_entry SET leaf = zeroblob(128) WHERE number = 1")
    database.close()
    answer = librarian.get("/log/record/3/proof")
    assert answer.status_code == 503
    assert "The loan log is damaged" in answer.text
    assert "lending log verify" in answer.text
    with sqlite3.connect(settings.home / "library.db") as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM log_entry WHERE number = 1")
    database.close()
    for path in ("/log/growth?old=1", "/api/v1/log/tile/0/000.p/3", "/api/v1/log/tile/entries/000.p/3"):
        assert librarian.get(path).status_code == 503, path
    assert librarian.get("/log/integrity").status_code == 200


def test_a_copys_life_is_told_loan_by_loan(librarian: FlaskClient, lent: dict[str, str]) -> None:
    assert "Lent to a friend 3 days" in text(librarian, f"/log/copies/{lent['copy']}")
    show_names(librarian)
    assert in_order(
        text(librarian, f"/log/copies/{lent['copy']}"),
        *("The life of a copy Ants", "On its shelf", "Title added"),
        *("Lent to Mia 3 days", "Link made", "Checked out", "Returned"),
        *("Lent to Noa not back yet", "Link made", "Checked out"),
    )


def test_a_loans_life_says_who_had_it_and_how_long(librarian: FlaskClient, lent: dict[str, str]) -> None:
    address = f"/log/loans/{lent['Mia']}"
    assert "Borrower covered" in text(librarian, address)
    form = {"purpose": "reader-asked", "loan": lent["Mia"]}
    assert librarian.post("/log/names", data=form).headers["Location"] == address
    said = text(librarian, address)
    assert "Borrower Mia" in said
    assert "The reader’s name shown to Libro: the reader asked about their loan" in said
    assert "How long 3 days" in said
    assert in_order(said, "What happened", "Link made", "Checked out", "Returned")
    assert "3 days so far" in text(librarian, f"/log/loans/{lent['Noa']}")


def test_every_line_of_the_log_leads_to_its_copy_and_its_loan(
    librarian: FlaskClient, lent: dict[str, str]
) -> None:
    log = librarian.get("/log").text
    for loan in ("Mia", "Noa"):
        assert f'href="/log/loans/{lent[loan]}"' in log
    assert f'href="/log/copies/{lent["copy"]}"' in log


def test_stock_taking_tells_what_is_not_as_it_should_be(
    librarian: FlaskClient, services: Services, settings: Settings, lent: dict[str, str]
) -> None:
    assert "Nothing looked at yet" in text(librarian, "/stock")
    services.stock_taking.take_some()
    assert "2 copies looked at, and all as they should be" in text(librarian, "/stock")
    edition = services.shelf.entry(services.accounts.actor_named("ana"), lent["idle"]).edition
    (file,) = (settings.home / "books").glob(f"*/{edition.file_id}.lbk")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    services.stock_taking.take_all(services.stock_taking.clock.now() + timedelta(seconds=1))
    said = text(librarian, "/stock")
    assert "1 copy is not as it should be" in said
    assert "Bees Ana Its file does not open" in said
    assert "A book’s file is not as it should be" in text(librarian, "/overview")
    assert "And 1 more" not in said


def test_stock_taking_tells_how_many_more_there_are_than_it_shows(
    librarian: FlaskClient,
    services: Services,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    lent: object,
) -> None:
    for path in (settings.home / "books").glob("*/*.lbk"):
        path.unlink()
    services.stock_taking.take_some()
    assert "more, which" not in text(librarian, "/stock")
    monkeypatch.setattr("lending.services.stock_taking.MOST_SHOWN", 1)
    assert "And 1 more, which was looked at before these." in text(librarian, "/stock")


def test_the_desk_is_there_in_spanish(librarian: FlaskClient, lent: dict[str, str]) -> None:
    librarian.set_cookie("language", "es")
    for path in (*PAGES, f"/log/copies/{lent['copy']}", f"/log/loans/{lent['Mia']}"):
        assert '<html lang="es">' in librarian.get(path).text


def test_a_librarian_saves_the_filters_that_are_shown(librarian: FlaskClient, lent: dict[str, str]) -> None:
    shown = librarian.get("/log?owner=ana&book=&long=1&utm=x")
    assert 'name="query" value="owner=ana&amp;long=1"' in shown.text
    form = {"name": "Mia’s long ones", "query": "owner=ana&long=1&utm=x"}
    answer = librarian.post("/log/searches", data=form)
    assert answer.headers["Location"] == "/log?owner=ana&long=1"
    page = librarian.get("/log").text
    assert 'href="/log?owner=ana&amp;long=1"' in page
    (search_id,) = re.findall(r"/log/searches/([a-z2-7]+)/name", page)
    librarian.post(f"/log/searches/{search_id}/name", data={"name": "Mia"})
    assert "Mia’s long ones" not in text(librarian, "/log")
    refused = librarian.post(f"/log/searches/{search_id}/name", data={"name": ""})
    assert refused.status_code == 422
    assert "Name of the search" in refused.text
    librarian.post(f"/log/searches/{search_id}/delete")
    assert "Saved searches" not in text(librarian, "/log")


def test_a_search_that_can_not_be_saved_keeps_its_filters_and_opens_no_names(
    librarian: FlaskClient, lent: dict[str, str]
) -> None:
    refused = librarian.post("/log/searches", data={"name": "x" * 81, "query": "owner=ana&long=1"})
    assert refused.status_code == 422
    assert 'name="owner" value="ana"' in refused.text
    assert 'name="query" value="owner=ana&amp;long=1"' in refused.text
    assert "No loan matches" not in refused.text
    assert 'id="names">' in refused.text
    assert 'id="names" open>' in librarian.get("/log?borrower=mia").text


def test_with_friends_now_leads_to_as_many_loans(
    owner: FlaskClient, librarian: FlaskClient, lent: dict[str, str]
) -> None:
    assert owner.post(f"/api/v1/copies/{lent['idle']}/reading").status_code == 200
    assert '<a href="/log?state=out&amp;friends=1">' in librarian.get("/overview").text
    assert "Bees" in text(librarian, "/log?state=out")
    said = text(librarian, "/log?state=out&friends=1")
    assert ("Ants" in said, "Bees" in said) == (True, False)
    assert 'value="1" checked' in librarian.get("/log?state=out&friends=1").text


def test_a_saved_search_keeps_no_readers_name(librarian: FlaskClient, lent: dict[str, str]) -> None:
    show_names(librarian)
    shown = librarian.get("/log?borrower=mia&long=1")
    assert 'name="query" value="long=1"' in shown.text
    form = {"name": "Long ones", "query": "borrower=mia&passed_by=mia&long=1"}
    assert librarian.post("/log/searches", data=form).headers["Location"] == "/log?long=1"
    assert "Find these filters" not in text(librarian, "/log?borrower=mia")


def test_the_log_is_searched_for_a_name_only_while_names_are_shown(
    librarian: FlaskClient, lent: dict[str, str]
) -> None:
    covered = librarian.get("/log?borrower=mia&long=1")
    assert (covered.status_code, "Readers’ names are covered" in covered.text) == (403, True)
    assert 'name="borrower"' not in covered.text
    form = {"purpose": "audit", "query": "borrower=mia&long=1"}
    assert librarian.post("/log/names", data=form).headers["Location"] == "/log?borrower=mia&long=1"
    said = text(librarian, "/log?borrower=mia&long=1")
    assert "Readers’ names are shown to you until 7 Mar 2026, 13:00 UTC" in said
    assert "All readers’ names shown to Libro: the log is being audited" in text(librarian, "/log/record")


@pytest.mark.parametrize("purpose", ["", "curiosity"])
def test_no_name_is_shown_without_a_purpose(
    librarian: FlaskClient, owner: FlaskClient, lent: dict[str, str], purpose: str
) -> None:
    form = {"purpose": purpose, "loan": lent["Mia"]}
    assert librarian.post("/log/names", data=form).status_code == 422
    assert owner.post("/log/names", data=form | {"purpose": "audit"}).status_code == 403
    assert "Mia" not in librarian.get("/log").text


def test_only_librarians_save_searches(owner: FlaskClient) -> None:
    for path in ("/log/searches", "/log/searches/x/name", "/log/searches/x/delete"):
        assert owner.post(path, data={"name": "x", "query": "book=x"}).status_code == 403


@pytest.mark.parametrize(
    ("query", "borrowers"),
    [
        ("long=1", ["Noa", "Mia"]),
        ("long=4", []),
        ("long=x", ["Noa", "Mia"]),
        ("passed_by=mia", []),
        ("copy={copy}", ["Noa", "Mia"]),
        ("copy={idle}", []),
    ],
)
def test_the_log_is_narrowed_by_more_than_names(
    librarian: FlaskClient, lent: dict[str, str], query: str, borrowers: list[str]
) -> None:
    show_names(librarian)
    page = librarian.get("/log?" + query.format(**lent)).text
    assert re.findall(r'data-label="Borrower"><?>?(Mia|Noa)', page) == borrowers
    assert ("Of one copy only." in page) == query.startswith("copy=")
    if "x" not in query.partition("=")[2]:
        loans = librarian.get("/api/v1/loans?" + query.format(**lent)).json["loans"]
        assert [loan["borrower"] for loan in loans] == borrowers


def test_a_library_without_witnesses_is_told_how_to_have_one(librarian: FlaskClient) -> None:
    page = unescape(librarian.get("/log/integrity").text)
    assert "No other machine remembers this log" in page
    assert "lending log witness watch http://localhost --log …" in page


def test_unusual_loans_are_told_without_names_and_lead_to_their_lives(
    app: Flask, librarian: FlaskClient, owner: FlaskClient, clock: HandClock
) -> None:
    assert "Nothing unusual" in text(librarian, "/log/unusual")
    assert "0 in the last 30 days." in text(librarian, "/overview")
    browser, link = Browser(app), lend(owner, add(owner, books.epub("Ants")))
    loan_id = browser.borrow(link, "Mia")
    assert "What was noticed" not in text(librarian, f"/log/loans/{loan_id}")
    clock.forward(timedelta(minutes=5))
    stranger = Browser(app)
    for _ in range(2):  # the first time it learns the nonce of this day
        stranger.claim(link)
    for path in ("/log/unusual", "/overview", f"/log/loans/{loan_id}"):
        said = text(librarian, path)
        assert "opened after somebody had borrowed with it, last on 1 Mar 2026, 12:05 UTC" in said
        assert "Mia" not in said, path
    for path in ("/log/unusual", "/overview"):
        assert f'href="/log/loans/{loan_id}"' in librarian.get(path).text
    assert "1 in the last 30 days." in text(librarian, "/overview")
    assert librarian.get("/log/unusual?before=-3").status_code == 200


def test_a_librarian_has_the_log_checked_now_by_whoever_checks_it(
    librarian: FlaskClient, owner: FlaskClient, services: Services, clock: HandClock
) -> None:
    assert "Check now" in text(librarian, "/log/integrity")
    assert owner.post("/log/integrity/check").status_code == 403
    answer = librarian.post("/log/integrity/check")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/log/integrity")
    said = text(librarian, "/log/integrity")
    assert "A check was asked for on 1 Mar 2026, 12:00 UTC" in said
    assert "Check now" not in said
    clock.forward(timedelta(minutes=1))
    services.log_checking.check_if_due()
    said = text(librarian, "/log/integrity")
    assert "Check now" in said
    assert "up to 1 Mar 2026, 12:01 UTC" in said
