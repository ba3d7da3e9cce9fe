"""Letters that people take for the same compare as the same; others don't."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.concordance import find, fold, fold_query

SAMPLES = "aBcß éŁøıĐþæﬁ …—‘“\u00a0\n\t\u00ad\u200b\u0301\u0308 😀𝔄が가각ｶﾞمُؤ\u0640שָׁ½٣й-"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("Müller’s café", "MULLER'S CAFE"),
        ("cafe\u0301", "café"),
        ("Straße", "strasse"),
        ("Łódź, Århus, Tromsø, Đorđe, ħobża", "lodz, arhus, tromso, dorde, hobza"),
        ("œuvre, Ægir, þorn", "oeuvre, aegir, thorn"),
        ("ISTANBUL, İstanbul, ıstanbul", "istanbul, istanbul, istanbul"),
        ("“Oh—no” … he said", '"oh-no" ... he said'),
        ("«Así»", '"asi"'),
        ("super\u00adcali\u200bfragilistic", "supercalifragilistic"),
        ("one\u00a0two\n\t three", "one two three"),
        ("ﬁnal ﬂight", "final flight"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("ёлка", "елка"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("x² and ½", "x2 and 1/2"),
        ("صفحة ٣٤", "صفحه 34"),
        ("كِتَابٌ", "كتاب"),
        ("إلى أمة", "الي امه"),
        ("كـــتاب", "كتاب"),
        ("שָׁלוֹם", "שלום"),
        ("か\u3099っこう", "がっこう"),
        ("ｶﾞｯｺｳ", "ガッコウ"),
        ("\u1112\u1161\u11ab\u1100\u1173\u11af", "한글"),
    ],
)
def test_what_people_take_for_the_same_is_the_same(written: str, asked: str) -> None:
    assert fold(written).text == fold_query(asked) == fold_query(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [("か", "が"), ("は", "ぱ"), ("и", "й"), ("가", "각"), ("कि", "कु"), ("กา", "กุ"), ("a", "o"), ("=", "≠")],
)
def test_what_people_take_for_different_is_different(one: str, other: str) -> None:
    assert fold_query(one) != fold_query(other)


def test_a_syllable_is_not_found_inside_another() -> None:
    assert find(fold("각"), fold_query("가"), 9) == []


def test_a_hyphen_at_a_lines_end_joins_the_word_and_one_inside_a_line_stays() -> None:
    page = fold("a con-\ntinuation of well-known\nthings-\nBig", breaks_words=True)
    assert page.text == "a continuation of well-known things- big"


def test_a_hyphen_before_a_line_break_stays_where_lines_are_not_lines_of_print() -> None:
    assert fold("con-\ntinuation").text == "con- tinuation"


def test_a_word_with_a_hyphen_is_found_when_it_was_broken_at_it() -> None:
    page = fold("well-\nknown and well-known", breaks_words=True)
    assert [(hit.start, hit.end) for hit in find(page, "well-known", 9)] == [(0, 11), (16, 26)]


def test_what_is_cut_out_is_not_compared() -> None:
    ruby = "漢かん字じの"
    (hit,) = find(fold(ruby, [(1, 3), (4, 5)]), "漢字", 9)
    assert (hit.start, hit.end, hit.match, hit.after) == (0, 4, "漢字", "の")


def test_words_end_where_nothing_stands_between_two_blocks() -> None:
    text = fold("EndStart", [(3, 3)])
    (hit,) = find(text, "end start", 9)
    assert (hit.start, hit.end) == (0, 8)
    assert find(text, "endstart", 9) == []


def test_nothing_can_be_looked_for_by_accents_alone() -> None:
    assert fold_query("\u0301 \u00ad") == ""
    assert find(fold("aaa"), "", 9) == []


def test_half_a_character_does_no_harm() -> None:
    (hit,) = find(fold("\ud800abc"), "abc", 9)
    assert (hit.start, hit.end) == (1, 4)


def _utf16(text: str, start: int, end: int) -> str:
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


@given(st.text(st.sampled_from(SAMPLES), max_size=40), st.integers(0, 39), st.integers(1, 9))
def test_every_piece_of_a_text_is_found_in_it_where_it_stands(text: str, start: int, length: int) -> None:
    query = fold_query(text[start : start + length])
    hits = find(fold(text), query, 1_000)
    assert bool(hits) is bool(query and query in fold(text).text)
    for hit in hits:
        assert query in fold_query(_utf16(text, hit.start, hit.end))


@given(st.text(max_size=60))
def test_any_text_can_be_folded_and_folding_again_changes_nothing(text: str) -> None:
    folded = fold(text).text
    assert fold(folded).text == folded
    assert all(0 <= hit.start < hit.end for hit in find(fold(text), folded.strip(), 9))


@pytest.mark.parametrize(
    "flood", ["\u00ad", " ", "\u0301", "é", "か\u3099", "😀", "-\n", "\u1100", "A \u00ad"]
)
def test_a_flood_of_anything_takes_no_more_than_its_length(flood: str) -> None:
    """Were each letter to cost as much as all before it, this would take hours, on any machine."""
    began = time.process_time()
    fold(flood * 300_000, breaks_words=True)
    assert time.process_time() - began < 60
