"""Every library, fake or real: the loan log that librarians look at."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.desk import Decision
from lending.circulation.events import Denial, Event, EventKind, Purpose
from lending.circulation.holds import Hold
from lending.circulation.links import LinkKind, LinkState
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.waiting import HoldDecision
from lending.ports.library import Library
from lending.ports.records import EventQuery, LoanState, LogQuery, charge_text
from tests.services.fakes import NOON
from tests.services.making import LIBRARIAN, a_link, a_loan, an_account, an_edition, shelve

DAY = timedelta(days=1)
TICK = timedelta(milliseconds=1)


def store(library: Library, *loans: Loan) -> None:
    with library.change() as desk:
        for loan in loans:
            owner = desk.collection.entry(loan.copy_id).copy.owner_id
            desk.circulation.store(Decision(Copy(loan.copy_id, owner, loan.epoch), (), (loan,)))


def ended(loan_id: str, end: LoanEnd = LoanEnd.RETURNED, **said: object) -> Loan:
    return a_loan(loan_id, ended_at=NOON + DAY, end=end, **said)


def ids(library: Library, now: timedelta = DAY, **query: Any) -> list[str]:
    with library.read() as desk:
        lines = desk.log.loans(LogQuery(**query), NOON + now)
    return [line.loan.id for line in lines]


@pytest.fixture
def _four_loans(library: Library) -> None:
    shelve(library, "copy", "e1", title="Les Misérables", authors=("Victor Hugo",))
    shelve(library, "copy 2", "e2", title="100% wool", authors=(), owner_id="zoë", fingerprint="0" * 64)
    store(
        library,
        ended("returned", borrower_name="Luis Ñúñez", checked_out_at=NOON),
        ended("expired", LoanEnd.EXPIRED, borrower_name="Eva_1", checked_out_at=NOON + TICK),
        a_loan("past due", borrower_name="Kim", checked_out_at=NOON + 2 * TICK, due_at=NOON + DAY),
        a_loan(
            "own",
            copy_id="copy 2",
            borrower_name="",
            checked_out_at=NOON + 3 * TICK,
            due_at=None,
            to_owner=True,
        ),
    )


pytestmark = pytest.mark.usefixtures("_four_loans")


def test_the_newest_loan_comes_first(library: Library) -> None:
    assert ids(library) == ["own", "past due", "expired", "returned"]
    assert ids(library, limit=2) == ["own", "past due"]


def test_a_line_says_who_lent_what_to_whom(library: Library) -> None:
    with library.read() as desk:
        line = desk.log.loans(LogQuery(borrower="luis"), NOON)[0]
        assert line.loan == desk.circulation.loan("returned")
    assert (line.title, line.authors, line.owner_name) == ("Les Misérables", ("Victor Hugo",), "Ana")
    assert line.copy_number == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"book": "HUGO mis"}, ["past due", "expired", "returned"]),
        ({"book": "%"}, ["own"]),
        ({"owner": "ZOE"}, ["own"]),
        ({"borrower": "nunez"}, ["returned"]),
        ({"borrower": "_"}, ["expired"]),
        ({"borrower": "zoe"}, ["own"]),
        ({"borrower": "ana"}, []),
        ({"book": "wool", "owner": "ana"}, []),
        ({"since": NOON + TICK}, ["own", "past due", "expired"]),
        ({"until": NOON + TICK}, ["returned"]),
        ({"since": NOON + TICK, "until": NOON + 2 * TICK}, ["expired"]),
        ({"state": LoanState.RETURNED}, ["returned"]),
        ({"state": LoanState.EXPIRED}, ["past due", "expired"]),
        ({"state": LoanState.OUT}, ["own"]),
    ],
)
def test_the_log_is_searched_by_each_of_its_columns(
    library: Library, query: dict[str, Any], found: list[str]
) -> None:
    assert ids(library, **query) == found


def test_a_loan_is_out_until_the_moment_it_is_due(library: Library) -> None:
    assert ids(library, DAY - TICK, state=LoanState.OUT) == ["own", "past due"]
    assert ids(library, DAY, state=LoanState.OUT) == ["own"]


def test_a_line_and_the_search_agree_on_its_state(library: Library) -> None:
    for now in (NOON, NOON + DAY - TICK, NOON + DAY):
        with library.read() as desk:
            for state in LoanState:
                lines = desk.log.loans(LogQuery(state=state), now)
                assert {line.state(now) for line in lines} <= {state}


def test_pages_under_equal_times_leave_out_nothing_and_repeat_nothing(library: Library) -> None:
    more = [ended(f"loan {number}", checked_out_at=NOON + TICK, epoch=number) for number in range(20)]
    store(library, *more)
    whole = ids(library)
    assert len(whole) == 24
    read: list[str] = []
    after = ""
    while len(read) < 24:
        with library.read() as desk:
            page = desk.log.loans(LogQuery(after=after, limit=3), NOON)
        read += [line.loan.id for line in page]
        after = page[-1].cursor
    assert read == whole
    assert ids(library, after=after) == []


def test_a_loan_made_meanwhile_does_not_shift_the_pages(library: Library) -> None:
    with library.read() as desk:
        first = desk.log.loans(LogQuery(limit=2), NOON)
    store(library, ended("new", checked_out_at=NOON + DAY))
    assert ids(library, after=first[-1].cursor) == ["expired", "returned"]


@pytest.mark.parametrize("cursor", ["x", "999999999999999999-a", "-5-a"])
def test_what_is_no_cursor_is_refused(library: Library, cursor: str) -> None:
    with library.read() as desk:
        made = desk.log.loans(LogQuery(limit=1), NOON)[0].cursor
    assert made != cursor
    with pytest.raises(refusals.UnacceptableInput) as refused:
        ids(library, after=cursor)
    assert refused.value.field == "after"


def _give(library: Library, by: str, to: str, epoch: int, at: timedelta) -> None:
    event = Event(EventKind.GIVEN, NOON + at, "copy", epoch, by=by, to=to)
    with library.change() as desk:
        copy = Copy("copy", to, epoch)
        desk.circulation.store(Decision(copy, events=(event,)))


def test_the_log_says_whose_a_copy_was_then(library: Library) -> None:
    """Ana lends it at noon, gives it to Zoë, who reads it herself and gives it back."""
    with library.change() as desk:
        desk.circulation.record(Event(EventKind.TITLE_ADDED, NOON, "copy", 0, by="ana"))
    _give(library, "ana", "zoë", 1, DAY)
    own = a_loan("hers", epoch=2, to_owner=True, borrower_name="", checked_out_at=NOON + DAY, due_at=None)
    store(library, replace(own, ended_at=NOON + DAY, end=LoanEnd.RETURNED))
    with library.change() as desk:
        event = Event(EventKind.CHECKED_OUT, NOON + DAY, "copy", 2, loan_id="hers", by="zoë")
        desk.circulation.record(event)
    _give(library, "zoë", "ana", 2, 2 * DAY)
    with library.read() as desk:
        owners = {line.loan.id: line.owner_name for line in desk.log.loans(LogQuery(book="misérables"), NOON)}
        lines = desk.log.events(EventQuery("copy", 0, 10))
        hands = desk.log.changes_of_hands("copy")
    assert owners == {"returned": "Ana", "expired": "Ana", "past due": "Ana", "hers": "Zoë"}
    assert [(line.owner_name, line.receiver_name, line.borrower_name) for line in lines] == [
        ("Zoë", "Ana", ""),
        ("Zoë", "", "Zoë"),
        ("Ana", "Zoë", ""),
        ("Ana", "", ""),
    ]
    assert [event.kind for event in hands] == [EventKind.TITLE_ADDED, EventKind.GIVEN, EventKind.GIVEN]
    assert set(ids(library, owner="zoe")) == {"own", "hers"}
    assert ids(library, borrower="zoe", book="misérables") == ["hers"]
    assert ids(library, owners=frozenset({"zoë"})) == ["hers", "own"]
    assert ids(library, owners=frozenset({"ana"})) == ["past due", "expired", "returned"]
    assert ids(library, owners=frozenset({"ana"}), limit=1) == ["past due"]
    assert ids(library, owners=frozenset({"ana", "zoë"})) == ids(library)
    assert ids(library, owners=frozenset()) == []
    with library.read() as desk:
        zoes = desk.log.events(EventQuery("copy", owners=frozenset({"zoë"})))
        anas = desk.log.events(EventQuery(owners=frozenset({"ana"})))
    assert zoes == lines[:3], "the gift by which it became hers is hers too"
    assert anas == [lines[0], *lines[2:]]


@pytest.mark.parametrize("kept_with_the_gift", ["e1", None])
def test_what_was_before_a_gift_stays_under_its_givers_title(
    library: Library, kept_with_the_gift: str | None
) -> None:
    """Zoë keeps the same file under a title of her own."""
    zoes = an_edition("hers", owner_id="zoë", title="Los miserables")
    with library.change() as desk:
        desk.collection.add_edition(zoes)
    of_line = [
        Event(EventKind.HOLD_DECLINED, NOON, None, 0, edition_id=edition_id) for edition_id in ("e1", "hers")
    ]
    before = record(library, *of_line)
    given = Event(EventKind.GIVEN, NOON + DAY, "copy", 1, by="ana", to="zoë", edition_id=kept_with_the_gift)
    with library.change() as desk:
        (gift,) = desk.circulation.store(Decision(Copy("copy", "zoë", 1), events=(given,)))
        desk.collection.move_copy("copy", "hers", NOON + DAY)
    record(library, *of_line)
    store(library, ended("after", epoch=2, checked_out_at=NOON + 2 * DAY))
    shown = Event(EventKind.IDENTITY_SHOWN, NOON, "copy", 1, loan_id="returned", reason=Purpose.LAW)
    record(library, shown)
    with library.read() as desk:
        titles = {line.loan.id: line.title for line in desk.log.loans(LogQuery(copy_id="copy"), NOON)}
        lines = desk.log.events(EventQuery("copy"))[::-1]
        anas = desk.log.events(EventQuery("copy", owners=frozenset({"ana"})))
        in_brief = desk.signs.loans(["returned", "after"])
        busiest = desk.tallies.take_survey(NOON, NOON, 9).busiest
        then = [desk.log.title_then("copy", number) for number in (1, gift, gift + 1)]
        about = desk.ledger.about(shown)
    assert titles == dict.fromkeys(("returned", "expired", "past due"), "Les Misérables") | {
        "after": "Los miserables"
    }
    assert [(line.number, line.title) for line in lines] == [
        (before + 1, "Les Misérables"),
        (gift, "Les Misérables"),
        (gift + 2, "Los miserables"),
        (gift + 3, "Les Misérables"),
    ]
    assert {line.title for line in anas} == {"Les Misérables"}
    assert {loan_id: one.title for loan_id, one in in_brief.items()} == {
        "returned": "Les Misérables",
        "after": "Los miserables",
    }
    assert {one.edition_id: one.loans for one in busiest} == {"e1": 3, "hers": 1}
    assert then == ["e1", "e1", "hers"]
    assert about.title == "Les Misérables"
    assert ids(library, book="los miserables", now=9 * DAY) == ["after"]


def test_a_loans_story_has_the_waiting_for_it_whosever_the_copy_is_now(library: Library) -> None:
    hold = Hold("h", "e1", "key:tom", "Tom", NOON)
    link = a_link("h", kind=LinkKind.HOLD, state=LinkState.USED, closed_at=NOON)
    with library.change() as desk:
        placed = Event(EventKind.HOLD_PLACED, NOON, None, 0, hold_id="h", edition_id="e1")
        (number,) = desk.line.store(HoldDecision(hold, (placed,)))
        lent = ended("waited", epoch=2, link_id="h", checked_out_at=NOON)
        desk.circulation.store(Decision(Copy("copy", "ana", 2), (link,), (lent,)))
        desk.collection.add_edition(an_edition("hers", owner_id="zoë"))
    _give(library, "ana", "zoë", 2, DAY)
    with library.change() as desk:
        desk.collection.move_copy("copy", "hers", NOON + DAY)
    with library.read() as desk:
        assert [line.number for line in desk.log.events_of_loan("waited")] == [number]


def test_the_record_is_narrowed_to_a_kind_of_event(library: Library) -> None:
    record(library, renewed("copy", TICK), Event(EventKind.RECALLED, NOON, "copy", 1), renewed("copy 2", DAY))
    with library.read() as desk:
        kinds = desk.log.events(EventQuery(kind=EventKind.RENEWED))
        of_copy = desk.log.events(EventQuery("copy", kind=EventKind.RENEWED))
    assert [line.event.copy_id for line in kinds] == ["copy 2", "copy"]
    assert of_copy == kinds[1:]


def test_what_happens_in_the_line_of_an_owners_title_is_theirs(library: Library) -> None:
    asked = Event(EventKind.HOLD_ASKED, NOON, None, 0, edition_id="e2")
    of_nobody = Event(EventKind.IDENTITY_SHOWN, NOON, None, 0, reason=Purpose.AUDIT)
    record(library, asked, of_nobody)
    with library.read() as desk:
        assert [line.event for line in desk.log.events(EventQuery(owners=frozenset({"zoë"})))] == [asked]
        assert desk.log.events(EventQuery(owners=frozenset({"ana"}))) == []
        assert [line.event for line in desk.log.events(EventQuery(limit=2))] == [of_nobody, asked]


# --- what happened to an owner's copies -------------------------------------------------------------------


def renewed(copy_id: str, at: timedelta) -> Event:
    return Event(EventKind.RENEWED, NOON + at, copy_id, 1, loan_id="past due", by="ana")


def record(library: Library, *events: Event) -> int:
    """The highest number before."""
    with library.change() as desk:
        before = desk.log.latest()
        for event in events:
            desk.circulation.record(event)
    return before


def numbers(library: Library, owner_id: str, after: int, limit: int = 100) -> list[int]:
    with library.read() as desk:
        return [line.number for line in desk.log.of_owner(owner_id, after, limit)]


def test_an_owner_is_told_of_their_own_copies_the_newest_first(library: Library) -> None:
    copies = ("copy", "copy 2", "copy", "copy")
    before = record(library, *(renewed(copy_id, n * TICK) for n, copy_id in enumerate(copies)))
    assert numbers(library, "ana", before) == [before + 4, before + 3, before + 1]
    assert numbers(library, "ana", before + 1) == [before + 4, before + 3]
    assert numbers(library, "ana", before, limit=1) == [before + 4]
    assert numbers(library, "zoë", before) == [before + 2]
    with library.read() as desk:
        assert desk.log.latest() == before + 4
        (line,) = desk.log.of_owner("ana", before, 100)[-1:]
    assert (line.event, line.title) == (renewed("copy", 0 * TICK), "Les Misérables")
    assert line.borrower_name == "Kim"


def test_of_a_copy_that_was_given_each_owner_is_told_what_happened_while_it_was_theirs(
    library: Library,
) -> None:
    before = record(library, renewed("copy", TICK))
    _give(library, "ana", "zoë", 1, DAY)
    record(library, Event(EventKind.COPY_LOST, NOON + 2 * DAY, "copy", 1, by="zoë"))
    given = before + 2
    # The gift itself concerns both.
    assert numbers(library, "ana", before) == [given, given - 1]
    assert given in numbers(library, "zoë", before)
    assert given - 1 not in numbers(library, "zoë", before)


def test_what_happens_later_to_an_earlier_owners_loan_is_theirs(library: Library) -> None:
    _give(library, "ana", "zoë", 1, DAY)
    shown = Event(EventKind.IDENTITY_SHOWN, NOON + 2 * DAY, "copy", 1, loan_id="returned", reason=Purpose.LAW)
    record(library, shown)
    with library.read() as desk:
        (line,) = desk.log.events(EventQuery("copy", limit=1))
        assert (line.owner_name, line.borrower_name) == ("Ana", "Luis Ñúñez")
        about = desk.ledger.about(shown)
        assert (about.owner_id, about.patron_name) == ("ana", "Luis Ñúñez")
        zoes = desk.log.events(EventQuery("copy", owners=frozenset({"zoë"})))
    assert [one.event.kind for one in zoes] == [EventKind.GIVEN]


def test_all_names_shown_are_told_from_an_entry_on(library: Library) -> None:
    of_all = Event(EventKind.IDENTITY_SHOWN, NOON, None, 0, by="zoë", reason=Purpose.AUDIT)
    before = record(library, of_all, replace(of_all, copy_id="copy", loan_id="returned"), of_all)
    with library.read() as desk:
        assert [one.number for one in desk.log.all_names_shown("ana", before, 9)] == [before + 3, before + 1]
        assert [one.number for one in desk.log.all_names_shown("ana", before + 1, 9)] == [before + 3]
        assert [one.number for one in desk.log.all_names_shown("ana", 0, 1)] == [before + 3]
        own = desk.log.events(EventQuery(owners=frozenset(), asked_by="zoë"))
    assert [one.number for one in own] == [before + 3, before + 1]


def test_all_names_shown_are_told_to_whose_books_were_looked_after_then(library: Library) -> None:
    of_all = Event(EventKind.IDENTITY_SHOWN, NOON, None, 0, by="lib", reason=Purpose.AUDIT)
    with library.change() as desk:
        desk.accounts.add(replace(an_account("lib", "Lib", LIBRARIAN), charge=frozenset({"zoë", "an"})))
    charges = [None, frozenset[str](), frozenset({"ana", "zoë"}), frozenset({"zoë"})]
    said = [replace(of_all, detail=charge_text(charge)) for charge in charges]
    before = record(library, *said, of_all, replace(of_all, by=None))
    with library.read() as desk:
        for owner_id, told in (
            ("ana", (6, 3, 1)),
            ("zoë", (6, 5, 4, 3, 1)),
            ("an", (6, 5, 1)),
            ("%", (6, 1)),
        ):
            found = [one.number - before for one in desk.log.all_names_shown(owner_id, before, 9)]
            assert found == list(told), owner_id
        newest = desk.log.all_names_shown("ana", 0, 1)
    assert [one.number - before for one in newest] == [6], "the limit comes last"


def test_a_copy_is_first_lent_of_whom_it_was_then(library: Library) -> None:
    out = Event(EventKind.CHECKED_OUT, NOON, "copy", 1, loan_id="returned", by="ana")
    before = record(library, out, replace(out, by=None), replace(out, by=None))
    _give(library, "ana", "zoë", 1, DAY)
    with library.read() as desk:
        assert desk.log.first_lent("copy", "ana") == before + 2
        assert desk.log.first_lent("copy", "zoë") is None
        assert desk.log.first_lent("copy 2", "zoë") is None


def test_what_happens_in_the_line_is_told_to_the_titles_owner(library: Library) -> None:
    hold = Hold("h", "e1", "key:tom", "Tom", NOON)
    with library.change() as desk:
        before = desk.log.latest()
        event = Event(EventKind.HOLD_PLACED, NOON, None, 0, hold_id="h", edition_id="e1")
        desk.line.store(HoldDecision(hold, (event,)))
    assert numbers(library, "ana", before) == [before + 1]
    assert numbers(library, "zoë", before) == []


def test_the_record_says_why_somebody_was_turned_away(library: Library) -> None:
    from_copy = Event(EventKind.TURNED_AWAY, NOON, "copy", 1, edition_id="e1", reason=Denial.LIMIT_EXCEEDED)
    from_line = Event(EventKind.TURNED_AWAY, NOON, None, 0, edition_id="e1", reason=Denial.NO_LICENSE)
    with library.change() as desk:
        desk.circulation.record(from_copy)
        desk.circulation.record(from_line)
    with library.read() as desk:
        lines = desk.log.events(EventQuery("copy", 0, 2))
    assert [line.event for line in lines] == [from_line, from_copy]
    assert [(line.title, line.owner_name, line.borrower_name) for line in lines] == [
        ("Les Misérables", "Ana", "")
    ] * 2


def test_who_was_turned_away_from_one_copy_is_no_event_of_another(library: Library) -> None:
    with library.change() as desk:
        desk.collection.add_copy(Copy("second", "ana"), "e1", NOON)
        desk.circulation.record(
            Event(EventKind.TURNED_AWAY, NOON, "copy", 1, edition_id="e1", reason=Denial.NO_LICENSE)
        )
    with library.read() as desk:
        assert desk.log.events(EventQuery("second", 0, 9)) == []


def test_the_record_says_what_a_readers_name_was_shown_for_and_to_whom(library: Library) -> None:
    shown = Event(EventKind.IDENTITY_SHOWN, NOON, "copy", 1, by="zoë", reason=Purpose.LAW)
    with library.change() as desk:
        desk.circulation.record(shown)
    with library.read() as desk:
        (line,) = desk.log.events(EventQuery("copy", 0, 1))
    assert (line.event, line.by_name, line.is_covered) == (shown, "Zoë", False)


def test_names_shown_are_found_by_to_whom_and_since_when(library: Library) -> None:
    to_zoe = Event(EventKind.IDENTITY_SHOWN, NOON, "copy", 1, by="zoë", reason=Purpose.AUDIT)
    of_all = Event(EventKind.IDENTITY_SHOWN, NOON + DAY, None, 0, by="zoë", reason=Purpose.AUDIT)
    to_operator = replace(of_all, by=None)
    with library.change() as desk:
        for event in (to_zoe, of_all, to_operator, replace(to_zoe, kind=EventKind.RENEWED, reason=None)):
            desk.circulation.record(event)
    with library.read() as desk:
        assert desk.log.names_shown_to("zoë", NOON) == [to_zoe, of_all]
        assert desk.log.names_shown_to("zoë", NOON + TICK) == [of_all]
        assert desk.log.names_shown_to(None, NOON) == [to_operator]
        assert desk.log.names_shown_to("ana", NOON) == []


def test_turn_aways_are_found_by_when_they_happened(library: Library) -> None:
    away = Event(EventKind.TURNED_AWAY, NOON, None, 0, edition_id="e1", reason=Denial.NO_LICENSE)
    with library.read() as desk:
        assert desk.log.first_turn_away() is None
    with library.change() as desk:
        for at in (NOON + DAY, NOON, NOON + 2 * DAY):
            desk.circulation.record(replace(away, at=at))
        desk.circulation.record(Event(EventKind.RENEWED, NOON - DAY, "copy", 1))
    with library.read() as desk:
        found = desk.log.turn_aways(NOON, NOON + 2 * DAY)
        assert found == [replace(away, at=NOON + DAY), away]
        assert desk.log.turn_aways(NOON + TICK, NOON + DAY) == []
        assert desk.log.first_turn_away() == NOON


def test_the_first_turn_away_is_found_of_some_owners_titles_too(library: Library) -> None:
    away = Event(EventKind.TURNED_AWAY, NOON, None, 0, edition_id="e1", reason=Denial.NO_LICENSE)
    with library.change() as desk:
        desk.circulation.record(away)
    with library.read() as desk:
        owner_id = desk.collection.edition("e1").owner_id
        assert desk.log.first_turn_away(frozenset({owner_id, "nobody"})) == NOON
        assert desk.log.first_turn_away(frozenset({"nobody"})) is None
        assert desk.log.first_turn_away(frozenset()) is None


# --- searches --------------------------------------------------------------------------------------------


def test_the_log_is_searched_by_copy_by_length_and_by_who_passed_it_on(library: Library) -> None:
    store(
        library,
        ended("onward", borrower_name="Pau", passed_from="returned", checked_out_at=NOON + 4 * TICK),
        ended("from nobody known", borrower_name="Mar", passed_from="own", checked_out_at=NOON + 5 * TICK),
    )
    assert ids(library, copy_id="copy 2") == ["own"]
    assert ids(library, loan_id="expired") == ["expired"]
    assert ids(library, passed_by="ñúñez LUIS") == ["onward"]
    assert ids(library, passed_by="pau") == []
    assert ids(library, longer_than=DAY - TICK) == ["expired", "returned"]
    assert ids(library, longer_than=DAY) == ["returned"]
    assert ids(library, longer_than=DAY + TICK) == []
    assert ids(library, 9 * DAY, longer_than=8 * DAY) == ["own"], "what is past due lasts no longer"
    assert ids(library, 9 * DAY, longer_than=DAY - TICK) == ["own", "expired", "returned"]
    assert ids(library, 9 * DAY, longer_than=DAY - 2 * TICK) == ["own", "past due", "expired", "returned"]


def test_owners_own_reading_can_be_left_out(library: Library) -> None:
    assert ids(library, state=LoanState.OUT) == ["own"]
    assert ids(library, state=LoanState.OUT, to_friends=True) == []
    assert ids(library, 0 * DAY, state=LoanState.OUT, to_friends=True) == ["past due"]
    assert ids(library, to_friends=True, limit=2) == ["past due", "expired"]


def test_a_search_is_told_how_far_it_may_look(library: Library) -> None:
    with library.read() as desk:
        reach = desk.log.reach(LogQuery(book="nothing"), NOON, 3)
        assert reach is not None
        assert reach.moment == NOON + TICK
        assert desk.log.reach(LogQuery(), NOON, 5) is None
        further = desk.log.reach(LogQuery(after=reach.cursor), NOON, 1)
        assert further is not None
        assert further.moment == NOON
        assert desk.log.reach(LogQuery(copy_id="copy 2"), NOON, 2) is None
        assert desk.log.reach(LogQuery(state=LoanState.RETURNED), NOON, 2) is None
        assert desk.log.reach(LogQuery(passed_by="anybody"), NOON, 1) is None
    assert ids(library, down_to=reach.cursor) == ["own", "past due", "expired"]
    assert ids(library, down_to=reach.cursor, after=reach.cursor) == []
