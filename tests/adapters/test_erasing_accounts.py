"""Every library, fake or real: an owner's name goes with their books; what was lent, and its proofs, stay."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from lending import refusals
from lending.adapters.sql.library import SqlLibrary
from lending.adapters.sql.tables import metadata
from lending.circulation.events import Event, EventKind, Purpose
from lending.circulation.holds import HoldState
from lending.circulation.offering import Offer
from lending.circulation.passing import Words
from lending.circulation.policy import LoanRules
from lending.ledger.leaves import Field
from lending.marks.records import Kind, Mark, Writing
from lending.ports.library import Library
from lending.ports.mail import Contact
from lending.ports.records import LogQuery
from lending.services import facts
from lending.services.accounts import NewAccount
from lending.services.actors import Actor
from lending.services.facts import Shredded, added_up, shredded, shredded_texts
from lending.services.passes import ClaimRequest
from lending.services.receipts import ReceiptOf, read_receipt
from tests.services.conftest import DAY, House
from tests.services.fakes import NOON, FakeLogKeys
from tests.services.making import LIBRARIAN, a_pdf, an_account

PATH = "/api/holds"
NAMED = "Xóchitl"
COPY_UNTOLD = "which copy it is about can't be told"
FORMS = ("xóchitl", "xochitl")


@pytest.fixture
def house(library: Library) -> House:
    """Where Xóchitl owns the books, in place of Ana."""
    house = House(library=library)
    with library.change() as desk:
        desk.ledger.lock()
        desk.ledger.begin("library.example/log")
        account = an_account("xo", NAMED)
        desk.accounts.add(account)
    house.ana = Actor(account)
    return house


def kept(library: Library) -> str:
    """All that is in the library, as text."""
    if not isinstance(library, SqlLibrary):
        return repr(library.cabinet)  # type: ignore[attr-defined]  # the one in memory
    with library.engine.connect() as connection:
        tables = {name: connection.execute(select(table)).all() for name, table in metadata.tables.items()}
    return repr(tables)


def erase(house: House, actor: Actor) -> None:
    house.erasing_accounts.erase(actor)
    assert faults(house) == []


def faults(house: House) -> list[str]:
    return [str(one) for one in house.verifying.verify().faults]


def give(house: House, giver: Actor, receiver: Actor, copy_id: str, words: Words) -> None:
    token = house.giving.offer(giver, copy_id, words).token
    house.giving.accept(receiver, token)


def leave_note(house: House, copy_id: str, text: str) -> None:
    """In the owner's own margin, to stay there."""
    note = Mark("m", 1, Writing(Kind.HIGHLIGHT, "{}", 0, "", text, stays=True), NOON, NOON)
    with house.library.change() as desk:
        desk.marks.lock(copy_id, copy_id)
        desk.marks.store(copy_id, [note])


@pytest.fixture
def busy(house: House) -> House:
    """Xóchitl has lent, read, given, got, opened pages, signed in, begun an upload."""
    first = house.shelve(a_pdf("One"))
    out = house.claim(
        house.lending.make_link(house.ana, first, Offer(14 * DAY, "Eva", f"Enjoy it! {NAMED}")).token
    )
    house.give_back(out.reading_pass.loan)
    house.own(first)
    leave_note(house, first, f"read by {NAMED}")
    given, signed = house.shelve(a_pdf("Two")), house.shelve(a_pdf("Three"))
    leave_note(house, given, f"left by {NAMED}")
    give(house, house.ana, house.zoe, given, Words("Zoë", f"Yours, {NAMED}"))
    upload = house.acquisitions.begin(house.zoe, "four.pdf", len(a_pdf("Four")))
    house.acquisitions.append(house.zoe, upload.id, 0, [a_pdf("Four")])
    got = house.acquisitions.accession(house.zoe, upload.id).copy.id
    give(house, house.zoe, house.ana, got, Words(NAMED, f"For you, {NAMED}"))
    page = house.asking.open_for_copy(house.ana, first, approves=False)
    house.asking.open_for_account(house.ana, approves=True)
    house.waiting.ask(page.id, None, ClaimRequest("Kim", house.proof("kim", PATH)), PATH, "192.0.2.1")
    house.lending.make_link(house.ana, signed, Offer(14 * DAY, "Luis"))
    house.acquisitions.begin(house.ana, f"{NAMED}.pdf", 10)
    house.accounts.make_token(house.ana, f"{NAMED}'s script", read_only=False)
    house.rules.set_for_account(house.ana, LoanRules(loan_period=9 * DAY))
    with house.library.change() as desk:
        desk.outbox.set_contact_of_account("xo", Contact("xochitl@example.org", "es"))
    house.taking_out.take_out(house.ana, house.shelve(a_pdf("Five")))
    return house


