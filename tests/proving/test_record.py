"""What the library's own record must say."""

from dataclasses import replace

from tests.proving.history import Kind
from tests.proving.making import Story, lent_once, recorded_once
from tests.proving.record import Entry, LoanRow, Record, complaints


def test_a_record_that_tells_the_story_is_not_complained_of() -> None:
    assert complaints(lent_once().acts, recorded_once()) == []


def test_a_missing_event_is_noticed() -> None:
    for left_out in range(3):
        whole = recorded_once()
        entries = whole.entries[:left_out] + whole.entries[left_out + 1 :]
        assert complaints(lent_once().acts, replace(whole, entries=entries))


def test_an_event_told_twice_is_noticed() -> None:
    whole = recorded_once()
    for entry in whole.entries:
        assert complaints(
            lent_once().acts, replace(whole, entries=(*whole.entries, replace(entry, number=9)))
        )


def test_a_loan_that_was_acknowledged_and_is_gone_is_noticed() -> None:
    said = complaints(lent_once().acts, Record(recorded_once().entries[:1], ()))
    assert "copy copy: loan one was acknowledged, and the library hasn't got it" in said


def two_loans(second_claim: tuple[int, int]) -> tuple[Story, Record]:
    story = lent_once()
    story.act(Kind.MAKE_LINK, "done", (2, 5), who="owner", link="L2")
    story.act(Kind.CLAIM, "opened", second_claim, who="kim", link="L2", loan="two")
    whole = recorded_once()
    entries = (
        *whole.entries,
        Entry(4, "link-made", "copy", 1, link="L2"),
        Entry(5, "checked-out", "copy", 2, loan="two", link="L2"),
    )
    return story, Record(entries, (*whole.loans, LoanRow("two", "copy", 2, None)))


def test_one_loan_after_another_is_as_it_should_be() -> None:
    story, record = two_loans((8, 9))
    assert complaints(story.acts, record) == []


def test_two_who_certainly_had_it_at_once_are_noticed() -> None:
    story, record = two_loans((4, 5))
    assert "copy copy: loans one and two were held at once" in complaints(story.acts, record)


def test_an_epoch_that_does_not_rise_is_noticed() -> None:
    story, record = two_loans((8, 9))
    loans = tuple(replace(loan, epoch=3 - loan.epoch) for loan in record.loans)
    assert "copy copy: loan two came after one whose epoch is as high" in complaints(
        story.acts, replace(record, loans=loans)
    )
    loans = tuple(replace(loan, epoch=1) for loan in record.loans)
    assert "copy copy: 2 check-outs of epoch 1 were acknowledged" in complaints(
        story.acts, replace(record, loans=loans)
    )


def test_a_record_that_lends_what_is_out_is_noticed() -> None:
    story, record = two_loans((8, 9))
    out_of_order = [
        replace(entry, number={3: 5, 5: 3}.get(entry.number, entry.number)) for entry in record.entries
    ]
    said = complaints(story.acts, replace(record, entries=tuple(out_of_order)))
    assert "copy copy: the record lends it as two while one has it" in said


def test_a_return_that_was_acknowledged_twice_is_noticed() -> None:
    story = lent_once().act(Kind.CHECK_IN, "done", (6, 8), loan="one")
    assert complaints(story.acts, recorded_once())


def test_a_put_back_that_was_not_recorded_is_noticed() -> None:
    story = lent_once().act(Kind.PUT_BACK, "done", (8, 9), who="owner")
    assert complaints(story.acts, recorded_once()) == ["copy copy: 2 acknowledged, 1 recorded: “returned”"]


def test_loans_that_stand_otherwise_than_the_record_says_are_noticed() -> None:
    whole = recorded_once()
    still_out = replace(whole, loans=(replace(whole.loans[0], end=None),))
    assert "copy copy: the record leaves it with None, the loans with one" in complaints(
        lent_once().acts, still_out
    )


def test_a_renewal_that_was_not_recorded_is_noticed() -> None:
    story = lent_once().act(Kind.RENEW, "done", (4, 5), loan="one")
    assert complaints(story.acts, recorded_once()) == [
        "copy copy: 1 acknowledged, 0 recorded: “renewed” of one"
    ]
    whole = recorded_once()
    renewed = Entry(9, "renewed", "copy", 1, loan="one")
    assert complaints(story.acts, replace(whole, entries=(*whole.entries, renewed))) == []
