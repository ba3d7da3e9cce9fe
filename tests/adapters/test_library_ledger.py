"""The keeping of the loan log: on SQLite, on PostgreSQL and in memory."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Event, EventKind
from lending.circulation.links import LinkState
from lending.ledger.leaves import LEAF_SIZE, Field
from lending.ledger.notes import Note, Signature
from lending.ledger.tree import Frontier, leaf_hash
from lending.ports.ledger import About, Called, Covered, Entry, Head, RowName, SealedOpening, SignedCheckpoint
from lending.ports.library import Library, Transaction
from lending.services.recording import RecordingLibrary
from tests.services.fakes import NOON, FakeSealer
from tests.services.making import a_link, a_loan, shelve

COPY = RowName(Covered.COPY, "copy")
LOAN = RowName(Covered.LOAN, "loan")


@pytest.fixture(autouse=True)
def _a_loan(library: Library) -> None:
    shelve(library)
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), (), (a_loan(),)))


def called(name: str) -> Called:
    return Called(name, is_sorted_right=True, is_forgotten=False)


def happened(desk: Transaction, kind: EventKind = EventKind.RENEWED, **said: object) -> int:
    return desk.circulation.record(replace(Event(kind, NOON, "copy", 2), **said))  # type: ignore[arg-type]  # the event's fields


def entry(number: int, event_number: int, **rows: str) -> Entry:
    leaf = bytes([number % 256]) * LEAF_SIZE
    return Entry(
        number, event_number, leaf, b"b" * 32, {RowName(Covered(one), one): rows[one] for one in rows}
    )


def append(desk: Transaction, *entries: Entry, openings: tuple[SealedOpening, ...] = ()) -> None:
    head = desk.ledger.lock()
    desk.ledger.append(head.frontier.grown(leaf_hash(one.leaf) for one in entries), entries, openings)


def test_a_log_that_was_never_begun_is_empty(library: Library) -> None:
    with library.read() as desk:
        assert desk.ledger.head() == Head("", Frontier())
        assert desk.ledger.entries(0, 9) == []
        assert desk.ledger.latest_checkpoint() is None
    with library.change() as desk:
        assert desk.ledger.lock() == Head("", Frontier())
        desk.ledger.begin("library.example/log")
    with library.read() as desk:
        assert desk.ledger.head() == Head("library.example/log", Frontier())


def test_entries_are_kept_in_order_with_the_head_that_they_make(library: Library) -> None:
    with library.change() as desk:
        numbers = [happened(desk) for _ in range(3)]
        entries = [entry(at, number, copy="f" * 32) for at, number in enumerate(numbers)]
        append(desk, *entries[:2])
        append(desk, entries[2])
    with library.read() as desk:
        assert desk.ledger.entries(0, 9) == entries
        assert desk.ledger.entries(1, 1) == [entries[1]]
        assert [one for one, _ in desk.ledger.walk(1, 9)] == entries[1:]
        assert {event.kind for _, event in desk.ledger.walk(0, 9) if event} == {EventKind.RENEWED}
        assert desk.ledger.of_events([numbers[2], numbers[0], 999]) == {
            numbers[0]: entries[0],
            numbers[2]: entries[2],
        }
        assert desk.ledger.head().frontier == Frontier.of(leaf_hash(one.leaf) for one in entries)


def test_events_without_an_entry_are_found(library: Library) -> None:
    with library.change() as desk:
        first, second = happened(desk), happened(desk, EventKind.RETURNED)
        append(desk, entry(0, first))
        (found,) = desk.ledger.not_entered(0, 9)
        assert (found[0], found[1].kind) == (second, EventKind.RETURNED)
        assert desk.ledger.not_entered(second, 9) == []


def test_numbers_of_events_are_told_by_whatever_records_them(library: Library) -> None:
    event = Event(EventKind.RENEWED, NOON, "copy", 2)
    with library.change() as desk:
        first = desk.circulation.record(event)
        second, third = desk.circulation.store(Decision(Copy("copy", "ana", 1), events=(event, event)))
        assert [number for number, _ in desk.ledger.not_entered(0, 9)] == [first, second, third]


def test_a_row_is_told_as_the_same_text_until_it_changes(library: Library) -> None:
    with library.read() as desk:
        before = desk.ledger.stand([COPY, LOAN, RowName(Covered.LOAN, "nothing")])
        assert set(before) == {COPY, LOAN}
        assert desk.ledger.stand([LOAN]) == {LOAN: before[LOAN]}
        assert ("loan", before[LOAN]) in desk.ledger.standing(Covered.LOAN, "", 99)
    with library.change() as desk:
        later = a_loan(due_at=NOON + timedelta(days=15))
        desk.circulation.store(Decision(Copy("copy", "ana", 1), loans=(later,)))
        after = desk.ledger.stand([COPY, LOAN])
        assert after[LOAN] != before[LOAN]
        assert after[COPY] == before[COPY]


def test_who_it_was_is_no_part_of_how_a_row_stands(library: Library) -> None:
    with library.change() as desk:
        before = desk.ledger.stand([LOAN])
        assert desk.ledger.names_of([LOAN, COPY]) == {LOAN: called("Luis")}
        desk.circulation.store(Decision(Copy("copy", "ana", 1), loans=(a_loan(borrower_name="Eva"),)))
        assert desk.ledger.stand([LOAN]) == before
        assert desk.ledger.names_of([LOAN]) == {LOAN: called("Eva")}


def test_a_table_is_walked_through_in_parts(library: Library) -> None:
    with library.change() as desk:
        links = [a_link(f"l{number}", for_whom=f"F{number}", closed_at=NOON) for number in range(5)]
        closed = tuple(replace(one, state=LinkState.CANCELLED) for one in links)
        desk.circulation.store(Decision(Copy("copy", "ana", 1), links=closed))
        walked: list[str] = []
        while part := desk.ledger.standing(Covered.LINK, walked[-1] if walked else "", 2):
            walked += [row_id for row_id, _ in part]
    assert walked == sorted(walked)
    assert {one.id for one in links} <= set(walked)


def test_an_event_is_about_a_copy_its_owner_and_a_patron(library: Library) -> None:
    with library.change() as desk:
        desk.circulation.store(Decision(Copy("copy", "ana", 1), links=(a_link("link", for_whom="Kim"),)))
        ana = About("copy", "Una vida", "ana", "Ana")
        found = desk.ledger.about(Event(EventKind.COPY_LOST, NOON, "copy", 2))
        assert found == replace(ana, title=found.title)
        assert found.title
        ana = found
        kind = EventKind.CHECKED_OUT
        assert desk.ledger.about(Event(kind, NOON, "copy", 2, loan_id="loan", link_id="link")) == replace(
            ana, patron_id="loan", patron_name="Luis"
        )
        assert desk.ledger.about(Event(EventKind.LINK_MADE, NOON, "copy", 2, link_id="link")) == replace(
            ana, patron_id="link", patron_name="Kim"
        )
        own = a_loan("own", binding="account:ana", to_owner=True, borrower_name="", ended_at=NOON)
        desk.circulation.store(Decision(Copy("copy", "ana", 1), loans=(own,)))
        assert desk.ledger.about(Event(kind, NOON, "copy", 2, loan_id="own")) == replace(
            ana, patron_id="ana", patron_name="Ana"
        )
        assert desk.ledger.about(Event(kind, NOON, None, 0)) == About()
        assert desk.ledger.about(Event(kind, NOON, None, 0, edition_id="edition")) == replace(ana, copy_id="")


def opening(number: int, field: Field, patron_id: str) -> SealedOpening:
    return SealedOpening(number, field, patron_id, f"sealed {number}".encode())


def test_a_patron_who_is_shredded_leaves_the_entries_and_nothing_that_opens_them(library: Library) -> None:
    openings = (
        opening(0, Field.PATRON, "loan"),
        opening(0, Field.COPY, "ana"),
        opening(1, Field.COPY, "ana"),
    )
    with library.change() as desk:
        entries = [entry(at, happened(desk)) for at in range(2)]
        append(desk, *entries, openings=openings)
        desk.ledger.add_salt("loan", b"1" * 32)
        desk.ledger.add_salt("ana", b"2" * 32)
    with library.change() as desk:
        assert desk.ledger.openings(0, 1) == [openings[1], openings[0]]
        assert desk.ledger.salts(["loan", "ana", "eva"]) == {"loan": b"1" * 32, "ana": b"2" * 32}
        assert desk.ledger.shred(["loan", "nobody"]) == [(0, Field.PATRON)]
        assert desk.ledger.shred(["loan"]) == []
    with library.read() as desk:
        assert desk.ledger.openings(0, 2) == [openings[1], openings[2]]
        assert desk.ledger.salts(["loan", "ana"]) == {"ana": b"2" * 32}
        assert desk.ledger.entries(0, 9) == entries


def test_roots_of_tiles_are_kept_by_level(library: Library) -> None:
    roots = [bytes([number]) * 32 for number in range(5)]
    with library.change() as desk:
        desk.ledger.add_tile_roots(1, 0, roots)
        desk.ledger.add_tile_roots(1, 3, roots[3:])
        desk.ledger.add_tile_roots(2, 0, roots[:1])
        desk.ledger.add_tile_roots(2, 1, [])
        assert desk.ledger.tile_roots(1, 1, 3) == roots[1:4]
        assert desk.ledger.tile_roots(1, 4, 9) == roots[4:]
        assert desk.ledger.tile_roots(2, 0, 9) == roots[:1]
        assert desk.ledger.tile_roots(3, 0, 9) == []
        assert [desk.ledger.tiles_kept(level) for level in (1, 2, 3)] == [5, 1, 0]


def test_checkpoints_are_kept_and_one_with_more_signatures_takes_the_place_of_the_first(
    library: Library,
) -> None:
    note = Note("origin\n1\nAAAA\n", (Signature("origin", b"1234", b"x"),))
    first = SignedCheckpoint("origin", 1, note, NOON)
    second = SignedCheckpoint("origin", 5, note, NOON + timedelta(minutes=1))
    begun_anew = SignedCheckpoint("another", 5, note, NOON + timedelta(minutes=2))
    cosigned = replace(first, note=note.with_signatures([Signature("witness", b"5678", b"y")]))
    with library.change() as desk:
        for one in (second, first, cosigned, begun_anew):
            desk.ledger.add_checkpoint(one)
        assert desk.ledger.checkpoints() == [cosigned, second, begun_anew]
        desk.ledger.lock()
        desk.ledger.begin("origin")
        assert desk.ledger.newest_checkpoints(9) == [second, cosigned]
        desk.ledger.begin("another")
        assert desk.ledger.latest_checkpoint() == begun_anew
        desk.ledger.begin("a third")
        assert desk.ledger.latest_checkpoint() is None


def test_restarts_of_the_log_are_found_with_their_entries(library: Library) -> None:
    restarted = Event(EventKind.LOG_RESTARTED, NOON, None, 0, detail="what was lost")
    with RecordingLibrary(library, FakeSealer()).change() as desk:
        desk.ledger.lock()
        desk.circulation.record(Event(EventKind.TURNED_AWAY, NOON, None, 0))
        desk.circulation.record(restarted)
    with library.read() as desk:
        assert desk.ledger.restarts() == [(1, restarted)]


def test_checkpoints_of_which_a_newer_one_was_signed_in_the_same_span_are_superseded(
    library: Library,
) -> None:
    hour, note = timedelta(hours=1), Note("origin\n1\nAAAA\n", (Signature("origin", b"1234", b"x"),))
    at = {1: 0, 2: 59, 3: 60, 4: 119, 5: 119, 6: 120}  # NOON is a whole hour
    signed = [SignedCheckpoint("origin", size, note, NOON + timedelta(minutes=at[size])) for size in at]
    other = SignedCheckpoint("other", 9, note, NOON + timedelta(minutes=7))
    with library.change() as desk:
        for one in (*signed, other):
            desk.ledger.add_checkpoint(one)
    with library.change() as desk:
        superseded = desk.ledger.superseded
        assert superseded(NOON + 9 * hour, hour, 9) == [("origin", 1), ("origin", 3), ("origin", 4)]
        assert superseded(NOON + 9 * hour, hour, 2) == [("origin", 1), ("origin", 3)]
        assert superseded(NOON + hour, hour, 9) == [("origin", 1)], "a newer one counts, however new"
        assert superseded(NOON, hour, 9) == []
        assert [size for _, size in superseded(NOON + 9 * hour, 24 * hour, 9)] == [1, 2, 3, 4, 5]
        desk.ledger.drop_checkpoints([*superseded(NOON + 9 * hour, hour, 9), ("origin", 77)])
        assert {one.size for one in desk.ledger.checkpoints()} == {2, 5, 6, 9}
        desk.ledger.drop_checkpoints([])
        assert superseded(NOON + 9 * hour, hour, 9) == []


def test_a_cosigned_checkpoint_is_superseded_by_a_newer_one_that_is_cosigned_too(library: Library) -> None:
    hour, plain = timedelta(hours=1), Note("origin\n1\nAAAA\n", (Signature("origin", b"1234", b"x"),))
    cosigned = plain.with_signatures([Signature("witness", b"5678", b"y")])
    notes = [plain, cosigned, plain, cosigned, plain, plain, cosigned]
    with library.change() as desk:
        for size, note in enumerate(notes, 1):  # NOON is a whole hour; the last is of the next
            at = NOON + timedelta(minutes=8 * size if size < len(notes) else 60)
            desk.ledger.add_checkpoint(SignedCheckpoint("origin", size, note, at))
        desk.ledger.add_checkpoint(SignedCheckpoint("other", 9, cosigned, NOON + timedelta(minutes=59)))
    with library.read() as desk:
        superseded = desk.ledger.superseded
        assert [size for _, size in superseded(NOON + 9 * hour, hour, 9)] == [1, 2, 3, 5]
        assert [size for _, size in superseded(NOON + 9 * hour, 24 * hour, 9)] == [1, 2, 3, 4, 5, 6]


def test_whoever_wants_the_head_waits_for_who_has_it(library: Library) -> None:
    def write() -> None:
        for _ in range(5):
            with library.change() as desk:
                event = happened(desk)
                append(desk, entry(desk.ledger.lock().frontier.size, event))

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with library.read() as desk:
        entries = desk.ledger.entries(0, 99)
        assert [one.number for one in entries] == list(range(20))
        assert desk.ledger.head().frontier == Frontier.of(leaf_hash(one.leaf) for one in entries)
        assert desk.ledger.not_entered(0, 9) == []