def test_of_who_is_erased_nothing_is_left_but_what_happened(busy: House) -> None:
    with busy.library.read() as desk:
        before = desk.ledger.entries(0, 999)
    files = set(busy.files.list())
    assert any(form in kept(busy.library).casefold() for form in FORMS)
    look = busy.erasing_accounts.look(busy.ana)
    assert (look.copies, look.waiting) == (3, 1)
    erased = busy.erasing_accounts.erase(busy.ana)
    assert erased.copies == 3
    assert erased.entries > 10
    assert not [form for form in FORMS if form in kept(busy.library).casefold()]
    findings = busy.verifying.verify()
    assert findings.faults == []
    assert findings.erased >= erased.entries
    with busy.library.read() as desk:
        left = {one for edition in desk.collection.editions_of("zoe") for one in edition.file_ids}
        assert desk.ledger.entries(0, len(before)) == before, "what was entered stays"
        assert desk.uploads.of_owner("xo") == []
        assert desk.ask_pages.of_shelf("xo") is None
        assert desk.rules.of_owner("xo") is None
        assert desk.outbox.contact_of_account("xo") is None
        for edition in desk.collection.editions_of("xo"):
            assert desk.collection.copies_of(edition.id) == []
            assert desk.line.of(edition.id) == []
            assert not desk.collection.is_needed(edition.id)
    assert set(busy.files.list()) == left & files, "only Zoë's are left"


def test_nobody_signs_in_with_an_erased_account_and_it_is_listed_nowhere(busy: House) -> None:
    _, secret = busy.accounts.make_token(busy.ana, "script", read_only=False)
    erase(busy, busy.ana)
    with pytest.raises(refusals.NotFound):
        busy.accounts.actor_named(NAMED)
    for name in (NAMED, "xo", " xo", ""):
        with pytest.raises(refusals.WrongCredentials):
            busy.accounts.sign_in(name, "", "192.0.2.1")
    with pytest.raises(refusals.NotSignedIn):
        busy.accounts.of_token(secret)
    assert "xo" not in [account.id for account in busy.accounts.all()]
    with busy.library.change() as desk:
        desk.accounts.add(an_account("new", NAMED))


def test_it_is_refused_while_a_friend_has_a_copy_and_says_which(house: House) -> None:
    house.shelve(a_pdf("At home"))
    loan = house.lend(house.shelve(a_pdf("Far away"))).reading_pass.loan
    before = kept(house.library)
    for act in (house.erasing_accounts.look, house.erasing_accounts.erase):
        with pytest.raises(refusals.CopiesAreOut) as refused:
            act(house.ana)
        assert refused.value.titles == ("Far away",)
    assert kept(house.library) == before
    house.give_back(loan)
    erase(house, house.ana)


def test_it_is_refused_while_another_owner_may_accept_a_copy(house: House) -> None:
    copy_id = house.shelve(a_pdf("A present"))
    house.giving.offer(house.ana, copy_id, Words("Zoë", ""))
    with pytest.raises(refusals.CopiesAreOut):
        house.erasing_accounts.erase(house.ana)
    house.giving.take_back(house.ana, copy_id)
    erase(house, house.ana)


def test_a_loan_that_time_has_ended_holds_nothing_up(house: House) -> None:
    house.lend(house.shelve())
    house.clock.go_on(15 * DAY)
    assert house.erasing_accounts.look(house.ana).copies == 1
    erase(house, house.ana)


def test_a_link_that_waits_while_its_owner_reads_is_cancelled(house: House) -> None:
    copy_id = house.shelve()
    token = house.offer(copy_id)
    house.own(copy_id)
    erase(house, house.ana)
    with pytest.raises(refusals.LinkCancelled):
        house.claim(token)


