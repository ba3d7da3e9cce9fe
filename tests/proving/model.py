"""A copy as it should behave, in a few lines, written from what the desk promises and not from its code.

Whoever adds an act to the desk (renewing, recalling, holding, passing on, carrying over) adds a `Kind`, a
function here that says what the answer must be, and a row in `operations`.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from tests.proving.history import Act, Kind

OWNER: Final = "owner"


class State(NamedTuple):
    """Where a copy is. `holder` is the epoch of the open loan, 0 when there is none; `via` is its link."""

    epoch: int = 0
    holder: int = 0
    reader: str = ""
    link: str = ""
    via: str = ""


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


def _read(state: State, act: Act, asked: int) -> Answer:
    return Answer("served" if state.holder == asked else "loan-ended", asked, state)


def _expire(state: State, act: Act, asked: int) -> Answer:
    return Answer("done", asked, _on_shelf(state) if state.holder == asked else state)


def _on_shelf(state: State) -> State:
    return state._replace(holder=0, reader="", via="")


_ANSWERS: Final[dict[Kind, Callable[[State, Act, int], Answer]]] = {
    Kind.MAKE_LINK: _make_link,
    Kind.CANCEL_LINK: _cancel_link,
    Kind.CLAIM: _claim,
    Kind.TAKE: _take,
    Kind.PUT_BACK: _put_back,
    Kind.CHECK_IN: _check_in,
    Kind.READ: _read,
    Kind.EXPIRE: _expire,
}
