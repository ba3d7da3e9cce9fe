"""Every statement about accessibility has its words."""

import re
from pathlib import Path

from flask import Flask

from lending.epub import accessibility
from lending.epub.accessibility import Statement, Topic
from lending.services import describing
from lending.web.accessibility_words import HEADINGS, SENTENCES, sentences, told


def keys_in_code() -> set[str]:
    code = "".join(Path(module.__file__).read_text() for module in (accessibility, describing))
    return set(re.findall(r'"((?:appearance|nonvisual|audio|navigation|rich|hazard|pdf)\.[a-z-]+)"', code))


def test_every_statement_has_words() -> None:
    assert len(keys_in_code()) > 25
    assert keys_in_code() <= SENTENCES.keys()
    code = Path(accessibility.__file__).read_text() + Path(describing.__file__).read_text()
    assert set(re.findall(r'Topic\(\s*"([a-z-]+)"', code)) == HEADINGS.keys()


def test_statements_are_told_under_their_headings(app: Flask) -> None:
    topics = (
        Topic("summary", (Statement("summary", "100 % good"),)),
        Topic("conformance", (Statement("conformance.certifier", "Ida & 50 %"),)),
    )
    with app.test_request_context("/"):
        assert [(one.heading, one.statements) for one in told(topics)] == [
            ("Summary", ["100 % good"]),
            ("Conformance", ["Certified by Ida & 50 %."]),
        ]
        assert sentences(topics) == ["100 % good", "Certified by Ida & 50 %."]