def test_a_copy_that_is_kept_for_somebody_and_one_that_is_lost_go_too(house: House) -> None:
    first, lost = house.shelve(a_pdf("One")), house.shelve(a_pdf("Two"))
    house.shelf.mark_lost(house.ana, lost)
    page = house.asking.open_for_copy(house.ana, first, approves=False)
    kim = ClaimRequest("Kim", house.proof("kim", PATH))
    token = house.waiting.ask(page.id, None, kim, PATH, "192.0.2.1").token
    assert house.waiting.look(token).turn is not None
    erase(house, house.ana)
    seen = house.waiting.look(token)
    assert (seen.hold.state, seen.lender, seen.turn) == (HoldState.DECLINED, "", None)


def test_what_was_given_before_stays_with_its_owner_and_names_nobody(busy: House) -> None:
    erase(busy, busy.ana)
    (entry,) = [one for one in busy.shelf.page(busy.zoe).entries if one.edition.title == "Two"]
    plates = busy.audit.provenance(busy.zoe, entry.copy.id)
    assert [plate.name for plate in plates] == ["", "Zoë"]
    with busy.library.read() as desk, busy.files.open(entry.edition.file_id) as file:
        assert b"Two" in file.read()
        assert [one.name for one in desk.marks.left(entry.copy.id, "", 9)] == []


def test_librarians_see_what_was_lent_and_not_by_whom(busy: House) -> None:
    erase(busy, busy.ana)
    lines = list(busy.audit.export(busy.lib, LogQuery()))
    assert {line.owner_name for line in lines} == {""}
    assert [line.is_covered for line in lines if not line.loan.to_owner] == [True], "Eva is known still"
    record = busy.audit.events(busy.lib)
    assert record[0].event.to == "xo"
    assert (record[0].title, record[0].owner_name) == ("", "")
    for line in lines:
        assert busy.lives.of_copy(busy.lib, line.loan.copy_id).owner_name in ("", "Zoë")
        busy.lives.of_loan(busy.lib, line.loan.id)


def test_what_happens_later_to_what_was_theirs_is_entered_without_a_name(busy: House) -> None:
    offered = [shown for shown in busy.shelf.page(busy.ana).entries if shown.copy.link is not None]
    token = busy.lending.link_out(busy.ana, offered[0].copy.id).token
    erase(busy, busy.ana)
    with pytest.raises(refusals.LinkCancelled):
        busy.lending.look(token)
    assert busy.audit.events(busy.lib)[0].event.kind is EventKind.TURNED_AWAY
    busy.clock.go_on(366 * DAY)
    assert busy.erasing.long_ago() > 0
    assert faults(busy) == []
    assert not [form for form in FORMS if form in kept(busy.library).casefold()]


def test_a_receipt_from_before_is_still_good(busy: House) -> None:
    (line,) = [one for one in busy.audit.export(busy.lib, LogQuery()) if not one.loan.to_owner]
    receipt = busy.receipts.for_owner(busy.ana, line.loan.copy_id, line.loan.id, ReceiptOf.RETURN).text
    erase(busy, busy.ana)
    keys = busy.log_keys
    read = read_receipt(receipt, [keys.verifier("library.example/log")], FakeLogKeys().check)
    assert read.facts[Field.COPY]["owner"] == NAMED


def test_openings_that_go_without_an_erasure_are_noticed(busy: House) -> None:
    with busy.library.change() as desk:
        gone = desk.ledger.shred(["xo"])
    said = faults(busy)
    assert {f"entry {number}: {COPY_UNTOLD}" for number, field in gone if field is Field.COPY} < set(said)
    assert len([one for one in said if "was for can't be told, and nobody was erased" in one]) == 1


def test_an_erasure_excuses_no_openings_but_its_own(busy: House) -> None:
    erase(busy, busy.ana)
    with busy.library.change() as desk:
        gone = desk.ledger.shred(["zoe"])
    assert {f"entry {number}: {COPY_UNTOLD}" for number, _ in gone} == set(faults(busy))


def test_openings_that_were_gone_before_are_not_excused_by_it(busy: House) -> None:
    with busy.library.change() as desk:
        desk.ledger.shred(["xo"])
    before = faults(busy)
    busy.erasing_accounts.erase(busy.ana)
    assert faults(busy) == before


