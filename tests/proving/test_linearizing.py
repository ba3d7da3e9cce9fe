"""What can be explained by some order, and what can't."""

import random

import pytest

from tests.proving.history import Kind
from tests.proving.linearizing import puzzle
from tests.proving.making import Story, lent_once
from tests.proving.model import State, answer

EPOCHS = {"one": 1, "two": 2}


def claims(one: tuple[int, int | None], two: tuple[int, int | None]) -> Story:
    """Two friends with links of their own, the second made once the first was used."""
    return (
        Story()
        .act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
        .act(Kind.CLAIM, "opened" if one[1] else "", one, who="eva", link="L1", loan="one" if one[1] else "")
        .act(Kind.MAKE_LINK, "done", (20, 30), who="owner", link="L2")
        .act(Kind.CLAIM, "opened" if two[1] else "", two, who="kim", link="L2", loan="two" if two[1] else "")
    )


def test_a_plain_loan_is_explained() -> None:
    assert puzzle(lent_once().acts, EPOCHS) is None


def test_a_page_served_after_the_return_is_a_puzzle() -> None:
    story = lent_once().act(Kind.READ, "served", (8, 9), loan="one")
    found = puzzle(story.acts, EPOCHS)
    assert found is not None
    assert found.act == story.acts[-1]
    assert found.states == (State(1),)


def test_a_page_served_while_the_book_was_being_returned_is_explained() -> None:
    story = lent_once().act(Kind.READ, "served", (6, 9), loan="one")
    assert puzzle(story.acts, EPOCHS) is None


def test_two_readers_at_once_are_a_puzzle() -> None:
    assert puzzle(claims((2, 3), (40, 50)).acts, EPOCHS) is not None


def test_a_return_whose_answer_got_lost_explains_the_next_loan() -> None:
    story = claims((2, 3), (40, 50)).act(Kind.CHECK_IN, "", (10, None), loan="one")
    assert puzzle(story.acts, EPOCHS) is None


def test_a_return_asked_for_too_late_explains_nothing() -> None:
    story = claims((2, 3), (40, 50)).act(Kind.CHECK_IN, "", (51, None), loan="one")
    assert puzzle(story.acts, EPOCHS) is not None


def test_an_act_without_an_answer_may_take_effect_long_after() -> None:
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "", (2, None), link="L1")
    story.act(Kind.CANCEL_LINK, "done", (4, 5), who="owner")
    assert puzzle(story.acts, EPOCHS) is None, "it never took effect"
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "", (2, None), link="L1")
    story.act(Kind.MAKE_LINK, "link-already-out", (4, 5), who="owner", link="L2")
    story.act(Kind.CANCEL_LINK, "not-found", (6, 7), who="owner")
    story.act(Kind.CLAIM, "same", (8, 9), link="L1", loan="one")
    assert puzzle(story.acts, EPOCHS) is None, "it took effect between the two"


def test_a_repeated_claim_is_answered_with_the_same_loan_and_no_other() -> None:
    for loan, is_explained in (("one", True), ("two", False)):
        story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
        story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one")
        story.act(Kind.CLAIM, "same", (4, 5), link="L1", loan=loan)
        assert (puzzle(story.acts, EPOCHS) is None) is is_explained


def test_a_link_lends_to_one_friend_only() -> None:
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 9), who="eva", link="L1", loan="one")
    story.act(Kind.CLAIM, "same", (3, 8), who="kim", link="L1", loan="one")
    assert puzzle(story.acts, EPOCHS) is not None


def test_the_owner_reading_keeps_friends_from_borrowing() -> None:
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.TAKE, "had", (2, 3), who="owner", loan="one")
    story.act(Kind.CLAIM, "copy-is-out", (4, 5), link="L1")
    story.act(Kind.PUT_BACK, "done", (6, 7), who="owner")
    story.act(Kind.CLAIM, "opened", (8, 9), link="L1", loan="two")
    assert puzzle(story.acts, EPOCHS) is None


