"""Hits come in order, each in a line of its surroundings."""

from lending.concordance import find, fold, fold_query

TEXT = """The old heron stood in the shallows for as long as anybody could remember, and did not move.
    Then the HÉRON flew.  It was a “heron—like” bird."""


def test_all_hits_come_in_order() -> None:
    hits = find(fold(TEXT), "heron", 9)
    assert [hit.match for hit in hits] == ["heron", "HÉRON", "heron"]
    assert [TEXT[hit.start : hit.end] for hit in hits] == ["heron", "HÉRON", "heron"]


def test_no_more_hits_than_asked_for() -> None:
    assert len(find(fold(TEXT), "heron", 2)) == 2


def test_several_words_are_a_phrase_across_lines() -> None:
    (hit,) = find(fold(TEXT), fold_query("Move. then  THE"), 9)
    assert hit.match == "move. Then the"


def test_a_hit_has_whole_words_of_one_line_around_it() -> None:
    hits = find(fold(TEXT), "heron", 9)
    assert (hits[0].before, hits[0].after) == (
        "The old ",
        " stood in the shallows for as long as anybody could",
    )
    assert (hits[1].before, hits[1].after) == (
        "long as anybody could remember, and did not move. Then the ",
        " flew. It was a “heron—like” bird.",
    )


def test_in_a_text_without_spaces_the_surroundings_are_cut_anywhere() -> None:
    (hit,) = find(fold("あ" * 100 + "猫" + "い" * 100), "猫", 9)
    assert (hit.before, hit.after) == ("あ" * 60, "い" * 60)


def test_an_accent_written_apart_belongs_to_the_hit() -> None:
    (hit,) = find(fold("cafe\u0301s"), "cafe", 9)
    assert (hit.end, hit.after) == (5, "s")


def test_places_are_counted_as_browsers_count() -> None:
    (hit,) = find(fold("😀😀 heron 😀"), "heron", 9)
    assert (hit.start, hit.end) == (5, 10)


def test_a_soft_hyphen_is_not_shown() -> None:
    (hit,) = find(fold("the her\u00adon flew"), "heron", 9)
    assert (hit.match, hit.end - hit.start) == ("heron", 6)