def test_nobody_is_erased_twice(busy: House) -> None:
    erase(busy, busy.ana)
    with pytest.raises(refusals.NotFound):
        busy.erasing_accounts.erase(busy.ana)


def test_who_did_nothing_here_leaves_no_row_at_all(house: House) -> None:
    happened = house.verifying.verify().entries
    house.erasing_accounts.erase(house.lib)
    with house.library.read() as desk, pytest.raises(refusals.NotFound):
        desk.accounts.get("lib")
    assert house.verifying.verify().entries == happened


def test_the_last_one_may_be_erased_and_the_library_begins_anew(house: House) -> None:
    with house.library.change() as desk:
        desk.accounts.erase("ana", house.clock.now())
    house.shelve()
    for actor in (house.zoe, house.lib, house.ana):
        house.erasing_accounts.erase(actor)
    assert house.accounts.nobody_yet()


def test_an_upload_that_is_under_way_meanwhile_brings_no_book(house: House) -> None:
    content = a_pdf()
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(content))
    house.acquisitions.append(house.ana, upload.id, 0, [content])
    erase(house, house.ana)
    with pytest.raises(refusals.NotFound):
        house.acquisitions.accession(house.ana, upload.id)
    with pytest.raises(refusals.NotFound):
        house.acquisitions.begin(house.ana, f"{NAMED}.pdf", 1)
    with house.library.change() as desk, pytest.raises(refusals.NotFound):
        desk.collection.hold("xo")


def test_a_gift_that_is_accepted_meanwhile_stays_with_its_giver(house: House) -> None:
    upload = house.acquisitions.begin(house.zoe, "four.pdf", len(a_pdf()))
    house.acquisitions.append(house.zoe, upload.id, 0, [a_pdf()])
    copy_id = house.acquisitions.accession(house.zoe, upload.id).copy.id
    house.shelve(a_pdf("Other"))
    token = house.giving.offer(house.zoe, copy_id, Words("", "")).token
    erase(house, house.ana)
    with pytest.raises(refusals.NotFound):
        house.giving.accept(house.ana, token)
    assert house.shelf.entry(house.zoe, copy_id).copy.owner_id == "zoe"


def test_runs_of_entries_are_told_in_few_words() -> None:
    gone = [(0, Field.COPY), (1, Field.COPY), (1, Field.PATRON), (2, Field.COPY), (7, Field.COPY)]
    (text,) = shredded_texts(gone)
    assert text == '{"copy":[[0,2],[7,7]],"patron":[[1,1]]}'
    told = shredded(Event(EventKind.ERASED, NOON, None, 0, to="xo", detail=text))
    found = [(number, field) for number in range(9) for field in Field if told.covers(number, field)]
    assert sorted(found) == sorted(gone)
    assert shredded(Event(EventKind.ERASED, NOON, None, 0, detail=text)) == Shredded({})
    assert list(shredded_texts([])) == ["{}"]


def test_more_runs_than_one_event_may_tell_of_are_told_by_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MOST_RUNS", 3)
    gone = [(n, field) for n in range(0, 40, 2) for field in (Field.COPY, Field.PATRON)[: 1 + n % 3 % 2]]
    gone = sorted({*gone, *((n, Field.COPY) for n in range(21, 30))})
    texts = list(shredded_texts(gone))
    said = [shredded(Event(EventKind.ERASED, NOON, None, 0, to="xo", detail=text)) for text in texts]
    assert len(said) > 3
    for one in said:
        assert 2 <= sum(map(len, one.runs.values())) <= 3
    of_each = [{n for n in range(50) for field in Field if one.covers(n, field)} for one in said]
    assert sum(map(len, of_each)) == len({n for n, _ in gone}), "of no entry two of them tell"
    told = added_up(reversed(said))
    assert [(n, field) for n in range(50) for field in sorted(Field) if told.covers(n, field)] == gone


def test_what_several_say_is_added_up_also_where_it_overlaps() -> None:
    said = [{"copy": [[5, 9]]}, {"copy": [[0, 2], [6, 7]], "patron": [[1, 1]]}, {"copy": [[9, 12]]}, {}]
    told = added_up(map(Shredded, said))
    assert {n for n in range(20) if told.covers(n, Field.COPY)} == {0, 1, 2, *range(5, 13)}
    assert {n for n in range(20) if told.covers(n, Field.PATRON)} == {1}


