"""Which refusals are turn-aways, and of which kind."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lending import refusals
from lending.circulation.copies import Copy
from lending.circulation.events import Denial, Event, EventKind
from lending.circulation.loans import Loan, LoanEnd
from lending.circulation.turning_away import turned_away, turned_away_from_line
from lending.refusals import Refusal
from tests.services.fakes import NOON
from tests.services.making import a_link, a_loan

COPY = Copy("copy", "ana", epoch=3)


def came(
    refusal: Refusal, copy: Copy = COPY, binding: str = "key:bo", lent: Loan | None = None
) -> Event | None:
    return turned_away(copy, "edition", a_link(), lent, refusal, binding, NOON)


@pytest.mark.parametrize("refusal", [refusals.CopyIsOut(), refusals.CopyIsHeld(), refusals.TooManyLoans(2)])
def test_who_comes_while_others_have_the_book_finds_the_limit_exceeded(refusal: Refusal) -> None:
    assert came(refusal) == Event(
        EventKind.TURNED_AWAY,
        NOON,
        "copy",
        3,
        link_id="link",
        edition_id="edition",
        reason=Denial.LIMIT_EXCEEDED,
    )


@pytest.mark.parametrize(
    "refusal",
    [
        refusals.LinkUsed(),
        refusals.LinkExpired(),
        refusals.LinkCancelled(),
        refusals.NotPassedOn(),
        refusals.CopyIsLost(),
        refusals.NotFound(),
    ],
)
def test_who_comes_with_what_lends_nothing_any_more_has_no_license(refusal: Refusal) -> None:
    event = came(refusal)
    assert event is not None
    assert event.reason is Denial.NO_LICENSE


@pytest.mark.parametrize("gone", [{"withdrawn_at": NOON}, {"lost_at": NOON}])
def test_there_is_no_license_for_a_copy_that_is_gone(gone: dict[str, object]) -> None:
    event = came(refusals.CopyIsOut(), replace(COPY, **gone))
    assert event is not None
    assert event.reason is Denial.NO_LICENSE


@pytest.mark.parametrize(
    "refusal",
    [
        refusals.UnknownLink(),
        refusals.ProofInvalid(),
        refusals.YoursAlready(),
        refusals.UnacceptableInput("name", "is long"),
    ],
)
def test_other_refusals_turn_nobody_away(refusal: Refusal) -> None:
    assert came(refusal) is None


def test_who_has_the_copy_is_not_turned_away_from_it() -> None:
    lent = replace(COPY, loan=a_loan(binding="key:bo"))
    assert came(refusals.LinkUsed(), lent) is None
    assert came(refusals.LinkUsed(), lent, binding="key:eva") is not None
    over = replace(COPY, loan=a_loan(binding="key:bo", due_at=NOON - timedelta(days=1)))
    assert came(refusals.LinkUsed(), over) is not None


def test_who_had_the_copy_by_the_very_link_is_not_turned_away_and_others_are() -> None:
    lent = a_loan(binding="key:bo", ended_at=NOON, end=LoanEnd.RETURNED)
    assert came(refusals.LinkUsed(), lent=lent) is None
    assert came(refusals.LinkUsed(), lent=lent, binding="key:eva") is not None
    assert came(refusals.LinkUsed(), lent=replace(lent, binding=""), binding="") is not None


def test_a_new_owner_hears_nothing_of_a_former_owners_links() -> None:
    assert came(refusals.LinkUsed(), replace(COPY, owner_id="zoe")) is None


def test_who_finds_the_line_full_is_turned_away_from_the_title() -> None:
    assert turned_away_from_line("edition", NOON) == Event(
        EventKind.TURNED_AWAY, NOON, None, 0, edition_id="edition", reason=Denial.LIMIT_EXCEEDED
    )
