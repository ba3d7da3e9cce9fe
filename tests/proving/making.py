"""Histories written by hand: each act a line, times in any unit."""

from tests.proving.history import Act, Kind
from tests.proving.record import Entry, LoanRow, Record


class Story:
    """Acts on one copy. `when` is (asked, answered); without an answer it is (asked, None)."""

    def __init__(self) -> None:
        self.acts: list[Act] = []

    def act(
        self,
        kind: Kind,
        outcome: str,
        when: tuple[int, int | None],
        *,
        who: str = "eva",
        link: str = "",
        loan: str = "",
        changes: int = 0,
        shown: str = "",
        ends: str = "",
    ) -> "Story":
        number = len(self.acts)
        self.acts.append(Act(number, kind, "copy", who, *when, outcome, link, loan, changes, shown, ends))
        return self


def lent_once() -> Story:
    """A link, a loan by it, a page, and the return."""
    return (
        Story()
        .act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
        .act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one")
        .act(Kind.READ, "served", (4, 5), loan="one")
        .act(Kind.CHECK_IN, "done", (6, 7), loan="one")
    )


def recorded_once() -> Record:
    """What the library must have of `lent_once`."""
    return Record(
        (
            Entry(1, "link-made", "copy", 0, link="L1"),
            Entry(2, "checked-out", "copy", 1, loan="one", link="L1"),
            Entry(3, "returned", "copy", 1, loan="one", link="L1"),
        ),
        (LoanRow("one", "copy", 1, "returned"),),
    )
