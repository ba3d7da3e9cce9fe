import pytest

from lending import refusals
from lending.services.words import digest, line, passage, told_line, told_passage


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  a \t b\u00a0c ", "a b c"),
        ("a\nb\x00c\u202ed\ud800e", "a b c d e"),
        ("Ñandú 日本 👩", "Ñandú 日本 👩"),
        ("\x00", ""),
    ],
)
def test_a_line_is_one_line(typed: str, kept: str) -> None:
    assert line("field", typed, 100) == kept


def test_a_line_is_measured_as_it_is_kept() -> None:
    assert line("field", "  " + "x" * 5 + "  ", 5) == "xxxxx"
    with pytest.raises(refusals.UnacceptableInput) as refused:
        line("field", "x" * 6, 5)
    assert refused.value.facts == {"field": "field", "why": "is longer than 5 characters"}


def test_a_line_that_must_be_there_must_be_more_than_space() -> None:
    with pytest.raises(refusals.UnacceptableInput):
        line("field", " \x00\n", 5, required=True)
    assert line("field", " ", 5) == ""


@pytest.mark.parametrize("nothing", ["\u200b\u200d", "\ufeff", "\u3164", "\u0301", "\u00ad \u2060"])
def test_a_name_that_shows_nothing_is_none(nothing: str) -> None:
    assert line("name", nothing, 100) == ""
    with pytest.raises(refusals.UnacceptableInput):
        line("name", nothing, 100, required=True)


def test_a_passage_keeps_its_lines() -> None:
    assert passage("note", " a\r\nb\rc\n\nd\x00\x1b ", 100) == "a\nb\nc\n\nd"
    with pytest.raises(refusals.UnacceptableInput):
        passage("note", "x" * 6, 5)


def test_a_digest_does_not_tell_its_secret() -> None:
    assert digest("secret") == digest("secret") != digest("Secret")
    assert len(digest("")) == 64


def test_what_a_book_tells_of_itself_is_cut_and_not_refused() -> None:
    assert told_line("A\x9b title\nof two  lines " + "x" * 500, 20) == "A title of two lines"
    assert told_passage("One.\r\n\x00Two." + "x" * 500, 9) == "One.\nTwo."


def test_joiners_stay_and_what_turns_a_name_around_goes() -> None:
    assert told_line("می\u200cخواهم", 50) == "می\u200cخواهم"
    assert told_line("invoice\u202efdp.epub", 50) == "invoice fdp.epub"
