"""A copy is given to another owner: what goes with it, and what does not."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import BinaryIO

import pytest

from lending import refusals
from lending.circulation.events import Purpose
from lending.circulation.holds import Hold, HoldState
from lending.circulation.passing import Words
from lending.circulation.transitions import CopyState
from lending.marks.places import Place
from lending.marks.records import Change, Kind, Writing
from lending.ports.records import EventQuery, LogQuery
from lending.services.actors import Actor
from lending.services.shelf import Correction
from lending.services.taking_home import Identity
from tests.services.conftest import DAY, House
from tests.services.making import a_pdf, an_account


def offer(house: House, copy_id: str) -> str:
    return house.giving.offer(house.ana, copy_id, Words(" Zoë ", "For your birthday")).token


def give(house: House, copy_id: str) -> None:
    house.giving.accept(house.zoe, offer(house, copy_id))


def add(house: House, actor: Actor, content: bytes) -> str:
    upload = house.acquisitions.begin(actor, "book.pdf", len(content))
    house.acquisitions.append(actor, upload.id, 0, [content])
    return house.acquisitions.accession(actor, upload.id).copy.id


def note(mark_id: str, text: str, *, stays: bool = False) -> Change:
    return Change(mark_id, 0, Writing(Kind.HIGHLIGHT, "{}", 0.5, "words", text, stays=stays))


def test_a_gift_is_seen_by_an_owner_with_its_giver_and_their_words(house: House, pdf_id: str) -> None:
    seen = house.giving.look(house.zoe, offer(house, pdf_id))
    assert (seen.entry.edition.title, seen.giver) == ("Primera memoria", "Ana")
    assert (seen.link.for_whom, seen.link.note) == ("Zoë", "For your birthday")
    assert house.shelf.entry(house.ana, pdf_id).copy.state(house.clock.now()) is CopyState.GIFT_OUT


def test_the_link_is_shown_again_while_it_waits_and_lends_nothing(house: House, pdf_id: str) -> None:
    token = offer(house, pdf_id)
    assert house.giving.link_out(house.ana, pdf_id).token == token
    for act in (
        lambda: house.giving.link_out(house.zoe, pdf_id),
        lambda: house.lending.link_out(house.ana, pdf_id),
        lambda: house.giving.take_back(house.zoe, pdf_id),
    ):
        with pytest.raises(refusals.NotFound):
            act()
    with pytest.raises(refusals.UnknownLink):
        house.lending.look(token)
    house.giving.take_back(house.ana, pdf_id)
    with pytest.raises(refusals.NotFound):
        house.giving.link_out(house.ana, pdf_id)
    assert house.shelf.entry(house.ana, pdf_id).copy.state(house.clock.now()) is CopyState.ON_SHELF


def test_an_accepted_copy_is_the_receivers_with_its_record_and_its_life(house: House) -> None:
    copy_id = house.shelve(a_pdf("matute_FINAL"))
    house.give_back(house.lend(copy_id).reading_pass.loan)
    house.shelf.correct(house.ana, copy_id, Correction(title="Primera memoria"))
    before = house.shelf.entry(house.ana, copy_id)
    house.clock.go_on(DAY)
    entry = house.giving.accept(house.zoe, offer(house, copy_id))
    assert entry.copy == replace(before.copy, owner_id="zoe")
    assert entry.copy.epoch == 1
    assert (entry.edition.title, entry.copy_number) == ("Primera memoria", 1)
    assert entry.added_at == house.clock.now()
    assert house.shelf.page(house.zoe).total == 1
    assert house.shelf.page(house.ana).total == 0
    with pytest.raises(refusals.NotFound):
        house.shelf.entry(house.ana, copy_id)


def test_the_book_is_sealed_anew_and_the_givers_files_are_gone(house: House, pdf_id: str) -> None:
    before = house.shelf.entry(house.ana, pdf_id).edition
    contents = [house.files.kept[file_id] for file_id in before.file_ids]
    give(house, pdf_id)
    after = house.shelf.entry(house.zoe, pdf_id).edition
    assert after.owner_id == "zoe"
    assert set(house.files.kept) == set(after.file_ids)
    assert not set(before.file_ids) & set(after.file_ids)
    assert [house.files.kept[file_id] for file_id in after.file_ids] == contents
    loan = house.lending.take_off_shelf(house.zoe, pdf_id)
    reader = house.reading.admit(loan.id, None, house.zoe)
    assert house.reading.seen(reader.held).edition == after


def test_a_giver_with_another_copy_keeps_their_file(house: House, pdf_id: str) -> None:
    second = house.shelve(a_pdf("Primera memoria", "one", "two"), second_copy=True)
    give(house, pdf_id)
    kept = house.shelf.entry(house.ana, second).edition
    theirs = house.shelf.entry(house.zoe, pdf_id).edition
    assert set(house.files.kept) == {*kept.file_ids, *theirs.file_ids}


def test_a_receiver_who_has_the_file_gets_a_second_copy_of_it(house: House, pdf_id: str) -> None:
    own = add(house, house.zoe, a_pdf("Primera memoria", "one", "two"))
    edition = house.shelf.entry(house.zoe, own).edition
    give(house, pdf_id)
    entry = house.shelf.entry(house.zoe, pdf_id)
    assert (entry.edition, entry.copy_number) == (edition, 2)
    assert set(house.files.kept) == set(edition.file_ids)


def test_accepting_again_answers_the_same(house: House, pdf_id: str) -> None:
    token = offer(house, pdf_id)
    first = house.giving.accept(house.zoe, token)
    assert house.giving.accept(house.zoe, token) == first
    assert house.giving.look(house.zoe, token).entry == first
    assert house.happened().count("given") == 1
    house.shelf.withdraw(house.zoe, pdf_id)
    with pytest.raises(refusals.GiftTaken):
        house.giving.accept(house.zoe, token)


def test_who_cannot_accept_is_told_why(house: House, pdf_id: str) -> None:
    token = offer(house, pdf_id)
    with pytest.raises(refusals.YoursAlready):
        house.giving.accept(house.ana, token)
    with pytest.raises(refusals.NotAllowed):
        house.giving.look(house.lib, token)
    with pytest.raises(refusals.NotAllowed):
        house.giving.accept(replace(house.zoe, may_change=False), token)
    with pytest.raises(refusals.UnknownLink):
        house.giving.accept(house.zoe, "gift token for nobody")
    house.giving.accept(house.zoe, token)
    with pytest.raises(refusals.GiftTaken) as taken:
        house.giving.look(house.ana, token)
    assert taken.value.facts == {"giver": "Ana"}


def test_a_gift_taken_back_or_expired_gives_nothing_and_leaves_nothing(house: House, pdf_id: str) -> None:
    kept = set(house.files.kept)
    token = offer(house, pdf_id)
    house.giving.take_back(house.ana, pdf_id)
    with pytest.raises(refusals.GiftTakenBack):
        house.giving.accept(house.zoe, token)
    token = offer(house, pdf_id)
    house.clock.go_on(7 * DAY)
    with pytest.raises(refusals.GiftExpired):
        house.giving.accept(house.zoe, token)
    assert set(house.files.kept) == kept


# --- what happens while the book is being sealed ----------------------------------------------------------


def while_sealing(house: House, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Somebody does something, once, when the first file is opened to be sealed anew."""
    usual, still = house.files.open, [act]

    def opened(file_id: str) -> BinaryIO:
        file = usual(file_id)
        while still:
            still.pop()()
        return file

    monkeypatch.setattr(house.files, "open", opened)


