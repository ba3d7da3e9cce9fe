"""Tables in a terminal."""

from lending.cli.columns import cells


def test_what_is_too_long_is_cut_and_says_so() -> None:
    assert cells(("Moby Dick", "x"), (6, 3)) == "Moby …  x"


def test_ideographs_take_two_columns_and_accents_none() -> None:
    assert cells(("白鯨記", "|"), (6, 1)) == "白鯨記  |"
    assert cells(("白鯨記", "|"), (5, 1)) == "白鯨…  |"
    assert cells(("白鯨記", "|"), (4, 1)) == "白…   |"
    assert cells(("e\u0301te\u0301", "|"), (3, 1)) == "e\u0301te\u0301  |"
