"""A copy as it should behave, in a few lines, written from what the desk promises and not from its code.

Whoever adds an act to the desk adds a `Kind`, a function here that says
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

    `changes` counts what was done to the loan's due date, `renewals` those of the borrower. `passes` are the
    tags of those that open the loan; `onward` is the link by which the borrower offers it on. `line` is who
    waits, each hold's tag and its friend, and `held` the friend for whom the copy is kept behind `link`;
    `left` are the tags of those who left the line.
    """

    epoch: int = 0
    holder: int = 0
    reader: str = ""
    link: str = ""
    via: str = ""
    changes: int = 0
    renewals: int = 0
    is_recalled: bool = False
    passes: frozenset[str] = frozenset()
    onward: str = ""
    line: tuple[tuple[str, str], ...] = ()
    held: str = ""
    left: frozenset[str] = frozenset()


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
        return Answer("copy-is-held" if state.held else "link-already-out", 0, state)
    if state.line:  # while the owner reads
        return Answer("copy-is-held", 0, state)
    return Answer("done", 0, state._replace(link=act.link))


def _cancel_link(state: State, act: Act, asked: int) -> Answer:
    if state.onward and act.outcome != "not-found":
        return Answer("done", 0, state._replace(onward=""))
    if not state.link or state.held:
        return Answer("not-found", 0, state)
    return Answer("done", 0, _kept_for_next(state._replace(link="")))


def _ask(state: State, act: Act, asked: int) -> Answer:
    """A friend has one place in the line."""
    if act.who in (state.held, *(who for _, who in state.line)):
        return Answer("same", 0, state)
    return Answer("placed", 0, _kept_for_next(state._replace(line=(*state.line, (act.link, act.who)))))


def _leave(state: State, act: Act, asked: int) -> Answer:
    """Who has left may say so again."""
    gone = state._replace(left=state.left | {act.link})
    if state.held and state.link == act.link:
        return Answer("left", 0, _kept_for_next(gone._replace(link="", held="")))
    if (act.link, act.who) in state.line:
        return Answer("left", 0, gone._replace(line=_without(state, act.link)))
    return Answer("left" if act.link in state.left else "hold-ended", 0, state)


def _without(state: State, tag: str) -> tuple[tuple[str, str], ...]:
    return tuple(hold for hold in state.line if hold[0] != tag)


def _kept_for_next(state: State) -> State:
    """What is free is kept for the first in line."""
    if state.holder or state.link or not state.line:
        return state
    (tag, who), *others = state.line
    return state._replace(link=tag, held=who, line=tuple(others))


def _claim(state: State, act: Act, asked: int) -> Answer:
    if state.holder and (state.via, state.reader) == (act.link, act.who):
        return _given_again(state, act, "same")
    if state.link != act.link:
        return Answer("link-closed", 0, state)
    if state.holder:
        return Answer("copy-is-out", 0, state)
    opened = State(
        state.epoch + 1,
        state.epoch + 1,
        act.who,
        via=act.link,
        passes=frozenset({act.shown}),
        line=state.line,
        left=state.left,
    )
    return Answer("opened", opened.epoch, opened)


def _given_again(state: State, act: Act, outcome: str) -> Answer:
    """Another pass for whoever has the loan already."""
    return Answer(outcome, state.holder, state._replace(passes=state.passes | {act.shown}))


def _offer_on(state: State, act: Act, asked: int) -> Answer:
    """An offer lapses when the loan was due as it was made, also if it has more time since: when that is, the
    clock says, which this has not."""
    refused = _kept_out(state, act, asked)
    if refused:
        return Answer(refused, asked, state)
    if state.reader != act.who:
        return Answer("not-your-loan", asked, state)
    if state.is_recalled:
        return Answer("loan-recalled", asked, state)
    if state.onward and act.outcome != "done":
        return Answer("link-already-out", asked, state)
    return Answer("done", asked, state._replace(onward=act.link))


