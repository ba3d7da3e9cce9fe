"""Every text of the web is in the catalogues, and every catalogue is complete."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from lending.web.language import LANGUAGES

ROOT = Path(__file__).parents[2]
TRANSLATIONS = ROOT / "lending/web/translations"
SOURCE_LANGUAGE = "en"
BLANK = re.compile(r"%\(\w+\)[a-z]|%%|\{\w*\}")
"""What is filled in: %(name)s by Python, {name} by the front end."""


def template() -> Catalog:
    with (TRANSLATIONS / "messages.pot").open("rb") as words:
        return read_po(words)


def catalogue(language: str) -> Catalog:
    with (TRANSLATIONS / language / "LC_MESSAGES" / "messages.po").open("rb") as words:
        return read_po(words, locale=language)


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(words: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """One form, or one for each of the language's plurals."""
    return (words,) if isinstance(words, str) else tuple(words)


translated = pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {SOURCE_LANGUAGE}))


def test_the_template_has_the_texts_of_the_sources() -> None:
    """Where this fails, `make messages` brings the template and the catalogues up to date."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
    found = {message for _, _, message, _, _ in extract_from_dir(ROOT, methods, options, keywords)}
    assert found == {message.id for message in messages(template())}


def test_a_plural_has_two_english_forms_with_the_count_in_both() -> None:
    plurals = [message.id for message in messages(template()) if message.pluralizable]
    assert plurals
    assert all(len(english) == 2 and all("%(num)d" in form for form in english) for english in plurals)


@translated
def test_a_language_has_the_texts_of_the_template_and_no_others(language: str) -> None:
    own = catalogue(language)
    assert {message.id for message in messages(own)} == {message.id for message in messages(template())}
    assert not own.obsolete


@translated
def test_nothing_is_left_untranslated_or_unsure(language: str) -> None:
    own = catalogue(language)
    assert not own.fuzzy
    for message in messages(own):
        assert not message.fuzzy, message.id
        assert all(form.strip() for form in forms(message.string)), message.id


@translated
def test_every_plural_form_of_the_language_is_there(language: str) -> None:
    """As many as the catalogue says: what Babel thinks of a language changes with its releases."""
    own = catalogue(language)
    for message in messages(own):
        filled = [form for form in forms(message.string) if form]
        assert len(filled) == (own.num_plurals if message.pluralizable else 1), message.id


@translated
def test_a_translation_has_the_blanks_of_its_text(language: str) -> None:
    for message in messages(catalogue(language)):
        blanks = set(BLANK.findall(forms(message.id)[-1]))
        for form in forms(message.string):
            assert set(BLANK.findall(form)) == blanks, message.id


@translated
def test_a_translation_begins_and_ends_as_its_text_does(language: str) -> None:
    """A lost full stop or an extra one, and a space at either end, are easy to overlook."""
    for message in messages(catalogue(language)):
        for form in forms(message.string):
            assert form == form.strip(), message.id
            assert form.endswith(".") == forms(message.id)[-1].endswith("."), message.id
            assert form.endswith(":") == forms(message.id)[-1].endswith(":"), message.id
