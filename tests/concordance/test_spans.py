"""Places in a changed text lead back to the original."""

from lending.concordance.spans import Spans

# "aßb" became "assb", and "b  c" became "b c" behind it.
CHANGES = [(1, 3, 1, 2), (4, 5, 3, 5)]


def test_places_between_changes_run_side_by_side() -> None:
    spans = Spans.of(CHANGES)
    assert [spans.start(place) for place in (0, 3, 5)] == [0, 2, 5]
    assert [spans.end(place) for place in (0, 1, 4, 6)] == [0, 1, 3, 6]


def test_places_inside_a_change_lead_to_its_borders() -> None:
    spans = Spans.of(CHANGES)
    assert [spans.start(place) for place in (1, 2, 4)] == [1, 1, 3]
    assert [spans.end(place) for place in (2, 3, 5)] == [2, 2, 5]


def test_what_was_taken_out_belongs_to_neither_side() -> None:
    spans = Spans.of([(2, 2, 2, 5)])
    assert (spans.end(2), spans.start(2)) == (2, 5)


def test_an_unchanged_text_leads_to_itself() -> None:
    spans = Spans.of([])
    assert (spans.start(7), spans.end(7), spans.size) == (7, 7, 0)