def test_time_ends_a_loan_within_the_moments_given_and_not_before() -> None:
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one")
    story.act(Kind.EXPIRE, "done", (20, 30), who="time", loan="one")
    story.act(Kind.READ, "served", (21, 22), loan="one")
    story.act(Kind.READ, "loan-ended", (23, 24), loan="one")
    assert puzzle(story.acts, EPOCHS) is None
    story.act(Kind.READ, "served", (31, 32), loan="one")
    assert puzzle(story.acts, EPOCHS) is not None
    story.acts[-1:] = []
    story.act(Kind.READ, "loan-ended", (10, 11), loan="one")
    assert puzzle(story.acts, EPOCHS) is not None


def on_loan_with_a_change(kind: Kind, *, when: tuple[int, int | None] = (10, 11)) -> Story:
    """A loan whose due date was changed once; it would have come at 20."""
    who = "eva" if kind is Kind.RENEW else "owner"
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one")
    story.act(kind, "done" if when[1] else "", when, who=who, loan="one")
    return story.act(Kind.EXPIRE, "done", (20, 21), who="time", loan="one")


@pytest.mark.parametrize("kind", [Kind.RENEW, Kind.EXTEND, Kind.RECALL])
def test_a_due_date_that_was_changed_ends_nothing_and_the_new_one_does(kind: Kind) -> None:
    story = on_loan_with_a_change(kind)
    story.act(Kind.READ, "served", (22, 23), loan="one")
    story.act(Kind.EXPIRE, "done", (30, 31), who="time", loan="one", changes=1)
    story.act(Kind.READ, "loan-ended", (32, 33), loan="one")
    assert puzzle(story.acts, EPOCHS) is None
    story.act(Kind.READ, "served", (34, 35), loan="one")
    assert puzzle(story.acts, EPOCHS) is not None


def test_a_renewal_without_an_answer_may_have_put_the_due_date_off_or_not() -> None:
    for outcome in ("served", "loan-ended"):
        story = on_loan_with_a_change(Kind.RENEW, when=(10, None))
        story.act(Kind.READ, outcome, (22, 23), loan="one")
        assert puzzle(story.acts, EPOCHS) is None


def test_a_recalled_book_is_not_renewed_and_more_time_takes_the_recall_back() -> None:
    story = on_loan_with_a_change(Kind.RECALL)
    story.act(Kind.RENEW, "loan-recalled", (12, 13), loan="one")
    story.act(Kind.RECALL, "already-recalled", (12, 13), who="owner")
    story.act(Kind.EXTEND, "done", (14, 15), who="owner", loan="one")
    story.act(Kind.RENEW, "done", (16, 17), loan="one")
    assert puzzle(story.acts, EPOCHS) is None
    story.act(Kind.RENEW, "loan-recalled", (18, 19), loan="one")
    assert puzzle(story.acts, EPOCHS) is not None


def carried(*, answered: bool = True) -> Story:
    """Lent to Eva, and carried to Kim's browser, which was given the pass K."""
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one", shown="E")
    when, outcome = ((4, 5), "done") if answered else ((4, None), "")
    return story.act(Kind.CARRY, outcome, when, who="kim", link="eva", loan="one", shown="K")


def test_a_loan_that_was_carried_away_opens_to_the_new_browser_alone() -> None:
    story = carried()
    story.act(Kind.READ, "not-your-loan", (6, 7), loan="one", shown="E")
    story.act(Kind.READ, "served", (8, 9), who="kim", loan="one", shown="K")
    story.act(Kind.CHECK_IN, "not-your-loan", (10, 11), loan="one")
    story.act(Kind.CHECK_IN, "done", (12, 13), who="kim", loan="one")
    assert puzzle(story.acts, EPOCHS) is None
    for late in ("served", "loan-ended"):
        story = carried().act(Kind.READ, late, (6, 7), loan="one", shown="E")
        assert puzzle(story.acts, EPOCHS) is not None


def test_an_arrival_without_an_answer_may_have_come_or_not() -> None:
    for outcome in ("served", "not-your-loan"):
        story = carried(answered=False).act(Kind.READ, outcome, (6, 7), loan="one", shown="E")
        assert puzzle(story.acts, EPOCHS) is None


def passed_on() -> Story:
    """Lent to Eva, who passed it on to Kim."""
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one", shown="E")
    story.act(Kind.OFFER_ON, "done", (4, 5), link="L2", loan="one", shown="E")
    return story.act(Kind.PASS_ON, "opened", (6, 7), who="kim", link="L2", loan="two", shown="K", ends="one")


