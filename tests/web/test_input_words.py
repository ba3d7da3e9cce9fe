"""Whatever a field is refused for is said in the reader's language."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

import lending
from lending import refusals
from lending.web import input_words
from lending.web.refusals_http import told

SPANISH = {"Accept-Language": "es"}


def whys(source: Path) -> Iterator[str]:
    """Every reason that a file gives to an UnacceptableInput, its blanks filled with a 7."""
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("UnacceptableInput"):
            yield from said(node.args[1])


def said(words: ast.expr) -> Iterator[str]:
    if isinstance(words, ast.Constant):
        yield str(words.value)
    elif isinstance(words, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in words.values)
    elif isinstance(words, ast.BinOp):
        yield from (start + "7" for start in said(words.left))
    else:
        raise AssertionError(f"no way to tell what {ast.unparse(words)} says")


ALL_WHYS = sorted({why for source in Path(lending.__file__).parent.rglob("*.py") for why in whys(source)})


@pytest.mark.parametrize("why", ALL_WHYS)
def test_every_reason_in_the_sources_has_spanish_words(app: Flask, why: str) -> None:
    with app.test_request_context(headers=SPANISH):
        assert input_words.why_words(why) != why


def test_the_sources_give_reasons() -> None:
    assert "is empty" in ALL_WHYS
    assert "is longer than 7 characters" in ALL_WHYS


def test_a_refusal_calls_the_field_what_its_form_calls_it(app: Flask) -> None:
    refusal = refusals.UnacceptableInput("title", "is longer than 500 characters")
    with app.test_request_context():
        assert told(refusal).detail == "“Title” is longer than 500 characters."
    with app.test_request_context(headers=SPANISH):
        assert told(refusal).detail == "«Título» tiene más de 500 caracteres."


def test_scripts_get_the_field_as_they_wrote_it_in_any_language(app: Flask) -> None:
    refusal = refusals.UnacceptableInput("title", "is empty")
    with app.test_request_context(headers=SPANISH):
        problem = told(refusal).problem()
    assert (problem["field"], problem["why"]) == ("title", "is empty")


def test_a_field_without_a_form_keeps_its_name(app: Flask) -> None:
    refusal = refusals.UnacceptableInput("loan_seconds", "can't be used (too much of 100 %)")
    with app.test_request_context(headers=SPANISH):
        assert told(refusal).detail == "«loan_seconds» no se puede usar (too much of 100 %)."


def test_a_reason_that_nobody_knows_is_said_as_it_came(app: Flask) -> None:
    with app.test_request_context(headers=SPANISH):
        assert input_words.why_words("is 100 % odd") == "is 100 % odd"
