"""The documents name what the program has; a missing line fails here by its name."""

from dataclasses import fields
from pathlib import Path

import pytest

from lending.circulation.events import EventKind
from lending.circulation.transitions import CopyState
from lending.config import Settings

DOCS = Path(__file__).parents[1] / "docs"


def missing(document: str, words: list[str]) -> list[str]:
    """Which of the words the document does not write as `words` are written in code."""
    text = (DOCS / document).read_text()
    return [word for word in words if f"`{word}`" not in text]


def test_operators_find_every_setting() -> None:
    assert missing("operating.md", [one.metadata["name"] for one in fields(Settings)]) == []


def test_no_setting_is_told_that_there_is_not() -> None:
    known = {one.metadata["name"] for one in fields(Settings)}
    rows = [
        line.split("`")[1]
        for line in (DOCS / "operating.md").read_text().splitlines()
        if "| `LENDING_" in line
    ]
    assert rows
    assert [name for name in rows if name not in known] == []


@pytest.mark.parametrize("words", [CopyState, EventKind])
def test_the_glossary_explains_every_word_that_is_kept_for_ever(words: type[CopyState | EventKind]) -> None:
    assert missing("glossary.md", [word.value for word in words]) == []


def test_every_setting_says_what_it_is_for() -> None:
    for one in fields(Settings):
        assert one.metadata["help"].endswith("."), one.metadata["name"]
