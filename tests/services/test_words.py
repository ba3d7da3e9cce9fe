import pytest

from lending import refusals
from lending.services.words import digest, line, passage


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


def test_a_passage_keeps_its_lines() -> None:
    assert passage("note", " a\r\nb\rc\n\nd\x00\x1b ", 100) == "a\nb\nc\n\nd"
    with pytest.raises(refusals.UnacceptableInput):
        passage("note", "x" * 6, 5)


def test_a_digest_does_not_tell_its_secret() -> None:
    assert digest("secret") == digest("secret") != digest("Secret")
    assert len(digest("")) == 64