def test_of_two_who_accept_at_once_one_gets_it_and_nothing_is_left_of_the_others(
    house: House, pdf_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kim = an_account("kim", "Kim")
    with house.library.change() as desk:
        desk.accounts.add(kim)
    token = offer(house, pdf_id)
    while_sealing(house, monkeypatch, lambda: house.giving.accept(Actor(kim), token))
    with pytest.raises(refusals.GiftTaken):
        house.giving.accept(house.zoe, token)
    entry = house.shelf.entry(Actor(kim), pdf_id)
    assert set(house.files.kept) == set(entry.edition.file_ids)


def test_who_presses_twice_gets_one_copy_and_one_answer(
    house: House, pdf_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = offer(house, pdf_id)
    while_sealing(house, monkeypatch, lambda: house.giving.accept(house.zoe, token))
    entry = house.giving.accept(house.zoe, token)
    assert set(house.files.kept) == set(entry.edition.file_ids)
    assert house.happened().count("given") == 1


def test_a_gift_taken_back_meanwhile_is_not_given(
    house: House, pdf_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, kept = offer(house, pdf_id), set(house.files.kept)
    while_sealing(house, monkeypatch, lambda: house.giving.take_back(house.ana, pdf_id))
    with pytest.raises(refusals.GiftTakenBack):
        house.giving.accept(house.zoe, token)
    assert set(house.files.kept) == kept
    assert house.shelf.entry(house.ana, pdf_id).copy.owner_id == "ana"


def test_a_cover_that_is_replaced_meanwhile_is_the_one_that_is_given(
    house: House, pdf_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = offer(house, pdf_id)
    while_sealing(house, monkeypatch, lambda: house.shelf.replace_cover(house.ana, pdf_id, b"picture"))
    entry = house.giving.accept(house.zoe, token)
    assert house.shelf.cover(house.zoe, pdf_id) == b"cover of picture"
    assert set(house.files.kept) == set(entry.edition.file_ids)


def test_a_receivers_own_copy_that_leaves_meanwhile_is_not_counted_on(house: House, pdf_id: str) -> None:
    own = add(house, house.zoe, a_pdf("Primera memoria", "one", "two"))
    token = offer(house, pdf_id)
    usual = house.library.change
    leaves = [own]

    def changed() -> object:
        while leaves:
            house.shelf.withdraw(house.zoe, leaves.pop())
        return usual()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.library, "change", changed)
        entry = house.giving.accept(house.zoe, token)
    assert set(house.files.kept) == set(entry.edition.file_ids)


def test_a_full_disk_leaves_the_copy_with_its_giver_and_nothing_half_sealed(
    house: House, pdf_id: str
) -> None:
    token, kept = offer(house, pdf_id), set(house.files.kept)
    house.files.room_for = 2
    with pytest.raises(OSError, match="no space"):
        house.giving.accept(house.zoe, token)
    assert set(house.files.kept) == kept
    house.files.room_for = 3
    house.giving.accept(house.zoe, token)


# --- what does not go with it -----------------------------------------------------------------------------


def test_the_givers_access_ends_and_their_margin_stays_closed(house: House, pdf_id: str) -> None:
    own = house.own(pdf_id)
    house.margins.sync(own, 0, [note("m1", "secret"), note("m2", "for all", stays=True)])
    house.margins.save_place(own, Place("{}", 0.5, house.clock.now(), "phone"))
    house.lending.put_back(house.ana, pdf_id)
    give(house, pdf_id)
    with pytest.raises(refusals.Refusal):
        house.reading.admit(own.loan_id, None, house.ana)
    with pytest.raises(refusals.NotYourLoan):
        house.taking_home.after(own.loan_id, Identity(actor=house.ana))
    loan = house.lending.take_off_shelf(house.zoe, pdf_id)
    theirs = house.reading.admit(loan.id, None, house.zoe)
    assert house.margins.marks(theirs).marks == []
    assert house.margins.place(theirs, "phone") == (None, None)
    (left,) = house.margins.left(theirs)
    assert (left.mark.writing.note, left.name) == ("for all", "Ana")
    assert "secret" not in repr(house.library.cabinet.drawer)


def test_an_owner_sees_what_happened_since_the_copy_is_theirs_and_a_librarian_all(
    house: House, pdf_id: str
) -> None:
    house.give_back(house.lend(pdf_id).reading_pass.loan)
    give(house, pdf_id)
    house.lending.take_off_shelf(house.zoe, pdf_id)
    lines = house.audit.of_copy(house.zoe, pdf_id)
    assert [(line.event.kind.value, line.owner_name, line.receiver_name) for line in lines] == [
        ("checked-out", "Zoë", ""),
        ("given", "Ana", "Zoë"),
    ]
    with pytest.raises(refusals.NotFound):
        house.audit.of_copy(house.ana, pdf_id)
    house.identities.show(house.lib, Purpose.AUDIT)
    everything = house.audit.events(house.lib, EventQuery(pdf_id))
    assert {line.owner_name for line in everything if line.borrower_name == "Eva"} == {"Ana"}
    loans = house.audit.loans(house.lib, LogQuery()).lines
    assert [(line.owner_name, line.loan.to_owner) for line in loans] == [("Zoë", True), ("Ana", False)]


def test_bookplates_name_each_owner(house: House, pdf_id: str) -> None:
    added = house.clock.now()
    house.clock.go_on(DAY)
    give(house, pdf_id)
    plates = house.audit.provenance(house.zoe, pdf_id)
    assert [(one.name, one.tenure.since, one.tenure.until) for one in plates] == [
        ("Ana", added, house.clock.now()),
        ("Zoë", house.clock.now(), None),
    ]
    with pytest.raises(refusals.NotFound):
        house.audit.provenance(house.ana, pdf_id)


def test_what_the_giver_kept_in_hand_opens_nothing(house: House) -> None:
    content = a_pdf("Primera memoria", "one", "two")
    upload = house.acquisitions.begin(house.ana, "book.pdf", len(content))
    house.acquisitions.append(house.ana, upload.id, 0, [content])
    copy_id = house.acquisitions.accession(house.ana, upload.id).copy.id
    token = house.offer(copy_id, for_whom="Eva")
    house.give_back(house.claim(token).reading_pass.loan)
    give(house, copy_id)
    with pytest.raises(refusals.NotFound):
        house.acquisitions.accession(house.ana, upload.id)
    with pytest.raises(refusals.LinkUsed) as used:
        house.lending.look(token)
    assert used.value.facts == {"lender": "Ana"}


def test_the_title_that_the_copy_joins_has_a_line_and_the_first_in_it_gets_it(
    house: House, pdf_id: str
) -> None:
    own = add(house, house.zoe, a_pdf("Primera memoria", "one", "two"))
    edition_id = house.shelf.entry(house.zoe, own).edition.id
    house.lending.take_off_shelf(house.zoe, own)
    waits = Hold("hold", edition_id, "key:kim", "Kim", house.clock.now())
    house.library.cabinet.holds["hold"] = waits
    give(house, pdf_id)
    assert house.library.cabinet.holds["hold"].state is HoldState.READY
    assert house.shelf.entry(house.zoe, pdf_id).copy.state(house.clock.now()) is CopyState.HELD


def test_two_who_give_to_each_other_both_get_their_book(house: House, pdf_id: str) -> None:
    other = add(house, house.zoe, a_pdf("Aranmanoth", "one"))
    to_ana = house.giving.offer(house.zoe, other, Words()).token
    give(house, pdf_id)
    house.giving.accept(house.ana, to_ana)
    with suppress(refusals.GiftTaken):
        house.giving.accept(house.zoe, to_ana)
    assert house.shelf.entry(house.ana, other).edition.title == "Aranmanoth"
    assert house.shelf.entry(house.zoe, pdf_id).edition.title == "Primera memoria"
