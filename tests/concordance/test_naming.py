"""Whether a name stands in a few words."""

import pytest

from lending.concordance.naming import names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mia’s loans", "mia"),
        ("loans of Mía", "MIA"),
        ("mia_sol", "Mia Sol"),
        ("Mia\u00a0 Sol-Pérez", "Mia Sol"),
        ("Mial and Mia", "Mia"),
        ("O’Brien, overdue", "o'brien"),
        ("an ana ana anas", "Ana Ana"),
        ("Łukasz 2", "lukasz"),
        ("STRASSER’S", "Straßer"),
        ("Mi\u200ba", "Mia"),
        ("मिया की", "मिया"),
        ("米亚的书", "米亚"),
        ("미아의 책", "미아"),
        ("Mia的书", "Mia"),
        ("late: 🦊!", "🦊"),
    ],
)
def test_a_name_stands_there_as_people_write_it(text: str, name: str) -> None:
    assert names(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Also", "Al"),
        ("Miami", "Mia"),
        ("Mia2", "Mia"),
        ("Samia", "mia"),
        ("Mia", "Mia Sol"),
        ("Sol, Mia", "Mia Sol"),
        ("मियाँ", "मि"),
        ("anything", ""),
        ("any thing", " "),
        ("x’s", "🦊"),
    ],
)
def test_a_part_of_a_word_is_no_name(text: str, name: str) -> None:
    assert not names(text, name)
