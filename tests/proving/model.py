"""A copy as it should behave, in a few lines, written from what the desk promises and not from its code.

Whoever adds an act to the desk (holding, passing on, carrying over) adds a `Kind`, a function here that says
what the answer must be, and a row in `operations`.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.proving.history import Act, Kind

OWNER: Final = "owner"


RENEWALS: Final = 2
"""How often a borrower may renew."""


NOTHING_GAINED: Final = "nothing-gained"
"""Whether a loan lasts longer already the clock says, which this model has not: it may always be so."""


class State(NamedTuple):
    """Where a copy is. `holder` is the epoch of the open loan, 0 when there is none; `via` is its link.

    `changes` counts what was done to the loan's due date, `renewals` those of the borrower.
    """

    epoch: int = 0
    holder: int = 0
    reader: str = ""
    link: str = ""
    via: str = ""
    changes: int = 0
    renewals: int = 0
    is_recalled: bool = False


class Answer(NamedTuple):
    """What must be answered, the epoch of the loan that the answer speaks of, and the state after."""

    outcome: str
    epoch: int
    state: State


def answer(state: State, act: Act, asked: int) -> Answer:
    """What `act` must be answered in `state`. `asked` is the epoch of the loan that it asks about, or 0."""
    return _ANSWERS[act.kind](state, act, asked)


def _make_link(state: State, act: Act, asked: int) -> Answer:
    if state.holder and state.reader != OWNER:
        return Answer("copy-is-out", 0, state)
    if state.link:
        return Answer("link-already-out", 0, state)
    return Answer("done", 0, state._replace(link=act.link))


def _cancel_link(state: State, act: Act, asked: int) -> Answer:
    return Answer("done" if state.link else "not-found", 0, state._replace(link=""))


def _claim(state: State, act: Act, asked: int) -> Answer:
    if state.holder and (state.via, state.reader) == (act.link, act.who):
        return Answer("same", state.holder, state)
    if state.link != act.link:
        return Answer("link-closed", 0, state)
    if state.holder:
        return Answer("copy-is-out", 0, state)
    opened = State(state.epoch + 1, state.epoch + 1, act.who, via=act.link)
    return Answer("opened", opened.epoch, opened)


def _take(state: State, act: Act, asked: int) -> Answer:
    if state.holder:
        return Answer("had" if state.reader == OWNER else "copy-is-out", state.holder, state)
    opened = State(state.epoch + 1, state.epoch + 1, OWNER, state.link)
    return Answer("had", opened.epoch, opened)


def _put_back(state: State, act: Act, asked: int) -> Answer:
    if state.holder and state.reader == OWNER:
        return Answer("done", 0, _on_shelf(state))
    return Answer("loan-ended", 0, state)


def _check_in(state: State, act: Act, asked: int) -> Answer:
    if state.holder == asked:
        return Answer("done", asked, _on_shelf(state))
    return Answer("loan-ended", asked, state)


def _renew(state: State, act: Act, asked: int) -> Answer:
    if state.holder != asked:
        return Answer("loan-ended", asked, state)
    if state.is_recalled:
        return Answer("loan-recalled", asked, state)
    if state.renewals == RENEWALS:
        return Answer("no-renewals-left", asked, state)
    if act.outcome == NOTHING_GAINED:
        return Answer(NOTHING_GAINED, asked, state)
    return Answer("done", asked, _due_otherwise(state)._replace(renewals=state.renewals + 1))


def _extend(state: State, act: Act, asked: int) -> Answer:
    if not state.holder or state.reader == OWNER:
        return Answer("loan-ended", 0, state)
    if act.outcome == NOTHING_GAINED and not state.is_recalled:
        return Answer(NOTHING_GAINED, 0, state)
    return Answer("done", state.holder, _due_otherwise(state))


def _recall(state: State, act: Act, asked: int) -> Answer:
    if not state.holder or state.reader == OWNER:
        return Answer("loan-ended", 0, state)
    if state.is_recalled:
        return Answer("already-recalled", state.holder, state)
    return Answer("done", state.holder, _due_otherwise(state)._replace(is_recalled=True))


def _due_otherwise(state: State) -> State:
    """More time takes a recall back."""
    return state._replace(changes=state.changes + 1, is_recalled=False)


def _read(state: State, act: Act, asked: int) -> Answer:
    return Answer("served" if state.holder == asked else "loan-ended", asked, state)


def _expire(state: State, act: Act, asked: int) -> Answer:
    """Only the due date that holds ends a loan, not one before it was changed."""
    ends = (state.holder, state.changes) == (asked, act.changes)
    return Answer("done", asked, _on_shelf(state) if ends else state)


def is_to_come(state: State, act: Act, asked: int) -> bool:
    """Whether the due date of an `EXPIRE` is one that nobody has set yet."""
    return state.epoch < asked or (state.holder == asked and state.changes < act.changes)


def _on_shelf(state: State) -> State:
    return State(state.epoch, link=state.link)


_ANSWERS: Final[dict[Kind, Callable[[State, Act, int], Answer]]] = {
    Kind.MAKE_LINK: _make_link,
    Kind.CANCEL_LINK: _cancel_link,
    Kind.CLAIM: _claim,
    Kind.TAKE: _take,
    Kind.PUT_BACK: _put_back,
    Kind.CHECK_IN: _check_in,
    Kind.RENEW: _renew,
    Kind.EXTEND: _extend,
    Kind.RECALL: _recall,
    Kind.READ: _read,
    Kind.EXPIRE: _expire,
}