def test_passing_on_ends_the_first_loan_as_it_opens_the_next() -> None:
    story = passed_on()
    story.act(Kind.READ, "loan-ended", (8, 9), loan="one", shown="E")
    story.act(Kind.READ, "served", (8, 9), who="kim", loan="two", shown="K")
    story.act(Kind.PASS_ON, "link-closed", (10, 11), who="lea", link="L2")
    assert puzzle(story.acts, EPOCHS) is None
    story.act(Kind.READ, "served", (12, 13), loan="one", shown="E")
    assert puzzle(story.acts, EPOCHS) is not None


def test_a_recall_takes_the_offer_back() -> None:
    story = passed_on()
    story.acts.pop()
    story.act(Kind.RECALL, "done", (6, 7), who="owner", loan="one")
    closed = story.act(Kind.PASS_ON, "link-closed", (8, 9), who="kim", link="L2")
    assert puzzle(closed.acts, EPOCHS) is None
    opened = story.act(Kind.PASS_ON, "opened", (8, 9), who="kim", link="L2", loan="two", ends="one")
    assert puzzle(opened.acts, EPOCHS) is not None


def waited_for() -> Story:
    """Lent to Eva, while Kim and then Lea wait."""
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one")
    story.act(Kind.ASK, "placed", (4, 5), who="kim", link="K")
    return story.act(Kind.ASK, "placed", (6, 7), who="lea", link="L")


def test_a_copy_that_comes_back_is_kept_for_the_first_in_line_alone() -> None:
    story = waited_for().act(Kind.RENEW, "somebody-waits", (8, 9), loan="one", shown="")
    story.act(Kind.CHECK_IN, "done", (10, 11), loan="one")
    story.act(Kind.MAKE_LINK, "copy-is-held", (12, 13), who="owner", link="L2")
    story.act(Kind.CLAIM, "link-closed", (14, 15), who="lea", link="L")
    story.act(Kind.CLAIM, "opened", (16, 17), who="kim", link="K", loan="two")
    assert puzzle(story.acts, EPOCHS) is None
    story = waited_for().act(Kind.CHECK_IN, "done", (10, 11), loan="one")
    for answer_given in ("done", "link-already-out"):
        lent_past = [*story.acts]
        story.act(Kind.MAKE_LINK, answer_given, (12, 13), who="owner", link="L2")
        assert puzzle(story.acts, EPOCHS) is not None
        story.acts = lent_past


def test_who_waits_for_what_they_have_is_in_their_own_way_to_no_renewal() -> None:
    story = Story().act(Kind.MAKE_LINK, "done", (0, 1), who="owner", link="L1")
    story.act(Kind.CLAIM, "opened", (2, 3), link="L1", loan="one")
    story.act(Kind.ASK, "placed", (4, 5), link="E")
    alone = [*story.acts]
    story.act(Kind.RENEW, "done", (6, 7), loan="one", shown="")
    assert puzzle(story.acts, EPOCHS) is None
    story.acts = alone
    story.act(Kind.RENEW, "somebody-waits", (6, 7), loan="one", shown="")
    assert puzzle(story.acts, EPOCHS) is not None


def test_an_owner_who_reads_offers_nothing_past_those_who_wait() -> None:
    story = Story().act(Kind.TAKE, "had", (0, 1), who="owner", loan="one")
    story.act(Kind.ASK, "placed", (2, 3), who="kim", link="K")
    waits = [*story.acts]
    story.act(Kind.MAKE_LINK, "copy-is-held", (4, 5), who="owner", link="L")
    assert puzzle(story.acts, EPOCHS) is None
    story.acts = waits
    story.act(Kind.MAKE_LINK, "done", (4, 5), who="owner", link="L")
    assert puzzle(story.acts, EPOCHS) is not None


def test_who_leaves_the_line_is_passed_over_and_who_asks_twice_waits_once() -> None:
    story = waited_for().act(Kind.ASK, "same", (8, 9), who="kim", link="K2")
    story.act(Kind.LEAVE, "left", (10, 11), who="kim", link="K")
    story.act(Kind.CHECK_IN, "done", (12, 13), loan="one")
    story.act(Kind.CLAIM, "opened", (14, 15), who="lea", link="L", loan="two")
    assert puzzle(story.acts, EPOCHS) is None
    story.acts[-1:] = []
    story.act(Kind.CLAIM, "opened", (14, 15), who="kim", link="K", loan="two")
    assert puzzle(story.acts, EPOCHS) is not None