def _pass_on(state: State, act: Act, asked: int) -> Answer:
    """What is left of the loan goes to a friend: the same due date, but the next epoch."""
    if state.holder and (state.via, state.reader) == (act.link, act.who):
        return _given_again(state, act, "same")
    if state.onward != act.link or act.outcome == "link-closed":
        return Answer("link-closed", 0, state)
    if state.reader == act.who:
        return Answer("yours-already", 0, state)
    opened = State(
        state.epoch + 1,
        state.epoch + 1,
        act.who,
        via=act.link,
        renewals=state.renewals,
        passes=frozenset({act.shown}),
        line=state.line,
        left=state.left,
    )
    return Answer("opened", opened.epoch, opened)


def _carry(state: State, act: Act, asked: int) -> Answer:
    """`link` says whose browser it was when the carrying began."""
    if state.holder != asked:
        return Answer("loan-ended", asked, state)
    if state.reader == act.who:
        return _given_again(state, act, "done")
    if state.reader != act.link:
        return Answer("link-closed", asked, state)
    return Answer("done", asked, state._replace(reader=act.who, passes=frozenset({act.shown})))


def _take(state: State, act: Act, asked: int) -> Answer:
    if state.holder:
        return Answer("had" if state.reader == OWNER else "copy-is-out", state.holder, state)
    if state.held:
        return Answer("copy-is-held", 0, state)
    opened = State(state.epoch + 1, state.epoch + 1, OWNER, state.link, line=state.line, left=state.left)
    return Answer("had", opened.epoch, opened)


def _put_back(state: State, act: Act, asked: int) -> Answer:
    if state.holder and state.reader == OWNER:
        return Answer("done", 0, _on_shelf(state))
    return Answer("loan-ended", 0, state)


def _check_in(state: State, act: Act, asked: int) -> Answer:
    if state.holder != asked:
        return Answer(_over(act), asked, state)
    if state.reader != act.who:
        return Answer("not-your-loan", asked, state)
    return Answer("done", asked, _on_shelf(state))


def _over(act: Act) -> str:
    """How an ended loan is refused: to whom it had been carried away from before, as somebody else's."""
    return "not-your-loan" if act.outcome == "not-your-loan" else "loan-ended"


def _kept_out(state: State, act: Act, asked: int) -> str:
    """Why a pass does not open the loan; empty if it does."""
    if state.holder != asked:
        return _over(act)
    return "" if state.reader == OWNER or act.shown in state.passes else "not-your-loan"


def _renew(state: State, act: Act, asked: int) -> Answer:
    refused = _kept_out(state, act, asked)
    if refused:
        return Answer(refused, asked, state)
    if state.is_recalled:
        return Answer("loan-recalled", asked, state)
    if any(who != state.reader for _, who in state.line):
        return Answer("somebody-waits", asked, state)
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
    return Answer("done", state.holder, _due_otherwise(state)._replace(is_recalled=True, onward=""))


def _due_otherwise(state: State) -> State:
    """More time takes a recall back."""
    return state._replace(changes=state.changes + 1, is_recalled=False)


def _read(state: State, act: Act, asked: int) -> Answer:
    return Answer(_kept_out(state, act, asked) or "served", asked, state)


def _expire(state: State, act: Act, asked: int) -> Answer:
    """Only the due date that holds ends a loan, not one before it was changed."""
    ends = (state.holder, state.changes) == (asked, act.changes)
    return Answer("done", asked, _on_shelf(state) if ends else state)


def is_to_come(state: State, act: Act, asked: int) -> bool:
    """Whether the due date of an `EXPIRE` is one that nobody has set yet."""
    return state.epoch < asked or (state.holder == asked and state.changes < act.changes)


def _on_shelf(state: State) -> State:
    return _kept_for_next(State(state.epoch, link=state.link, line=state.line, left=state.left))


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
    Kind.CARRY: _carry,
    Kind.OFFER_ON: _offer_on,
    Kind.PASS_ON: _pass_on,
    Kind.ASK: _ask,
    Kind.LEAVE: _leave,
    Kind.READ: _read,
    Kind.EXPIRE: _expire,
}
