"""Each thing that happens is entered into the log, once, with what it was about."""

import json

import pytest

from lending import refusals
from lending.circulation.events import Event, EventKind
from lending.ledger.leaves import Field, Leaf
from lending.ports.ledger import Covered, Entry, RowName
from lending.services import facts
from lending.services.logkeeping import opened
from lending.services.recording import catch_up
from tests.services.conftest import House
from tests.services.fakes import NOON


def entries(house: House) -> list[Entry]:
    with house.library.read() as desk:
        return desk.ledger.entries(0, 999)


def said(house: House, number: int) -> dict[Field, dict[str, object]]:
    with house.library.read() as desk:
        (entry,) = desk.ledger.entries(number, 1)
        found = opened(desk.ledger, house.sealer, entry)
    return {field: json.loads(opening.fact or b"{}") for field, opening in found.items()}


def test_every_kind_has_a_number_of_its_own() -> None:
    assert set(facts.KINDS) == set(EventKind)
    assert sorted(facts.KINDS.values()) == list(range(1, len(EventKind) + 1))


def test_each_event_is_one_entry_in_order(house: House, pdf_id: str) -> None:
    house.give_back(house.lend(pdf_id).reading_pass.loan)
    leaves = [Leaf.parsed(entry.leaf) for entry in entries(house)]
    kinds = {number: kind.value for kind, number in facts.KINDS.items()}
    assert [kinds[leaf.kind] for leaf in leaves] == house.happened()
    assert [leaf.number for leaf in leaves] == list(range(len(leaves)))
    assert {leaf.at for leaf in leaves} == {facts.milliseconds(NOON)}


def test_an_entry_says_what_who_and_all_else(house: House, pdf_id: str) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    last = said(house, len(entries(house)) - 1)
    assert last[Field.COPY] == {"copy": pdf_id, "title": "Primera memoria", "owner": "Ana"}
    assert last[Field.PATRON] == {"patron": loan.id, "name": "Eva"}
    rest = last[Field.REST]
    assert (rest["kind"], rest["loan_id"], rest["copy_id"]) == ("checked-out", loan.id, pdf_id)
    assert rest["due_at"] == facts.milliseconds(loan.due_at or NOON)


def test_an_entry_says_nothing_in_the_clear(house: House, pdf_id: str) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    for entry in entries(house):
        for private in (loan.id, pdf_id, "Eva", "Ana", "Primera"):
            assert private.encode() not in entry.leaf


def test_two_entries_about_one_person_have_nothing_in_common(house: House, pdf_id: str) -> None:
    house.give_back(house.lend(pdf_id).reading_pass.loan)
    leaves = [Leaf.parsed(entry.leaf) for entry in entries(house)]
    commitments = [one for leaf in leaves for one in (leaf.copy, leaf.patron, leaf.rest)]
    assert len(set(commitments)) == len(commitments)


def test_an_entry_tells_how_its_rows_were_left(house: House, pdf_id: str) -> None:
    loan = house.lend(pdf_id).reading_pass.loan
    last = entries(house)[-1]
    assert {name.table for name in last.rows} == {Covered.COPY, Covered.LINK, Covered.LOAN, Covered.EDITION}
    house.give_back(loan)
    name = RowName(Covered.LOAN, loan.id)
    assert entries(house)[-1].rows[name] != last.rows[name]


def test_what_is_refused_leaves_no_entry(house: House, pdf_id: str) -> None:
    token = house.offer(pdf_id)
    house.claim(token)
    before = entries(house)
    with pytest.raises(refusals.CopyIsOut):
        house.lending.take_off_shelf(house.ana, pdf_id)
    assert entries(house) == before


def test_what_fails_at_the_end_leaves_neither_event_nor_entry(house: House, pdf_id: str) -> None:
    before = house.happened()

    def breaks(_: object) -> None:
        raise OSError

    house.sealer.random = breaks  # type: ignore[assignment]  # it is to fail
    with pytest.raises(TypeError):
        house.offer(pdf_id)
    house.sealer = type(house.sealer)()
    assert house.happened() == before


def test_events_that_are_older_than_the_log_are_entered_once(house: House, pdf_id: str) -> None:
    with house.library.change() as desk:
        for kind in (EventKind.COPY_LOST, EventKind.COPY_FOUND):
            desk.circulation.record(Event(kind, NOON, pdf_id, 0))
    assert catch_up(house.library, house.sealer) == 2
    assert catch_up(house.library, house.sealer) == 0
    assert len(entries(house)) == len(house.happened())
    assert house.verifying.verify().faults == []
