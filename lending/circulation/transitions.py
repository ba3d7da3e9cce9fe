"""Where a copy can be, what can happen to it there, and where it is then: one table.

The desk asks the table before it decides anything, and the diagram in
`docs/copy-states.md` is drawn from it. What is not in the table can't happen.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class CopyState(StrEnum):
    """Where a copy is, in the words of the shelf."""

    ON_SHELF = "on-shelf"
    LINK_OUT = "link-out"
    """On the shelf, and a link waits for a friend."""
    HELD = "held"
    """Kept for the friend whose turn it is in the line."""
    GIFT_OUT = "gift-out"
    """On the shelf, and offered to another owner."""
    ON_LOAN = "on-loan"
    RECALLED = "recalled"
    """On loan, and the owner has asked for it back."""
    WITH_OWNER = "with-owner"
    """The owner is reading it; it can't be borrowed until they put it back."""
    LOST = "lost"
    """Nobody can have it until it is found."""
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    """What people, or time, do to a copy."""

    MAKE_LINK = "make a link"
    CANCEL_LINK = "cancel the link"
    LINK_EXPIRES = "the link expires"
    CHECK_OUT = "check out"
    TAKE_OFF_SHELF = "the owner takes it"
    CHECK_IN = "check in"
    LOAN_EXPIRES = "the loan expires"
    HOLD = "it is held for the next in line"
    RELEASE = "the hold is given up"
    HOLD_LAPSES = "nobody picks it up"
    RENEW = "renew"
    RECALL = "recall"
    CARRY = "carry it to another device"
    OFFER_ON = "offer to pass it on"
    PASS_ON = "pass it on"  # noqa: S105 - what people do, no password
    OFFER_GIFT = "offer it as a gift"
    ACCEPT_GIFT = "accept the gift"
    MARK_LOST = "mark it lost"
    FIND = "find it"
    WITHDRAW = "withdraw"
    TAKE_OUT = "take it out with its file"


_S, _A = CopyState, Act

# What comes free goes to the next in line, if anybody waits.
_FREE = (_S.ON_SHELF, _S.HELD)

# A link may wait while the owner reads: then the copy goes back to it.
_BACK_FROM_OWNER = (_S.ON_SHELF, _S.LINK_OUT, _S.HELD)

TRANSITIONS: Mapping[CopyState, Mapping[Act, tuple[CopyState, ...]]] = MappingProxyType(
    {
        _S.ON_SHELF: MappingProxyType(
            {
                _A.MAKE_LINK: (_S.LINK_OUT,),
                _A.HOLD: (_S.HELD,),
                _A.TAKE_OFF_SHELF: (_S.WITH_OWNER,),
                _A.OFFER_GIFT: (_S.GIFT_OUT,),
                _A.MARK_LOST: (_S.LOST,),
                _A.WITHDRAW: (_S.WITHDRAWN,),
                _A.TAKE_OUT: (_S.WITHDRAWN,),
            }
        ),
        _S.LINK_OUT: MappingProxyType(
            {
                _A.CANCEL_LINK: _FREE,
                _A.LINK_EXPIRES: _FREE,
                _A.CHECK_OUT: (_S.ON_LOAN,),
                _A.TAKE_OFF_SHELF: (_S.WITH_OWNER,),
            }
        ),
        _S.HELD: MappingProxyType(
            {
                _A.CHECK_OUT: (_S.ON_LOAN,),
                _A.RELEASE: _FREE,
                _A.HOLD_LAPSES: _FREE,
            }
        ),
        _S.GIFT_OUT: MappingProxyType(
            {
                _A.CANCEL_LINK: _FREE,
                _A.LINK_EXPIRES: _FREE,
                _A.ACCEPT_GIFT: (_S.ON_SHELF,),
            }
        ),
        _S.ON_LOAN: MappingProxyType(
            {
                _A.CHECK_IN: _FREE,
                _A.LOAN_EXPIRES: _FREE,
                _A.RENEW: (_S.ON_LOAN,),
                _A.RECALL: (_S.RECALLED,),
                _A.CARRY: (_S.ON_LOAN,),
                _A.OFFER_ON: (_S.ON_LOAN,),
                _A.CANCEL_LINK: (_S.ON_LOAN,),
                _A.LINK_EXPIRES: (_S.ON_LOAN,),
                _A.PASS_ON: (_S.ON_LOAN,),
            }
        ),
        _S.RECALLED: MappingProxyType(
            {
                _A.CHECK_IN: _FREE,
                _A.LOAN_EXPIRES: _FREE,
                _A.RENEW: (_S.ON_LOAN,),
                _A.CARRY: (_S.RECALLED,),
            }
        ),
        _S.WITH_OWNER: MappingProxyType(
            {
                _A.MAKE_LINK: (_S.WITH_OWNER,),
                _A.CANCEL_LINK: (_S.WITH_OWNER,),
                _A.LINK_EXPIRES: (_S.WITH_OWNER,),
                _A.CHECK_IN: _BACK_FROM_OWNER,
            }
        ),
        _S.LOST: MappingProxyType({_A.FIND: _FREE, _A.WITHDRAW: (_S.WITHDRAWN,)}),
        _S.WITHDRAWN: MappingProxyType({}),
    }
)


_PAGE = """# Where a copy can be, and what can happen to it there

Drawn by `make diagram` from the table in `lending/circulation/transitions.py`, which the desk asks before
each act. What is not in it can't happen.

```mermaid
{diagram}```

| where it is | what happens | where it is then |
|---|---|---|
{rows}
"""


def may(state: CopyState, act: Act) -> bool:
    """Whether it can happen there."""
    return act in TRANSITIONS[state]


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {_node(CopyState.ON_SHELF)}: add"]
    for state, acts in TRANSITIONS.items():
        for act, afterwards in acts.items():
            lines += [f"    {_node(state)} --> {_node(after)}: {act}" for after in afterwards]
    return "\n".join([*lines, f"    {_node(CopyState.WITHDRAWN)} --> [*]", ""])


def page() -> str:
    """The page of documentation: the diagram, and the same as a table."""
    rows = [
        f"| `{state}` | {act} | {', '.join(f'`{after}`' for after in afterwards)} |"
        for state, acts in TRANSITIONS.items()
        for act, afterwards in acts.items()
    ]
    return _PAGE.format(diagram=diagram(), rows="\n".join(rows))


def _node(state: CopyState) -> str:
    return state.replace("-", "_")