def test_a_long_life_is_told_by_several_events_and_the_log_is_still_proven(
    busy: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "MOST_RUNS", 2)
    erased = busy.erasing_accounts.erase(busy.ana)
    told = [one.event for one in busy.audit.events(busy.lib) if one.event.kind is EventKind.ERASED]
    assert len([one for one in told if one.to == "xo"]) > 1
    findings = busy.verifying.verify()
    assert findings.faults == []
    assert findings.erased == erased.entries + 2, "and of both about the gift that they accepted"
    with busy.library.change() as desk:
        gone = desk.ledger.shred(["zoe"])
    assert {f"entry {number}: {COPY_UNTOLD}" for number, _ in gone} == set(faults(busy))


def test_an_entry_of_which_two_events_tell_counts_once(busy: House) -> None:
    with busy.recording.change() as desk:
        desk.accounts.erase("xo", NOON)
        desk.ledger.lock()
        gone = desk.ledger.shred(["xo"])
        for field in (Field.PATRON, Field.COPY):
            for text in shredded_texts((number, one) for number, one in gone if one is field):
                desk.circulation.record(Event(EventKind.ERASED, NOON, None, 0, to="xo", detail=text))
    findings = busy.verifying.verify()
    assert findings.faults == []
    assert findings.erased == len({number for number, _ in gone})


def test_a_librarian_who_saw_names_is_nobody_in_the_record_and_not_the_operator(busy: House) -> None:
    busy.identities.show(busy.lib, Purpose.AUDIT)
    erase(busy, busy.lib)
    shown = [
        one for one in busy.audit.events(Actor(an_account("x", "X", LIBRARIAN))) if one.event.by == "lib"
    ]
    assert [(one.event.kind, one.by_name) for one in shown] == [(EventKind.IDENTITY_SHOWN, "")]


def test_a_librarian_of_erased_owners_looks_after_nobodys_books(busy: House) -> None:
    with busy.library.change() as desk:
        desk.accounts.add(an_account("idle", "Idle"))
        desk.accounts.set_charge("lib", frozenset({"xo", "idle"}))
    for owner_id in ("xo", "idle"):
        with busy.library.read() as desk:
            owner = Actor(desk.accounts.get(owner_id))
        erase(busy, owner)
    with busy.library.read() as desk:
        lib = Actor(desk.accounts.get("lib"))
    assert busy.accounts.in_charge_of(lib) == []
    assert list(busy.audit.export(lib, LogQuery())) == [], "what the overview says is so on every page"


def test_an_invitation_of_before_brings_no_erased_owners_books(busy: House) -> None:
    secret = busy.accounts.invite(LIBRARIAN, frozenset({"xo"}))
    erase(busy, busy.ana)
    account = busy.accounts.accept(secret, NewAccount("leo", "Leo", "a long password")).account
    assert account.charge == frozenset()


def test_an_owner_who_is_not_erased_after_all_stays_in_charges(busy: House) -> None:
    with busy.library.change() as desk:
        desk.accounts.set_charge("lib", frozenset({"xo"}))
    copy_id = busy.shelve(a_pdf("Far away"))
    busy.lend(copy_id)
    with pytest.raises(refusals.CopiesAreOut):
        busy.erasing_accounts.erase(busy.ana)
    with busy.library.read() as desk:
        assert desk.accounts.get("lib").charge == frozenset({"xo"})


def test_others_saved_searches_with_either_name_go_too(busy: House) -> None:
    erased = an_account("tom", "Tomé Ruiz")
    with busy.library.change() as desk:
        desk.accounts.add(replace(erased, sign_in_name="tr77"))
    kept = ("A", "owner=tome+ruiz"), ("TR77 again", "long=1"), ("B", "owner=ruiz"), ("tr777", "book=ruiz")
    for name, query in kept:
        busy.searches.save(busy.lib, name, query)
    assert busy.erasing_accounts.erase(Actor(erased)).searches == 3
    assert [one.name for one in busy.searches.of(busy.lib)] == ["tr777"]