def test_an_acknowledged_loan_that_the_library_lost_is_a_puzzle() -> None:
    assert puzzle(lent_once().acts, {}) is not None


def test_an_answer_that_the_model_does_not_know_is_a_puzzle() -> None:
    story = lent_once().act(Kind.READ, "copy-is-out", (8, 9), loan="one")
    assert puzzle(story.acts, EPOCHS) is not None


def test_too_many_possibilities_are_not_taken_for_an_explanation() -> None:
    story = Story()
    for number in range(8):
        story.act(Kind.MAKE_LINK, "", (number, None), who="owner", link=f"L{number}")
        story.act(Kind.CANCEL_LINK, "", (number, None), who="owner")
    story.act(Kind.TAKE, "had", (50, 51), who="owner", loan="one")
    found = puzzle(story.acts, EPOCHS, most=20)
    assert found is not None
    assert found.undecided
    assert puzzle(story.acts, EPOCHS) is None


def some_act(kind: Kind, state: State, number: int, dice: random.Random) -> dict[str, str] | None:
    """Who does it with which link and loan; None if there is no loan yet to do it to."""
    friend, new = dice.choice(["eva", "kim"]), f"L{number}"
    shown = dice.choice([*sorted(state.passes), "an old one"])
    said = {"who": "owner", "link": "", "loan": "", "shown": ""}
    if kind in (Kind.CHECK_IN, Kind.RENEW, Kind.READ, Kind.CARRY, Kind.OFFER_ON):
        if not state.epoch:
            return None
        said |= {"loan": f"loan {dice.randint(max(1, state.epoch - 1), state.epoch)}", "who": friend}
    by_kind = {
        Kind.MAKE_LINK: {"link": new},
        Kind.CLAIM: {"who": friend, "link": state.link or "L0", "shown": new},
        Kind.READ: {"shown": shown},
        Kind.RENEW: {"shown": shown},
        Kind.CARRY: {"link": state.reader, "shown": new},
        Kind.OFFER_ON: {"link": new, "shown": shown},
        Kind.PASS_ON: {"who": friend, "link": state.onward or "L0", "shown": new},
        Kind.ASK: {"who": friend, "link": new},
        Kind.LEAVE: {"who": friend, "link": dice.choice([state.link, *(tag for tag, _ in state.line)])},
    }
    return said | by_kind.get(kind, {})


@pytest.mark.parametrize("seed", range(40))
def test_whatever_a_real_order_answers_is_explained_and_a_wrong_answer_is_not(seed: int) -> None:
    """Acts happen one after another in the middle of their times, some answers get lost; then one page is
    said to be served that was not."""
    dice = random.Random(seed)
    story, state = Story(), State()
    epochs: dict[str, int] = {}
    for number in range(60):
        kind = dice.choice([kind for kind in Kind if kind is not Kind.EXPIRE])
        asked = some_act(kind, state, number, dice)
        if asked is None:
            continue
        lost = kind is not Kind.READ and dice.random() < 0.1
        act = Story().act(kind, "", (0, None), **asked).acts[0]
        must = answer(state, act, epochs.get(asked["loan"], 0))
        state = must.state
        if must.epoch:
            epochs[f"loan {must.epoch}"] = must.epoch
        gives = must.outcome in ("opened", "same", "had", "done") and must.epoch
        gave = f"loan {must.epoch}" if gives and not lost else asked["loan"]
        middle = 10 * number
        when = (middle - dice.randint(0, 40), None if lost else middle + dice.randint(1, 40))
        story.act(kind, "" if lost else must.outcome, when, **{**asked, "loan": gave})
    assert puzzle(story.acts, epochs) is None
    epoch, said = state.epoch, "loan-ended" if state.holder else "served"
    shown = next(iter(sorted(state.passes)), "")
    story.act(Kind.READ, said, (900, 901), loan=f"loan {epoch}", shown=shown, who=state.reader or "eva")
    lost_acts = [act for act in story.acts if not act.is_known]
    if not lost_acts and state.epoch:
        assert puzzle(story.acts, epochs) is not None
